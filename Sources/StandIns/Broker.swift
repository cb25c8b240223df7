internal import Glibc
public import Host
internal import Vocabulary

/// A real mosquitto broker, on a free port of the loopback address; ended when this object goes.
public final class Broker: Sendable {
    /// The port it listens on, the same after every start.
    public let port: Int
    /// A folder of its own, removed at the end.
    public let folder: TemporaryFolder
    private let process = Monitor<ChildProcess?>(nil)

    private static let executable = "/usr/sbin/mosquitto"
    private static let startLimit = Uptime.Span.seconds(10)

    /// Starts a broker that lets everybody do everything, unless `settings` say otherwise.
    ///
    /// - Parameters:
    ///   - settings: further lines of its configuration file; `@DIR@` stands for its directory.
    ///   - files: by name, contents to be put into its directory.
    public init(settings: [String] = [], files: [String: String] = [:]) throws(StandInError) {
        guard access(Self.executable, X_OK) == 0 else { throw .notInstalled(Self.executable) }
        folder = try TemporaryFolder("turnpike-broker")
        port = try Loopback.freePort()
        for (name, contents) in files { try folder.write(contents, to: name) }
        var lines = [
            "allow_anonymous true", "persistence false", "set_tcp_nodelay true", "max_queued_messages 0",
            "log_dest file \(folder.path)/log", "log_type all",
        ]
        // Otherwise it changes to a user of its own, who may not read this directory.
        if geteuid() == 0 { lines.append("user root") }
        lines += ["listener \(port) 127.0.0.1"] + settings
        let text = lines.joined(separator: "\n") + "\n"
        let parts = text.split(separator: "@DIR@", omittingEmptySubsequences: false)
        try folder.write(parts.joined(separator: folder.path), to: "mosquitto.conf")
        try start()
    }

    deinit { stop() }

    /// Starts it, if it is not running, and waits until it accepts connections.
    public func start() throws(StandInError) {
        guard process.withLock({ $0 == nil }) else { return }
        // What it says goes to its log; the rest (a warning to root) is of no use to anybody.
        let silence = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(silence) }
        let child = try ChildProcess.start(Self.executable, ["-c", configurationFile], output: silence)
        let deadline = BootClock.now() + Self.startLimit
        while !Loopback.accepts(port) {
            guard child.isRunning, BootClock.now() < deadline else {
                child.kill()
                throw .notStarted(log: folder.read("log"))
            }
            usleep(2000)
        }
        process.withLock { $0 = child }
    }

    /// Ends it as a shutdown does, telling its clients, and waits for its end.
    public func stop() { take()?.terminate() }

    /// Ends it at once.
    public func kill() { take()?.kill() }

    /// Its process; nil while it is stopped.
    public var pid: Int32? { process.withLock { $0?.pid } }

    /// What it has written to its log.
    public var log: String { folder.read("log") }

    private var configurationFile: String { folder.path + "/mosquitto.conf" }

    private func take() -> ChildProcess? {
        process.withLock { process in
            defer { process = nil }
            return process
        }
    }
}

/// A stand-in could not be set up.
public enum StandInError: Error, CustomStringConvertible {
    case notInstalled(String)
    case notStarted(log: String)
    case system(action: String, code: Int32)
    case thread(HostThread.StartError)
    case file(String)
    case notInGB18030(String)

    public var description: String {
        switch self {
        case .notInstalled(let path): "\(path) is missing; run script/setup, which installs what the tests need"
        case .notStarted(let log): "the broker did not start; its log:\n\(log)"
        case .system(let action, let code): "\(action) failed: \(SystemError.text(code))"
        case .thread(let error): error.description
        case .file(let text): text
        case .notInGB18030(let text): "\(text) cannot be written in GB18030"
        }
    }
}
