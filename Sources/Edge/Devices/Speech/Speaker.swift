internal import CLinux
internal import Glibc
public import Host
internal import Vocabulary

/// Speaks texts through a program, one at a time, on a thread of its own. Its callers are never blocked.
///
/// The latest text wins: one that still waits is replaced, and one that is being spoken is broken off, because the car
/// it was meant for has moved on.
public final class Speaker: Sendable {
    /// One thing to say: texts spoken one after the other, such as Chinese and then English.
    public struct Speech: Equatable, Sendable {
        public var parts: [(language: String, text: String)]

        public init(_ parts: [(language: String, text: String)]) { self.parts = parts }

        public static func == (left: Speech, right: Speech) -> Bool {
            left.parts.elementsEqual(right.parts) { $0 == $1 }
        }
    }

    fileprivate struct Contents {
        var waiting: Speech?
        var isStopped = false
    }

    private let contents: Monitor<Contents>
    private let thread: HostThread

    /// - Parameter report: told on the speaker's thread, a fault of one kind once until something is spoken again.
    public init(
        _ program: SpeechProgram, report: @escaping @Sendable (SpeechFault) -> Void
    ) throws(HostThread.StartError) {
        let contents = Monitor(Contents())
        self.contents = contents
        thread = try HostThread(name: "speech") {
            var told: SpeechFault?
            while let speech = contents.wait(until: nil, { $0.next }) ?? nil {
                let fault = SpeechRun(program: program, contents: contents).speak(speech)
                if let fault, fault != told { report(fault) }
                told = fault
            }
        }
    }

    /// Says this as soon as it can, in place of what it is saying.
    public func say(_ speech: Speech) {
        contents.withLock { $0.waiting = speech }
        contents.wakeAll()
    }

    /// Breaks off what is being said and ends the thread.
    public func stop() {
        contents.withLock { $0.isStopped = true }
        contents.wakeAll()
        if !thread.isCurrent { thread.join() }
    }

    deinit {
        contents.withLock { $0.isStopped = true }
        contents.wakeAll()
    }
}

extension Speaker.Contents {
    /// What to say next; nil within when there is to be nothing more, nil without while there is nothing yet.
    fileprivate var next: Speaker.Speech?? {
        mutating get {
            if isStopped { return .some(nil) }
            defer { waiting = nil }
            return waiting.map { .some($0) }
        }
    }
}

/// Runs the program for one speech.
private struct SpeechRun {
    let program: SpeechProgram
    let contents: Monitor<Speaker.Contents>

    /// How often it is looked whether the program has ended.
    static let look = Uptime.Span.milliseconds(20)

    func speak(_ speech: Speaker.Speech) -> SpeechFault? {
        for part in speech.parts {
            let (words, isOnInput) = program.arguments(text: part.text, language: part.language)
            let child: pid_t
            do throws(SpeechFault) {
                child = try start(words, input: isOnInput ? part.text : nil)
            } catch { return error }
            switch wait(for: child) {
            case .spoken: continue
            case .superseded: return nil
            case .fault(let fault): return fault
            }
        }
        return nil
    }

    private enum End {
        case spoken, superseded
        case fault(SpeechFault)
    }

    private func wait(for child: pid_t) -> End {
        let limit = BootClock.now() + .seconds(program.mostSeconds)
        while true {
            var status: Int32 = 0
            let result = waitpid(child, &status, WNOHANG)
            if result == child {
                let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
                return code == 0 ? .spoken : .fault(.failed(path: program.path, status: code))
            }
            if result < 0, errno != EINTR { return .spoken }
            let now = BootClock.now()
            if now >= limit {
                end(child)
                return .fault(.tookTooLong(path: program.path, seconds: program.mostSeconds))
            }
            let isOver = contents.wait(until: now + SpeechRun.look) { $0.waiting != nil || $0.isStopped ? true : nil }
            if isOver == true {
                end(child)
                return .superseded
            }
        }
    }

    /// Ends the program and what it has started.
    private func end(_ child: pid_t) {
        kill(-child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
    }

    private func start(_ arguments: [String], input: String?) throws(SpeechFault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let source = input.map { SpeechRun.pipe(with: $0) } ?? -1
        defer { if source >= 0 { close(source) } }
        if source >= 0 {
            posix_spawn_file_actions_adddup2(&actions, source, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        // What it writes is not ours to read, and must not fill our log.
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // A group of its own, so that a script's children end with it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = ([program.path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, program.path, &actions, &attributes, &words, environ)
        guard result == 0 else { throw .notStarted(path: program.path, code: result) }
        return pid
    }

    /// A pipe's reading end with the text in it, and nothing to follow: a notice is far smaller than a pipe's buffer.
    private static func pipe(with text: String) -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard turnpike_pipe(&ends) == 0 else { return -1 }
        let bytes = Array(text.utf8.prefix(4_096))
        _ = bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        close(ends[1])
        return ends[0]
    }
}
