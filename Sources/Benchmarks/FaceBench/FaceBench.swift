import BenchSupport
import FaceMatch
import FaceStore
import Glibc
import Host
import StandIns
import Vocabulary

/// The gallery of faces beside a comparison with every template in C and the time of reading the memory, in alternating
/// rounds; every verdict is compared.
///
///     FaceBench [--rounds 5] [--probes 1000]
@main
struct FaceBench {
    private let folder: TemporaryFolder
    private let rounds: Int
    private let probes: Int
    private let policy: FacePolicy

    static func main() {
        runBenchmark {
            let options = try Options(["rounds": 5, "probes": 1_000])
            let bench = FaceBench(
                folder: try TemporaryFolder("turnpike-bench"), rounds: options["rounds"], probes: options["probes"],
                policy: try FacePolicy(thresholdThousandths: 420, marginThousandths: 60))
            for (rows, milliseconds) in [(10_000, 1), (100_000, 10)] as [(Int, Int64)] {
                try bench.compare(rows: rows, aim: milliseconds)
            }
            try bench.store(rows: 10_000)
        }
    }

    private func compare(rows: Int, aim milliseconds: Int64) throws {
        let people = rows / BenchFaces.rowsAPerson
        print("\(Text.grouped(Int64(rows))) templates of \(Text.grouped(Int64(people))) people; \(rounds) rounds")
        var gallery = FaceGallery(policy: policy, mostTemplates: rows)
        let before = ProcessFigures.privateKibibytes()
        gallery.reserve(templates: rows)
        try Vectors.write(rows, to: "\(folder.path)/templates") { row in
            let vector = BenchFaces.template(row)
            try gallery.enrol(FaceTemplate(vector), for: BenchFaces.holder(ofRow: row))
            return vector
        }
        try Vectors.write(probes, to: "\(folder.path)/probes") { BenchFaces.probe($0, people: people) }
        let memory = ProcessFigures.privateKibibytes() - before

        var times: [String: [Figures]] = [:]
        var judge = Judge(policy: policy)
        for round in 0..<rounds {
            let range = (probes * round / rounds)..<(probes * (round + 1) / rounds)
            var verdicts: [FaceVerdict] = []
            times["gallery", default: []].append(match(gallery, range, people: people, &verdicts))
            for mode in ["loop", "blas"] {
                guard let found = try peer(mode, rows, range) else { continue }
                times[mode, default: []].append(found.figures)
                for (offset, number) in range.enumerated() {
                    judge.compare(
                        verdicts[offset], with: found.ranks[offset],
                        probe: BenchFaces.probe(number, people: people), isFirst: mode == "loop")
                }
            }
            times["read", default: []].append(try read(bytes: rows * FaceTemplate.length, count: range.count))
        }
        report(times, judge, rows, memory, aim: milliseconds)
    }

    private func match(
        _ gallery: FaceGallery, _ range: Range<Int>, people: Int, _ verdicts: inout [FaceVerdict]
    ) -> Figures {
        var spans: [Int64] = []
        for number in [range.lowerBound, range.lowerBound] + Array(range) {
            let reading = FaceReading(vector: BenchFaces.probe(number, people: people), isLive: true)
            let from = BootClock.now()
            let verdict = gallery.match(reading)
            spans.append((BootClock.now() - from).nanoseconds)
            verdicts.append(verdict)
        }
        // Two to warm up.
        verdicts.removeFirst(2)
        return Figures(spans.dropFirst(2))
    }

    /// - Returns: nil if the system has no BLAS.
    private func peer(
        _ mode: String, _ rows: Int, _ range: Range<Int>
    ) throws -> (figures: Figures, ranks: [(first: Int, second: Int)])? {
        let out = "\(folder.path)/out"
        let program = try Programs.start(
            "FacePeer",
            [
                mode, "\(folder.path)/templates", "\(rows)", "\(folder.path)/probes", "\(range.lowerBound)",
                "\(range.count)", out,
            ])
        let status = program.waitForEnd()
        if status == 3 { return nil }
        guard status == 0 else { throw BenchError("FacePeer failed (\(status)): \(program.lines)") }
        let numbers = try Programs.samples(out)
        let found = range.indices.map { $0 - range.lowerBound }
        return (
            Figures(found.map { numbers[3 * $0] }), found.map { (Int(numbers[3 * $0 + 1]), Int(numbers[3 * $0 + 2])) }
        )
    }

    private func read(bytes: Int, count: Int) throws -> Figures {
        let out = "\(folder.path)/out"
        _ = try Programs.run("FacePeer", ["read", "\(bytes)", "\(count)", out])
        return Figures(try Programs.samples(out))
    }

    private func report(
        _ times: [String: [Figures]], _ judge: Judge, _ rows: Int, _ memory: Int64, aim milliseconds: Int64
    ) {
        var table = Table(["", "p50 µs", "p99 µs", "largest µs"])
        for (name, title) in [
            ("loop", "every template, a loop in C"), ("blas", "every template, OpenBLAS, one thread"),
            ("gallery", "gallery"), ("read", "reading \(Text.grouped(Int64(rows * FaceTemplate.length))) bytes"),
        ] {
            guard let rounds = times[name] else {
                table.add([title, "not installed: libopenblas0-serial"])
                continue
            }
            table.add(
                [title]
                    + [\Figures.p50, \.p99, \.largest].map { key in
                        Text.microseconds(median(rounds.map { $0[keyPath: key] }))
                    })
        }
        table.print()
        let p50 = median((times["gallery"] ?? []).map(\.p50))
        Aim.print(
            "p50 of the gallery", "\(Text.milliseconds(p50)) ms", "under \(milliseconds) ms",
            isMet: p50 < milliseconds * 1_000_000)
        if let loop = times["loop"] {
            print("  the loop takes \(Text.hundredths(ratio(median(loop.map(\.p50)), p50))) times as long")
        }
        Aim.print(
            "recall against the loop", "\(judge.agreed) of \(judge.compared) verdicts", "all of them",
            isMet: judge.agreed == judge.compared && judge.compared > 0)
        print(
            "  \(judge.people) people, \(judge.unknown) unknown, \(judge.ambiguous) ambiguous;",
            "\(Text.mebibytes(memory)) MB of memory")
    }

    /// How quickly sealed templates come back after a restart.
    private func store(rows: Int) throws {
        let store = try FaceStore(folder: folder.path, model: try Slug("bench-1"))
        var people: [(holder: Holder, templates: [FaceTemplate])] = []
        for row in stride(from: 0, to: rows, by: BenchFaces.rowsAPerson) {
            let templates = try (0..<BenchFaces.rowsAPerson).map { try FaceTemplate(BenchFaces.template(row + $0)) }
            people.append((try BenchFaces.holder(ofRow: row), templates))
        }
        let start = BootClock.now()
        for page in stride(from: 0, to: people.count, by: 200) {
            try store.put(Array(people[page..<min(page + 200, people.count)]))
        }
        let written = (BootClock.now() - start).nanoseconds
        var spans: [Int64] = []
        for _ in 0..<rounds {
            var gallery = FaceGallery(policy: policy)
            let from = BootClock.now()
            let report = try store.load { holder, template in
                do throws(FaceGalleryError) { try gallery.enrol(template, for: holder) } catch { giveUp("\(error)") }
            }
            spans.append((BootClock.now() - from).nanoseconds)
            guard report.templates == rows, gallery.templateCount == rows else {
                throw BenchError("\(report.templates) of \(rows) templates came back")
            }
        }
        print("\(Text.grouped(Int64(rows))) templates at rest")
        print("  sealed and written, 200 people a transaction: \(Text.milliseconds(written)) ms")
        print("  read, opened and enrolled: \(Text.milliseconds(median(spans))) ms")
    }
}
