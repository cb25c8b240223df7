import Glibc
import Journal

/// Measures the journal beside plain SQLite in C, in alternating rounds on the same disk.
///
///     JournalBench [FOLDER [ROUNDS]]
@main
struct JournalBench {
    let folder: String
    let rounds: Int
    private static let samples = 2_000
    /// Long enough that the write-ahead log has reached its size and is recycled.
    private static let warmup = 1_500

    static func main() throws {
        let arguments = CommandLine.arguments
        var template = Array("\(arguments.count > 1 ? arguments[1] : ".")/journal-bench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            complain("cannot make a folder: \(String(cString: strerror(errno)))\n")
            exit(1)
        }
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
        let bench = JournalBench(folder: String(cString: made), rounds: max(1, rounds))
        defer { rmdir(bench.folder) }
        try bench.serial()
        try bench.grouped()
        try bench.depth()
    }

    private func fresh(_ name: String) -> String {
        let path = "\(folder)/\(name)"
        for suffix in ["", "-wal", "-shm", "-lock"] { unlink(path + suffix) }
        return path
    }

    private func median(_ values: [Int64]) -> Int64 { values.isEmpty ? 0 : values.sorted()[values.count / 2] }

    /// A ratio with two decimals, in whole numbers.
    private func ratio(_ value: Int64, _ base: Int64) -> String {
        let hundredths = value * 100 / max(1, base)
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private func micro(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1_000).\(nanoseconds / 100 % 10) µs" }

    private func serial() throws {
        var ours: [Round] = [], raw: [Round] = []
        for _ in 0..<rounds {
            if let round = runPeer(path: fresh("raw"), rows: Self.samples, warmup: Self.warmup, group: 1) {
                raw.append(round)
            }
            ours.append(try measureSerial(path: fresh("ours"), records: Self.samples, warmup: Self.warmup))
        }
        _ = (fresh("raw"), fresh("ours"))
        let (p50, base) = (median(ours.map(\.p50)), median(raw.map(\.p50)))
        print("one record, durable acknowledgement, medians of \(rounds) alternating rounds of \(Self.samples)")
        print("  raw SQLite in C   p50 \(micro(base))  p99 \(micro(median(raw.map(\.p99))))")
        print("  journal           p50 \(micro(p50))  p99 \(micro(median(ours.map(\.p99))))")
        print("  ratio p50 \(ratio(p50, base)) (aim 1.15)")
        let bytes = (median(raw.map(\.bytesPerRecord)), median(ours.map(\.bytesPerRecord)))
        print("  bytes written a record: raw \(bytes.0), journal \(bytes.1)")
        print("  resident memory of this process \(residentKibibytes()) KiB")
    }

    private func grouped() throws {
        let count = 300_000
        var ours: [Int64] = [], raw64: [Int64] = [], raw1000: [Int64] = [], bytes: [Int64] = []
        for _ in 0..<rounds {
            if let round = runPeer(path: fresh("raw"), rows: count, warmup: 0, group: 64) {
                raw64.append(round.recordsPerSecond)
            }
            let round = try measureProducers(path: fresh("ours"), outstanding: 64, records: count)
            ours.append(round.recordsPerSecond)
            bytes.append(round.bytesPerRecord)
            if let round = runPeer(path: fresh("raw"), rows: count, warmup: 0, group: 1_000) {
                raw1000.append(round.recordsPerSecond)
            }
        }
        _ = (fresh("raw"), fresh("ours"))
        print("64 producers, each with one record outstanding, hashed and chained")
        print("  raw SQLite in C   64 a commit \(median(raw64))/s, 1,000 a commit \(median(raw1000))/s")
        print("  journal           \(median(ours))/s (aim 150,000), \(median(bytes)) bytes written a record")
    }

    private func depth() throws {
        let path = fresh("deep")
        var deep = try Filler(path: path)
        _ = try deep.fill(100_000)
        deep.close()
        let opened = median(try (0..<rounds).map { _ in try measureOpen(path: path) })
        print("open to ready with 100,000 queued: \(micro(opened)) (aim 100 ms)")
        deep = try Filler(path: path)
        _ = try deep.fill(900_000)
        var shallowRates: [Int64] = [], deepRates: [Int64] = [], ratios: [Int64] = []
        for _ in 0..<rounds {
            let shallow = try Filler(path: fresh("shallow"))
            // The log of a new file has to grow first, which is no matter of depth.
            _ = try shallow.fill(20_000)
            // In alternating order, so that what else the machine does falls on both.
            for turn in 0..<4 {
                let first = turn % 2 == 0 ? try shallow.fill(50_000) : try deep.fill(50_000)
                let second = turn % 2 == 0 ? try deep.fill(50_000) : try shallow.fill(50_000)
                let rates = turn % 2 == 0 ? (first, second) : (second, first)
                shallowRates.append(rates.0)
                deepRates.append(rates.1)
                ratios.append(rates.1 * 100 / rates.0)
            }
            shallow.close()
        }
        deep.close()
        print("enqueue until durable: empty \(median(shallowRates))/s, over 1,000,000 queued \(median(deepRates))/s,")
        print("  median of \(ratios.count) paired ratios \(ratio(median(ratios), 100)) (aim 0.95)")
        _ = (fresh("deep"), fresh("shallow"))
    }
}
