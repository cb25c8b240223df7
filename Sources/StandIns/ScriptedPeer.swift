internal import Glibc
internal import Host

/// A listener that answers whatever it is sent with bytes given beforehand: for answers no real broker gives.
public final class ScriptedPeer: Sendable {
    /// The port it listens on, on the loopback address.
    public let port: Int
    private let listener: Int32
    private let thread: HostThread

    /// - Parameter replies: of each connection; one is sent for each portion read, then the connection is closed.
    public init(replies: [[UInt8]]) throws(StandInError) {
        let (listener, port) = try Loopback.listener()
        self.listener = listener
        self.port = port
        do throws(HostThread.StartError) {
            thread = try HostThread(name: "scripted peer") {
                while true {
                    let client = accept(listener, nil, nil)
                    guard client >= 0 else { return }
                    var bytes = [UInt8](repeating: 0, count: 1 << 16)
                    for reply in replies where read(client, &bytes, bytes.count) > 0 {
                        _ = send(client, reply, reply.count, Int32(MSG_NOSIGNAL))
                    }
                    shutdown(client, Int32(SHUT_WR))
                    // Until the other side has gone, so that it reads the last reply before any reset.
                    while read(client, &bytes, bytes.count) > 0 {}
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
}
