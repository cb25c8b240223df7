import Testing
import Vocabulary
import Wire

@Suite("Batches of records")
struct BatchTests {
    static let box = KeyTests.box
    static let payload = ChainTests.batch().payload(signedBy: box)

    private func parse(_ payload: [UInt8], from device: DeviceID = Samples.device) throws(BatchError) -> Batch {
        try Batch.parse(payload, from: device) { $0 == Samples.device ? Self.box.publicKey : nil }
    }

    private func parse(_ text: String) throws(BatchError) -> Batch { try parse(Array(text.utf8)) }

    @Test(
        "a payload is a signed header line and then each record, byte for byte; another signer gives the same bytes"
    )
    func oracle() {
        let header =
            #"{"device":"north-gate","epoch":"0123456789abcdef","first":1,"count":4,"#
            + #""head":"33e962aa5a5c2c33add9d7221597214ac1998bc2518eebda31277435368d4741","#
            + #""signature":"187938d2cf654b51e05d689ca830baf736034445d1601b41c91f425914ef205d"#
            + #"30bbc5936c4579d64c60399fc9b7b14f47b62a27923e4d759cd47bc682ed3c0c"}"#
        let lines = ChainTests.links.map(\.line)
        #expect(String(decoding: Self.payload, as: UTF8.self) == ([header] + lines).joined(separator: "\n"))
    }

    @Test("a batch reads back as it was written")
    func roundTrip() throws {
        let batch = try parse(Self.payload)
        #expect(batch == ChainTests.batch())
        #expect(batch.last == 4)
        #expect(try batch.verifyChain(after: ChainTests.genesis).last == batch.head)
    }

    @Test(
        "a header changed after it was signed is refused",
        arguments: [
            ("\"first\":1", "\"first\":2"), ("\"epoch\":\"0123456789abcdef\"", "\"epoch\":\"0123456789abcdee\""),
            ("\"head\":\"33e9", "\"head\":\"33e8"), ("\"signature\":\"18", "\"signature\":\"19"),
            ("\"signature\":\"18", "\"signature\":\""), ("7bc682ed3c0c", "7bc682ed3c0c00"),
        ])
    func changedHeader(original: String, changed: String) throws {
        let text = String(decoding: Self.payload, as: UTF8.self)
        try #require(text.contains(original))
        #expect(throws: BatchError.badSignature(Samples.device)) {
            try parse(text.replacing(original, with: changed, maxReplacements: 1))
        }
    }

    @Test("a line left out together with its count in the header is refused: the count is signed")
    func changedCount() throws {
        let text = String(decoding: Self.payload, as: UTF8.self).replacing("\"count\":4", with: "\"count\":3")
        let end = try #require(text.lastIndex(of: "\n"))
        #expect(throws: BatchError.badSignature(Samples.device)) { try parse(String(text[..<end])) }
    }

    @Test("a batch signed by another key is refused")
    func stranger() {
        let payload = ChainTests.batch().payload(signedBy: KeyTests.stranger)
        #expect(throws: BatchError.badSignature(Samples.device)) { try parse(payload) }
    }

    @Test(
        "a batch that claims another device than its topic's is refused, and so is one whose header was changed to fit")
    func otherDevice() throws {
        let other = try Slug("south-gate")
        #expect(throws: BatchError.wrongDevice(claimed: "north-gate", topic: other)) {
            try parse(Self.payload, from: other)
        }
        let renamed = String(decoding: Self.payload, as: UTF8.self).replacing("north-gate", with: "south-gate")
        #expect(throws: BatchError.badSignature(other)) {
            try Batch.parse(Array(renamed.utf8), from: other) { _ in Self.box.publicKey }
        }
    }

    @Test("a device without an enrolled key is refused")
    func unknownDevice() {
        #expect(throws: BatchError.unknownDevice(Samples.device)) {
            try Batch.parse(Self.payload, from: Samples.device) { _ in nil }
        }
    }

    @Test("a count that is not the number of lines is refused", arguments: [-1, 0, 3, 5, Int64.max, Int64.min])
    func wrongCount(count: Int64) {
        let text = String(decoding: Self.payload, as: UTF8.self).replacing("\"count\":4", with: "\"count\":\(count)")
        #expect(throws: BatchError.malformed(why: "its header counts \(count) records, it has 4")) { try parse(text) }
    }

    @Test("a batch has 1 to 200 records", arguments: [0, 1, 199, 200, 201, 5000])
    func recordCount(count: Int) throws {
        var hash = ChainTests.genesis
        let lines = (0..<count).map { Array("{\"seq\":\($0 + 1)}".utf8) }
        for line in lines { hash = RecordChain.next(after: hash, line: line) }
        let batch = Batch(device: Samples.device, epoch: ChainTests.epoch, first: 1, head: hash, lines: lines)
        let read = Result { () throws(BatchError) in try parse(batch.payload(signedBy: Self.box)) }
        switch count {
        case 0: #expect(read == .failure(.malformed(why: "it has no records")))
        case 1...Batch.mostRecords:
            #expect(read == .success(batch))
            #expect(try batch.verifyChain(after: ChainTests.genesis).count == count)
        default: #expect(read == .failure(.malformed(why: "it has over 200 records")))
        }
    }

    @Test("a line end after the last record is one line too many")
    func trailingLineEnd() {
        #expect(throws: BatchError.malformed(why: "its header counts 4 records, it has 5")) {
            try parse(Self.payload + [0x0A])
        }
    }

    @Test(
        "a header that is not ours is refused as malformed",
        arguments: [
            "", "\n{}", "{}\n{}", "[]\n{}", "{\n{}", "nonsense\n{}", "\n\n\n",
            #"{"device":"north-gate","epoch":"e","first":1,"count":1,"head":"00","signature":"00"}"# + "\n{}",
        ])
    func badHeader(payload: String) {
        let error = #expect(throws: BatchError.self) { try parse(payload) }
        #expect(error?.code == "malformed")
    }

    @Test(
        "a header without one of its members, or with another kind or range, is refused as malformed",
        arguments: [
            ("\"device\":\"north-gate\",", ""), ("\"epoch\":\"0123456789abcdef\",", ""), ("\"first\":1,", ""),
            ("\"count\":4,", ""), ("\"head\":", "\"tail\":"), ("\"signature\":", "\"sign\":"),
            ("\"first\":1", "\"first\":0"),
            ("\"first\":1", "\"first\":-1"), ("\"first\":1", "\"first\":1.0"), ("\"first\":1", "\"first\":\"1\""),
            ("\"first\":1", "\"first\":9223372036854775807"), ("\"first\":1", "\"first\":9223372036854775608"),
            ("0123456789abcdef\"", "\""), ("0123456789abcdef\"", String(repeating: "e", count: 65) + "\""),
            ("\"33e9", "\"33E9"), ("\"33e9", "\"33e"), ("\"signature\":\"18", "\"signature\":\"1"),
            ("\"count\":4", "\"count\":null"),
        ])
    func badMember(original: String, changed: String) throws {
        let text = String(decoding: Self.payload, as: UTF8.self)
        try #require(text.contains(original))
        #expect(throws: BatchError.malformed(why: "its header lacks a member or has one of the wrong kind")) {
            try parse(text.replacing(original, with: changed, maxReplacements: 1))
        }
    }

    @Test(
        "the last place a batch may begin leaves room for all its records",
        arguments: [Int64.max - 200, Int64.max - 199])
    func lastPlace(first: Int64) {
        var batch = ChainTests.batch()
        batch.first = first
        let read = Result { () throws(BatchError) in try parse(batch.payload(signedBy: Self.box)) }
        if first <= Int64.max - 200 {
            #expect(read == .success(batch))
            #expect(batch.last == first + 3)
        } else {
            #expect(throws: BatchError.self) { try read.get() }
        }
    }

    @Test("with any one byte of the payload changed, the batch is refused or its chain is broken")
    func anyByte() {
        for place in Self.payload.indices {
            for byte in [Self.payload[place] ^ 1, Self.payload[place] ^ 0x20, 0x0A, 0xFF]
            where byte != Self.payload[place] {
                #expect(throws: BatchError.self, "byte \(place) becomes \(byte)") {
                    try parse(Self.payload.with(byte, at: place)).verifyChain(after: ChainTests.genesis)
                }
            }
        }
    }

    @Test("cut at any byte, the batch is refused or its chain is broken")
    func truncated() {
        for length in Self.payload.indices {
            #expect(throws: BatchError.self, "cut to \(length) bytes") {
                try parse(Array(Self.payload.prefix(length))).verifyChain(after: ChainTests.genesis)
            }
        }
    }

    @Test("each refusal has its code and a sentence")
    func descriptions() throws {
        let claimed = String(repeating: "x", count: 100_000)
        let errors: [(BatchError, String, String)] = [
            (.malformed(why: "w"), "malformed", "batch refused: w"),
            (.unknownDevice(Samples.device), "unknownDevice", "is not enrolled; add its public key"),
            (.badSignature(Samples.device), "badSignature", "the signature is not device north-gate's"),
            (
                .brokenChain(Samples.device, first: 11, count: 5), "brokenChain",
                "records 11 to 15 of north-gate do not hash"
            ),
            (.wrongDevice(claimed: claimed, topic: Samples.device), "wrongDevice", "but came from north-gate"),
        ]
        for (error, code, part) in errors {
            #expect(error.code == code)
            #expect(error.description.contains(part))
            #expect(error.description.utf8.count < 200)
        }
    }
}
