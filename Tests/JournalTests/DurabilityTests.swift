import Glibc
import Journal
import SQLite
import Testing
import Vocabulary

@Suite("When the disk or the process fails")
struct DurabilityTests {
    /// Enough pages for some records of 1,000 bytes, not for 200.
    func small() throws -> Site {
        var site = try Site()
        site.options.mostPages = 40
        return site
    }

    @Test("a full disk is reported, nothing more becomes durable, and records and state stay out together")
    func full() throws {
        let site = try small()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        for number in Int64(1)...200 {
            var write = record(number, padding: 1_000)
            write.state = [.put(kind: "counter", key: "last", value: Array(String(number).utf8))]
            try journal.append(write)
        }
        #expect(recorder.wait { $0.failures.count >= 3 })
        guard case .database(let cause) = recorder.failures[0] else {
            Issue.record("\(recorder.failures[0])")
            return
        }
        #expect(cause.kind == .full)
        #expect(journal.status.failure == recorder.failures[0])
        let durable = journal.status.durableThrough
        #expect(recorder.durable.last ?? 0 == durable)
        #expect(durable < 200)
        #expect(throws: JournalError.beyondHead(acknowledged: durable + 1, head: durable)) {
            try journal.acknowledge(through: durable + 1)
        }
        // Small enough to fit, but it must not overtake what waits before it.
        try journal.append(JournalWrite(records: record(201).records, state: [.remove(kind: "counter", key: "last")]))
        #expect(!journal.close())
        #expect(recorder.durable.last ?? 0 == durable)

        let reader = try site.reader()
        #expect(try reader.durableHead().sequence == durable)
        let counter = try reader.state("counter", key: "last").map { String(decoding: $0, as: UTF8.self) }
        #expect(counter == (durable == 0 ? nil : String(durable)))
        #expect(try reader.verify().firstBreak == nil)
    }

    @Test("what a full disk refused is written once there is room again, with nothing lost and no gap")
    func recovers() throws {
        let site = try small()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        var number: Int64 = 0
        while recorder.failures.isEmpty {
            number += 1
            try journal.append(record(number, padding: 1_000))
            _ = recorder.wait { !$0.failures.isEmpty || ($0.durable.last ?? 0) >= number }
        }
        let durable = number - 1
        #expect(recorder.durable.last == durable)
        for later in number + 1...number + 5 { try journal.append(record(later, padding: 1_000)) }
        try journal.acknowledge(through: durable)
        try journal.prune(before: WallTime(milliseconds: .max), limit: 20)
        #expect(recorder.waitUntilDurable(number + 5))
        #expect(journal.status.failure == nil)
        let result = try site.reader().verify()
        #expect((result.firstBreak, result.first, result.last) == (nil, 21, number + 5))
        #expect(result.hash == journal.head.hash)
    }

    @Test("a process that runs into a file size limit reports it, and loses nothing when the limit is lifted")
    func fileSizeLimit() throws {
        let site = try Site()
        let child = try Child(path: site.path, mode: "limit")
        let lines = child.readToEnd()
        #expect(child.wait() == 0)
        #expect(lines.contains("failed"))
        let durable = lines.compactMap { $0.hasPrefix("durable ") ? Int64($0.dropFirst(8)) : nil }
        #expect(durable == durable.sorted())
        #expect(durable.last == 3_000)
        let result = try site.reader().verify()
        #expect((result.firstBreak, result.last) == (nil, 3_000))
    }

    @Test("after SIGKILL all that was called durable is there, whole writes only, and the chain goes on")
    func killed() throws {
        let site = try Site()
        var sequence: Int64 = 0
        for round in 1...5 {
            let child = try Child(path: site.path, mode: "append")
            var reported: Int64 = 0
            // Further in every round, so that the log is cut at different places.
            while reported < sequence + Int64(round) * 200 {
                guard let line = child.readLine() else { break }
                #expect(line.hasPrefix("durable "))
                reported = Int64(line.dropFirst(8)) ?? 0
            }
            #expect(reported >= sequence + Int64(round) * 200)
            child.kill()
            for line in child.readToEnd() { reported = max(reported, Int64(line.dropFirst(8)) ?? 0) }
            #expect(child.wait() == SIGKILL)

            let reader = try site.reader()
            let result = try reader.verify()
            #expect((result.firstBreak, result.first) == (nil, 1))
            #expect(result.last >= reported)
            let counter = try reader.state("counter", key: "last").map { String(decoding: $0, as: UTF8.self) }
            #expect(counter == String(result.last))
            sequence = result.last
        }
    }
}

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
