/// Numbers as a person reads them, without Foundation.
package enum Text {
    /// Nanoseconds as microseconds with one decimal.
    package static func microseconds(_ nanoseconds: Int64) -> String { decimal(nanoseconds, per: 1_000, digits: 1) }

    /// Nanoseconds as milliseconds with two decimals.
    package static func milliseconds(_ nanoseconds: Int64) -> String { decimal(nanoseconds, per: 1_000_000, digits: 2) }

    /// Kibibytes as megabytes (2^20) with one decimal.
    package static func mebibytes(_ kibibytes: Int64) -> String { decimal(kibibytes, per: 1_024, digits: 1) }

    /// A ratio in hundredths, with two decimals.
    package static func hundredths(_ value: Int64) -> String { decimal(value, per: 100, digits: 2) }

    /// A whole number with its thousands apart.
    package static func grouped(_ value: Int64) -> String {
        let digits = String(value.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return value < 0 ? "-" + result : result
    }

    /// `value` / `unit`, cut after so many digits.
    package static func decimal(_ value: Int64, per unit: Int64, digits: Int) -> String {
        let scale = (0..<digits).reduce(Int64(1)) { scale, _ in scale * 10 }
        let scaled = (value.magnitude * UInt64(scale)) / UInt64(unit)
        let fraction = String(scaled % UInt64(scale))
        let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
        return (value < 0 ? "-" : "") + "\(scaled / UInt64(scale))" + (digits > 0 ? ".\(zeros)\(fraction)" : "")
    }
}

/// `value` as hundredths of `base`.
package func ratio(_ value: Int64, _ base: Int64) -> Int64 { value * 100 / max(1, base) }

/// A small table on standard output: first column to the left, the others to the right.
package struct Table {
    private var rows: [[String]]

    package init(_ header: [String]) { rows = [header] }

    package mutating func add(_ row: [String]) { rows.append(row) }

    /// A row of latencies, in microseconds.
    package mutating func add(_ name: String, _ figures: Figures) {
        add(
            [name]
                + [figures.p50, figures.p90, figures.p99, figures.p999, figures.largest].map(Text.microseconds)
                + [Text.grouped(Int64(figures.count))])
    }

    /// The header of a table of latencies.
    package static var latencies: Table { Table(["µs", "p50", "p90", "p99", "p99.9", "max", "samples"]) }

    package func print() {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        for row in rows {
            var line = "  "
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += column == 0 ? cell + space : "  " + space + cell
            }
            Swift.print(line)
        }
    }
}

/// One aim: what was measured beside what is wanted.
package enum Aim {
    package static func print(_ what: String, _ measured: String, _ wanted: String, isMet: Bool) {
        Swift.print("  \(what): \(measured); aim \(wanted): \(isMet ? "met" : "NOT MET")")
    }

    /// A ratio in hundredths that is to be at most `most`.
    package static func atMost(_ what: String, _ measured: Int64, _ most: Int64) {
        print(what, Text.hundredths(measured), "at most \(Text.hundredths(most))", isMet: measured <= most)
    }

    /// A ratio in hundredths that is to be at least `least`.
    package static func atLeast(_ what: String, _ measured: Int64, _ least: Int64) {
        print(what, Text.hundredths(measured), "at least \(Text.hundredths(least))", isMet: measured >= least)
    }
}
