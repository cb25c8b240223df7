import Glibc
import Testing

/// One run of `JournalCrashChild`, with its standard output.
final class Child {
    private let process: pid_t
    private let output: Int32
    private var rest: [UInt8] = []

    init(path: String, mode: String) throws {
        var ends: [Int32] = [0, 0]
        // Closed in every other child from the start, or a child of another test would keep the end of ours open.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        let program = Child.program()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(path), strdup(mode), nil]
        defer { for argument in arguments { free(argument) } }
        var started = pid_t()
        let result = posix_spawn(&started, program, &actions, nil, &arguments, environ)
        close(ends[1])
        process = started
        output = ends[0]
        try #require(result == 0, "\(program) cannot be started: errno \(result)")
    }

    deinit { close(output) }

    /// It is built beside the test program.
    private static func program() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.assumingMemoryBound(to: CChar.self).baseAddress!, bytes.count)
        }
        let own = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/JournalCrashChild"
    }

    func kill() { Glibc.kill(process, SIGKILL) }

    /// The exit code, or the number of the signal that ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7f == 0 ? status >> 8 & 0xff : status & 0x7f
    }

    /// The next whole line; nil at the end.
    func readLine() -> String? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeFirst(end + 1) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 4_096)
            let count = read(output, &chunk, chunk.count)
            guard count > 0 else { return nil }
            rest += chunk[..<count]
        }
    }

    func readToEnd() -> [String] {
        var lines: [String] = []
        while let line = readLine() { lines.append(line) }
        return lines
    }
}
