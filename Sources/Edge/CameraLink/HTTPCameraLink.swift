public import HTTPClient
internal import Host
public import PlateCamera
public import Vocabulary

/// A camera that is reached by HTTP: its stream is read, its output opened, or both.
public final class HTTPCameraLink: CameraLink {
    /// What the camera is and where.
    public struct Settings: Sendable {
        public var host: String
        public var port: Int
        public var credentials: HTTPRequest.Credentials?
        /// The stream to read; nil for a camera that pushes.
        public var stream: CameraStream.Make?
        /// How its barrier is opened.
        public var gate: GateCommand.Make
        /// What a Dahua camera is asked to send so often.
        public var heartbeatSeconds: Int
        /// A stream that is silent for so long is given up and made anew.
        public var silenceLimit: Uptime.Span
        /// The pause before the next attempt, after so many failures in a row.
        public var backoff: @Sendable (_ failures: Int) -> Uptime.Span

        public init(
            host: String, port: Int, credentials: HTTPRequest.Credentials?, stream: CameraStream.Make?,
            gate: GateCommand.Make, heartbeatSeconds: Int, silenceLimit: Uptime.Span,
            backoff: @escaping @Sendable (_ failures: Int) -> Uptime.Span
        ) {
            self.host = host
            self.port = port
            self.credentials = credentials
            self.stream = stream
            self.gate = gate
            self.heartbeatSeconds = heartbeatSeconds
            self.silenceLimit = silenceLimit
            self.backoff = backoff
        }
    }

    private struct State {
        var isStopping = false
        var thread: HostThread?
        var opener: GateOpener?
        /// Under way: the stream, and an order to open.
        var stream: HTTPTransfer?
        var order: HTTPTransfer?
        var handler: (@Sendable (CameraNews) -> Void)?
    }

    private let settings: Settings
    private let state = Monitor(State())

    public init(_ settings: Settings) { self.settings = settings }

    public func start(_ handler: @escaping @Sendable (CameraNews) -> Void) throws {
        let opener = try GateOpener(name: "gate", handler: handler) { [weak self] _, until in
            guard let self else { return "the box is stopping" }
            return open(until: until)
        }
        state.withLock {
            $0.handler = handler
            $0.opener = opener
        }
        guard settings.stream != nil else { return }
        let thread = try HostThread(name: "camera") { [weak self] in self?.listen(handler) }
        state.withLock { $0.thread = thread }
    }

    public func open(pulseMilliseconds: Int) {
        let (opener, handler) = state.withLock { ($0.opener, $0.handler) }
        guard let opener, let handler else { return }
        if !opener.order(pulseMilliseconds) { handler(.notOpened("orders wait that were not answered")) }
    }

    public func stop() {
        let (thread, opener, transfers) = state.withLock { state in
            state.isStopping = true
            return (state.thread, state.opener, [state.stream, state.order])
        }
        opener?.close()
        for transfer in transfers { transfer?.cancel() }
        state.wakeAll()
        _ = thread?.join(within: .seconds(1))
        opener?.join()
    }

    // MARK: - Listening

    private func listen(_ handler: @Sendable (CameraNews) -> Void) {
        guard let make = settings.stream else { return }
        var failures = 0
        while true {
            let (why, heard) = attempt(make, handler)
            if state.withLock({ $0.isStopping }) { return }
            handler(.down(why))
            failures = heard ? 1 : failures + 1
            let end = BootClock.now() + settings.backoff(failures)
            if state.wait(until: end, { $0.isStopping ? true : nil }) != nil { return }
        }
    }

    /// One connection, from its beginning to its end.
    /// - Returns: why it ended, and whether the camera said anything.
    private func attempt(_ make: CameraStream.Make, _ handler: (CameraNews) -> Void) -> (why: String, heard: Bool) {
        let gate: GateCommand.Make = make == .hikvision ? .hikvision : .dahua
        let request = HTTPRequest(
            host: settings.host, port: settings.port,
            path: GateCommand.streamPath(gate, heartbeatSeconds: settings.heartbeatSeconds),
            credentials: settings.credentials, connectLimit: min(.seconds(5), settings.silenceLimit),
            silenceLimit: settings.silenceLimit)
        var stream: CameraStream?
        var fault: PlateCameraError?
        var heard = false
        do throws(HTTPFault) {
            let transfer = try HTTPTransfer(request)
            state.withLock { state in
                state.stream = transfer
                if state.isStopping { transfer.cancel() }
            }
            defer { state.withLock { $0.stream = nil } }
            try transfer.run { portion in
                do throws(PlateCameraError) {
                    if stream == nil {
                        stream = try CameraStream(make: make, contentType: portion.contentType)
                        handler(.up)
                    }
                    for signal in try stream?.feed(portion.bytes) ?? [] {
                        heard = true
                        handler(.signal(signal))
                    }
                    return stream?.isClosed == false
                } catch {
                    fault = error
                    return false
                }
            }
            return ("\(settings.host) has ended its stream", heard)
        } catch {
            if let fault { return (fault.description, heard) }
            return (stream?.isClosed == true ? "\(settings.host) has ended its stream" : error.description, heard)
        }
    }

    // MARK: - Opening

    /// Twice at most: raising a boom twice does no harm, and a command may be lost with an old connection.
    private func open(until: Uptime) -> String? {
        var why = "no time was left"
        for _ in 0..<2 {
            let left = until - BootClock.now()
            guard left > .milliseconds(100), !state.withLock({ $0.isStopping }) else { return why }
            guard let fault = openOnce(within: left) else { return nil }
            why = fault
        }
        return why
    }

    private func openOnce(within left: Uptime.Span) -> String? {
        let command = GateCommand(settings.gate)
        let request = HTTPRequest(
            command.method == "PUT" ? .put : .get, host: settings.host, port: settings.port, path: command.path,
            credentials: settings.credentials, contentType: command.contentType, body: command.body,
            connectLimit: left, silenceLimit: left, wholeLimit: left)
        var answer: [UInt8] = []
        do throws(HTTPFault) {
            let transfer = try HTTPTransfer(request)
            state.withLock { state in
                state.order = transfer
                if state.isStopping { transfer.cancel() }
            }
            defer { state.withLock { $0.order = nil } }
            try transfer.run { portion in
                answer += portion.bytes
                return answer.count <= 64 << 10
            }
            return command.isDone(answer) ? nil : "\(settings.host) answers that it did not open"
        } catch { return error.description }
    }
}
