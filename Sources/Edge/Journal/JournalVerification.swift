internal import SQLite
internal import Vocabulary
public import Wire

/// What walking the whole chain has shown.
public struct JournalVerification: Equatable, Sendable {
    /// Where the chain breaks, and how.
    public enum Break: Equatable, Sendable, CustomStringConvertible {
        /// A record is not there.
        case missing(sequence: Int64)
        /// The record's line does not begin with its number.
        case wrongNumber(sequence: Int64)
        /// The line, its hash or the hash before it was changed.
        case wrongHash(sequence: Int64)
        /// The records end before one that the platform has acknowledged.
        case endMissing(last: Int64, acknowledged: Int64)

        public var description: String {
            switch self {
            case .missing(let sequence): "record \(sequence) is missing"
            case .wrongNumber(let sequence): "record \(sequence) does not carry its number"
            case .wrongHash(let sequence): "record \(sequence) does not match its hash"
            case .endMissing(let last, let acknowledged):
                "the records end with \(last), but \(acknowledged) has been acknowledged"
            }
        }
    }

    /// The first and last record that was checked; `last` is `first` - 1 if there were none.
    public var first: Int64, last: Int64
    /// The chain's hash after `last`.
    public var hash: ChainHash
    /// The first break; nil if the chain is whole. Nothing behind it was checked.
    public var firstBreak: Break?
}

extension JournalReader {
    private static let chunk = 1_000

    /// Reads all records, hashes them again and compares; stops at the first break.
    ///
    /// It goes in runs of 1,000, so that the writer is not held up; what is appended meanwhile is checked too. A hash
    /// chain without its keeper's copy cannot show that its end was cut off behind the last acknowledged record: the
    /// platform sees that, because the sequence goes back.
    /// - Throws: `damaged` where SQLite itself cannot read on, `database`.
    public func verify() throws(JournalError) -> JournalVerification {
        var meta = try readMeta()
        var result = JournalVerification(first: meta.pruned + 1, last: meta.pruned, hash: meta.prunedHash)
        while result.firstBreak == nil {
            let before = result.last
            try forEachRow(from: before + 1, count: Self.chunk) { sequence, line, hash in
                result.firstBreak = result.check(sequence, line, hash)
                return result.firstBreak == nil
            }
            if case .missing(let sequence) = result.firstBreak {
                meta = try readMeta()
                // The writer has removed old records meanwhile: go on behind them.
                guard meta.pruned >= sequence else { break }
                result = JournalVerification(first: meta.pruned + 1, last: meta.pruned, hash: meta.prunedHash)
            } else if result.last == before {
                break
            }
        }
        meta = try readMeta()
        if result.firstBreak == nil && result.last < meta.acknowledged {
            result.firstBreak = .endMissing(last: result.last, acknowledged: meta.acknowledged)
        }
        return result
    }
}

extension JournalVerification {
    fileprivate mutating func check(_ sequence: Int64, _ line: Span<UInt8>, _ stored: [UInt8]) -> Break? {
        guard sequence == last + 1 else { return .missing(sequence: last + 1) }
        guard Line.sequence(of: line) == sequence else { return .wrongNumber(sequence: sequence) }
        let bytes = line.withUnsafeBufferPointer { Array($0) }
        let next = RecordChain.next(after: hash, line: bytes)
        guard next.bytes == stored else { return .wrongHash(sequence: sequence) }
        (last, hash) = (sequence, next)
        return nil
    }
}
