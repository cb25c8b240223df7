import BenchSupport
import Glibc
import Host
import Services
import StandIns
import Vocabulary

/// Emptying a full queue: a box of ours beside a bridging broker; then to the platform's own acknowledgement; then with
/// live payments in between.
///
///     DrainBench [--records 100000] [--rounds 3] [--payments 1000]
@main
struct DrainBench {
    private let records: Int
    private let rounds: Int
    private let payments: Int

    static func main() {
        runBenchmark {
            let options = try Options(["records": 100_000, "rounds": 3, "payments": 1_000])
            let bench = DrainBench(
                records: options["records"], rounds: options["rounds"], payments: options["payments"])
            try bench.toBroker()
            try bench.toPlatform()
            try bench.livePayments()
        }
    }

    /// What one drain has shown.
    private struct Drain {
        var perSecond: Int64
        var messages: Int64
        /// Processor time of the box and of the platform, in nanoseconds.
        var box: Int64 = 0
        var platform: Int64 = 0
    }

    // MARK: - To a broker

    private func toBroker() throws {
        print(
            "\(Text.grouped(Int64(records))) queued records of \(try meanBytes()) bytes to a local broker, \(rounds) rounds"
        )
        var bridges: [Drain] = [], boxes: [Drain] = []
        for _ in 0..<rounds {
            bridges.append(try bridge())
            boxes.append(try boxToBroker())
        }
        var table = Table(["", "records/s", "messages", "processor µs a record"])
        let (far, ours) = (median(bridges.map(\.perSecond)), median(boxes.map(\.perSecond)))
        table.add(["mosquitto bridge, one record a message", Text.grouped(far), Text.grouped(bridges[0].messages), ""])
        table.add([
            "parkingd, signed batches", Text.grouped(ours), Text.grouped(boxes[0].messages), each(boxes.map(\.box)),
        ])
        table.print()
        Aim.atLeast("box to bridge", ratio(ours, far), 500)
    }

    /// A broker with persistence that holds the queue for a broker that was away.
    private func bridge() throws -> Drain {
        let far = try Broker(settings: ["log_type none", "max_inflight_messages 1000"])
        far.stop()
        let near = try Broker(settings: [
            "log_type none", "persistence true", "persistence_location @DIR@/", "autosave_interval 30",
            "max_inflight_messages 1000", "connection far", "address 127.0.0.1:\(far.port)",
            "topic bench/records out 1", "cleansession false", "remote_clientid near", "notifications false",
            "restart_timeout 1", "bridge_protocol_version mqttv50",
        ])
        let folder = try TemporaryFolder("turnpike-bench")
        var sample = try SampleRecords(plate: SiteFiles.plate, at: WallClock.now())
        let lines = (0..<9_000).map { _ in String(decoding: sample.next().body, as: UTF8.self) + "\n" }
        try folder.write(lines.joined(), to: "records")
        _ = try Programs.run(
            "DrainPeer", ["fill", "\(near.port)", "bench/records", "\(records)", "\(folder.path)/records"])
        // As a box that was switched off with its queue full.
        near.stop()
        try far.start()
        let counter = try count(["count", "\(far.port)", "bench/records", "\(records)"])
        try near.start()
        return try drain(counter)
    }

    private func boxToBroker() throws -> Drain {
        let broker = try Broker(settings: ["log_type none"])
        let site = try SiteFiles(broker: broker.port)
        try fill(site, records)
        let counter = try count(["acknowledge", "\(broker.port)", "\(site.device)", "\(records)"])
        let box = try Programs.start("parkingd", ["--config", site.boxFile])
        var drain = try drain(counter)
        drain.box = ProcessFigures.processorNanoseconds(box.pid)
        box.terminate()
        return drain
    }

    // MARK: - To the platform

    private func toPlatform() throws {
        print("the same to platformd's durable acknowledgement, from the box's birth message on")
        var drains: [Drain] = []
        for _ in 0..<rounds {
            let broker = try Broker(settings: ["log_type none"])
            let site = try SiteFiles(broker: broker.port)
            try fill(site, records)
            let counter = try count(["watch", "\(broker.port)", "\(site.device)", "\(records)"])
            let platform = try startPlatform(site)
            let box = try Programs.start("parkingd", ["--config", site.boxFile])
            var drain = try drain(counter)
            drain.box = ProcessFigures.processorNanoseconds(box.pid)
            drain.platform = ProcessFigures.processorNanoseconds(platform.pid)
            drains.append(drain)
            box.terminate()
            platform.terminate()
            try checkBooks(site)
        }
        var table = Table(["", "records/s", "processor µs a record: box", "platform"])
        table.add([
            "parkingd to platformd", Text.grouped(median(drains.map(\.perSecond))), each(drains.map(\.box)),
            each(drains.map(\.platform)),
        ])
        table.print()
    }

    /// Everything has arrived, and no fen is astray: a fast drain that loses something is none.
    private func checkBooks(_ site: SiteFiles) throws {
        let report = try LedgerReport.read(site.ledger)
        let rows = report.streams.reduce(0) { $0 + $1.rows }
        guard rows >= Int64(records), report.faults.isEmpty, report.sumOfBooks == .zero, report.incidents.isEmpty else {
            throw BenchError(
                "the platform has \(rows) records, \(report.faults.count) faults, \(report.incidents.count) incidents")
        }
    }

    // MARK: - With live payments

    private func livePayments() throws {
        let queued = records * 4
        print(
            "charge round trip (box to platformd and back, durable) while \(Text.grouped(Int64(queued))) records drain")
        var idle: [Int64] = [], draining: [Int64] = [], ratios: [Int64] = []
        for _ in 0..<rounds {
            let broker = try Broker(settings: ["log_type none"])
            let site = try SiteFiles(broker: broker.port, hasBarriers: false)
            let calm = try pay(site) { _ in true }
            site.forgetRound()
            try fill(site, queued)
            let busy = try pay(site) { $0 > 1_000 }
            guard busy.count > 100 else {
                throw BenchError("\(busy.count) payments fell into the drain: too few to tell; use more --records")
            }
            idle += calm
            draining += busy
            ratios.append(ratio(Figures(busy).p99, Figures(calm).p99))
        }
        var table = Table.latencies
        table.add("idle", Figures(idle))
        table.add("during the drain", Figures(draining))
        table.print()
        Aim.atMost("p99, draining to idle, median of the rounds", median(ratios), 200)
    }

    /// A box and a platform of their own, and payments 5 ms apart.
    /// - Parameter counts: whether a payment counts, by the number of records that waited when it was made.
    /// - Returns: nanoseconds from each request to its answer.
    private func pay(_ site: SiteFiles, _ counts: (_ queued: Int64) -> Bool) throws -> [Int64] {
        let platform = try startPlatform(site)
        defer { platform.terminate() }
        let results = "\(site.folder.path)/results"
        _ = try Programs.run("BenchBox", [site.boxFile, "\(payments)", "5000", results])
        let samples = try Programs.samples(results)
        return stride(from: 0, to: samples.count, by: 2).filter { counts(samples[$0 + 1]) }.map { samples[$0] }
    }

    // MARK: - Parts

    private func fill(_ site: SiteFiles, _ count: Int) throws {
        var sample = try SampleRecords(plate: SiteFiles.plate, at: WallClock.now())
        let filler = try JournalFiller(path: site.journal, device: site.device)
        _ = try filler.fill(count) { sample.next() }
        try filler.close()
    }

    private func startPlatform(_ site: SiteFiles) throws -> Program {
        let platform = try Programs.start("platformd", ["--config", site.platformFile])
        _ = try Programs.line("link up", of: platform, "platformd")
        return platform
    }

    private func count(_ arguments: [String]) throws -> Program {
        let counter = try Programs.start("DrainPeer", arguments)
        _ = try Programs.line("ready", of: counter, "DrainPeer")
        return counter
    }

    private func drain(_ counter: Program) throws -> Drain {
        let lines = try Programs.end(of: counter, "DrainPeer")
        let numbers = Programs.numbers(in: lines.last ?? "")
        guard numbers.count == 5, numbers[2] == 0, numbers[3] == 0 else {
            throw BenchError("the drain was not complete, or brought records twice: \(lines.last ?? "")")
        }
        return Drain(perSecond: numbers[0] * 1_000_000_000 / max(1, numbers[1]), messages: numbers[4])
    }

    private func meanBytes() throws -> Int {
        var sample = try SampleRecords(plate: SiteFiles.plate, at: WallClock.now())
        return (0..<9_000).reduce(0) { sum, _ in sum + sample.next().body.count } / 9_000
    }

    /// Microseconds of processor time a record.
    private func each(_ nanoseconds: [Int64]) -> String {
        Text.decimal(median(nanoseconds) / Int64(records), per: 1_000, digits: 1)
    }
}
