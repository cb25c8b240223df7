internal import Host
internal import Synchronization
internal import Vocabulary

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
        var queue: JournalQueue
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

    private let contents: Monitor<Contents>
    /// Grows with every write, so that the commit thread can watch for work without taking the lock.
    private let arrivals = Atomic<Int>(0)

    init(head: JournalHead, acknowledged: Int64, options: JournalOptions) {
        contents = Monitor(
            Contents(queue: JournalQueue(head: head, acknowledged: acknowledged, options: options)))
    }

    // MARK: any thread

    var head: JournalHead { contents.withLock { $0.queue.head } }
    var status: JournalStatus { contents.withLock { $0.queue.status } }

    /// Numbers, chains and queues a write whose bodies have been checked.
    func append(_ write: JournalWrite) throws(JournalError) -> JournalTicket {
        let (ticket, wakes) = try contents.withLock {
            (contents: inout Contents) throws(JournalError) -> (JournalTicket, Bool) in
            guard !contents.isClosed else { throw .closed }
            let ticket = try contents.queue.appendChecked(write)
            arrivals.wrappingAdd(1, ordering: .releasing)
            return (ticket, contents.takeWake())
        }
        if wakes { contents.wakeOne() }
        return ticket
    }

    /// Notes that the platform has everything up to `sequence`.
    func acknowledge(through sequence: Int64) throws(JournalError) {
        let wakes = try contents.withLock { (contents: inout Contents) throws(JournalError) -> Bool in
            guard try contents.queue.acknowledge(through: sequence) else { return false }
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
            guard !contents.queue.isEmpty || contents.hasErrand || contents.isClosed else {
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
    func takeAcknowledgement() -> Int64? { contents.withLock { $0.queue.takeAcknowledgement() } }

    /// Notes a commit and frees its room.
    func noteCommit(through sequence: Int64, records: Int, bytes: Int) {
        contents.withLock { $0.queue.noteCommit(through: sequence, records: records, bytes: bytes) }
    }

    func noteFailure(_ error: JournalError) { contents.withLock { $0.queue.status.failure = error } }
    func noteCheckpoint(failure: JournalError?) { contents.withLock { $0.queue.status.checkpointFailure = failure } }
    func notePruned() { contents.withLock { $0.isPruning = false } }
}

extension Backlog.Contents {
    fileprivate mutating func takeWake() -> Bool {
        defer { isCommitterWaiting = false }
        return isCommitterWaiting
    }

    fileprivate mutating func takeOrder() -> Backlog.Order {
        isCommitterWaiting = false
        hasErrand = false
        var order = Backlog.Order(
            entries: queue.takeEntries(), hasUnwrittenAcknowledgement: queue.owesAcknowledgement, isClosed: isClosed)
        swap(&order.prune, &prune)
        return order
    }
}
