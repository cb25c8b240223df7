internal import Glibc
internal import Host
internal import Vocabulary

/// A camera that is asked over HTTP, with Digest: it streams what it sees, and opens a barrier on its own output.
public final class StreamingCamera: Sendable {
    public enum Make: Sendable { case dahua, hikvision }

    private struct State {
        /// The connections that stream, each with what it is still to be sent.
        var streams: [Int32: [UInt8]] = [:]
        var connections: Set<Int32> = []
        var opened: [String] = []
        var refused = 0
        var isMute = false
        var isClosed = false
        var answersOpen = true
    }

    /// On the loopback address.
    public let port: Int
    private let make: Make
    private let digest: DigestCheck
    private let heartbeat: Uptime.Span
    private let listener: Int32
    private let state = Monitor(State())
    private let thread: HostThread
    private static let boundary = "myboundary"

    /// - Parameter port: nil takes any that is free.
    public init(
        _ make: Make, username: String = "admin", password: String, heartbeatMilliseconds: Int64 = 200
    ) throws(StandInError) {
        let (listener, port) = try Loopback.listener()
        self.listener = listener
        self.port = port
        self.make = make
        digest = DigestCheck(username: username, password: password)
        heartbeat = .milliseconds(heartbeatMilliseconds)
        let (state, digest, heartbeat) = (state, digest, heartbeat)
        do throws(HostThread.StartError) {
            thread = try HostThread(name: "camera stand-in") {
                while true {
                    let client = accept(listener, nil, nil)
                    guard client >= 0 else { return }
                    // Detached: it ends with its connection.
                    _ = try? HostThread(name: "camera client") {
                        Self.serve(client, make, digest, heartbeat, state)
                    }
                }
            }
        } catch { throw .thread(error) }
    }

    deinit {
        state.withLock { $0.isClosed = true }
        dropConnections()
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
    }

    /// A car comes: it goes to everybody who listens.
    public func see(_ plate: String) { send(message(Array(event(plate).utf8)) + picture) }

    /// Sends any bytes as they are.
    public func send(_ bytes: [UInt8]) {
        state.withLock { state in for stream in state.streams.keys { state.streams[stream]? += bytes } }
        state.wakeAll()
    }

    /// A message of this make about something that nobody asked for, with this in the place of the plate.
    public func message(_ content: [UInt8]) -> [UInt8] {
        let type = make == .dahua ? "text/plain" : "application/xml; charset=\"UTF-8\""
        let head = "--\(Self.boundary)\r\nContent-Type: \(type)\r\nContent-Length: \(content.count)\r\n\r\n"
        return Array(head.utf8) + content + Array("\r\n".utf8)
    }

    /// Goes on being connected and says nothing any more, or speaks again.
    public func beMute(_ isMute: Bool) {
        state.withLock { $0.isMute = isMute }
        state.wakeAll()
    }

    /// Whether it answers orders to open that it was able to.
    public func answerOrders(_ answers: Bool) { state.withLock { $0.answersOpen = answers } }

    public func dropConnections() {
        state.withLock { state in for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) } }
        state.wakeAll()
    }

    /// The orders to open that came, by their addresses, and the requests without the right password.
    public var opened: [String] { state.withLock { $0.opened } }
    public var refused: Int { state.withLock { $0.refused } }
    public var listeners: Int { state.withLock { $0.streams.count } }

    /// Waits until so many listen.
    public func waitForListeners(_ count: Int, seconds: Int64 = 10) -> Bool {
        state.wait(until: BootClock.now() + .seconds(seconds)) { $0.streams.count >= count ? true : nil } ?? false
    }

    /// Waits until it was asked to open so many times.
    public func waitUntilOpened(_ count: Int, seconds: Int64 = 10) -> Bool {
        state.wait(until: BootClock.now() + .seconds(seconds)) { $0.opened.count >= count ? true : nil } ?? false
    }

    // MARK: - What it sends

    private func event(_ plate: String) -> String {
        switch make {
        case .dahua:
            """
            Events[0].EventBaseInfo.Action=Pulse\r
            Events[0].EventBaseInfo.Code=TrafficJunction\r
            Events[0].GroupID=1647090670\r
            Events[0].Lane=1\r
            Events[0].TrafficCar.PlateColor=Blue\r
            Events[0].TrafficCar.PlateNumber=\(plate)\r
            Events[0].UTC=1615554670\r

            """
        case .hikvision: CameraStandIn.hikvisionXML(plate)
        }
    }

    private var picture: [UInt8] {
        let bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + Array(0...255) + [0xFF, 0xD9]
        let head = "--\(Self.boundary)\r\nContent-Type: image/jpeg\r\nContent-Length: \(bytes.count)\r\n\r\n"
        return Array(head.utf8) + bytes + Array("\r\n".utf8)
    }

    private static func heartbeat(_ make: Make) -> [UInt8] {
        let (type, content) =
            make == .dahua
            ? ("text/plain", "Heartbeat")
            : (
                "application/xml",
                "<EventNotificationAlert><eventType>videoloss</eventType></EventNotificationAlert>"
            )
        let head = "--\(boundary)\r\nContent-Type: \(type)\r\nContent-Length: \(content.utf8.count)\r\n\r\n"
        return Array("\(head)\(content)\r\n".utf8)
    }

    // MARK: - Serving

    private static func serve(
        _ client: Int32, _ make: Make, _ digest: DigestCheck, _ heartbeat: Uptime.Span, _ state: Monitor<State>
    ) {
        state.withLock { _ = $0.connections.insert(client) }
        defer {
            state.withLock {
                $0.connections.remove(client)
                $0.streams[client] = nil
            }
            close(client)
        }
        var pending: [UInt8] = []
        while let request = readRequest(client, &pending) {
            guard digest.accepts(request.authorization, method: request.method, path: request.path) else {
                state.withLock { $0.refused += request.authorization == nil ? 0 : 1 }
                write("HTTP/1.1 401 Unauthorized\r\n\(digest.challenge)Content-Length: 0\r\n\r\n", to: client)
                continue
            }
            if request.path.contains("attachFileProc") || request.path.hasSuffix("alertStream") {
                return stream(client, make, heartbeat, state)
            }
            guard request.path.contains("openStrobe") || request.path.hasSuffix("barrierGate") else {
                write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", to: client)
                continue
            }
            let answers = state.withLock { state in
                state.opened.append(request.path)
                return state.answersOpen
            }
            state.wakeAll()
            guard answers else { continue }
            let body =
                make == .dahua ? "OK\r\n" : "<ResponseStatus><statusCode>1</statusCode></ResponseStatus>"
            write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", to: client)
        }
    }

    private static func stream(_ client: Int32, _ make: Make, _ heartbeat: Uptime.Span, _ state: Monitor<State>) {
        // Whoever reads that it is connected is listened to already.
        state.withLock { $0.streams[client] = Self.heartbeat(make) }
        write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=\(boundary)\r\n\r\n", to: client)
        state.wakeAll()
        while true {
            let waiting = state.wait(until: BootClock.now() + heartbeat) { state -> [UInt8]? in
                if state.isClosed { return [] }
                guard let bytes = state.streams[client], !bytes.isEmpty, !state.isMute else { return nil }
                state.streams[client] = []
                return bytes
            }
            if state.withLock({ $0.isClosed }) { return }
            let isMute = state.withLock { $0.isMute }
            let bytes = waiting ?? (isMute ? [] : Self.heartbeat(make))
            guard bytes.isEmpty || write(bytes, to: client) else { return }
        }
    }

    private struct Request {
        var method: String
        var path: String
        var authorization: String?
    }

    /// - Returns: nil when the other side has gone, or sent what is no request.
    private static func readRequest(_ client: Int32, _ pending: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let mark = pending.firstRange(of: end) {
                let head = String(decoding: pending[..<mark.lowerBound], as: UTF8.self)
                let lines = head.split(separator: "\r\n")
                func value(_ name: String) -> String? {
                    lines.first { $0.lowercased().hasPrefix("\(name):") }.map {
                        String($0.dropFirst(name.count + 1).drop { $0 == " " })
                    }
                }
                let length = value("content-length").flatMap { Int($0) } ?? 0
                if pending.count >= mark.upperBound + length {
                    pending.removeFirst(mark.upperBound + length)
                    let words = lines.first?.split(separator: " ") ?? []
                    guard words.count == 3 else { return nil }
                    return Request(
                        method: String(words[0]), path: String(words[1]), authorization: value("authorization"))
                }
            }
            var portion = [UInt8](repeating: 0, count: 4_096)
            let count = read(client, &portion, portion.count)
            guard count > 0, pending.count < 65_536 else { return nil }
            pending += portion[..<count]
        }
    }

    private static func write(_ text: String, to client: Int32) { write(Array(text.utf8), to: client) }

    @discardableResult
    private static func write(_ bytes: [UInt8], to client: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(client, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
