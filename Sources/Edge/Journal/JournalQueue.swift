public import Vocabulary
public import Wire

/// What the journal decides apart from threads and disk: numbers and chains records, bounds what waits, groups it into
/// transactions, and keeps account of what is durable and what is acknowledged. Pure.
///
/// `Journal` runs it behind a lock over SQLite, the simulation over a model of a disk.
public struct JournalQueue: Sendable {
    /// A transaction ends behind the write with which it reaches one of these.
    static let mostRecordsPerCommit = 4_096
    static let mostBytesPerCommit = 4 << 20

    private let options: JournalOptions
    private var entries: [Entry] = []
    private var hasUnwrittenAcknowledgement = false
    /// The end of the chain, with what is still on its way to the disk.
    public private(set) var head: JournalHead
    /// Where everything stands; what failed is noted here by who met it.
    public internal(set) var status = JournalStatus()

    /// - Parameters:
    ///   - head: the last durable record.
    ///   - acknowledged: the last record the platform is known to have.
    public init(head: JournalHead, acknowledged: Int64, options: JournalOptions = JournalOptions()) {
        self.options = options
        self.head = head
        status.durableThrough = head.sequence
        status.acknowledgedThrough = acknowledged
    }

    /// Whether anything waits to be taken.
    public var isEmpty: Bool { entries.isEmpty }

    /// Numbers and chains the records of `write` and queues it all.
    /// - Throws: `backlogFull`, `writeTooLarge`, `malformedBody`, `recordTooLarge`; nothing of the write is taken then.
    public mutating func append(_ write: JournalWrite) throws(JournalError) -> JournalTicket {
        for record in write.records { try Line.check(record.body) }
        return try appendChecked(write)
    }

    /// The same for records that ``Line/check(_:)`` has passed: it need not happen under a lock.
    mutating func appendChecked(_ write: JournalWrite) throws(JournalError) -> JournalTicket {
        try admit(write)
        let first = head.sequence + 1
        let before = entries.count
        for record in write.records {
            let sequence = head.sequence + 1
            let line = Line.make(sequence: sequence, body: record.body)
            head = JournalHead(sequence: sequence, hash: RecordChain.next(after: head.hash, line: line))
            add(.record(sequence: sequence, at: record.at.milliseconds, line: line, hash: head.hash))
        }
        for change in write.state { add(.state(change)) }
        if entries.count > before { entries[entries.count - 1].endsWrite = true }
        status.waitingRecords += write.records.count
        return JournalTicket(first: first, last: head.sequence)
    }

    private func admit(_ write: JournalWrite) throws(JournalError) {
        var bytes = 0
        for record in write.records { bytes += record.body.count + Entry.overhead }
        for change in write.state { bytes += Entry.bytes(of: change) }
        guard write.records.count <= options.mostWaitingRecords, bytes <= options.mostWaitingBytes else {
            throw .writeTooLarge(records: write.records.count, bytes: bytes)
        }
        guard status.waitingRecords + write.records.count <= options.mostWaitingRecords,
            status.waitingBytes + bytes <= options.mostWaitingBytes
        else { throw .backlogFull(records: status.waitingRecords, bytes: status.waitingBytes) }
    }

    private mutating func add(_ change: Entry.Change) {
        let entry = Entry(change: change, endsWrite: false)
        status.waitingBytes += entry.bytes
        entries.append(entry)
    }

    /// Takes everything that waits, grouped: each transaction ends where a write ends, and each is to be committed
    /// before the next.
    public mutating func takeTransactions() -> [JournalTransaction] { JournalTransaction.grouped(takeEntries()) }

    mutating func takeEntries() -> [Entry] {
        var taken: [Entry] = []
        swap(&taken, &entries)
        return taken
    }

    /// Notes that a transaction is on the medium, and frees its room.
    public mutating func noteCommit(_ transaction: JournalTransaction) {
        noteCommit(
            through: status.durableThrough + Int64(transaction.records), records: transaction.records,
            bytes: transaction.bytes)
    }

    mutating func noteCommit(through sequence: Int64, records: Int, bytes: Int) {
        status.waitingRecords -= records
        status.waitingBytes -= bytes
        status.durableThrough = sequence
        status.commits += 1
        status.committedRecords += records
        status.failure = nil
    }

    /// Notes that the platform has every record up to and including `sequence`; older news changes nothing.
    /// - Returns: whether there is now an acknowledgement to be written that was not there before.
    /// - Throws: `beyondHead` if a record up to there is not durable here.
    @discardableResult
    public mutating func acknowledge(through sequence: Int64) throws(JournalError) -> Bool {
        let durable = status.durableThrough
        guard sequence <= durable else { throw .beyondHead(acknowledged: sequence, head: durable) }
        guard sequence > status.acknowledgedThrough else { return false }
        status.acknowledgedThrough = sequence
        guard !hasUnwrittenAcknowledgement else { return false }
        hasUnwrittenAcknowledgement = true
        return true
    }

    /// Whether the last acknowledgement is in no transaction yet.
    public var owesAcknowledgement: Bool { hasUnwrittenAcknowledgement }

    /// The last acknowledgement, if it is not in a transaction yet; the caller now takes care of that.
    public mutating func takeAcknowledgement() -> Int64? {
        guard hasUnwrittenAcknowledgement else { return nil }
        hasUnwrittenAcknowledgement = false
        return status.acknowledgedThrough
    }
}

/// What one commit writes: whole writes, in order.
public struct JournalTransaction: Sendable {
    let entries: ArraySlice<Entry>
    /// Records in it, and what it counts against the bound on waiting bytes.
    public let records: Int, bytes: Int

    /// One step of it.
    public enum Step: Equatable, Sendable {
        case record(sequence: Int64, line: [UInt8], hash: ChainHash)
        case state(StateChange)
    }

    /// Its steps in the order in which they take effect.
    public var steps: [Step] {
        entries.map { entry in
            switch entry.change {
            case .record(let sequence, _, let line, let hash): .record(sequence: sequence, line: line, hash: hash)
            case .state(let change): .state(change)
            }
        }
    }

    static func grouped(_ entries: [Entry]) -> [JournalTransaction] {
        var transactions: [JournalTransaction] = []
        var (start, records, bytes) = (0, 0, 0)
        for (index, entry) in entries.enumerated() {
            if entry.sequence != nil { records += 1 }
            bytes += entry.bytes
            guard entry.endsWrite else { continue }
            let isFull =
                records >= JournalQueue.mostRecordsPerCommit || bytes >= JournalQueue.mostBytesPerCommit
            guard isFull || index == entries.count - 1 else { continue }
            transactions.append(
                JournalTransaction(entries: entries[start...index], records: records, bytes: bytes))
            (start, records, bytes) = (index + 1, 0, 0)
        }
        precondition(start == entries.count, "the last entry that waits ends its write")
        return transactions
    }
}
