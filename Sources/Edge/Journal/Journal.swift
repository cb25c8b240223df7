internal import Host
public import Vocabulary

/// A box's memory: a chain of records, the outbox to the platform and the state beside them, in one SQLite file.
///
/// `append` numbers and chains at once and never waits for the disk; a thread of the journal's own commits everything
/// that waits in one transaction, synced, and then tells the handler. A record leaves the file only by `prune`, and
/// only after the platform has acknowledged it. One process writes a journal at a time; any may read it
/// (`JournalReader`).
public final class Journal: Sendable {
    /// Whose journal it is.
    public let identity: JournalIdentity
    /// The file.
    public let path: String
    /// What it took the place of, if that happened at this start.
    public let replacement: JournalReplacement?
    private let backlog: Backlog
    private let disk: DiskWatch
    private let thread: HostThread

    /// Opens the journal at `path`, or begins one there.
    ///
    /// It reads a few rows, however long the journal is. A missing file is created for this user alone (mode 0600).
    /// - Parameters:
    ///   - newEpoch: a name never used before, 1 to 64 bytes; asked only when a journal begins.
    ///   - handler: is told what became durable, on the journal's thread, until `close` returns.
    /// - Throws: `damaged`, `notAJournal`, `wrongDevice`, `newerSchema`, `inUse`, `system`, `database`, `thread`; the
    ///   file is unchanged then.
    public static func open(
        path: String, device: DeviceID, newEpoch: () -> String, options: JournalOptions = JournalOptions(),
        handler: any JournalHandler
    ) throws(JournalError) -> Journal {
        try open(
            path: path, lock: try ProcessLock.take(besides: path), device: device, newEpoch: newEpoch,
            options: options, handler: handler, replacement: nil)
    }

    static func open(
        path: String, lock: consuming ProcessLock, device: DeviceID, newEpoch: () -> String, options: JournalOptions,
        handler: any JournalHandler, replacement: JournalReplacement?
    ) throws(JournalError) -> Journal {
        let (store, meta, head) = try Store.open(
            path: path, lock: lock, device: device, newEpoch: newEpoch, options: options)
        let backlog = Backlog(head: head, acknowledged: meta.acknowledged, options: options)
        let disk = DiskWatch(names: FileNames(path), limits: options.disk)
        _ = disk.measure(store)
        let committer = Committer(store: store, backlog: backlog, disk: disk, handler: handler, options: options)
        // The thread takes the committer over, so that the file is closed when the thread ends and not with the last
        // reference to the thread.
        let handover = Monitor<Committer?>(committer)
        let thread: HostThread
        do throws(HostThread.StartError) {
            thread = try HostThread(name: "journal") { handover.withLock { $0.take() }?.run() }
        } catch { throw .thread(error) }
        return Journal(
            identity: meta.identity, path: path, replacement: replacement, backlog: backlog, disk: disk, thread: thread)
    }

    private init(
        identity: JournalIdentity, path: String, replacement: JournalReplacement?, backlog: Backlog, disk: DiskWatch,
        thread: HostThread
    ) {
        self.disk = disk
        self.replacement = replacement
        self.identity = identity
        self.path = path
        self.backlog = backlog
        self.thread = thread
    }

    deinit {
        backlog.close()
        if !thread.isCurrent { thread.join() }
    }

    /// The end of the chain, with what is still on its way to the disk.
    public var head: JournalHead { backlog.head }

    /// The last record the platform has acknowledged.
    public var acknowledgedThrough: Int64 { status.acknowledgedThrough }

    /// How much room there is for it.
    public var diskReading: DiskReading { disk.reading }

    /// Queue depth, counters and failures.
    public var status: JournalStatus { backlog.status }

    /// Numbers and chains the records of `write` and queues it all for the next commit. Callable from any thread; waits
    /// for no disk.
    ///
    /// A write without records gets no number of its own, so nothing tells when it is durable: where that matters, put
    /// it with a record.
    /// - Returns: the numbers; the write is durable when the handler has been told of the last one.
    /// - Throws: `backlogFull`, `writeTooLarge`, `malformedBody`, `recordTooLarge`, `closed`; nothing of the write is
    ///   taken then.
    @discardableResult
    public func append(_ write: JournalWrite) throws(JournalError) -> JournalTicket {
        for record in write.records { try Line.check(record.body) }
        return try backlog.append(write)
    }

    /// Notes that the platform has every record up to and including `sequence`; older news changes nothing.
    ///
    /// It reaches the disk with a later commit, after 1 s at the latest, or at `close`: should it be lost, those
    /// records are only sent again.
    /// - Throws: `beyondHead` if a record up to there is not durable here.
    public func acknowledge(through sequence: Int64) throws(JournalError) {
        try backlog.acknowledge(through: sequence)
    }

    /// Removes the oldest records, if the platform has acknowledged them and they happened before `time`.
    ///
    /// It is done when no commit waits, 500 at a time. It stops at the first record that has to stay; one that claims
    /// to be younger than the newest record was stamped by a clock that ran ahead, and counts as old.
    /// - Parameters:
    ///   - limit: the most to remove, 1 or more.
    ///   - completion: is told on the journal's thread how many were removed; fewer if `close` comes first.
    /// - Returns: false if an earlier request is not done yet; nothing happens then.
    @discardableResult
    public func prune(
        before time: WallTime, limit: Int,
        completion: @escaping @Sendable (Result<Int, JournalError>) -> Void = { _ in }
    ) throws(JournalError) -> Bool {
        precondition(limit > 0, "a limit of \(limit) removes nothing")
        return try backlog.prune(PruneRequest(before: time.milliseconds, left: limit, completion: completion))
    }

    /// Commits what waits, writes the last acknowledgement and closes the file. Not to be called by the handler.
    ///
    /// If the disk does not take it, one more attempt is made and the rest is given up: it was never called durable.
    /// - Returns: whether everything that was appended is durable.
    @discardableResult
    public func close() -> Bool {
        backlog.close()
        thread.join()
        return status.waitingRecords == 0 && status.waitingBytes == 0
    }
}
