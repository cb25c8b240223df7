public import Effects
internal import Host
public import ServiceLifecycle

/// A box as a service: it runs from its making until the group shuts down, and then stops in order.
public struct BoxService<Core: EdgeCore>: Service {
    private let box: Box<Core>

    public init(box: Box<Core>) { self.box = box }

    public func run() async throws {
        try? await gracefulShutdown()
        let box = self.box
        // Stopping waits for threads and the disk: a thread of its own, not one of the shared pool.
        await withCheckedContinuation { continuation in
            do {
                _ = try HostThread(name: "stop") {
                    box.stop()
                    continuation.resume()
                }
            } catch {
                box.stop()
                continuation.resume()
            }
        }
    }
}
