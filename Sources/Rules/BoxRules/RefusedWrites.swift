/// Writes that nobody waits for and the journal had no room for: kept in order until it has.
struct RefusedWrites: Sendable {
    /// At most this many records wait here; what comes beyond is given up, counted and reported as an error.
    ///
    /// A box whose journal is full promises nothing and begins no payment, so that only sensors, alarms and the ends
    /// of what was under way add to it: at one a second it holds for more than two hours beyond the journal's own
    /// bound.
    static let mostRecords = 8_192

    private var writes = WaitingLine<BoxWrite>()
    private(set) var records = 0
    /// Records that could not be kept at all.
    var recordsGivenUp = 0

    var isEmpty: Bool { writes.isEmpty }
    var first: BoxWrite? { writes.first }

    /// What a write counts: one that only changes state takes room too.
    private static func weight(_ write: BoxWrite) -> Int { max(1, write.records.count) }

    /// - Returns: false if there is no room for it.
    mutating func hold(_ write: BoxWrite) -> Bool {
        guard records + Self.weight(write) <= Self.mostRecords else { return false }
        records += Self.weight(write)
        writes.append(write)
        return true
    }

    mutating func takeFirst() {
        if let write = writes.takeFirst() { records -= Self.weight(write) }
    }
}
