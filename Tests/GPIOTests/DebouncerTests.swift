import Testing
import Vocabulary

@testable import GPIO

@Suite struct DebouncerTests {
    private func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }

    private func debouncer(_ milliseconds: Int = 20, limit: Int = 100) -> Debouncer {
        Debouncer(settlingMilliseconds: milliseconds, maximumEdgesPerSecond: limit, level: false, at: at(0))
    }

    @Test("a level counts once it has stayed for the settling time", arguments: [(19, false), (20, true), (21, true)])
    func settles(after milliseconds: Int64, isReported: Bool) {
        var input = debouncer()
        var reports: [Debouncer.Report] = []
        input.edge(true, at: at(100), into: &reports)
        #expect(reports.isEmpty)
        #expect(input.deadline == at(120))
        input.advance(to: at(100 + milliseconds), into: &reports)
        #expect(reports == (isReported ? [.level(true, at: at(100))] : []))
        #expect((input.deadline == nil) == isReported)
    }

    @Test("a dip that is shorter than the settling time is not reported")
    func dip() {
        var input = debouncer()
        var reports: [Debouncer.Report] = []
        input.edge(true, at: at(100), into: &reports)
        input.edge(false, at: at(119), into: &reports)
        #expect(input.deadline == nil)
        input.advance(to: at(1_000), into: &reports)
        #expect(reports.isEmpty)
    }

    @Test("bouncing restarts the settling time, and the level began with its last edge")
    func bounce() {
        var input = debouncer()
        var reports: [Debouncer.Report] = []
        for (level, instant) in [(true, 100), (false, 101), (true, 102), (false, 110), (true, 115)] {
            input.edge(level, at: at(Int64(instant)), into: &reports)
        }
        input.advance(to: at(134), into: &reports)
        #expect(reports.isEmpty)
        input.advance(to: at(135), into: &reports)
        #expect(reports == [.level(true, at: at(115))])
    }

    @Test("a level that had settled is reported even if the next edge is seen before the clock")
    func lateClock() {
        var input = debouncer()
        var reports: [Debouncer.Report] = []
        input.edge(true, at: at(100), into: &reports)
        input.edge(false, at: at(120), into: &reports)
        #expect(reports == [.level(true, at: at(100))])
        input.advance(to: at(140), into: &reports)
        #expect(reports == [.level(true, at: at(100)), .level(false, at: at(120))])
    }

    @Test("without a settling time every edge is reported at once")
    func immediate() {
        var input = debouncer(0)
        var reports: [Debouncer.Report] = []
        input.edge(true, at: at(5), into: &reports)
        input.edge(false, at: at(5), into: &reports)
        #expect(reports == [.level(true, at: at(5)), .level(false, at: at(5))])
        #expect(input.deadline == nil)
    }

    @Test("one edge more than the limit within a second is chattering", arguments: [(999, true), (1_000, false)])
    func chattering(span: Int64, isChattering: Bool) {
        var input = debouncer(20, limit: 10)
        var reports: [Debouncer.Report] = []
        // Eleven edges, the last one `span` after the first.
        for edge in 0..<10 { input.edge(edge % 2 == 0, at: at(100 + Int64(edge)), into: &reports) }
        #expect(!input.isChattering)
        input.edge(true, at: at(100 + span), into: &reports)
        #expect(input.isChattering == isChattering)
        #expect(reports.contains(.chattering(at: at(100 + span))) == isChattering)
    }

    @Test("chattering is told once, and after a quiet second the level is told even if it is the old one")
    func quiet() {
        var input = debouncer(20, limit: 4)
        var reports: [Debouncer.Report] = []
        for edge in 1...12 { input.edge(edge % 2 == 1, at: at(Int64(edge)), into: &reports) }
        #expect(reports == [.chattering(at: at(5))])
        input.advance(to: at(1_011), into: &reports)
        #expect(reports.count == 1)
        input.advance(to: at(1_012), into: &reports)
        #expect(reports == [.chattering(at: at(5)), .level(false, at: at(12))])
        // The edges of the burst are forgiven with it.
        input.edge(true, at: at(1_013), into: &reports)
        #expect(!input.isChattering)
    }

    @Test("reading the line finds an edge that was lost, and settles an argument with the queue")
    func sample() {
        var input = debouncer()
        var reports: [Debouncer.Report] = []
        input.sample(true, at: at(100), into: &reports)
        #expect(input.deadline == at(120))
        // Queued before the line was read, read after it.
        input.edge(false, at: at(99), into: &reports)
        #expect(input.lineLevel)
        input.sample(true, at: at(110), into: &reports)
        input.advance(to: at(120), into: &reports)
        #expect(reports == [.level(true, at: at(100))])
    }

    @Test("edges out of order count as simultaneous")
    func order() {
        var input = debouncer()
        var reports: [Debouncer.Report] = []
        input.edge(true, at: at(100), into: &reports)
        input.edge(false, at: at(90), into: &reports)
        input.edge(true, at: at(95), into: &reports)
        #expect(input.deadline == at(120))
    }

    @Test("random edges give what the definition gives", arguments: [1, 2, 3, 4] as [UInt64])
    func definition(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let settling: Int64 = 20
        var input = debouncer(Int(settling), limit: 1_000)
        var reports: [Debouncer.Report] = []
        var edges: [Int64] = []
        var instant: Int64 = 0
        for edge in 0..<5_000 {
            instant += Int64.random(in: 1...60, using: &random)
            edges.append(instant)
            // The clock sometimes comes in between, sometimes not.
            if Bool.random(using: &random) { input.advance(to: at(instant - 1), into: &reports) }
            input.edge(edge % 2 == 0, at: at(instant), into: &reports)
        }
        input.advance(to: at(instant + settling), into: &reports)
        #expect(reports == Self.defined(edges, settling: settling))
        #expect(reports.count > 1_000)
    }

    /// Every stretch between two edges that is long enough and differs from the last one reported.
    private static func defined(_ edges: [Int64], settling: Int64) -> [Debouncer.Report] {
        var reported = false
        var reports: [Debouncer.Report] = []
        for (edge, instant) in edges.enumerated() {
            let level = edge % 2 == 0
            let isLong = edge + 1 == edges.count || edges[edge + 1] - instant >= settling
            guard isLong, level != reported else { continue }
            reported = level
            reports.append(.level(level, at: Uptime(milliseconds: instant)))
        }
        return reports
    }
}
