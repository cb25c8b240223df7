import JSONText
import Testing
import Vocabulary
import Wire

@Suite("Messages that are not ours")
struct MalformedMessageTests {
    /// Members that a message may lack.
    static let optional: [String: Set<String>] = [
        "decision": ["plate", "stay"], "pulse": ["transit"], "manualOpening": ["transit", "plate", "stay", "unpaid"],
        "payment": ["reason"],
        "refund": ["reason"], "charge": ["code"], "policyChanged": ["refused"],
        "journalReplaced": ["previousEpoch", "through"], "stayOpened": ["plate", "writtenBy"],
        "plateCorrected": ["transit", "stay", "before"],
        "deskAct": ["transit", "plate", "stay", "amount", "before", "entered"], "stays": ["after"],
        "shiftClosed": ["next"], "leaseSpent": ["spends"], "identified": ["by", "similarity", "meal", "keyed"],
    ]
    /// Members that an object within a message may lack.
    static let optionalWithin: Set<String> = [
        "plate", "stay", "began", "minutes", "reference", "vehicle", "pass", "validFrom", "validUntil", "zone",
        "writtenBy", "paidThrough",
        "prepaid", "unpaidOpenings", "leftUnpaid", "meal", "period", "class", "ofLine", "lot", "expires", "payer",
        "window",
        "shortage", "left", "code", "face", "guardian", "contractEnds",
    ]

    @Test(
        "a request without one of its members, or with null for it, is refused and the member named",
        arguments: Samples.requests)
    func requests(request: Request) throws {
        try check(request.payload, optional: Self.optional[kind(request.payload)] ?? []) {
            (payload: [UInt8]) throws(WireError) in _ = try Request(payload: payload)
        }
    }

    @Test(
        "a response without one of its members, or with null for it, is refused and the member named",
        arguments: Samples.responses)
    func responses(response: Response) throws {
        // An answer never lacks its reason, as a record of a payment may.
        let optional: [String: Set<String>] = [
            "coupon": ["offer"], "stay": ["note"], "stays": ["next"],
            "payment": ["receipt"], "lease": ["lots", "payments", "usage", "elsewhere"],
        ]
        let kind = kind(response.payload)
        // A charge may be for no stay and say no class; what is said of a stay has both.
        let needed: Set<String> = ["stay", "stays"].contains(kind) ? ["stay", "vehicle"] : []
        try check(response.payload, optional: optional[kind] ?? [], needed: needed) {
            (payload: [UInt8]) throws(WireError) in _ = try Response(payload: payload)
        }
    }

    @Test(
        "a record without one of its members, or with null for it, is refused and the member named",
        arguments: Samples.records)
    func records(record: Record) throws {
        try check(Samples.line(1, record), optional: Self.optional[record.event.kind] ?? []) {
            (payload: [UInt8]) throws(WireError) in _ = try Record.parse(line: payload)
        }
    }

    @Test("presence and health without a member, or with null for it, are refused and the member named")
    func standing() throws {
        for presence in Samples.presences {
            try check(presence.payload, optional: ["purseRules"]) { (payload: [UInt8]) throws(WireError) in
                _ = try Presence(payload: payload)
            }
        }
        for health in Samples.healths {
            try check(health.payload) { (payload: [UInt8]) throws(WireError) in _ = try Health(payload: payload) }
        }
        let start = #"{"epoch":"e","head":0,"queued":0,"journalHealthy":true,"clockSynchronised":true,"#
        let mixed = start + #""disk":"low","faults":["loop",5]}"#
        #expect(throws: WireError.wrong("faults")) { try Health(payload: Array(mixed.utf8)) }
    }

    private func kind(_ payload: [UInt8]) -> String {
        (try? JSONNode.parse(payload, dialect: .json))?["type"]?.string ?? ""
    }

    private func check(
        _ payload: [UInt8], optional: Set<String> = [], needed: Set<String> = [],
        _ read: ([UInt8]) throws(WireError) -> Void
    ) throws {
        let document = try Document(payload)
        try #require(document.bytes == payload)
        for (key, path) in document.paths {
            #expect(throws: WireError.wrong(key)) { try read(document.changed(at: path, to: .null).bytes) }
            let without = document.changed(at: path, to: nil).bytes
            if path.count == 1 ? optional.contains(key) : Self.optionalWithin.subtracting(needed).contains(key) {
                #expect(throws: Never.self) { try read(without) }
            } else {
                #expect(throws: WireError.missing(key)) { try read(without) }
            }
        }
    }

    @Test("a record whose optional members are absent has none")
    func absent() throws {
        let record = Record(
            at: WallTime(milliseconds: 0), isSynchronised: true,
            event: .decision(
                transit: Samples.transit, lane: Samples.lane, plate: nil, stay: nil, verdict: .refuse, reason: "r"))
        #expect(!String(decoding: record.body, as: UTF8.self).contains("null"))
        #expect(try Record.parse(line: Samples.line(9, record)).record == record)
    }

    @Test("a type nobody knows is refused and named")
    func unknownTypes() {
        let payload = Array(#"{"type":"gift"}"#.utf8)
        #expect(throws: WireError.unknownType("gift")) { try Request(payload: payload) }
        #expect(throws: WireError.unknownType("gift")) { try Response(payload: payload) }
        let line = Array(#"{"seq":1,"at":0,"synchronised":true,"kind":"gift"}"#.utf8)
        #expect(throws: WireError.unknownType("gift")) { try Record.parse(line: line) }
        #expect(throws: WireError.unknownType("Charge")) { try Request(payload: Array(#"{"type":"Charge"}"#.utf8)) }
    }

    @Test(
        "a value outside its range or of no known name is refused and its member named",
        arguments: [
            (#"{"type":"query","payment":"019B76DA-A87B-7ABC-9234-56789ABCDEF0"}"#, "payment"),
            (#"{"type":"list","list":"contracts","version":-1,"offset":0}"#, "version"),
            (#"{"type":"list","list":"contracts","version":0,"offset":-1}"#, "offset"),
            (#"{"type":"list","list":"contracts","version":0,"offset":9223372036854775808}"#, "offset"),
            (#"{"type":"list","list":"contracts","version":1.0,"offset":0}"#, "version"), (#"{"type":5}"#, "type"),
            (#"{"type":"charge","charge":[]}"#, "charge"), (#"{"type":"charge","charge":"x"}"#, "charge"),
        ])
    func wrongValues(payload: String, key: String) {
        #expect(throws: WireError.wrong(key)) { try Request(payload: Array(payload.utf8)) }
    }

    @Test(
        "a charge with a bad member is refused and the member named",
        arguments: [
            ("plate", JSONValue.string("粤B/1")), ("lane", .string("Exit 1")), ("tariff", .string("")),
            ("total", .integer(-1)),
            ("kind", .string("discount")), ("minutes", .decimal("1.5")), ("amount", .string("500")),
            ("lines", .object([])),
            ("quote", .array([])), ("stay", .string("x")), ("from", .bool(true)),
        ])
    func wrongCharge(key: String, value: JSONValue) throws {
        let document = try Document(Request.charge(Samples.charge, code: nil).payload)
        let path = try #require(document.paths.first { $0.key == key }?.path)
        #expect(throws: WireError.wrong(key)) { try Request(payload: document.changed(at: path, to: value).bytes) }
    }

    @Test("a quote has at most 1,000 lines", arguments: [1000, 1001])
    func longQuote(count: Int) {
        var charge = Samples.charge
        charge.quote.lines = Array(repeating: charge.quote.lines[0], count: count)
        let read = Result { () throws(WireError) in try Request(payload: Request.charge(charge, code: nil).payload) }
        #expect(read == (count <= 1000 ? .success(.charge(charge, code: nil)) : .failure(.wrong("lines"))))
    }

    @Test(
        "a message that is not JSON, or not an object, is refused",
        arguments: ["", "{", "nul", "{\"type\":\"query\",}", "\u{0}"])
    func notJSON(payload: String) {
        for read in [
            { try _ = Request(payload: $0) }, { try _ = Response(payload: $0) }, { try _ = Record.parse(line: $0) },
        ] as [([UInt8]) throws -> Void] {
            let error = #expect(throws: WireError.self) { try read(Array(payload.utf8)) }
            guard case .notJSON = error else { Issue.record("\(String(describing: error))"); continue }
        }
        #expect(throws: WireError.missing("type")) { try Request(payload: Array("[1]".utf8)) }
        #expect(throws: WireError.missing("type")) { try Response(payload: Array("5".utf8)) }
    }

    @Test("an error names the member in plain words")
    func descriptions() {
        #expect("\(WireError.missing("plate"))" == "the message has no \"plate\"")
        #expect("\(WireError.wrong("total"))" == "the message's \"total\" has a value of the wrong kind or range")
        #expect("\(WireError.unknownType(String(repeating: "x", count: 5000)))".utf8.count < 100)
    }

    @Test("with any one byte changed or left out, a message is read or refused, and does no harm")
    func everyByte() {
        let readers: [([UInt8], ([UInt8]) throws(WireError) -> Void)] = [
            (
                Request.charge(Samples.charge, code: nil).payload,
                { payload throws(WireError) in _ = try Request(payload: payload) }
            ),
            (
                Response.contracts(Samples.page).payload,
                { payload throws(WireError) in _ = try Response(payload: payload) }
            ),
            (Samples.line(1, Samples.records[1]), { payload throws(WireError) in _ = try Record.parse(line: payload) }),
        ]
        var accepted = 0, refused = 0
        for (payload, read) in readers {
            for place in payload.indices {
                var shorter = payload
                shorter.remove(at: place)
                for changed in [shorter]
                    + [0x00, 0x22, 0x2C, 0x2D, 0x39, 0x5C, 0x7B, 0xFF].map({ payload.with($0, at: place) })
                {
                    do {
                        try read(changed)
                        accepted += 1
                    } catch {
                        refused += 1
                    }
                }
            }
        }
        #expect(accepted > 100)
        #expect(refused > 1000)
    }
}

extension [UInt8] {
    /// These bytes with one of them replaced.
    func with(_ byte: UInt8, at place: Int) -> [UInt8] {
        var copy = self
        copy[place] = byte
        return copy
    }
}
