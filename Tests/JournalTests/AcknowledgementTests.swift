import Host
import Journal
import Testing
import Vocabulary

@Suite("Acknowledging and removing")
struct AcknowledgementTests {
    func prune(_ journal: Journal, before: Int64 = .max, limit: Int = 10_000) throws -> Int {
        let answer = Monitor<Result<Int, JournalError>?>(nil)
        let accepted = try journal.prune(before: WallTime(milliseconds: before), limit: limit) { result in
            answer.withLock { $0 = result }
            answer.wakeAll()
        }
        #expect(accepted)
        let result = answer.wait(until: BootClock.now() + .seconds(20)) { $0 }
        return try #require(result).get()
    }

    @Test("an acknowledgement may reach the head, not beyond it", arguments: [(Int64(3), true), (4, false)])
    func bound(sequence: Int64, isTaken: Bool) throws {
        let site = try Site()
        try site.filled(3)
        let journal = try site.open()
        if isTaken {
            try journal.acknowledge(through: sequence)
        } else {
            #expect(throws: JournalError.beyondHead(acknowledged: 4, head: 3)) {
                try journal.acknowledge(through: sequence)
            }
        }
        #expect(journal.acknowledgedThrough == (isTaken ? 3 : 0))
    }

    @Test("an acknowledgement survives closing, and older news does not take it back")
    func survives() throws {
        let site = try Site()
        try site.filled(5)
        let journal = try site.open()
        try journal.acknowledge(through: 4)
        try journal.acknowledge(through: 2)
        #expect(journal.acknowledgedThrough == 4)
        #expect(journal.close())
        #expect(try site.reader().acknowledgedThrough() == 4)
        #expect(try site.open().acknowledgedThrough == 4)
    }

    @Test("an acknowledgement rides along with the next commit")
    func rides() throws {
        let site = try Site()
        try site.filled(5)
        let recorder = Recorder()
        let journal = try site.open(recorder)
        try journal.acknowledge(through: 5)
        try journal.append(record(6))
        #expect(recorder.waitUntilDurable(6))
        #expect(try site.reader().acknowledgedThrough() == 5)
        #expect(journal.status.commits == 1)
    }

    @Test("an acknowledgement that no commit takes along reaches the disk by itself")
    func alone() throws {
        var site = try Site()
        site.options.acknowledgementDelay = .milliseconds(5)
        try site.filled(5)
        let journal = try site.open()
        try journal.acknowledge(through: 5)
        let reader = try site.reader()
        let deadline = BootClock.now() + .seconds(20)
        while try reader.acknowledgedThrough() < 5, BootClock.now() < deadline {}
        #expect(try reader.acknowledgedThrough() == 5)
    }

    @Test("records that are not acknowledged are never removed, whatever is asked for")
    func keeps() throws {
        let site = try Site()
        try site.filled(10)
        let journal = try site.open()
        #expect(try prune(journal) == 0)
        try journal.acknowledge(through: 4)
        #expect(try prune(journal) == 4)
        #expect(try prune(journal) == 0)
        #expect(journal.close())
        let reader = try site.reader()
        #expect(try reader.prunedThrough() == 4)
        #expect(try reader.acknowledgedThrough() == 4)
        #expect(try reader.records(from: 5).lines == (Int64(5)...10).map(line))
        #expect(throws: JournalError.pruned(asked: 4, through: 4)) { try reader.records(from: 4) }
        let result = try reader.verify()
        #expect((result.firstBreak, result.first, result.last) == (nil, 5, 10))
    }

    @Test("acknowledged records stay until they are old enough, and no more go than asked", arguments: [3, 700, 2_000])
    func limited(limit: Int) throws {
        let site = try Site()
        try site.filled(1_500, acknowledged: 1_500)
        let journal = try site.open()
        // `before` is exclusive: record n happened at n ms.
        #expect(try prune(journal, before: 1_201, limit: limit) == min(limit, 1_200))
        #expect(try site.reader().verify().first == Int64(min(limit, 1_200)) + 1)
        #expect(try site.reader().verify().firstBreak == nil)
    }

    @Test("a record stamped by a clock that ran ahead does not hold back the ones after it")
    func future() throws {
        let site = try Site()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        for (number, at) in [(1, 100), (2, 9_999_999), (3, 110), (4, 500), (5, 120), (6, 600)] as [(Int64, Int64)] {
            try journal.append(record(number, at: at))
        }
        #expect(recorder.waitUntilDurable(6))
        try journal.acknowledge(through: 6)
        #expect(try prune(journal, before: 200) == 3)
        #expect(try site.reader().prunedThrough() == 3)
    }

    @Test("a journal whose records are all removed goes on with its numbers and its chain")
    func allGone() throws {
        let site = try Site()
        try site.filled(10, acknowledged: 10)
        let recorder = Recorder()
        var journal = try site.open(recorder)
        let head = journal.head
        #expect(try prune(journal) == 10)
        #expect(journal.close())
        journal = try site.open(recorder)
        #expect(journal.head == head)
        #expect(try journal.append(record(11)).first == 11)
        #expect(recorder.waitUntilDurable(11))
        let result = try site.reader().verify()
        #expect((result.firstBreak, result.first, result.last) == (nil, 11, 11))
        #expect(result.hash == journal.head.hash)
    }

    @Test("a second request to remove is refused while the first is not done")
    func oneAtATime() throws {
        let site = try Site()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        recorder.hold()
        try journal.append(record(1))
        #expect(recorder.waitUntilHolding())
        #expect(try journal.prune(before: WallTime(milliseconds: 1), limit: 1))
        #expect(try journal.prune(before: WallTime(milliseconds: 1), limit: 1) == false)
        recorder.release()
    }
}
