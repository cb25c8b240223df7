import JSONText
import Vocabulary
import Wire

/// One of every message and record, for the tests that hold for all of them.
enum Samples {
    static let payment = UUIDv7(at: WallTime(milliseconds: 1_767_225_600_123), random: (0xABC, 0x1234_5678_9ABC_DEF0))
    static let stay = UUIDv7(at: WallTime(milliseconds: 1_767_220_000_000), random: (1, 2))
    static let transit = UUIDv7(at: WallTime(milliseconds: 1_767_225_599_000), random: (.max, .max))
    static let device = slug("north-gate"), lane = slug("exit-1"), tariff = slug("city-centre-2026-1")
    static let plate = try! Plate("粤B12345")

    static let quote = Quote(
        tariff: tariff, from: WallTime(milliseconds: 1_767_220_000_000),
        until: WallTime(milliseconds: 1_767_225_600_000),
        lines: [
            Quote.Line(kind: .freePeriod, minutes: 15, amount: .zero),
            Quote.Line(kind: .firstPeriod, minutes: 60, amount: Fen(500)),
            Quote.Line(kind: .unitPeriods, minutes: 30, amount: Fen(300)),
            Quote.Line(kind: .dailyCap, minutes: 0, amount: Fen(-100)),
        ], total: Fen(700))

    static let charge = Charge(payment: payment, plate: plate, stay: stay, lane: lane, quote: quote)

    /// Charges with every instrument, and with every optional member there and not.
    static let charges =
        [
            Instrument.contract(Holder(plate: plate)), .contract(Holder(.member, lane)), .contract(Holder(.face, lane)),
            .contract(Holder(.card, lane)), .payerCode(.weChat, ending: "0003"), .shownCode, .cash(takenBy: "li"),
        ].map { Charge(payment: payment, instrument: $0, lane: lane, quote: later) } + [charge]

    /// A quote for the part that was not paid before, with what was sold and what a coupon takes off.
    static let later = Quote(
        tariff: tariff, began: WallTime(milliseconds: 1_767_210_000_000),
        from: WallTime(milliseconds: 1_767_220_000_000), until: WallTime(milliseconds: 1_767_225_600_000),
        lines: [
            Quote.Line(kind: .item, amount: Fen(800), reference: lane),
            Quote.Line(kind: .coupon, amount: Fen(-100), reference: tariff),
        ], total: Fen(700), vehicle: .newEnergyLarge, pass: lane)

    static let refund = Refund(id: stay, payment: payment, amount: Fen(200), who: "li", why: "left at once")

    static let requests: [Request] =
        charges.map { .charge($0, code: nil) } + [
            .charge(charges[4], code: try! PayerCode("130000000000000003")), .query(payment), .reverse(payment),
            .refund(refund), .collect(payment), .coupon(charge), .list(.contracts, version: 0, offset: 0),
            .offlinePolicy(known: 0), .offlinePolicy(known: 7),
            .list(.denials, version: .max, offset: 199_999), .list(.permits, version: 0, offset: 0),
            .findStay(.plate(plate)), .findStay(.stay(stay)), .stays(after: nil), .stays(after: stay),
            .lease(.open(lease, .purse(Holder(.card, lane)), amount: Fen(5_000), seconds: 14_400)),
            .lease(.open(lease, .payout(buyer: tariff), amount: Fen(1), seconds: LeaseOrder.mostSeconds)),
            .lease(.renew(lease, amount: Fen(.max), seconds: 1)), .lease(.giveBack(lease, spends: 0)),
        ]

    static let lease = UUIDv7(at: WallTime(milliseconds: 1_767_225_600_000), random: (7, 8))

    static let payout = Payout(payment: payment, payee: Holder(.card, lane), lane: lane, quote: later)

    static let page = ListPage<Contract>(
        version: 7, digest: ListPage<Contract>.digest(of: contracts), total: 12, offset: 10, entries: contracts)

    static let contracts = [
        Contract(holder: Holder(plate: try! Plate("京A12345")), offlineLimit: Fen(5000)),
        Contract(holder: Holder(plate: plate), offlineLimit: .zero),
    ]

    static let denials = [
        Denial(holder: Holder(plate: plate), owed: Fen(700), debts: [payment, stay]),
        Denial(holder: Holder(.card, lane), owed: .zero, debts: []),
    ]

    static let permits = [
        Permit(
            holder: Holder(plate: plate),
            grants: [
                Permit.Grant(kind: .member, validUntil: quote.until, graceMinutes: 4_320, zone: tariff),
                Permit.Grant(kind: .visitor, validFrom: quote.from),
            ]),
        Permit(holder: Holder(.member, lane), grants: Permit.Grant.Kind.allCases.map { Permit.Grant(kind: $0) }),
    ]

    static let prepayment = Prepayment(
        stay: stay, payment: payment, amount: Fen(700), from: quote.from, through: quote.until, at: quote.until,
        leaveBy: WallTime(milliseconds: 1_767_226_500_000))

    /// With every optional member there, and with none.
    static let notes = [
        StayNote(
            box: device,
            entry: StayEntry(
                stay: stay, plate: plate, vehicle: .large, tariff: tariff, lane: lane, entered: quote.from,
                isSynchronised: false, writtenBy: "Zhao"),
            paidThrough: quote.until, prepaid: prepayment),
        StayNote(
            box: device, entry: StayEntry(stay: stay, plate: nil, tariff: tariff, lane: lane, entered: quote.from)),
    ]

    static let people = [
        Person(
            holder: Holder(.member, slug("p2026001")), name: "张*三", group: slug("pupil"),
            cards: ["0012345678", "0012345679"], code: "888800001234",
            face: FaceTag(version: 2, digest: String(repeating: "0f", count: 32)),
            guardian: Guardian(
                limits: PurseLimits(
                    payment: Fen(2_000), period: .init(count: 1), day: .init(amount: Fen(3_000), count: 3),
                    month: .init(amount: Fen(60_000))),
                barredItems: [slug("snack"), slug("drink")], barredPeriods: [slug("supper")]),
            until: quote.until),
        Person(holder: Holder(.member, slug("t-17")), name: "L*", group: slug("staff")),
    ]

    /// With every optional member there, and with none.
    static let spends = [
        PurseSpend(
            line: 0, purse: slug("nutrition"), lot: slug("nov-2026"), expires: CivilDate(dayNumber: 20_787),
            amount: Fen(600)),
        PurseSpend(line: 49, purse: slug("cash"), amount: Fen(1)),
    ]

    static let meal = Meal(period: slug("lunch"), day: CivilDate(dayNumber: 20_777))

    /// What a canteen charges: with a meal, and with the class of an item.
    static let meals: [Charge] = [meal, Meal(period: nil, day: meal.day)].map { meal in
        var charge = Charge(
            payment: payment, instrument: .contract(people[0].holder), lane: lane, quote: quote, meal: meal)
        charge.quote.lines = [
            Quote.Line(kind: .item, amount: Fen(700), reference: slug("rice"), itemClass: slug("meal"))
        ]
        return charge
    }

    static let receipts = [
        Receipt(
            spends: spends,
            balances: [
                PurseBalance(purse: slug("nutrition"), amount: .zero),
                PurseBalance(purse: slug("cash"), amount: Fen(-1)),
            ]),
        Receipt(
            spends: [], balances: [],
            shortage: Receipt.Shortage(chinese: "家长限额：今日还可用1.00元", english: "1.00 yuan left", left: Fen(100))),
        Receipt(spends: [], balances: [], shortage: Receipt.Shortage(chinese: "余额不足", english: "Not enough money")),
    ]

    static let leaseTerms = LeaseTerms(
        amount: Fen(5_000), expires: WallTime(milliseconds: 1_767_240_000_000), seconds: 14_400, graceSeconds: 86_400,
        lots: [
            LeaseLot(
                purse: slug("nutrition"), lot: slug("nov-2026"), expires: CivilDate(dayNumber: 20_787),
                amount: Fen(600)), LeaseLot(purse: slug("cash"), amount: Fen(4_400)),
        ], payments: 2,
        usage: [
            LeaseUsage(
                purse: slug("nutrition"), window: .period(CivilDate(dayNumber: 20_777), slug("lunch")),
                amount: Fen(600), count: 1),
            LeaseUsage(purse: slug("cash"), window: .day(CivilDate(dayNumber: 20_777)), amount: .zero, count: 0),
            LeaseUsage(purse: nil, window: nil, amount: Fen(500), count: 4),
            LeaseUsage(purse: nil, window: .month(CivilDate(dayNumber: 20_758)), amount: Fen(-3), count: -1),
        ],
        elsewhere: [
            DatedBalance(purse: slug("nutrition"), expires: CivilDate(dayNumber: 20_787), amount: Fen(600)),
            DatedBalance(purse: slug("nutrition"), amount: .zero),
            DatedBalance(purse: slug("cash"), amount: Fen(-1)),
        ])

    static let outcomes: [PaymentOutcome] =
        [.approved, .pending, .unknown, .reversed, .neverSeen, .conflict] + DeclineReason.allCases.map { .declined($0) }

    static let responses: [Response] =
        outcomes.map { .payment(payment, $0) } + [
            .contracts(page), .contracts(ListPage<Contract>(version: 0, digest: "", total: 0, offset: 0, entries: [])),
            .denials(ListPage(version: 3, digest: "d", total: 2, offset: 0, entries: denials)),
            .permits(ListPage(version: 3, digest: "d", total: 2, offset: 0, entries: permits)),
            .people(ListPage(version: 3, digest: "d", total: 2, offset: 0, entries: people)),
            .payment(payment, .approved, receipt: receipts[0]),
            .payment(payment, .declined(.limitReached), receipt: receipts[1]),
            .payment(payment, .declined(.insufficientFunds), receipt: receipts[2]),
            .lease(lease, .granted(leaseTerms)),
            .stay(nil), .stay(notes[0]), .stay(notes[1]),
            .stays(StayPage(stays: notes, closed: [stay, transit], next: stay)),
            .stays(StayPage(stays: [], closed: [], next: nil)),
            .coupon(payment, nil),
            .coupon(payment, CouponOffer(campaign: tariff, discount: Fen(100), chinese: "立减1元", english: "1 yuan off")),
            .offlinePolicy(version: 0, policy: nil), .offlinePolicy(version: 3, policy: "{}"),
            .refund(stay, .refunded), .refund(stay, .unknown), .refund(stay, .conflict),
            .lease(
                lease,
                .granted(
                    LeaseTerms(
                        amount: Fen(5_000), expires: WallTime(milliseconds: 1_767_240_000_000), seconds: 14_400,
                        graceSeconds: 86_400))), .lease(lease, .returned), .lease(lease, .unknown),
            .lease(lease, .conflict), .lease(lease, .refused(.notDrained)),
            .refused(why: "the message has no \"type\"\n"),
        ]

    static let presences: [Presence] = [
        .online(birth: stay, version: "0.1.0", epoch: "e", head: .max), .offline,
        .online(
            birth: stay, version: "0.1.0", epoch: "e", head: 0, purseRules: String(repeating: "0f", count: 32)),
    ]

    static let healths = [
        Health(
            epoch: "e", head: 0, queued: 0, isJournalHealthy: true, isClockSynchronised: false, disk: .ok, faults: []),
        Health(
            epoch: "0123456789abcdef", head: .max, queued: .max, isJournalHealthy: false, isClockSynchronised: true,
            disk: .ok,
            faults: ["loop", "boom \"1\""]),
    ]

    static let events: [Record.Event] =
        [
            .started(version: "0.1.0"),
            .stayOpened(
                StayEntry(
                    stay: stay, plate: plate, vehicle: .newEnergy, tariff: tariff, lane: lane,
                    entered: WallTime(milliseconds: 1_750_000_000_000), isSynchronised: false, writtenBy: "Zhao")),
            .stayOpened(
                StayEntry(
                    stay: stay, plate: nil, tariff: tariff, lane: lane,
                    entered: WallTime(milliseconds: 1_750_000_000_000))),
            .plateCorrected(
                PlateCorrection(
                    lane: lane, transit: nil, stay: stay, before: nil, plate: plate, who: "Zhao", why: "dirty")),
            .plateCorrected(
                PlateCorrection(
                    lane: lane, transit: stay, stay: nil, before: plate, plate: plate, who: "Zhao", why: "dirty")),
            .deskAct(
                DeskAct(
                    .waived, lane: lane, DeskAct.Car(transit: transit, plate: plate, stay: stay), amount: Fen(1_100),
                    who: "Zhao", why: "our mistake")),
            .deskAct(
                DeskAct(
                    .entryTimeSet, lane: lane, before: WallTime(milliseconds: 0),
                    entered: WallTime(milliseconds: 1_750_000_000_000), who: "Zhao", why: "clock")),

            .stayClosed(stay: stay, lane: lane, transit: transit),
            .decision(
                transit: transit, lane: lane, plate: nil, stay: nil, verdict: .hold, reason: "no plate was read"),
            .hostPays(transit: transit, lane: lane, plate: plate, stay: stay, quote),
            .pulse(transit: transit, lane: lane, relay: "raise", milliseconds: 500),
            .pulse(transit: nil, lane: lane, relay: "lower", milliseconds: 0),
            .stayPrepaid(stay: stay, payment: payment), .policyChanged(version: 3, refusedBecause: nil),
            .policyChanged(version: 4, refusedBecause: "no \"perBox\""),
            .debt(charge),
            .manualOpening(HandOpening(lane: lane, transit: transit, who: "attendant 7", reason: "救护车 \"now\"")),
            .manualOpening(
                HandOpening(lane: lane, transit: nil, plate: plate, stay: stay, unpaid: Fen(700), who: "", reason: "")),
            .shiftOpened(ShiftOpening(shift: stay, who: "Zhao", float: Fen(20_000))),
            .shiftClosed(shiftClosing), .shiftClosed(handedOver),
            .alarm(lane: lane, code: "didNotOpen", isActive: true),
            .alarm(lane: lane, code: "didNotOpen", isActive: false),
            .boxAlarm(code: "diskLow", isActive: true),
            .journalReplaced(previousEpoch: "e-1", through: 17, why: "page 3", file: "journal.damaged-1"),
            .journalReplaced(previousEpoch: nil, through: nil, why: "page 1", file: "journal.damaged-2"),
        ]
        + Record.Verdict.allCases.map {
            .decision(transit: transit, lane: lane, plate: plate, stay: stay, verdict: $0, reason: "r")
        } + Record.Passage.allCases.map { .passage(transit: transit, lane: lane, $0) }
        + KnownBy.allCases.map {
            .identified(
                Identification(
                    transit: transit, lane: lane, holder: Holder(.member, lane), by: $0,
                    similarity: $0 == .face ? 812 : nil,
                    meal: $0 == .card ? nil : Meal(period: lane, day: CivilDate(dayNumber: 20_000))))
        }
        + [
            .identified(
                Identification(
                    transit: transit, lane: lane, holder: Holder(.member, lane), by: nil, meal: meal, isKeyed: true)),
            .mealUndone(transit: transit, holder: Holder(.member, lane), meal),
        ]
        + Record.PaymentState.allCases.map { .payment($0, charge, nil) }
        + charges.map { .payment(.declined, $0, .codeRefused) }
        + Record.RefundState.allCases.map { .refund($0, refund, nil) }
        + [
            .refund(.refused, refund, .moreThanCaptured), .leaseGivenBack(stay), .leaseSpent(lease, charge),
            .leasePaidOut(lease, payout), .leaseSpent(lease, meals[0], spends: spends),
            .refund(
                .requested, Refund(id: stay, payment: payment, amount: Fen(3), line: 2, who: "Li", why: "cold"), nil),
        ] + meals.map { .payment(.acceptedOffline, $0, nil) }

    static let records: [Record] = events.enumerated().map { index, event in
        Record(at: WallTime(milliseconds: Int64(index) - 3), isSynchronised: index % 2 == 0, event: event)
    }

    static func slug(_ text: String) -> Slug { try! Slug(text) }

    /// A line of a journal: the record's body with its sequence number in front, as the journal writes it.
    static func line(_ sequence: Int64, _ record: Record) -> [UInt8] {
        Array("{\"seq\":\(sequence),".utf8) + record.body.dropFirst()
    }
}

/// A JSON document that tests change member by member.
struct Document {
    var root: JSONNode

    init(_ bytes: [UInt8]) throws { root = try JSONNode.parse(bytes, dialect: .json) }

    var bytes: [UInt8] { Document.write(root) }

    /// The path of every member, however deep: indices into the members of an object or the elements of a list.
    var paths: [(key: String, path: [Int])] { Document.paths(of: root) }

    /// The document without the member at `path`, or with it replaced.
    func changed(at path: [Int], to value: JSONValue?) -> Document {
        var copy = self
        Document.change(&copy.root, path[...], value)
        return copy
    }

    private static func paths(of node: JSONNode) -> [(key: String, path: [Int])] {
        if let members = node.members {
            return members.enumerated().flatMap { index, member in
                [(member.key, [index])] + paths(of: member.node).map { ($0.key, [index] + $0.path) }
            }
        }
        return (node.array ?? []).enumerated().flatMap { index, element in
            paths(of: element).map { ($0.key, [index] + $0.path) }
        }
    }

    private static func change(_ node: inout JSONNode, _ path: ArraySlice<Int>, _ value: JSONValue?) {
        let index = path.first!
        switch node.value {
        case .object(var members):
            if path.count > 1 {
                change(&members[index].node, path.dropFirst(), value)
            } else if let value {
                members[index].node.value = value
            } else {
                members.remove(at: index)
            }
            node.value = .object(members)
        case .array(var elements):
            change(&elements[index], path.dropFirst(), value)
            node.value = .array(elements)
        case .null, .bool, .integer, .decimal, .string: preconditionFailure("the path leads to a scalar")
        }
    }

    private static func write(_ node: JSONNode) -> [UInt8] {
        switch node.value {
        case .null: return Array("null".utf8)
        case .bool(let flag): return Array("\(flag)".utf8)
        case .integer(let number): return Array("\(number)".utf8)
        case .decimal(let text): return Array(text.utf8)
        case .string(let text): return quoted(text)
        case .array(let elements):
            return Array("[".utf8) + elements.map(write).joined(separator: [0x2C]) + Array("]".utf8)
        case .object(let members):
            let written = members.map { quoted($0.key) + [0x3A] + write($0.node) }
            return Array("{".utf8) + written.joined(separator: [0x2C]) + Array("}".utf8)
        }
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(text)
        return writer.bytes
    }
}
