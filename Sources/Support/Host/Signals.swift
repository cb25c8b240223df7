internal import Glibc

/// The signals a daemon answers, and the one it must not die of.
public enum Signals {
    /// A signal that can be handled.
    public enum Signal: Int32, CaseIterable, Sendable {
        case hangUp = 1
        case interrupt = 2
        case userOne = 10
        case userTwo = 12
        case terminate = 15
    }

    /// The handlers could not be put in place.
    public enum InstallError: Error, Equatable, CustomStringConvertible {
        case alreadyInstalled
        case pipe(code: Int32)
        case action(Signal, code: Int32)
        case thread(HostThread.StartError)

        public var description: String {
            switch self {
            case .alreadyInstalled: "installing signal handlers failed: this process has installed them already"
            case .pipe(let code): "making the pipe for signals failed: \(SystemError.text(code))"
            case .action(let signal, let code): "handling the signal \(signal) failed: \(SystemError.text(code))"
            case .thread(let error): "handling signals failed: \(error)"
            }
        }
    }

    /// Makes a write to a closed connection fail with `EPIPE` instead of ending the process; call it first of all.
    public static func ignoreBrokenPipe() { signal(SIGPIPE, SIG_IGN) }

    /// Delivers signals, in the order they arrive, to `handler` on a thread of their own, for the life of the process.
    ///
    /// It needs no signal mask, so threads started earlier and programs started later are not affected. At most 65,536
    /// signals wait for a slow handler; further ones are dropped.
    ///
    /// - Parameters:
    ///   - signals: those to handle; the others keep what they do.
    ///   - handler: runs on an ordinary thread, so it may do anything.
    /// - Throws: `InstallError`; a second call is refused.
    public static func handle(
        _ signals: [Signal] = [.terminate, .interrupt], handler: @escaping @Sendable (Signal) -> Void
    ) throws(InstallError) {
        let isFirst = isInstalled.withLock { isInstalled in
            defer { isInstalled = true }
            return !isInstalled
        }
        guard isFirst else { throw .alreadyInstalled }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .pipe(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // The handler must never block: it may have interrupted the very thread that empties the pipe.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        signalWriteEnd = ends[1]
        let readEnd = ends[0]
        do {
            // It lives as long as the process; dropping the handle lets it run on.
            _ = try HostThread(name: "signals") { deliver(from: readEnd, to: handler) }
        } catch {
            throw .thread(error)
        }
        for signal in signals { try install(signal) }
    }

    private static let isInstalled = Monitor(false)

    private static func install(_ signal: Signal) throws(InstallError) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = writeSignalToPipe
        action.sa_flags = SA_RESTART
        sigfillset(&action.sa_mask)
        guard sigaction(signal.rawValue, &action, nil) == 0 else { throw .action(signal, code: errno) }
    }

    private static func deliver(from readEnd: Int32, to handler: @Sendable (Signal) -> Void) {
        var number: UInt8 = 0
        while true {
            let count = read(readEnd, &number, 1)
            if count == 1, let signal = Signal(rawValue: Int32(number)) { handler(signal) }
            if count == 0 || (count < 0 && errno != EINTR) { return }
        }
    }
}

// Written once, before the first handler is installed, and only read after that.
nonisolated(unsafe) private var signalWriteEnd: Int32 = -1

/// Runs inside the signal: only calls that are safe there, and `errno` as it was.
private func writeSignalToPipe(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalWriteEnd, &byte, 1)
    errno = saved
}
