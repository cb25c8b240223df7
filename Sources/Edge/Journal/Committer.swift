internal import Host
internal import SQLite
internal import Vocabulary

/// The journal's own thread: groups what waits into transactions, one sync each, and does the chores when it is idle.
final class Committer: @unchecked Sendable {
    // Why @unchecked is sound: `Journal.open` makes it and starts the thread that runs `run`; from then on only that
    // thread touches what is stored here.
    private static let pruneChunk = 500
    private static let pruneChunkWithoutRoom = 50
    /// An acknowledgement rides along with records at most this often, since it costs a page of log.
    private static let acknowledgementInterval = Uptime.Span.milliseconds(250)
    /// A request to prune gets a turn at least this often, however busy the journal is.
    private static let pruneInterval = Uptime.Span.seconds(1)

    private let store: Store
    private let backlog: Backlog
    private let handler: any JournalHandler
    private let options: JournalOptions
    private let disk: DiskWatch

    private var committedThrough: Int64
    private var prune: PruneRequest?
    private var lastPrune = BootClock.now()
    private var acknowledgementDue: Uptime?
    private var lastAcknowledgement: Uptime?
    private var lastCommit = BootClock.now()
    private var hasFailed = false
    private var seenArrivals = 0
    private var watchCredit = 4
    /// The log is copied back when it has this many pages; more after an attempt that a reader stood in the way of.
    private var checkpointPages: Int
    private var idleCheckpointPages: Int

    init(store: Store, backlog: Backlog, disk: DiskWatch, handler: any JournalHandler, options: JournalOptions) {
        self.disk = disk
        self.store = store
        self.backlog = backlog
        self.handler = handler
        self.options = options
        committedThrough = backlog.head.sequence
        checkpointPages = options.mostLogPages
        idleCheckpointPages = options.idleCheckpointPages
    }

    func run() {
        if disk.reading.level != .ok { handler.disk(disk.reading.level) }
        while true {
            watch()
            seenArrivals = backlog.arrivalCount
            let order = backlog.take(until: nextChore)
            if let request = order.prune { prune = request }
            if order.hasUnwrittenAcknowledgement, acknowledgementDue == nil {
                acknowledgementDue = BootClock.now() + options.acknowledgementDelay
            }
            guard commit(all: order.entries) else { return finish(isHealthy: false) }
            if order.isClosed { return finish(isHealthy: true) }
            doChores(isIdle: order.entries.isEmpty)
        }
    }

    /// Stays awake for a moment after a commit: a thread that is woken starts 10 to 50 µs late. Where that has not
    /// paid off lately it is tried only now and then.
    private func watch() {
        let start = BootClock.now()
        guard start - lastCommit < options.watching else { return }
        if watchCredit <= 0 {
            watchCredit += 1
            if watchCredit < 1 { return }
        }
        let end = lastCommit + options.watching
        while BootClock.now() < end {
            for _ in 0..<32 where backlog.arrivalCount != seenArrivals {
                watchCredit = min(watchCredit + 1, 8)
                return
            }
        }
        watchCredit -= 1
        if watchCredit == 0 { watchCredit = -16 }
    }

    // MARK: Commits

    /// - Returns: false if the journal was closed and the disk did not take what is left.
    private func commit(all entries: [Entry]) -> Bool {
        for part in JournalTransaction.grouped(entries) {
            guard commit(part.entries, records: part.records, bytes: part.bytes) else { return false }
        }
        return true
    }

    /// Writes one transaction, trying again with growing pauses until the disk takes it.
    private func commit(_ entries: ArraySlice<Entry>, records: Int, bytes: Int, isForced: Bool = false) -> Bool {
        let acknowledged = takeAcknowledgement(isForced: isForced)
        if entries.isEmpty && acknowledged == nil { return true }
        let first = entries.lazy.compactMap(\.sequence).first
        precondition(first == nil || first == committedThrough + 1, "a commit of \(first ?? 0) would leave a gap")
        var pause = options.firstRetryPause
        var isLastAttempt = false
        while true {
            do throws(SQLiteError) {
                try store.commit(entries, acknowledged: acknowledged)
                break
            } catch {
                // Room that was kept for this moment.
                if error.kind == .full, disk.releaseBallast(for: .commit) { continue }
                hasFailed = true
                backlog.noteFailure(.database(error))
                handler.failed(.database(error))
            }
            if isLastAttempt { return false }
            measureDisk()
            let order = backlog.waitToRetry(until: BootClock.now() + pause)
            isLastAttempt = order.isClosed
            if let request = order.prune { prune = request }
            // It may be what makes room again.
            if prune != nil { pruneForRoom() }
            pause = min(Uptime.Span(nanoseconds: pause.nanoseconds * 2), options.longestRetryPause)
        }
        committedThrough += Int64(records)
        backlog.noteCommit(through: committedThrough, records: records, bytes: bytes)
        lastCommit = BootClock.now()
        idleCheckpointPages = options.idleCheckpointPages
        if !entries.isEmpty || hasFailed {
            hasFailed = false
            handler.durable(through: committedThrough)
        }
        return true
    }

    private func takeAcknowledgement(isForced: Bool) -> Int64? {
        let now = BootClock.now()
        if !isForced, let last = lastAcknowledgement, now < last + Self.acknowledgementInterval { return nil }
        guard acknowledgementDue != nil || isForced, let sequence = backlog.takeAcknowledgement() else { return nil }
        acknowledgementDue = nil
        lastAcknowledgement = now
        return sequence
    }

    // MARK: Chores

    private var nextChore: Uptime? {
        if prune != nil { return BootClock.now() }
        let measure = disk.last + DiskWatch.idle
        var next = acknowledgementDue.map { min($0, measure) } ?? measure
        if store.logPages >= idleCheckpointPages {
            let due = lastCommit + options.idleBeforeCheckpoint
            next = min(next, due)
        }
        return next
    }

    private func measureDisk() {
        if let level = disk.measure(store) { handler.disk(level) }
    }

    private func doChores(isIdle: Bool) {
        if store.logPages >= checkpointPages { checkpoint() }
        let now = BootClock.now()
        if now >= disk.last + (isIdle ? DiskWatch.idle : options.leastBetweenLooks) { measureDisk() }
        if prune != nil, isIdle || lastPrune + Self.pruneInterval <= now { pruneSome() }
        guard isIdle else { return }
        if let due = acknowledgementDue, due <= now {
            acknowledgementDue = nil
            _ = commit([], records: 0, bytes: 0, isForced: true)
        }
        if store.logPages >= idleCheckpointPages, lastCommit + options.idleBeforeCheckpoint <= now { checkpoint() }
    }

    private func checkpoint() {
        do throws(SQLiteError) {
            try store.checkpoint()
            backlog.noteCheckpoint(failure: nil)
        } catch { backlog.noteCheckpoint(failure: .database(error)) }
        let left = store.logPages
        checkpointPages = left == 0 ? options.mostLogPages : left + options.idleCheckpointPages
        idleCheckpointPages = left == 0 ? options.idleCheckpointPages : .max
    }

    /// Removes old records on a disk that takes no commit: it takes room itself, so in small steps, each copied back.
    private func pruneForRoom() {
        _ = disk.releaseBallast(for: .prune)
        while prune != nil {
            checkpoint()
            pruneSome(atMost: Self.pruneChunkWithoutRoom)
        }
        checkpoint()
    }

    private func pruneSome(atMost most: Int = Committer.pruneChunk) {
        guard var request = prune else { return }
        prune = nil
        lastPrune = BootClock.now()
        let result: Result<Int, JournalError>
        do throws(SQLiteError) {
            let chunk = min(request.left, most)
            let acknowledged = backlog.status.acknowledgedThrough
            let removed = try store.prune(acknowledged: acknowledged, before: request.before, limit: chunk)
            request.removed += removed
            request.left -= removed
            if removed == chunk && request.left > 0 {
                prune = request
                return
            }
            result = .success(request.removed)
        } catch { result = .failure(.database(error)) }
        backlog.notePruned()
        measureDisk()
        request.completion(result)
    }

    private func finish(isHealthy: Bool) {
        if isHealthy { _ = commit([], records: 0, bytes: 0, isForced: true) }
        if let request = prune { request.completion(.success(request.removed)) }
    }
}
