import BenchSupport
import Glibc
import Host
import StandIns
import Vocabulary

/// What a box takes of its machine: memory when loaded, processor when idle, disk for each record, and the programs.
///
///     BoxBench [--cars 400] [--queued 100000] [--idle 20]
@main
struct BoxBench {
    private let options: Options

    static func main() {
        runBenchmark {
            let bench = BoxBench(options: try Options(["cars": 400, "queued": 100_000, "idle": 20]))
            try bench.day()
            try bench.programs()
        }
    }

    // MARK: - A day in short

    private func day() throws {
        // The broker is away at first.
        let broker = try Broker(settings: ["log_type none"])
        broker.stop()
        let site = try SiteFiles(broker: broker.port, entries: 2, exits: 2)
        let cars = options["cars"]
        var sample = try SampleRecords(plate: SiteFiles.plate, at: WallClock.now())
        let filler = try JournalFiller(path: site.journal, device: site.device)
        _ = try filler.fill(options["queued"]) { sample.next() }
        let parked = (0..<cars / 2).map { "粤B\(10_000 + $0)" }
        for (index, plate) in parked.enumerated() { try filler.park(plate, minutes: 90, number: UInt64(index)) }
        try filler.close()
        let head = filler.head

        let box = try CarPark(site: site)
        let pid = box.daemon.pid
        var table = Table(["parkingd", "resident MB", "most so far", "of it private"])
        func note(_ when: String) {
            table.add([
                when, Text.mebibytes(ProcessFigures.residentKibibytes(pid)),
                Text.mebibytes(ProcessFigures.peakResidentKibibytes(pid)),
                Text.mebibytes(ProcessFigures.privateKibibytes(pid)),
            ])
        }
        note("ready, \(Text.grouped(Int64(options["queued"]))) records queued")
        let before = ProcessFigures.writtenBytes(pid)
        try drive(cars, parked, through: box, site)
        // The log is copied back when nothing has been written for a while, and that counts too.
        sleep(2)
        let written = ProcessFigures.writtenBytes(pid) - before
        note("after \(cars) cars, the broker away")
        let platform = try deliver(broker, site, box)
        note("after everything was delivered")
        let idle = idleShare(pid)
        note("after \(options["idle"]) s of rest")
        let peak = ProcessFigures.peakResidentKibibytes(pid)
        box.daemon.terminate()
        platform.terminate()
        table.print()
        let records = try lastRecord(site) - head
        print("  written to disk: \(written / max(1, records)) bytes a record (\(records) records of \(cars) cars)")
        Aim.print("memory at its most", "\(Text.mebibytes(peak)) MB", "under 30 MB", isMet: peak < 30 << 10)
        Aim.print(
            "idle, with the link up", "\(Text.decimal(idle, per: 1_000, digits: 2)) % of a core", "under 0.5 %",
            isMet: idle < 500)
    }

    /// Half of the cars come in, the other half go out, on all lanes at once.
    private func drive(_ cars: Int, _ parked: [String], through box: CarPark, _ site: SiteFiles) throws {
        let coming = (0..<cars - parked.count).map { "粤C\(30_000 + $0)" }
        let plans = zip(site.entries + site.exits, split(coming) + split(parked))
        let failures = Monitor<[String]>([])
        let threads = try plans.map { lane, plates in
            try HostThread(name: lane) {
                do { for plate in plates { try box.pass(plate, at: lane) } } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        for thread in threads { thread.join() }
        if let first = failures.withLock({ $0.first }) { throw BenchError(first) }
    }

    private func split(_ plates: [String]) -> [[String]] {
        [Array(plates.prefix(plates.count / 2)), Array(plates.dropFirst(plates.count / 2))]
    }

    private func deliver(_ broker: Broker, _ site: SiteFiles, _ box: CarPark) throws -> Program {
        try broker.start()
        let watch = try Programs.start(
            "DrainPeer", ["watch", "\(broker.port)", "\(site.device)", "\(options["queued"])"])
        _ = try Programs.line("ready", of: watch, "DrainPeer")
        let platform = try Programs.start("platformd", ["--config", site.platformFile])
        _ = try Programs.end(of: watch, "DrainPeer")
        return platform
    }

    /// - Returns: thousandths of a percent of one core.
    private func idleShare(_ pid: Int32) -> Int64 {
        sleep(3)
        let (from, used) = (BootClock.now(), ProcessFigures.processorNanoseconds(pid))
        sleep(UInt32(options["idle"]))
        return (ProcessFigures.processorNanoseconds(pid) - used) * 100_000 / (BootClock.now() - from).nanoseconds
    }

    private func lastRecord(_ site: SiteFiles) throws -> Int64 {
        let journal = try JournalFiller(path: site.journal, device: site.device)
        defer { try? journal.close() }
        return journal.head
    }

    // MARK: - The programs

    private func programs() throws {
        let folder = try TemporaryFolder("turnpike-bench")
        var table = Table(["program, release, static Swift library", "MB", "stripped"])
        for name in ["parkingd", "platformd", "turnpike"] {
            let path = "\(Programs.folder)/\(name)"
            guard access(path, R_OK) == 0 else { continue }
            let stripped = "\(folder.path)/\(name)"
            let strip = try Program("/usr/bin/env", ["strip", "-o", stripped, path])
            let isStripped = strip.waitForEnd() == 0
            table.add([name, size(path), isStripped ? size(stripped) : "no strip here"])
        }
        table.print()
    }

    private func size(_ path: String) -> String {
        var status = stat()
        return stat(path, &status) == 0 ? Text.mebibytes(Int64(status.st_size) / 1_024) : "?"
    }
}
