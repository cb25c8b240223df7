import Services
import Testing
import Vocabulary
import Wire

/// One identity, two boxes: what was copied is told, and what came first stands.
@Suite struct ForkTests {
    /// One of several boxes that run with copies of one journal, and what it wrote.
    private struct Copy {
        var box: Box
        var payloads: [(first: Int64, bytes: [UInt8])] = []
    }

    @Test(
        "whichever copy speaks first stands; the other is refused from the first record that differs",
        arguments: [0, 1])
    func either(first: Int) throws {
        let site = try Site()
        try site.record(.started(version: "1"), .started(version: "1"))
        var copies = [site.box, site.box]
        let payloads = [copies[0].batch([.started(version: "a")]), copies[1].batch([.started(version: "b")])]
        #expect(try site.ingest(payloads[first]) == .through(epoch: "e1", sequence: 3))
        #expect(try site.ingest(payloads[1 - first]) == .expected(epoch: "e1", sequence: 3, because: "fork"))
        #expect(try site.ingest(payloads[first]) == .through(epoch: "e1", sequence: 3))
        let fork = try #require(try site.incidents(.fork).first)
        #expect(fork.detail.contains("record 3 is the first that differs"))
    }

    @Test("a fork is reported once, with how often it came")
    func counted() throws {
        let site = try Site()
        var copy = site.box
        for _ in 0..<3 { try site.record(.started(version: "a")) }
        for _ in 0..<3 { _ = try site.ingest(copy.batch([.started(version: "b")])) }
        let forks = try site.incidents(.fork)
        #expect(forks.map(\.count) == [3] && forks[0].subject == "epoch e1" && forks[0].closed == nil)
    }

    @Test("a refused copy is never told that a record behind its own batch is here")
    func noFalseConfirmation() throws {
        let site = try Site()
        var copy = site.box
        for _ in 0..<5 { try site.record(.started(version: "a")) }
        for first: Int64 in 1...5 {
            #expect(
                try site.ingest(copy.batch([.started(version: "b")]))
                    == .expected(epoch: "e1", sequence: first, because: "fork"))
        }
    }

    @Test("both boxes are told when they come online, until then nobody is")
    func told() throws {
        let site = try Site()
        var copy = site.box
        try site.record(.started(version: "a"))
        #expect(try site.hear(site.box.birth()) == [])
        _ = try site.ingest(copy.batch([.started(version: "b")]))
        #expect(try site.hear(copy.birth()) == [copy.device])
        #expect(try site.hear(site.box.birth()) == [site.box.device])
        #expect(try site.hear(site.box.will, site.box.health()) == [site.box.device])
    }

    @Test(
        "however two copies interleave, one history is stored whole, money moves for that one alone, and it is told",
        arguments: 0..<40)
    func interleavings(seed: UInt64) throws {
        var dice = Dice(state: seed &+ 1)
        let site = try Site()
        let common = Int.random(in: 0..<4, using: &dice)
        if common > 0 { try site.ingest(site.box.batch(Array(repeating: .started(version: "1"), count: common))) }
        var copies = [Copy(box: site.box), Copy(box: site.box)]
        var charged: [Int64: Int64] = [:]
        for index in 0...1 {
            for batch in 0..<6 {
                let number = UInt64(index * 100 + batch + 1)
                var events: [Record.Event] = [
                    .payment(.acceptedOffline, makeCharge(number, Site.rich, Int64(number)), nil)
                ]
                for _ in 0..<Int.random(in: 0..<3, using: &dice) { events.append(.started(version: "\(index)")) }
                let first = copies[index].box.next
                copies[index].payloads.append((first, copies[index].box.batch(events)))
                charged[Int64(index), default: 0] += Int64(number)
            }
        }
        var refused: Set<Int> = []
        var sent = [0, 0]
        // Any order, repeats and gaps; then each copy once more from its first batch on, so that all has been offered.
        var turns = (0..<60).map { _ in (Int.random(in: 0...1, using: &dice), Int.random(in: 0..<6, using: &dice)) }
        for index in 0...1 { turns += (0..<6).map { (index, $0) } }
        for (index, batch) in turns {
            let (first, payload) = copies[index].payloads[batch]
            sent[index] += 1
            switch try site.ingest(payload) {
            case .through: break
            case .expected(_, let sequence, "fork"):
                refused.insert(index)
                #expect(sequence <= first, "the copy would forget records that are not here")
            case .expected(_, let sequence, let why):
                #expect(why == "gap" && sequence < first)
            }
        }
        #expect(refused.count == 1, "exactly one of the two is refused")
        let winner = try #require([0, 1].first { !refused.contains($0) })
        #expect(try site.incidents(.fork).count == 1)
        let report = try site.store.ledgerReport()
        let through = copies[winner].box.next - 1
        #expect(report.streams.map(\.through) == [through] && report.streams.map(\.rows) == [through])
        #expect(try site.balance("merchant:city") == charged[Int64(winner)])
        #expect(try site.isSound())
    }
}
