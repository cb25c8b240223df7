import Testing
import Vocabulary
import Wire

@Suite("The hash chain")
struct ChainTests {
    /// Computed with another implementation of SHA-256, from the chain's description.
    static let genesis = ChainHash(hexadecimal: "76cd309ecabc0023bddd0636630a2c207a54575ab4bdc59ee92812c2779a9c9f")!
    static let links: [(line: String, hash: String)] = [
        (#"{"seq":1,"kind":"a"}"#, "447c8fd1cc16a1f130625787ddadbbfb85bf73aa7bcd09851fdb7650d9aba218"),
        (#"{"seq":2,"plate":"粤B12345"}"#, "5c4ec81af871244c4e5e399fc5c486e79f4d33b94de9697efb764ab6553a16a6"),
        ("", "5ed45a2d9e78aca3fb7ed4ae856d119e139223e5b20d826a7ed779dd05938fea"),
        (#"{"seq":4}"#, "33e962aa5a5c2c33add9d7221597214ac1998bc2518eebda31277435368d4741"),
    ]
    static let epoch = "0123456789abcdef"

    static func batch(_ lines: [[UInt8]] = links.map { Array($0.line.utf8) }) -> Batch {
        Batch(
            device: Samples.device, epoch: epoch, first: 1, head: ChainHash(hexadecimal: links[3].hash)!, lines: lines)
    }

    @Test("the chain's hashes are those computed elsewhere")
    func oracle() {
        var hash = RecordChain.genesis(device: Samples.device, epoch: Self.epoch)
        #expect(hash == Self.genesis)
        for link in Self.links {
            hash = RecordChain.next(after: hash, line: Array(link.line.utf8))
            #expect(hash.description == link.hash)
        }
    }

    @Test("the chain begins differently for every device and every epoch")
    func genesisBinds() {
        #expect(
            RecordChain.genesis(device: Samples.device, epoch: "0123456789abcdee").description
                == "ea87d3a572dc0d6781bc0055b9aa67c97d7d4fe5a9e7a892f36f8e6abe094396")
        #expect(RecordChain.genesis(device: Samples.lane, epoch: Self.epoch) != Self.genesis)
    }

    @Test("a hash is 32 bytes or 64 lower-case digits, nothing else", arguments: [0, 31, 32, 33])
    func hashLength(count: Int) {
        let bytes = [UInt8](repeating: 0xAB, count: count)
        let digits = String(repeating: "ab", count: count)
        #expect((ChainHash(bytes: bytes)?.bytes == bytes) == (count == 32))
        #expect((ChainHash(hexadecimal: digits)?.description == digits) == (count == 32))
        #expect(ChainHash(hexadecimal: digits.uppercased()) == nil || count == 0)
    }

    @Test("whole, the batch verifies and gives the hash after each line")
    func whole() throws {
        #expect(try Self.batch().verifyChain(after: Self.genesis).map(\.description) == Self.links.map(\.hash))
    }

    @Test("with any byte of any line changed by any one bit, the chain is broken")
    func changedByte() {
        let whole = Self.batch()
        for line in whole.lines.indices {
            for place in whole.lines[line].indices {
                for bit in 0..<8 {
                    var batch = whole
                    batch.lines[line][place] ^= 1 << UInt8(bit)
                    expectBroken(batch)
                }
            }
        }
    }

    @Test("with a line left out, repeated, put in, exchanged, split or joined, the chain is broken")
    func changedLines() {
        let whole = Self.batch()
        for line in whole.lines.indices {
            expectBroken(Self.batch(Array(whole.lines[..<line] + whole.lines[(line + 1)...])))
            expectBroken(Self.batch(Array(whole.lines[...line] + whole.lines[line...])))
            for inserted in [[], Array("{}".utf8)] {
                expectBroken(Self.batch(Array(whole.lines[..<line] + [inserted] + whole.lines[line...])))
            }
            for other in whole.lines.indices where other != line {
                var batch = whole
                batch.lines.swapAt(line, other)
                expectBroken(batch)
            }
            for place in whole.lines[line].indices {
                var batch = whole
                batch.lines[line].remove(at: place)
                expectBroken(batch)
                batch = whole
                batch.lines[line].insert(0x20, at: place)
                expectBroken(batch)
                let (head, tail) = (whole.lines[line][..<place], whole.lines[line][place...])
                expectBroken(
                    Self.batch(Array(whole.lines[..<line] + [Array(head), Array(tail)] + whole.lines[(line + 1)...])))
            }
        }
        expectBroken(Self.batch([Array(whole.lines.joined())]))
        expectBroken(Self.batch([]))
    }

    @Test("after another hash than the one before it, the chain is broken")
    func otherPrevious() {
        let other = ChainHash(hexadecimal: Self.links[0].hash)!
        #expect(throws: BatchError.brokenChain(Samples.device, first: 1, count: 4)) {
            try Self.batch().verifyChain(after: other)
        }
    }

    private func expectBroken(_ batch: Batch, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: BatchError.self, sourceLocation: sourceLocation) {
            try batch.verifyChain(after: Self.genesis)
        }
        #expect(
            error == .brokenChain(batch.device, first: 1, count: batch.lines.count), sourceLocation: sourceLocation)
    }
}
