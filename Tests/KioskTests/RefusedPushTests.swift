import Host
import Logging
import StandIns
import Synchronization
import Testing
import Vocabulary

@testable import Kiosk

/// Keeps what is logged.
private struct KeptLog: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    final class Lines: Sendable { let kept = Mutex<[String]>([]) }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.kept.withLock { $0.append("\(event.message)") }
    }
}

@Suite("Pushes that are refused")
struct RefusedPushTests {
    @Test("a camera that pushes garbage without pause has a line a second in the log, and every push is answered")
    func paced() async throws {
        let lines = KeptLog.Lines()
        let logger = Logger(label: "test") { _ in KeptLog(lines: lines) }
        let door = CameraDoor(id: try Slug("entry-camera"), kind: .vzenith) { _ in true }
        let (ports, told) = AsyncStream<Int>.makeStream()
        let server = KioskServer(
            host: "127.0.0.1", port: 0, doors: [door], hooks: KioskHooks(status: { [] }), logger: logger
        ) { told.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                let start = BootClock.now()
                for _ in 0..<30 {
                    let browser = Browser(port: port)
                    let garbage = try await browser.send("POST", "/cameras/entry-camera", "garbage")
                    let stray = try await browser.send("POST", "/cameras/nobody", "{}")
                    #expect(garbage.status == 400 && stray.status == 404)
                }
                let seconds = Int((BootClock.now() - start).milliseconds / 1_000)
                let (known, unknown) = lines.kept.withLock { lines in
                    (
                        lines.count { $0.contains("camera entry-camera: push refused") },
                        lines.count { $0.contains("does not name") }
                    )
                }
                #expect((1...(seconds + 1)).contains(known) && (1...(seconds + 1)).contains(unknown))
                break
            }
            group.cancelAll()
        }
    }
}
