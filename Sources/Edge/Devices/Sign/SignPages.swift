internal import GB18030Text

/// How many columns and rows a sign has, and how its pages change. Lays texts out. Pure.
public struct SignShape: Hashable, Sendable {
    /// The most pages of one text; what does not fit on them is left out.
    public static let mostPages = 8

    /// Columns of half a Chinese character, 4 or more.
    public var columns: Int
    /// 1 to 8.
    public var rows: Int
    /// How long one page stands before the next, in seconds.
    public var pageSeconds: Int64
    /// When a notice gives way to the idle text, in seconds.
    public var clearAfterSeconds: Int64

    public init(columns: Int, rows: Int, pageSeconds: Int64 = 3, clearAfterSeconds: Int64 = 180) {
        precondition(columns >= 4 && (1...8).contains(rows), "a sign has at least a row of four columns")
        self.columns = columns
        self.rows = rows
        self.pageSeconds = pageSeconds
        self.clearAfterSeconds = clearAfterSeconds
    }

    /// Breaks a text's lines into rows that fit, and rows into pages.
    /// - Returns: at most ``mostPages`` pages of at most ``rows`` rows.
    public func pages(_ lines: [String]) -> [[String]] {
        let all = lines.flatMap { DeviceText.rows(of: $0, columns: columns) }.prefix(SignShape.mostPages * rows)
        return stride(from: 0, to: all.count, by: rows).map { Array(all[$0..<min($0 + rows, all.count)]) }
    }
}
