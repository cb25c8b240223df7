import BenchSupport
import Glibc
import Host
import StandIns
import Vocabulary

/// From the platform's answer to the relay: a box of ours beside the same loop in plain C, in alternating rounds.
///
///     RelayBench [--count 20000] [--rounds 5] [--cars 100]
@main
struct RelayBench {
    private let options: Options
    private let broker: Broker
    private let site: SiteFiles

    /// Of each round: the start is slower, and of no interest here.
    private static let warmup = 200
    /// What a message costs when one side leaves TCP's delays on.
    private static let delayedAcknowledgement: Int64 = 40_000_000

    static func main() {
        runBenchmark {
            let options = try Options(["count": 20_000, "rounds": 5, "cars": 100])
            let broker = try Broker(settings: ["log_type none"])
            let bench = RelayBench(
                options: options, broker: broker, site: try SiteFiles(broker: broker.port, hasBarriers: false))
            try bench.run()
        }
    }

    private func run() throws {
        let (rounds, each) = (options["rounds"], max(1, options["count"] / options["rounds"]))
        print("payment result leaving the platform -> relay call; \(rounds) alternating rounds of \(each)")
        var plain: [Figures] = [], ours: [Figures] = []
        var allPlain: [Int64] = [], allOurs: [Int64] = [], allBare: [Int64] = []
        for _ in 0..<rounds {
            let c = try roundOfC(each, folder: site.folder.path)
            let swift = try roundOfBox(each)
            allBare += try roundOfC(each, folder: "-")
            plain.append(Figures(c))
            ours.append(Figures(swift))
            allPlain += c
            allOurs += swift
        }
        var table = Table.latencies
        table.add("plain C, nothing written", Figures(allBare))
        table.add("plain C, written and synced", Figures(allPlain))
        table.add("box", Figures(allOurs))
        if options["cars"] > 1 { table.add("parkingd, a car at a time", Figures(try cars(options["cars"]))) }
        table.print()
        let p50 = (median(ours.map(\.p50)), median(plain.map(\.p50)))
        let p99 = (median(ours.map(\.p99)), median(plain.map(\.p99)))
        print(
            "  medians of the rounds: p50 \(Text.microseconds(p50.0)) to \(Text.microseconds(p50.1)) µs,",
            terminator: "")
        print(" p99 \(Text.microseconds(p99.0)) to \(Text.microseconds(p99.1)) µs")
        Aim.atMost("p50, box to C", ratio(p50.0, p50.1), 150)
        Aim.atMost("p99, box to C", ratio(p99.0, p99.1), 200)
        let late = Figures(allOurs).count(from: RelayBench.delayedAcknowledgement)
        let lateC = Figures(allPlain).count(from: RelayBench.delayedAcknowledgement)
        Aim.print(
            "box: answers over 40 ms of \(Text.grouped(Int64(allOurs.count)))", "\(late) (C: \(lateC))", "0",
            isMet: late == 0)
    }

    private func roundOfC(_ count: Int, folder: String) throws -> [Int64] {
        try round(count, box: "peer") { results in
            let lines = try Programs.start(
                "RelayPeer", ["box", "\(broker.port)", "\(site.device)", "\(count)", folder, results])
            _ = try Programs.end(of: lines, "RelayPeer box")
            return try Programs.samples(results)
        }
    }

    private func roundOfBox(_ count: Int) throws -> [Int64] {
        site.forgetRound()
        return try round(count, box: "box") { results in
            let box = try Programs.start("BenchBox", [site.boxFile, "\(count)", "0", results])
            _ = try Programs.line("ready", of: box, "BenchBox")
            let watch = try RelayWatch(socketPath: site.socket, output: "relay")
            _ = try Programs.end(of: box, "BenchBox")
            return watch.instants
        }
    }

    /// Runs the platform and a box, and takes the time from each answer to the relay call that followed it.
    private func round(_ count: Int, box name: String, _ box: (_ results: String) throws -> [Int64]) throws -> [Int64] {
        let file = "\(site.folder.path)/platform.samples"
        let platform = try Programs.start(
            "RelayPeer", ["platform", "\(broker.port)", "\(site.device)", "\(count)", file])
        _ = try Programs.line("ready", of: platform, "RelayPeer platform")
        let relays = try box("\(site.folder.path)/\(name).samples")
        _ = try Programs.end(of: platform, "RelayPeer platform")
        let spans = RelayBench.spans(from: try Programs.samples(file), to: relays)
        // The watch may have come a little after the first payments; of the others none may be missing.
        guard spans.count >= count - RelayBench.warmup else {
            throw BenchError("of \(count) answers only \(spans.count) reached the relay")
        }
        return Array(spans.dropFirst(min(RelayBench.warmup, count / 10)))
    }

    /// One payment at a time is under way, so the call that belongs to an answer lies before the next answer.
    static func spans(from answers: [Int64], to relays: [Int64]) -> [Int64] {
        var spans: [Int64] = []
        var relay = 0
        for (index, answer) in answers.enumerated() {
            let next = index + 1 < answers.count ? answers[index + 1] : .max
            while relay < relays.count, relays[relay] < answer { relay += 1 }
            if relay < relays.count, relays[relay] < next { spans.append(relays[relay] - answer) }
        }
        return spans
    }

    /// The daemon itself, with the car park's rules, a camera, a boom and a car.
    private func cars(_ count: Int) throws -> [Int64] {
        let site = try SiteFiles(broker: broker.port)
        let filler = try JournalFiller(path: site.journal, device: site.device)
        let plates = (0..<count).map { "粤B\(10_000 + $0)" }
        for (index, plate) in plates.enumerated() { try filler.park(plate, minutes: 90, number: UInt64(index)) }
        try filler.close()
        let file = "\(site.folder.path)/platform.samples"
        let platform = try Programs.start(
            "RelayPeer", ["platform", "\(broker.port)", "\(site.device)", "\(count)", file])
        _ = try Programs.line("ready", of: platform, "RelayPeer platform")
        let box = try CarPark(site: site)
        let watch = try RelayWatch(socketPath: site.socket, output: "exit-1.raise")
        _ = try Programs.line("link up", of: box.daemon, "parkingd")
        for plate in plates { try box.pass(plate, at: "exit-1") }
        _ = try Programs.end(of: platform, "RelayPeer platform")
        return RelayBench.spans(from: try Programs.samples(file), to: watch.instants)
    }
}
