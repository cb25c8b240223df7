internal import Vocabulary

/// Collects the lines of a quote day by day, and keeps them few.
struct QuoteLines {
    /// A quote of more lines is drawn together, each kind of each window into one line: a person reads no more, and a
    /// message must hold them.
    static let most = 60

    private var days: [(lines: [Quote.Line], times: Int64)] = []

    /// Days in a row that are charged alike become one.
    mutating func add(_ lines: [Quote.Line], times: Int64 = 1) {
        guard !lines.isEmpty else { return }
        if let last = days.last, last.lines == lines {
            days[days.count - 1].times += times
        } else {
            days.append((lines, times))
        }
    }

    /// - Returns: the lines, and their sum.
    func flattened() throws(PriceError) -> (lines: [Quote.Line], total: Fen) {
        var lines: [Quote.Line] = []
        var total = Fen.zero
        let isLong = days.reduce(0) { $0 + $1.lines.count } > QuoteLines.most
        for day in days {
            for line in day.lines {
                var sum = line
                sum.minutes *= day.times
                sum.amount = try line.amount.times(day.times)
                total = try total.plus(sum.amount)
                if isLong { try lines.merge(sum) } else { lines.append(sum) }
            }
        }
        return (lines, total)
    }
}

extension [Quote.Line] {
    /// Adds a line to the one that is about the same thing, or at the end.
    mutating func merge(_ line: Quote.Line) throws(PriceError) {
        guard let index = firstIndex(where: { $0.kind == line.kind && $0.reference == line.reference }) else {
            return append(line)
        }
        self[index].minutes += line.minutes
        self[index].amount = try self[index].amount.plus(line.amount)
    }
}
