internal import Host
internal import Synchronization
internal import Vocabulary
internal import Wire

/// A request to remove old records, on its way to the commit thread.
struct PruneRequest: Sendable {
    let before: Int64
    /// How many more may be removed.
    var left: Int
    var removed = 0
    let completion: @Sendable (Result<Int, JournalError>) -> Void
}

/// What has been appended and is not yet durable: the bounded hand-over from any thread to the commit thread.
final class Backlog: Sendable {
    fileprivate struct Contents {
        var entries: [Entry] = []
        var head: JournalHead
        var status = JournalStatus()
        var hasUnwrittenAcknowledgement = false
        var prune: PruneRequest?
        var isPruning = false
        /// Something other than entries wants the commit thread's attention once.
        var hasErrand = false
        var isCommitterWaiting = false
        var isClosed = false
    }

    /// What the commit thread is to do next.
    struct Order {
        var entries: [Entry] = []
        var hasUnwrittenAcknowledgement = false
        var prune: PruneRequest?
        var isClosed = false
    }

    private let options: JournalOptions
    private let contents: Monitor<Contents>
    /// Grows with every write, so that the commit thread can watch for work without taking the lock.
    private let arrivals = Atomic<Int>(0)

    init(head: JournalHead, acknowledged: Int64, options: JournalOptions) {
        self.options = options
        var first = Contents(head: head)
        first.status.durableThrough = head.sequence
        first.status.acknowledgedThrough = acknowledged
        contents = Monitor(first)
    }

    // MARK: any thread

    var head: JournalHead { contents.withLock { $0.head } }
    var status: JournalStatus { contents.withLock { $0.status } }

    /// Numbers, chains and queues a write whose bodies have been checked.
    func append(_ write: JournalWrite) throws(JournalError) -> JournalTicket {
        let options = options
        let (ticket, wakes) = try contents.withLock {
            (contents: inout Contents) throws(JournalError) -> (JournalTicket, Bool) in
            guard !contents.isClosed else { throw .closed }
            let first = contents.head.sequence + 1
            try contents.admit(write, options)
            arrivals.wrappingAdd(1, ordering: .releasing)
            return (JournalTicket(first: first, last: contents.head.sequence), contents.takeWake())
        }
        if wakes { contents.wakeOne() }
        return ticket
    }

    /// Notes that the platform has everything up to `sequence`.
    func acknowledge(through sequence: Int64) throws(JournalError) {
        let wakes = try contents.withLock { (contents: inout Contents) throws(JournalError) -> Bool in
            let durable = contents.status.durableThrough
            guard sequence <= durable else { throw .beyondHead(acknowledged: sequence, head: durable) }
            guard sequence > contents.status.acknowledgedThrough else { return false }
            contents.status.acknowledgedThrough = sequence
            guard !contents.hasUnwrittenAcknowledgement else { return false }
            contents.hasUnwrittenAcknowledgement = true
            contents.hasErrand = true
            return contents.takeWake()
        }
        if wakes { contents.wakeOne() }
    }

    /// Leaves a request to remove old records.
    /// - Returns: false if an earlier one is not done yet.
    func prune(_ request: PruneRequest) throws(JournalError) -> Bool {
        let (accepted, wakes) = try contents.withLock {
            (contents: inout Contents) throws(JournalError) -> (Bool, Bool) in
            guard !contents.isClosed else { throw .closed }
            guard !contents.isPruning else { return (false, false) }
            contents.isPruning = true
            contents.prune = request
            contents.hasErrand = true
            contents.isCommitterWaiting = false
            return (true, true)
        }
        if wakes { contents.wakeOne() }
        return accepted
    }

    /// Refuses everything from now on.
    func close() {
        contents.withLock { $0.isClosed = true }
        contents.wakeAll()
    }

    // MARK: the commit thread

    /// How many writes have ever come.
    var arrivalCount: Int { arrivals.load(ordering: .acquiring) }

    /// Takes everything that waits; waits itself until there is something, an errand, the end, or the deadline.
    func take(until deadline: Uptime?) -> Order {
        let order = contents.wait(until: deadline) { contents -> Order? in
            guard !contents.entries.isEmpty || contents.hasErrand || contents.isClosed else {
                contents.isCommitterWaiting = true
                return nil
            }
            return contents.takeOrder()
        }
        return order ?? contents.withLock { $0.takeOrder() }
    }

    /// Waits, while a commit has to be tried again, for the end of the journal or a request to prune, which may make
    /// room. Nothing else is taken.
    func waitToRetry(until deadline: Uptime) -> Order {
        let order = contents.wait(until: deadline) { contents -> Order? in
            guard contents.isClosed || contents.prune != nil else { return nil }
            return Order(prune: contents.prune.take(), isClosed: contents.isClosed)
        }
        return order ?? Order()
    }

    /// The last acknowledgement, if it is not in a transaction yet; the caller now takes care of that.
    func takeAcknowledgement() -> Int64? {
        contents.withLock { contents in
            guard contents.hasUnwrittenAcknowledgement else { return nil }
            contents.hasUnwrittenAcknowledgement = false
            return contents.status.acknowledgedThrough
        }
    }

    /// Notes a commit and frees its room.
    func noteCommit(through sequence: Int64, records: Int, bytes: Int) {
        contents.withLock { contents in
            contents.status.waitingRecords -= records
            contents.status.waitingBytes -= bytes
            contents.status.durableThrough = sequence
            contents.status.commits += 1
            contents.status.committedRecords += records
            contents.status.failure = nil
        }
    }

    func noteFailure(_ error: JournalError) { contents.withLock { $0.status.failure = error } }
    func noteCheckpoint(failure: JournalError?) { contents.withLock { $0.status.checkpointFailure = failure } }
    func notePruned() { contents.withLock { $0.isPruning = false } }
}

extension Backlog.Contents {
    fileprivate mutating func admit(_ write: JournalWrite, _ options: JournalOptions) throws(JournalError) {
        var bytes = 0
        for record in write.records { bytes += record.body.count + Entry.overhead }
        for change in write.state { bytes += Entry.bytes(of: change) }
        guard status.waitingRecords + write.records.count <= options.mostWaitingRecords,
            status.waitingBytes + bytes <= options.mostWaitingBytes
        else { throw .backlogFull(records: status.waitingRecords, bytes: status.waitingBytes) }
        for record in write.records {
            let sequence = head.sequence + 1
            let line = Line.make(sequence: sequence, body: record.body)
            head = JournalHead(sequence: sequence, hash: RecordChain.next(after: head.hash, line: line))
            add(.record(sequence: sequence, at: record.at.milliseconds, line: line, hash: head.hash))
        }
        for change in write.state { add(.state(change)) }
        if !entries.isEmpty { entries[entries.count - 1].endsWrite = true }
        status.waitingRecords += write.records.count
    }

    private mutating func add(_ change: Entry.Change) {
        let entry = Entry(change: change, endsWrite: false)
        status.waitingBytes += entry.bytes
        entries.append(entry)
    }

    fileprivate mutating func takeWake() -> Bool {
        defer { isCommitterWaiting = false }
        return isCommitterWaiting
    }

    fileprivate mutating func takeOrder() -> Backlog.Order {
        isCommitterWaiting = false
        hasErrand = false
        var order = Backlog.Order(hasUnwrittenAcknowledgement: hasUnwrittenAcknowledgement, isClosed: isClosed)
        swap(&order.entries, &entries)
        swap(&order.prune, &prune)
        return order
    }
}
