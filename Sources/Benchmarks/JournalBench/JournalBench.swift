import BenchSupport
import Glibc
import StandIns

/// The journal beside plain SQLite in C, in alternating rounds on the same disk.
///
///     JournalBench [--rounds 5] [--samples 2000] [--records 300000]
@main
struct JournalBench {
    private let folder: TemporaryFolder
    private let options: Options

    /// Long enough that the write-ahead log has reached its size and is recycled.
    private static let warmup = 1_500
    private static let producers = 64

    static func main() {
        runBenchmark {
            let options = try Options(["rounds": 5, "samples": 2_000, "records": 300_000])
            let bench = JournalBench(folder: try TemporaryFolder("turnpike-bench"), options: options)
            try bench.serial()
            try bench.grouped()
        }
    }

    private func fresh(_ name: String) -> String {
        let path = "\(folder.path)/\(name)"
        for suffix in ["", "-wal", "-shm", "-lock"] { unlink(path + suffix) }
        return path
    }

    private func plain(_ rows: Int, warmup: Int = 0, group: Int) throws -> Round {
        let lines = try Programs.run("JournalPeer", [fresh("plain"), "\(rows)", "\(warmup)", "\(group)"])
        guard let line = lines.last, let round = Round(peerLine: line) else {
            throw BenchError("JournalPeer said something else than its numbers: \(lines)")
        }
        return round
    }

    private func serial() throws {
        let (rounds, samples) = (options["rounds"], options["samples"])
        print("one record to its durable acknowledgement; medians of \(rounds) alternating rounds of \(samples)")
        var ours: [Round] = [], peers: [Round] = []
        for _ in 0..<rounds {
            peers.append(try plain(samples, warmup: Self.warmup, group: 1))
            ours.append(try Round.serial(path: fresh("ours"), records: samples, warmup: Self.warmup))
        }
        var table = Table(["", "p50 µs", "p90 µs", "p99 µs", "bytes written a record"])
        for (name, rounds) in [("plain SQLite in C", peers), ("journal", ours)] {
            table.add(
                [name]
                    + [\Round.p50, \.p90, \.p99].map { key in Text.microseconds(median(rounds.map { $0[keyPath: key] }))
                    }
                    + [Text.grouped(median(rounds.map(\.bytesPerRecord)))])
        }
        table.print()
        Aim.atMost("p50, journal to C", ratio(median(ours.map(\.p50)), median(peers.map(\.p50))), 115)
    }

    private func grouped() throws {
        let count = options["records"]
        print("\(Self.producers) producers, each with one record outstanding; the journal's are hashed and chained")
        var ours: [Round] = [], peers64: [Round] = [], peers1000: [Round] = []
        for _ in 0..<options["rounds"] {
            peers64.append(try plain(count, group: Self.producers))
            ours.append(try Round.producers(path: fresh("ours"), outstanding: Self.producers, records: count))
            peers1000.append(try plain(count, group: 1_000))
        }
        var table = Table(["", "records/s", "bytes written a record"])
        for (name, rounds) in [
            ("plain SQLite in C, 64 a commit", peers64), ("plain SQLite in C, 1,000 a commit", peers1000),
            ("journal", ours),
        ] {
            table.add([
                name, Text.grouped(median(rounds.map(\.recordsPerSecond))),
                Text.grouped(median(rounds.map(\.bytesPerRecord))),
            ])
        }
        table.print()
        let rate = median(ours.map(\.recordsPerSecond))
        Aim.print("journal", "\(Text.grouped(rate)) records/s", "150,000 or more", isMet: rate >= 150_000)
        print("  resident memory of this process: \(Text.mebibytes(ProcessFigures.residentKibibytes())) MB")
    }
}
