import Glibc
import Journal
import Testing
import Vocabulary
import Wire

@Suite("Records and their chain")
struct ChainTests {
    @Test("records survive reopening, and the chain goes on where it ended")
    func reopen() throws {
        let site = try Site()
        try site.filled(3)
        let recorder = Recorder()
        let journal = try Journal.open(
            path: site.path, device: site.device, newEpoch: { "another" }, handler: recorder)
        #expect(journal.identity == (try site.reader().identity))
        #expect(journal.identity.epoch == "epoch-1")
        #expect(journal.head.sequence == 3)
        let tickets = try (journal.append(record(4)), journal.append(record(5)))
        #expect((tickets.0.first, tickets.0.last) == (4, 4))
        #expect((tickets.1.first, tickets.1.last) == (5, 5))
        #expect(recorder.waitUntilDurable(5))

        var hash = RecordChain.genesis(device: site.device, epoch: "epoch-1")
        for number in Int64(1)...5 { hash = RecordChain.next(after: hash, line: line(number)) }
        #expect(journal.head == (try site.reader().durableHead()))
        #expect(journal.head.hash == hash)
        let page = try site.reader().records(from: 1)
        #expect(page.lines == (Int64(1)...5).map(line))
        #expect(page.hash == hash)
        #expect(try site.reader().verify().firstBreak == nil)
    }

    @Test("an empty journal has the genesis hash as its head and verifies")
    func empty() throws {
        let site = try Site()
        let journal = try site.open()
        #expect(journal.head.sequence == 0)
        #expect(journal.head.hash == RecordChain.genesis(device: site.device, epoch: "epoch-1"))
        #expect(try site.reader().records(from: 1).lines == [])
        let result = try site.reader().verify()
        #expect((result.firstBreak, result.first, result.last) == (nil, 1, 0))
    }

    @Test(
        "the sequence number comes first, then the body's own bytes",
        arguments: [
            (#"{"a":1}"#, #"{"seq":1,"a":1}"#), ("{}", #"{"seq":1}"#),
            (#"{ "b" : "川{}" }"#, #"{"seq":1, "b" : "川{}" }"#),
        ])
    func format(body: String, line: String) throws {
        let site = try Site()
        let journal = try site.open()
        try journal.append(
            JournalWrite(records: [JournalRecord(at: WallTime(milliseconds: 0), body: Array(body.utf8))]))
        #expect(journal.close())
        #expect(try site.reader().records(from: 1).lines == [Array(line.utf8)])
        #expect(try site.reader().verify().firstBreak == nil)
    }

    @Test(
        "a body that is not one object on one line is refused and changes nothing",
        arguments: ["", "{", "}", "[]", " {}", "{} ", "{\"a\":1\n}", "{\"a\":\"\u{1f}\"}", "null"])
    func malformed(body: String) throws {
        let site = try Site()
        let journal = try site.open()
        let head = journal.head
        let write = JournalWrite(
            records: record(1).records + [JournalRecord(at: WallTime(milliseconds: 0), body: Array(body.utf8))],
            state: [.put(kind: "k", key: "k", value: [])])
        let error = #expect(throws: JournalError.self) { try journal.append(write) }
        guard case .malformedBody = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(journal.head == head)
        #expect(journal.close())
        #expect(try site.reader().durableHead().sequence == 0)
        #expect(try site.reader().state("k", key: "k") == nil)
    }

    @Test("a line may have 64 KiB and not one byte more", arguments: [(0, true), (1, false)])
    func size(excess: Int, isTaken: Bool) throws {
        let site = try Site()
        let journal = try site.open()
        // The limit counts the widest sequence number: `{"seq":` and 19 digits beside the body.
        let body = JournalOptions.mostLineBytes - 7 - 19 + excess
        let write = JournalWrite(records: [
            JournalRecord(
                at: WallTime(milliseconds: 0),
                body: Array("{\"a\":\"".utf8) + [UInt8](repeating: 0x61, count: body - 8) + Array("\"}".utf8))
        ])
        if isTaken {
            try journal.append(write)
        } else {
            #expect(throws: JournalError.recordTooLarge(bytes: 65_537, limit: 65_536)) { try journal.append(write) }
        }
        #expect(journal.head.sequence == (isTaken ? 1 : 0))
    }

    @Test("writes of many threads get numbers without a gap, and the chain verifies")
    func threads() throws {
        let site = try Site()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        var threads: [pthread_t] = []
        for _ in 0..<4 {
            var thread = pthread_t()
            pthread_create(&thread, nil, appendThousand, Unmanaged.passUnretained(journal).toOpaque())
            threads.append(thread)
        }
        for thread in threads { pthread_join(thread, nil) }
        #expect(recorder.waitUntilDurable(4_000))
        #expect(journal.status.committedRecords == 4_000)
        let result = try site.reader().verify()
        #expect((result.firstBreak, result.first, result.last) == (nil, 1, 4_000))
        #expect(result.hash == journal.head.hash)
    }

    @Test("the files are for their owner alone")
    func mode() throws {
        let site = try Site()
        let journal = try site.open()
        try journal.append(record(1))
        for suffix in ["", "-wal", "-shm", "-lock"] {
            var status = stat()
            #expect(stat(site.path + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }
}

private func appendThousand(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let journal = Unmanaged<Journal>.fromOpaque(argument).takeUnretainedValue()
    for number in Int64(0)..<1_000 { _ = try? journal.append(record(number)) }
    return nil
}
