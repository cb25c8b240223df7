import Journal
import Synchronization
import TestParts
import Testing
import Vocabulary

@Suite("Commits")
struct CommitTests {
    @Test("what waits is committed together, and reported once, in order")
    func grouped() throws {
        let site = try Site()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        recorder.hold()
        try journal.append(record(1))
        #expect(recorder.waitUntilHolding())
        for number in Int64(2)...1_000 { try journal.append(record(number)) }
        #expect(journal.status.waitingRecords == 999)
        recorder.release()
        #expect(recorder.waitUntilDurable(1_000))
        #expect(recorder.durable == [1, 1_000])
        #expect(journal.status.commits == 2)
        #expect(journal.status.waitingRecords == 0)
        #expect(journal.status.waitingBytes == 0)
    }

    @Test("a large backlog goes in several transactions, none of which splits a write")
    func sliced() throws {
        let site = try Site()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        recorder.hold()
        try journal.append(record(1))
        #expect(recorder.waitUntilHolding())
        let triple = JournalWrite(records: [1, 2, 3].flatMap { record($0).records })
        for _ in 0..<3_000 { try journal.append(triple) }
        recorder.release()
        #expect(recorder.waitUntilDurable(9_001))
        #expect(recorder.durable.count > 2)
        #expect(recorder.durable == recorder.durable.sorted())
        #expect(recorder.durable.allSatisfy { ($0 - 1) % 3 == 0 })
        #expect(try site.reader().verify().last == 9_001)
    }

    @Test("when the handler is told, another connection sees the records and the state that belongs to them")
    func visible() throws {
        let site = try Site()
        let path = site.path
        let seen = Mutex<[String]>([])
        let recorder = Recorder { sequence in
            do {
                let reader = try JournalReader(path: path)
                let value = try reader.state("stay", key: "A") ?? []
                let head = try reader.durableHead().sequence
                seen.withLock { $0.append("\(sequence) \(head) \(String(decoding: value, as: UTF8.self))") }
            } catch { seen.withLock { $0.append("\(error)") } }
        }
        let journal = try site.open(recorder)
        for number in Int64(1)...3 {
            var write = record(number)
            write.state = [.put(kind: "stay", key: "A", value: Array("v\(number)".utf8))]
            try journal.append(write)
            #expect(recorder.waitUntilDurable(number))
        }
        #expect(seen.withLock { $0 } == ["1 1 v1", "2 2 v2", "3 3 v3"])
    }

    @Test("changes of state apply in order: put, replace, remove, remove all of a kind")
    func states() throws {
        let site = try Site()
        let journal = try site.open()
        try journal.append(
            JournalWrite(state: [
                .put(kind: "stay", key: "B", value: [2]), .put(kind: "stay", key: "A", value: [1]),
                .put(kind: "stay", key: "C", value: []), .put(kind: "list", key: "A", value: [9]),
                .put(kind: "old", key: "A", value: [7]), .put(kind: "old", key: "B", value: [7]),
            ]))
        try journal.append(
            JournalWrite(state: [
                .put(kind: "stay", key: "B", value: [3]), .remove(kind: "stay", key: "A"),
                .remove(kind: "stay", key: "absent"), .removeAll(kind: "old"), .put(kind: "old", key: "C", value: [8]),
            ]))
        #expect(journal.close())
        let reader = try site.reader()
        func all(_ kind: String) throws -> [String: [UInt8]] {
            var found: [String: [UInt8]] = [:]
            try reader.states(kind) { key, value in found[key] = value }
            return found
        }
        #expect(try all("stay") == ["B": [3], "C": []])
        #expect(try all("list") == ["A": [9]])
        #expect(try all("old") == ["C": [8]])
        #expect(try all("none") == [:])
        #expect(try reader.state("stay", key: "B") == [3])
        #expect(try reader.state("stay", key: "A") == nil)
    }

    @Test("a handler may append from its callback")
    func reentrant() throws {
        let site = try Site()
        let journal = Mutex<Journal?>(nil)
        let recorder = Recorder { sequence in
            if sequence < 50 { _ = journal.withLock { try? $0?.append(record(sequence + 1)) } }
        }
        let opened = try site.open(recorder)
        journal.withLock { $0 = opened }
        try opened.append(record(1))
        #expect(recorder.waitUntilDurable(50))
        #expect(recorder.durable == Array(1...50))
        journal.withLock { $0 = nil }
    }

    @Test("a full backlog refuses the next write, takes nothing of it, and takes it when there is room")
    func backlog() throws {
        var site = try Site()
        site.options.mostWaitingRecords = 10
        let recorder = Recorder()
        let journal = try site.open(recorder)
        recorder.hold()
        try journal.append(record(1))
        #expect(recorder.waitUntilHolding())
        for number in Int64(2)...11 { try journal.append(record(number)) }
        let head = journal.head
        let error = #expect(throws: JournalError.self) { try journal.append(record(12)) }
        guard case .backlogFull(10, let bytes) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(bytes == journal.status.waitingBytes)
        #expect(journal.head == head)
        recorder.release()
        #expect(recorder.waitUntilDurable(11))
        #expect(try journal.append(record(12)).last == 12)
    }

    @Test("the backlog is bounded in bytes too, and counts state", arguments: [(900, true), (1_100, false)])
    func backlogBytes(bytes: Int, isTaken: Bool) throws {
        var site = try Site()
        site.options.mostWaitingBytes = 1_200
        let journal = try site.open()
        let write = JournalWrite(state: [
            .put(kind: "k", key: "k", value: [UInt8](repeating: 0, count: bytes / 2)),
            .put(kind: "k", key: "l", value: [UInt8](repeating: 0, count: bytes / 2)),
        ])
        if isTaken {
            try journal.append(write)
        } else {
            #expect(throws: JournalError.writeTooLarge(records: 0, bytes: 1_296)) { try journal.append(write) }
        }
        #expect(journal.close())
        #expect(try site.reader().state("k", key: "k")?.count == (isTaken ? bytes / 2 : nil))
    }

    @Test("close commits what waits, and refuses what comes after it")
    func close() throws {
        let site = try Site()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        for number in Int64(1)...500 { try journal.append(record(number)) }
        #expect(journal.close())
        #expect(recorder.durable.last == 500)
        #expect(throws: JournalError.closed) { try journal.append(record(501)) }
        #expect(throws: JournalError.closed) { try journal.prune(before: WallTime(milliseconds: 1), limit: 1) }
        #expect(journal.close())
        #expect(try site.open().head.sequence == 500)
    }

    @Test("the write-ahead log starts over while a reader is open, and does not grow without end")
    func recycled() throws {
        var site = try Site()
        site.options.mostLogPages = 20
        let recorder = Recorder()
        let journal = try site.open(recorder)
        let reader = try site.reader()
        for number in Int64(1)...300 {
            try journal.append(record(number))
            #expect(recorder.waitUntilDurable(number))
            if number % 7 == 0 { #expect(try reader.records(from: number).lines == [line(number)]) }
        }
        let size = try #require(site.folder.size(of: "journal.db-wal"))
        #expect(size < 40 * 4_120)
        #expect(journal.status.checkpointFailure == nil)
        #expect(try reader.verify().last == 300)
    }
}
