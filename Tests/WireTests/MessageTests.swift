import JSONText
import Testing
import Vocabulary
import Wire

@Suite("Messages between box and platform")
struct MessageTests {
    @Test("every request reads back as it was written", arguments: Samples.requests)
    func requests(request: Request) throws {
        #expect(try Request(payload: request.payload) == request)
    }

    @Test("every response reads back as it was written", arguments: Samples.responses)
    func responses(response: Response) throws {
        #expect(try Response(payload: response.payload) == response)
    }

    @Test("every record reads back with its sequence number", arguments: Samples.records)
    func records(record: Record) throws {
        for sequence in [1, 200, Int64.max] {
            let read = try Record.parse(line: Samples.line(sequence, record))
            #expect(read.sequence == sequence)
            #expect(read.record == record)
        }
    }

    @Test("presence, health and announcements read back as they were written")
    func standing() throws {
        for presence in Samples.presences { #expect(try Presence(payload: presence.payload) == presence) }
        for health in Samples.healths { #expect(try Health(payload: health.payload) == health) }
        let announcements: [Announcement] = [
            .listChanged(.contracts), .listChanged(.permits), .paymentChanged(Samples.payment), .journalContested,
            .stayOpened(Samples.notes[0]), .stayOpened(Samples.notes[1]), .stayClosed(Samples.stay),
            .stayPrepaid(Samples.prepayment), .leaseRecalled(Samples.lease), .listChanged(.people),
            .purseRules(digest: ContentDigest.of([])),
        ]
        for announcement in announcements { #expect(Announcement(payload: announcement.payload) == announcement) }
        for payload in ["", "{}", #"{"event":"else"}"#, #"{"event":1}"#] {
            #expect(Announcement(payload: Array(payload.utf8)) == nil)
        }
    }

    @Test("a record is one line, whatever texts are in it", arguments: Samples.records)
    func oneLine(record: Record) {
        #expect(!record.body.contains { $0 < 0x20 })
        #expect(record.body.first == UInt8(ascii: "{"))
    }

    @Test(
        "every acknowledgement reads back as it was written",
        arguments: [
            Acknowledgement.through(epoch: "e", sequence: 0), .through(epoch: "", sequence: .max),
            .expected(epoch: "e", sequence: 1, because: "gap"),
            .expected(epoch: "e", sequence: .max, because: "a \"b\"\n"),
        ])
    func acknowledgements(acknowledgement: Acknowledgement) {
        #expect(Acknowledgement(payload: acknowledgement.payload) == acknowledgement)
    }

    @Test(
        "what is no acknowledgement is refused",
        arguments: [
            "", "{}", "[]", "{\"through\":1}", "{\"epoch\":\"e\"}", "{\"epoch\":5,\"through\":1}",
            "{\"epoch\":\"e\",\"through\":-1}", "{\"epoch\":\"e\",\"expected\":0}",
            "{\"epoch\":\"e\",\"through\":\"1\"}",
            "{\"epoch\":\"e\",\"through\":1.0}", "{\"epoch\":\"e\",\"through\":9223372036854775808}",
            "{\"epoch\":\"e\",",
        ])
    func noAcknowledgement(payload: String) {
        #expect(Acknowledgement(payload: Array(payload.utf8)) == nil)
    }

    @Test("a rewind without a reason is a gap")
    func defaultReason() {
        let payload = Array("{\"epoch\":\"e\",\"expected\":4}".utf8)
        #expect(Acknowledgement(payload: payload) == .expected(epoch: "e", sequence: 4, because: "gap"))
    }

    @Test("the bytes of a charge are these, since the platform compares them")
    func canonical() {
        #expect(
            String(decoding: Samples.charge.canonical, as: UTF8.self)
                == #"{"payment":"019b76da-a87b-7abc-9234-56789abcdef0","#
                + #""instrument":{"kind":"plate","holder":"plate:粤B12345"},"plate":"粤B12345","#
                + #""stay":"019b7685-3500-7001-8000-000000000002","lane":"exit-1","quote":{"#
                + #""tariff":"city-centre-2026-1","currency":"CNY","from":1767220000000,"until":1767225600000,"#
                + #""lines":[{"kind":"freePeriod","minutes":15,"amount":0},"#
                + #"{"kind":"firstPeriod","minutes":60,"amount":500},{"kind":"unitPeriods","minutes":30,"amount":300},"#
                + #"{"kind":"dailyCap","amount":-100}],"total":700}}"#)
    }

    @Test("two charges that differ in any member have different bytes")
    func canonicalTellsApart() throws {
        let other = UUIDv7(at: WallTime(milliseconds: 1), random: (0, 0))
        let changes: [@Sendable (inout Charge) throws -> Void] = [
            { $0.payment = other }, { $0.plate = try Plate("粤B12346") }, { $0.stay = other },
            { $0.lane = try Slug("exit-2") }, { $0.quote.tariff = try Slug("x") }, { $0.quote.from.milliseconds += 1 },
            { $0.quote.until.milliseconds += 1 }, { $0.quote.total = Fen(701) }, { $0.quote.lines.removeLast() },
            { $0.quote.lines.swapAt(0, 1) }, { $0.quote.lines[0].minutes += 1 }, { $0.quote.lines[0].amount = Fen(1) },
            { $0.quote.lines[0].kind = .dailyCap },
            { $0.instrument = .shownCode }, { $0.instrument = .payerCode(.alipay, ending: "1") },
            { $0.plate = nil }, { $0.stay = nil }, { $0.quote.began.milliseconds += 1 },
            { $0.quote.lines[0].reference = $0.lane }, { $0.quote.lines[0].itemClass = $0.lane },
            { $0.meal = Samples.meal }, { $0.meal = Meal(period: nil, day: Samples.meal.day) },
            { $0.quote.vehicle = .large }, { $0.quote.pass = $0.lane },
        ]
        var seen: Set = [Samples.charge.canonical]
        for change in changes {
            var charge = Samples.charge
            try change(&charge)
            #expect(seen.insert(charge.canonical).inserted)
        }
        #expect(seen.count == changes.count + 1)
    }

    @Test("words in records and answers are the published ones")
    func words() {
        #expect(
            Samples.outcomes.prefix(6).map(\.word) == [
                "approved", "pending", "unknown", "reversed", "neverSeen", "conflict",
            ])
        #expect(PaymentOutcome.declined(.overLimit).word == "declined")
        #expect(
            Set(Samples.events.map(\.kind)) == [
                "started", "stayOpened", "stayClosed", "plateCorrected", "deskAct", "stayPrepaid", "decision",
                "hostPays", "payment", "refund",
                "policyChanged", "pulse",
                "passage", "identified", "mealUndone", "debt", "manualOpening", "shiftOpened", "shiftClosed", "alarm",
                "boxAlarm",
                "journalReplaced", "leaseSpent",
                "leaseGivenBack",
                "leasePaidOut",
            ])
    }
}

@Suite("The list of contracts")
struct ContractListTests {
    @Test("the digest is SHA-256 over the list's lines, as computed elsewhere")
    func digest() {
        #expect(
            ListPage<Contract>.digest(of: Samples.contracts)
                == "a000fc409dc47a346cf6d3ffb07d76008cee02cb892efe17da01552ae5dd4246")
        #expect(
            ListPage<Contract>.digest(of: [] as [Contract])
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let reversed = ListPage<Contract>.digest(of: Samples.contracts.reversed())
        #expect(reversed != ListPage<Contract>.digest(of: Samples.contracts))
    }

    @Test(
        "a page lies within its list",
        arguments: [
            (12, 10, nil), (12, 0, nil), (11, 10, "offset"), (1, 0, "offset"), (0, 0, "offset"), (12, -1, "offset"),
            (12, Int64.max, "offset"), (12, Int64.min, "offset"), (200_000, 199_998, nil), (200_000, 199_999, "offset"),
            (200_001, 0, "total"), (Int64.max, Int64.max, "total"), (-1, 0, "total"), (Int64.min, Int64.min, "total"),
        ] as [(Int64, Int64, String?)])
    func bounds(total: Int64, offset: Int64, wrong: String?) throws {
        var page = Samples.page
        page.total = total
        page.offset = offset
        expect(page, wrong)
    }

    @Test(
        "a version is never negative", arguments: [(0, nil), (Int64.max, nil), (-1, "version")] as [(Int64, String?)])
    func version(version: Int64, wrong: String?) {
        var page = Samples.page
        page.version = version
        expect(page, wrong)
    }

    @Test("a page has at most 500 entries", arguments: [(500, nil), (501, "entries")] as [(Int, String?)])
    func entries(count: Int, wrong: String?) throws {
        var page = Samples.page
        page.entries = Array(repeating: Samples.contracts[0], count: count)
        page.total = Int64(page.offset) + Int64(count)
        expect(page, wrong)
    }

    private func expect(_ page: ListPage<Contract>, _ wrong: String?) {
        let payload = Response.contracts(page).payload
        if let wrong {
            #expect(throws: WireError.wrong(wrong)) { try Response(payload: payload) }
        } else {
            #expect((try? Response(payload: payload)) == .contracts(page))
        }
    }
}
