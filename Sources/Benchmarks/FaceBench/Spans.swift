import BenchSupport
import Glibc

/// How long one thing took, by the clock and of the processor.
///
/// On a busy machine the clock mostly counts waiting for a turn; what a match costs a core is the second.
struct Spans {
    private(set) var wall: [Int64] = [], processor: [Int64] = []

    init() {}

    /// Reads what the peer writes: pairs at the beginning of each group of so many numbers.
    init(_ numbers: [Int64], group: Int) {
        for start in stride(from: 0, to: numbers.count, by: group) {
            wall.append(numbers[start])
            processor.append(numbers[start + 1])
        }
    }

    mutating func measure<Value>(_ body: () throws -> Value) rethrows -> Value {
        let from = (Spans.now(CLOCK_MONOTONIC), Spans.now(CLOCK_THREAD_CPUTIME_ID))
        let value = try body()
        let to = (Spans.now(CLOCK_THREAD_CPUTIME_ID), Spans.now(CLOCK_MONOTONIC))
        processor.append(to.0 - from.1)
        wall.append(to.1 - from.0)
        return value
    }

    private static func now(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
