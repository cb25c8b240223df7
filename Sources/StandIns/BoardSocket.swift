internal import Glibc
internal import Host
internal import Synchronization

/// The socket of a board in memory, for who plays the world around it: it is told what the board energises, and moves
/// the board's inputs.
final class BoardSocket: Sendable {
    /// Where inputs are moved; good as long as the socket is.
    struct Line: Sendable {
        fileprivate let socket: Int32

        /// Moves an input of the board.
        func set(_ input: String, _ active: Bool) {
            let bytes = Array("set \(input) \(active ? 1 : 0)\n".utf8)
            _ = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    let line: Line
    private let thread = Mutex<HostThread?>(nil)

    init(_ path: String) throws(StandInError) { line = Line(socket: try Loopback.connect(toSocket: path)) }

    deinit {
        shutdown(line.socket, Int32(SHUT_RDWR))
        thread.withLock { $0 }?.join()
        close(line.socket)
    }

    /// Starts to listen; call it once.
    /// - Parameters:
    ///   - heard: gets the words of each line that the board says, in order, on a thread of its own.
    ///   - closed: called once, at the end.
    func listen(
        _ heard: @escaping @Sendable ([String], Line) -> Void, closed: @escaping @Sendable () -> Void
    ) throws(StandInError) {
        let line = line
        do throws(HostThread.StartError) {
            let started = try HostThread(name: "world") {
                BoardSocket.read(line, heard)
                closed()
            }
            thread.withLock { $0 = started }
        } catch { throw .thread(error) }
    }

    private static func read(_ line: Line, _ heard: ([String], Line) -> Void) {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(line.socket, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return }
            pending += chunk[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let words = String(decoding: pending[..<end], as: UTF8.self).split(separator: " ").map(String.init)
                pending.removeSubrange(...end)
                heard(words, line)
            }
        }
    }
}
