import Host
import Vocabulary

/// Does something every few seconds, on a thread of its own, until it is let go.
final class HeartBeats {
    /// A third of the time after which the boards of the rehearsal miss a camera.
    static let pause = Uptime.Span.seconds(5)

    private let isOver = Monitor(false)
    private var thread: HostThread?

    func start(_ beat: @escaping @Sendable () -> Void) throws {
        let isOver = isOver
        thread = try HostThread(name: "heartbeats") {
            repeat { beat() } while isOver.wait(until: BootClock.now() + Self.pause, { $0 ? true : nil }) == nil
        }
    }

    deinit {
        isOver.withLock { $0 = true }
        isOver.wakeAll()
        thread?.join()
    }
}
