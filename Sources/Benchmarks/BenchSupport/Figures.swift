/// Samples of one quantity, sorted: what a benchmark tells of it.
package struct Figures: Sendable {
    private let sorted: [Int64]

    /// - Parameter samples: in any order; nanoseconds, as a rule.
    package init(_ samples: some Sequence<Int64>) { sorted = samples.sorted() }

    package var count: Int { sorted.count }

    /// The value that `tenThousandths` of all samples do not exceed; 0 if there are no samples.
    package func quantile(_ tenThousandths: Int) -> Int64 {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * tenThousandths / 10_000)]
    }

    package var p50: Int64 { quantile(5_000) }
    package var p90: Int64 { quantile(9_000) }
    package var p99: Int64 { quantile(9_900) }
    package var p999: Int64 { quantile(9_990) }
    package var largest: Int64 { sorted.last ?? 0 }

    /// How many samples are at least this.
    package func count(from limit: Int64) -> Int { sorted.reduce(0) { $0 + ($1 >= limit ? 1 : 0) } }
}

/// The middle one of a few values; 0 if there are none.
package func median(_ values: some Sequence<Int64>) -> Int64 { Figures(values).p50 }
