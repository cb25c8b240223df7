import Glibc
import Host
import SQLite
import StandIns
import Testing
import Vocabulary

@testable import Journal

@Suite("How much room counts as low")
struct DiskGaugeTests {
    private let limits = DiskLimits(warnBelow: 8_000_000, refuseBelow: 4_000_000, ballast: 0)

    @Test(
        "the level changes at its limits",
        arguments: [
            (Int64(8_000_000), DiskLevel.ok), (7_999_999, .low), (4_000_000, .low), (3_999_999, .critical),
            (0, .critical),
        ])
    func limits(free: Int64, level: DiskLevel) {
        var gauge = DiskGauge(limits: limits)
        #expect(gauge.measure(free: free, reusable: 0, allowed: nil) == (level != .ok))
        #expect(gauge.level == level)
    }

    @Test(
        "it gets better only an eighth above a limit",
        arguments: [
            (Int64(4_499_999), DiskLevel.critical), (4_500_000, .low), (8_999_999, .low), (9_000_000, .ok),
        ])
    func hysteresis(free: Int64, level: DiskLevel) {
        var gauge = DiskGauge(limits: limits)
        _ = gauge.measure(free: 0, reusable: 0, allowed: nil)
        _ = gauge.measure(free: free, reusable: 0, allowed: nil)
        #expect(gauge.level == level)
    }

    @Test("room inside the file counts while the log can still grow, and a limit of the file's size does too")
    func inside() {
        var gauge = DiskGauge(limits: limits)
        _ = gauge.measure(free: 1 << 20, reusable: 50_000_000, allowed: nil)
        #expect(gauge.level == .ok)
        _ = gauge.measure(free: (1 << 20) - 1, reusable: 50_000_000, allowed: nil)
        #expect(gauge.level == .critical)
        _ = gauge.measure(free: 50_000_000, reusable: 0, allowed: 5_000_000)
        #expect(gauge.level == .low)
        _ = gauge.measure(free: 50_000_000, reusable: 4_000_000, allowed: 5_000_000)
        #expect(gauge.level == .ok)
    }
}

@Suite("A journal on a small disk")
struct SmallDiskTests {
    private func site(_ disk: SmallDisk) throws -> Site {
        var site = try Site(on: disk)
        site.options.mostLogPages = 50
        site.options.idleCheckpointPages = 20
        site.options.leastBetweenLooks = .milliseconds(0)
        site.options.disk = DiskLimits(warnBelow: 1_600_000, refuseBelow: 800_000, ballast: 512 << 10)
        return site
    }

    @Test("it warns, then refuses, then takes nothing more; with room again all is written and nothing was lost")
    func fills() throws {
        let disk = try SmallDisk(megabytes: 3)
        let site = try site(disk)
        let recorder = Recorder()
        let journal = try site.open(recorder)
        #expect(journal.diskReading.level == .ok)
        #expect(FileNames.exists("\(disk.path)/journal.ballast-1"))
        var number: Int64 = 0
        while recorder.failures.isEmpty, number < 5_000 {
            number += 1
            try journal.append(record(number, padding: 1_000))
            _ = recorder.wait { !$0.failures.isEmpty || ($0.durable.last ?? 0) >= number }
        }
        #expect(recorder.wait { $0.levels.last == .critical })
        #expect(recorder.levels == [.low, .critical])
        guard case .database(let cause) = recorder.failures[0] else {
            Issue.record("\(recorder.failures[0])")
            return
        }
        #expect(cause.kind == .full)
        #expect(!FileNames.exists("\(disk.path)/journal.ballast-1"), "its room was given back before anything failed")

        // Nothing is called durable that is not there, and nothing can be acknowledged that is not.
        let durable = journal.status.durableThrough
        #expect(recorder.durable.last == durable && durable == number - 1)
        #expect(try site.reader().durableHead().sequence == durable)
        #expect(throws: JournalError.beyondHead(acknowledged: number, head: durable)) {
            try journal.acknowledge(through: number)
        }
        for later in number + 1...number + 5 { try journal.append(record(later, padding: 1_000)) }

        // Room again: the platform has the old records, and they are removed.
        try journal.acknowledge(through: durable)
        try journal.prune(before: WallTime(milliseconds: .max), limit: 10_000)
        #expect(recorder.waitUntilDurable(number + 5))
        #expect(journal.close())
        let result = try site.reader().verify()
        #expect((result.firstBreak, result.last) == (nil, number + 5))
    }

    @Test("when another program takes all the room, what is under way is still written, from the ballast")
    func ballast() throws {
        let disk = try SmallDisk(megabytes: 3)
        let site = try site(disk)
        let recorder = Recorder()
        let journal = try site.open(recorder)
        try journal.append(record(1))
        #expect(recorder.waitUntilDurable(1))
        try disk.fill(leaving: 0)
        for number in Int64(2)...20 {
            try journal.append(record(number, padding: 1_000))
            #expect(recorder.waitUntilDurable(number))
        }
        #expect(recorder.failures.isEmpty)
        #expect(!FileNames.exists("\(disk.path)/journal.ballast-1"))
        try journal.append(record(21))
        #expect(recorder.wait { $0.levels.last == .critical })
        #expect(journal.diskReading.level == .critical)

        disk.empty()
        try journal.append(record(22))
        #expect(recorder.wait { $0.levels.last == .ok })
        #expect(FileNames.exists("\(disk.path)/journal.ballast-1"))
        #expect(try site.reader().verify().firstBreak == nil)
    }

    @Test("a level that is not ok is told when the journal is opened")
    func atOpening() throws {
        let disk = try SmallDisk(megabytes: 3)
        let site = try site(disk)
        try disk.fill(leaving: 700_000)
        let recorder = Recorder()
        let journal = try site.open(recorder)
        #expect(recorder.wait { $0.levels == [.critical] })
        #expect(journal.diskReading.level == .critical)
        #expect(!FileNames.exists("\(disk.path)/journal.ballast-1"))
    }

    @Test("a damaged journal on a full disk stays as it is, and the box does not start without saying why")
    func damagedAndFull() throws {
        let disk = try SmallDisk(megabytes: 3)
        let site = try site(disk)
        try site.filled(500)
        try site.tamper("UPDATE records SET hash = zeroblob(32) WHERE seq = 400; PRAGMA wal_checkpoint(TRUNCATE)")
        for number in 1...2 { unlink("\(disk.path)/journal.ballast-\(number)") }
        try disk.fill(leaving: 0)
        let error = #expect(throws: JournalError.self) { _ = try site.openOrReplace() }
        guard case .database(let cause) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.kind == .full)
        #expect(Journal.damagedFiles(beside: site.path) == [])
        #expect(try site.reader().records(from: 1).lines.count == 200)
        #expect(!FileNames.exists("\(disk.path)/journal.new"))
        disk.empty()
        #expect(try site.openOrReplace().replacement?.through == 500)
    }

    @Test("a journal on a medium that cannot be written is read, with its log and without", arguments: [true, false])
    func readOnlyMedium(hasLog: Bool) throws {
        let disk = try SmallDisk(megabytes: 3)
        let site = try site(disk)
        try site.filled(50)
        for suffix in ["-shm", "-lock"] { unlink(site.path + suffix) }
        if !hasLog {
            try site.tamper("PRAGMA wal_checkpoint(TRUNCATE)")
            for suffix in ["-shm", "-wal"] { unlink(site.path + suffix) }
        }
        try disk.makeReadOnly()
        let reader = try JournalReader.open(anywhere: site.path)
        #expect(try reader.durableHead().sequence == 50)
        #expect(try reader.verify().last == 50)
        #expect(try JournalReader.open(anywhere: disk.path).verify().last == 50)
    }
}
