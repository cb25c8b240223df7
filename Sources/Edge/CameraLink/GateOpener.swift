internal import Host
internal import Vocabulary

/// Carries out orders to open, one at a time, on a thread of its own. What is late is dropped.
final class GateOpener: Sendable {
    private struct Order: Sendable {
        var pulseMilliseconds: Int
        var until: Uptime
    }

    /// More than one waits only while the camera does not answer; all mean the same, so that few are enough.
    private static let mostWaiting = 4

    private let queue = BoundedQueue<Order>(capacity: mostWaiting)
    private let thread: HostThread

    /// - Parameters:
    ///   - perform: opens, and returns by `until`; nil when the camera says that it did, else why not.
    ///   - handler: is told the outcome of each order.
    init(
        name: String, handler: @escaping @Sendable (CameraNews) -> Void,
        perform: @escaping @Sendable (_ pulseMilliseconds: Int, _ until: Uptime) -> String?
    ) throws(HostThread.StartError) {
        let queue = self.queue
        thread = try HostThread(name: name) {
            while true {
                let orders = queue.take(until: nil)
                // The newest stands for all that wait: they are one car's.
                guard let order = orders.last else { return }
                guard BootClock.now() < order.until else {
                    handler(.notOpened("the order came too late"))
                    continue
                }
                handler(perform(order.pulseMilliseconds, order.until).map { .notOpened($0) } ?? .opened)
            }
        }
    }

    /// - Returns: false when too many wait; the order is dropped.
    func order(_ pulseMilliseconds: Int) -> Bool {
        queue.offer(Order(pulseMilliseconds: pulseMilliseconds, until: BootClock.now() + openLimit))
    }

    /// No further orders; those that wait are dropped.
    func close() {
        queue.close()
        _ = queue.takeAvailable()
    }

    func join() { _ = thread.join(within: .seconds(1)) }
}
