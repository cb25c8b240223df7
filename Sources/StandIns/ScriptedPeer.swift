internal import Glibc
internal import Host
internal import Vocabulary

/// A listener that answers whatever it is sent with bytes given beforehand: for answers no real broker gives.
public final class ScriptedPeer: Sendable {
    /// The port it listens on, on the loopback address.
    public let port: Int
    private let listener: Int32
    private let thread: HostThread
    private let ended: BoundedQueue<[UInt8]>

    /// - Parameters:
    ///   - replies: of each connection; one is sent for each portion read.
    ///   - closes: whether it then closes the connection; otherwise it reads on until the other side does.
    public init(replies: [[UInt8]], closes: Bool = true) throws(StandInError) {
        let (listener, port) = try Loopback.listener()
        let ended = BoundedQueue<[UInt8]>(capacity: 1000)
        self.listener = listener
        self.port = port
        self.ended = ended
        do throws(HostThread.StartError) {
            thread = try HostThread(name: "scripted peer") {
                while true {
                    let client = accept(listener, nil, nil)
                    guard client >= 0 else { return }
                    ended.offer(talk(to: client, replies, closes))
                    close(client)
                }
            }
        } catch {
            throw .thread(error)
        }
    }

    deinit {
        // Ends the wait in accept.
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
    }

    /// All that each connection that has ended since the last call was sent; waits for one, 10 s at most.
    public func endedConnections() -> [[UInt8]] { ended.take(until: BootClock.now() + .seconds(10)) }
}

/// - Returns: all that came.
private func talk(to client: Int32, _ replies: [[UInt8]], _ closes: Bool) -> [UInt8] {
    var portion = [UInt8](repeating: 0, count: 1 << 16)
    var all: [UInt8] = []
    for reply in replies {
        let count = read(client, &portion, portion.count)
        guard count > 0 else { return all }
        all += portion[..<count]
        _ = send(client, reply, reply.count, Int32(MSG_NOSIGNAL))
    }
    if closes { shutdown(client, Int32(SHUT_WR)) }
    // Until the other side has gone, so that it reads the last reply before any reset.
    while true {
        let count = read(client, &portion, portion.count)
        guard count > 0 else { return all }
        all += portion[..<count]
    }
}
