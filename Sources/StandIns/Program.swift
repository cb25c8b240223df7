internal import Glibc
internal import Host
internal import Vocabulary

/// A daemon of ours, started as a process of its own, whose log can be waited for.
public final class Program: Sendable {
    private struct Output {
        var lines: [String] = []
        var isEnded = false
    }

    private let child: ChildProcess
    private let output = Monitor(Output())
    private let reader: HostThread
    private let isOver = Monitor(false)

    /// - Parameters:
    ///   - executable: its path.
    ///   - logPath: also gets everything it writes.
    public init(_ executable: String, _ arguments: [String]) throws(StandInError) {
        let ends = try Pipe.make()
        defer { close(ends.write) }
        child = try ChildProcess.start(executable, arguments, output: ends.write)
        let (descriptor, output) = (ends.read, output)
        do throws(HostThread.StartError) {
            reader = try HostThread(name: "output") { Self.read(descriptor, output) }
        } catch { throw .thread(error) }
    }

    deinit { end { $0.kill() } }

    public var pid: Int32 { child.pid }
    public var isRunning: Bool { !isOver.withLock { $0 } && child.isRunning }

    /// All it has written so far.
    public var lines: [String] { output.withLock { $0.lines } }

    /// Waits for a line with a text in it.
    /// - Returns: the line; nil if the program ends or the time is over first.
    public func waitForLine(_ text: String, seconds: Int64 = 20) -> String? {
        output.wait(until: BootClock.now() + .seconds(seconds)) { output -> String?? in
            if let line = output.lines.first(where: { $0.contains(text) }) { return .some(line) }
            return output.isEnded ? .some(nil) : nil
        } ?? nil
    }

    /// Waits for a line with a text in it that comes after the first `count` lines.
    public func waitForLine(_ text: String, after count: Int, seconds: Int64 = 20) -> String? {
        output.wait(until: BootClock.now() + .seconds(seconds)) { output -> String?? in
            if let line = output.lines.dropFirst(count).first(where: { $0.contains(text) }) { return .some(line) }
            return output.isEnded ? .some(nil) : nil
        } ?? nil
    }

    /// Asks it to end (SIGTERM) and waits for that.
    public func terminate() { end { $0.terminate() } }

    /// Ends it as a power cut would (SIGKILL).
    public func kill() { end { $0.kill() } }

    /// Waits until it ends by itself; call it once.
    /// - Returns: its exit status.
    public func waitForEnd() -> Int32 {
        reader.join()
        isOver.withLock { $0 = true }
        return child.wait()
    }

    /// Stops its time (SIGSTOP), or lets it go on (SIGCONT): a platform that hangs.
    public func pause(_ isPaused: Bool) { _ = Glibc.kill(child.pid, isPaused ? SIGSTOP : SIGCONT) }

    private func end(_ how: (ChildProcess) -> Void) {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        guard isFirst else { return }
        _ = Glibc.kill(child.pid, SIGCONT)
        how(child)
        reader.join()
    }

    private static func read(_ descriptor: Int32, _ output: Monitor<Output>) {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            pending += chunk[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                output.withLock { $0.lines.append(line) }
            }
            output.wakeAll()
        }
        close(descriptor)
        output.withLock { $0.isEnded = true }
        output.wakeAll()
    }
}
