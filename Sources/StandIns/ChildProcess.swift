internal import Glibc
internal import Host
internal import Vocabulary

/// A process that was started here; ended and waited for by its own identifier.
struct ChildProcess: Sendable {
    /// A shell that does what is left to do when this process dies without having done it.
    struct Guard: Sendable {
        private let pid: pid_t
        private let pipe: Int32

        init(_ command: String) throws(StandInError) {
            let ends = try Pipe.make()
            defer { close(ends.read) }
            pipe = ends.write
            pid = try ChildProcess.spawn("/bin/sh", ["-c", "read line; \(command)"], input: ends.read, output: nil)
        }

        func dismiss() {
            var status: Int32 = 0
            _ = Glibc.kill(pid, SIGKILL)
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            close(pipe)
        }
    }

    let pid: pid_t
    private let guardian: Guard

    /// - Parameter output: where its standard output and error go; nil for where ours go.
    static func start(
        _ executable: String, _ arguments: [String], output: Int32? = nil
    ) throws(StandInError) -> ChildProcess {
        let pid = try spawn(executable, arguments, input: nil, output: output)
        do throws(StandInError) {
            return ChildProcess(pid: pid, guardian: try Guard("kill -9 \(pid)"))
        } catch {
            _ = Glibc.kill(pid, SIGKILL)
            throw error
        }
    }

    var isRunning: Bool {
        var information = siginfo_t()
        // Looks, and leaves it to `end` to collect it.
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo == 0
    }

    /// Asks it to end; after ``patience`` it is ended all the same.
    func terminate() { end(with: SIGTERM) }

    /// How long a process may take to end when it is asked to.
    private static let patience = Uptime.Span.seconds(15)

    func kill() { end(with: SIGKILL) }

    private func end(with signal: Int32) {
        var status: Int32 = 0
        guardian.dismiss()
        _ = Glibc.kill(pid, signal)
        let began = BootClock.now()
        var asked: Int64 = 1
        while true {
            let result = waitpid(pid, &status, WNOHANG)
            if result == pid || (result < 0 && errno != EINTR) { return }
            let waited = BootClock.now() - began
            if waited >= ChildProcess.patience {
                _ = Glibc.kill(pid, SIGKILL)
            } else if waited >= .seconds(asked) {
                // mosquitto forgets a request that comes while it is starting.
                _ = Glibc.kill(pid, signal)
                asked += 1
            }
            usleep(1_000)
        }
    }

    /// Waits until it ends by itself.
    /// - Returns: its exit status; 128 and the signal's number if a signal ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        guardian.dismiss()
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Runs a program to its end.
    static func run(_ executable: String, _ arguments: [String]) throws(StandInError) {
        let pid = try spawn(executable, arguments, input: nil, output: nil)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }

    fileprivate static func spawn(
        _ executable: String, _ arguments: [String], input: Int32?, output: Int32?
    ) throws(StandInError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
        }
        // Threads that run tests block every signal, and a child inherits that: it could not be told to end.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // A process group of its own: what a person's Ctrl-C ends is this program, which then ends what it started.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, executable, &actions, &attributes, &words, environ)
        guard result == 0 else { throw .system(action: "starting \(executable)", code: result) }
        return pid
    }
}
