import Glibc
import Host
import Journal
import Vocabulary

/// A writer for the journal's tests to kill, or to run into a file size limit.
///
///     JournalCrashChild FILE append      appends for ever, each record with a state change, until it is killed
///     JournalCrashChild FILE limit       appends 3,000 records, the first part under a file size limit
///     JournalCrashChild FILE replace-N   opens as a daemon does, and kills itself after the N-th step of replacing a
///                                        damaged journal; ends with 0 if there is no such step
///
/// It prints `durable N` for each commit and `failed` for each failed attempt.
@main
struct JournalCrashChild {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { exit(2) }
        let device = try DeviceID("crash-child")
        let reporter = Reporter()
        if arguments[2].hasPrefix("replace-"), let step = Int(arguments[2].dropFirst(8)) {
            return try replace(arguments[1], device, killAt: step, reporter)
        }
        var options = JournalOptions()
        options.mostWaitingRecords = 500
        options.firstRetryPause = .milliseconds(1)
        options.longestRetryPause = .milliseconds(5)
        let journal = try Journal.open(
            path: arguments[1], device: device, newEpoch: { "epoch-1" }, options: options, handler: reporter)
        if arguments[2] == "limit" {
            try runIntoLimit(journal, reporter)
        } else {
            while true { try append(to: journal, reporter) }
        }
    }

    /// Appends one record and the state that belongs to it; waits while the backlog is full, or gives up if a commit
    /// has failed.
    static func append(to journal: Journal, _ reporter: Reporter, givesUp: Bool = false) throws {
        let next = journal.head.sequence + 1
        let body = Array(#"{"kind":"test","number":\#(next),"pad":"\#(String(repeating: "x", count: 200))"}"#.utf8)
        let write = JournalWrite(
            records: [JournalRecord(at: WallTime(milliseconds: 1_000 + next), body: body)],
            state: [.put(kind: "counter", key: "last", value: Array(String(next).utf8))])
        while true {
            do throws(JournalError) {
                try journal.append(write)
                return
            } catch {
                guard case .backlogFull = error else { throw error }
                if givesUp && reporter.hasFailed { return }
                reporter.waitForNews()
            }
        }
    }

    static func replace(_ path: String, _ device: DeviceID, killAt step: Int, _ reporter: Reporter) throws {
        let steps = Monitor(0)
        var options = JournalOptions()
        options.onReplacementStep = { _ in
            let count = steps.withLock { count in
                count += 1
                return count
            }
            if count == step { kill(getpid(), SIGKILL) }
        }
        let journal = try Journal.openOrReplace(
            path: path, device: device, newEpoch: { "killed-\(step)" }, now: .now(), options: options,
            handler: reporter)
        exit(journal.close() ? 0 : 1)
    }

    static func runIntoLimit(_ journal: Journal, _ reporter: Reporter) throws {
        // Without this the kernel would end the process instead of refusing the write.
        signal(SIGXFSZ, SIG_IGN)
        let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        var limit = rlimit()
        getrlimit(fileSizeLimit, &limit)
        let former = limit.rlim_cur
        limit.rlim_cur = 400_000
        setrlimit(fileSizeLimit, &limit)
        for _ in 0..<2_000 where !reporter.hasFailed {
            try append(to: journal, reporter, givesUp: true)
        }
        reporter.waitForFailure()
        limit.rlim_cur = former
        setrlimit(fileSizeLimit, &limit)
        while journal.head.sequence < 3_000 { try append(to: journal, reporter) }
        exit(journal.close() ? 0 : 1)
    }
}

final class Reporter: JournalHandler {
    private let state = Monitor((news: 0, hasFailed: false))

    var hasFailed: Bool { state.withLock { $0.hasFailed } }

    func durable(through sequence: Int64) {
        print("durable \(sequence)\n")
        note(failed: false)
    }

    func failed(_ error: JournalError) {
        print("failed\n")
        note(failed: true)
    }

    func waitForNews() {
        let seen = state.withLock { $0.news }
        // A commit may have come between the refusal and this call: then there is room already.
        _ = state.wait(until: BootClock.now() + .milliseconds(20)) { $0.news != seen ? true : nil }
    }

    func waitForFailure() { _ = state.wait(until: nil) { $0.hasFailed ? true : nil } }

    private func note(failed: Bool) {
        state.withLock { state in
            state.news += 1
            if failed { state.hasFailed = true }
        }
        state.wakeAll()
    }

    /// Unbuffered: what has been printed must be out when the process is killed.
    private func print(_ line: String) { _ = line.withCString { write(1, $0, strlen($0)) } }
}
