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
