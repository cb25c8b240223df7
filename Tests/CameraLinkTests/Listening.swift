import CameraLink
import HTTPClient
import Host
import PlateCamera
import StandIns
import Vocabulary

/// Collects what a link tells.
final class Listening: Sendable {
    private let news = Monitor<[CameraNews]>([])

    var all: [CameraNews] { news.withLock { $0 } }

    func start(_ link: any CameraLink) throws {
        let news = self.news
        try link.start { item in
            news.withLock { $0.append(item) }
            news.wakeAll()
        }
    }

    /// Waits for news of which something is true, after the first `skipping`.
    func wait(seconds: Int64 = 10, skipping: Int = 0, _ isIt: @escaping (CameraNews) -> Bool) -> CameraNews? {
        news.wait(until: BootClock.now() + .seconds(seconds)) { $0.dropFirst(skipping).first(where: isIt) }
    }

    func waitForPlate(_ plate: String, seconds: Int64 = 10) -> Bool {
        wait(seconds: seconds) { if case .signal(.read(let read)) = $0 { read.plate?.text == plate } else { false } }
            != nil
    }

    func waitForDown(containing text: String, seconds: Int64 = 10) -> Bool {
        wait(seconds: seconds) { if case .down(let why) = $0 { why.contains(text) } else { false } } != nil
    }
}

enum Links {
    static let password = "let-me-in"

    static func http(
        _ camera: StreamingCamera, _ make: GateCommand.Make = .dahua, password: String = password,
        silence: Uptime.Span = .seconds(5)
    ) -> HTTPCameraLink {
        HTTPCameraLink(
            .init(
                host: "127.0.0.1", port: camera.port,
                credentials: .init(username: "admin", password: password),
                stream: make == .dahua ? .dahua(.init()) : .hikvision, gate: make, heartbeatSeconds: 5,
                silenceLimit: silence, backoff: { _ in .milliseconds(50) }))
    }
}
