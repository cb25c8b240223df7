internal import Host
internal import SQLite

/// Copies the write-ahead log into the database file on a thread and a connection of its own, while the store goes on
/// writing: the bulk of a checkpoint delays no payment.
final class Checkpointer: Sendable {
    enum State: Equatable {
        case idle
        case running
        /// Ended; what the store wrote meanwhile is still in the log.
        case done
        /// Ended, or never began, with an error.
        case failed(PlatformError)
        case stopped
    }

    private let state = Monitor(State.idle)
    private let thread: HostThread

    init(path: String) throws(HostThread.StartError) {
        let state = state
        thread = try HostThread(name: "checkpoint") {
            while state.wait(until: nil, { $0 == .running ? true : $0 == .stopped ? false : nil }) == true {
                let outcome = Checkpointer.run(path)
                state.withLock { if $0 == .running { $0 = outcome } }
            }
        }
    }

    deinit {
        state.withLock { $0 = .stopped }
        state.wakeAll()
        thread.join()
    }

    /// Begins; only from `idle`.
    func begin() {
        state.withLock { if $0 == .idle { $0 = .running } }
        state.wakeAll()
    }

    /// The state; `done` and `failed` are told once and become `idle`.
    func takeState() -> State {
        state.withLock { state in
            defer { if state != .running { state = .idle } }
            return state
        }
    }

    /// A connection for each run: an open one would have to be closed before the store's to leave the file tidy.
    private static func run(_ path: String) -> State {
        var options = DatabaseOptions()
        options.access = .readWrite
        options.autocheckpointPages = 0
        do throws(SQLiteError) {
            let database = try Database(path: path, options: options)
            try database.checkpoint()
            // Otherwise the store's own thread would wait for all of it, at the end of the log.
            try database.syncFile()
            return .done
        } catch { return .failed(.store(error)) }
    }
}
