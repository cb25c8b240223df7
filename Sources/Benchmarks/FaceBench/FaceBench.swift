import BenchSupport
import FaceMatch
import FaceStore
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

        var times: [String: [Spans]] = [:]
        var judge = Judge(policy: policy)
        for round in 0..<rounds {
            let range = (probes * round / rounds)..<(probes * (round + 1) / rounds)
            var verdicts: [FaceVerdict] = []
            times["gallery", default: []].append(match(gallery, range, people: people, &verdicts))
            for mode in ["loop", "blas"] {
                guard let found = try peer(mode, rows, range) else { continue }
                times[mode, default: []].append(found.spans)
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
    ) -> Spans {
        let probe = { FaceReading(vector: BenchFaces.probe($0, people: people), isLive: true) }
        // Two to warm up.
        for _ in 0..<2 { _ = gallery.match(probe(range.lowerBound)) }
        var spans = Spans()
        for number in range {
            let reading = probe(number)
            verdicts.append(spans.measure { gallery.match(reading) })
        }
        return spans
    }

    /// - Returns: nil if the system has no BLAS.
    private func peer(
        _ mode: String, _ rows: Int, _ range: Range<Int>
    ) throws -> (spans: Spans, ranks: [(first: Int, second: Int)])? {
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
        let ranks = (0..<range.count).map { (Int(numbers[4 * $0 + 2]), Int(numbers[4 * $0 + 3])) }
        return (Spans(numbers, group: 4), ranks)
    }

    private func read(bytes: Int, count: Int) throws -> Spans {
        let out = "\(folder.path)/out"
        _ = try Programs.run("FacePeer", ["read", "\(bytes)", "\(count)", out])
        return Spans(try Programs.samples(out), group: 2)
    }

    private func report(
        _ times: [String: [Spans]], _ judge: Judge, _ rows: Int, _ memory: Int64, aim milliseconds: Int64
    ) {
        var table = Table(["", "core, p50 µs", "p99 µs", "clock, p50 µs", "p99 µs"])
        for (name, title) in [
            ("loop", "every template, a loop in C"), ("blas", "every template, OpenBLAS, one thread"),
            ("gallery", "gallery"), ("read", "reading \(Text.grouped(Int64(rows * FaceTemplate.length))) bytes"),
        ] {
            guard let rounds = times[name] else {
                table.add([title, "not installed: libopenblas0-serial"])
                continue
            }
            let core = rounds.map { Figures($0.processor) }, clock = rounds.map { Figures($0.wall) }
            table.add(
                [title]
                    + [core.map(\.p50), core.map(\.p99), clock.map(\.p50), clock.map(\.p99)].map {
                        Text.microseconds(median($0))
                    })
        }
        table.print()
        let p50 = FaceBench.p50(times["gallery"])
        Aim.print(
            "p50 of the gallery on one core", "\(Text.milliseconds(p50)) ms", "under \(milliseconds) ms",
            isMet: p50 < milliseconds * 1_000_000)
        print("  the loop takes \(Text.hundredths(ratio(FaceBench.p50(times["loop"]), p50))) times as long")
        Aim.print(
            "recall against the loop", "\(judge.agreed) of \(judge.compared) verdicts", "all of them",
            isMet: judge.agreed == judge.compared && judge.compared > 0)
        print(
            "  \(judge.people) people, \(judge.unknown) unknown, \(judge.ambiguous) ambiguous;",
            "\(Text.mebibytes(memory)) MB of memory")
    }

    private static func p50(_ rounds: [Spans]?) -> Int64 { median((rounds ?? []).map { Figures($0.processor).p50 }) }

    /// How quickly sealed templates come back after a restart.
    private func store(rows: Int) throws {
        let store = try FaceStore(folder: folder.path, model: try Slug("bench-1"))
        var people: [(holder: Holder, templates: [FaceTemplate])] = []
        for row in stride(from: 0, to: rows, by: BenchFaces.rowsAPerson) {
            let templates = try (0..<BenchFaces.rowsAPerson).map { try FaceTemplate(BenchFaces.template(row + $0)) }
            people.append((try BenchFaces.holder(ofRow: row), templates))
        }
        var writing = Spans(), loading = Spans()
        try writing.measure {
            for page in stride(from: 0, to: people.count, by: 200) {
                try store.put(Array(people[page..<min(page + 200, people.count)]))
            }
        }
        for _ in 0..<rounds {
            var gallery = FaceGallery(policy: policy)
            let report = try loading.measure {
                try store.load { holder, template in
                    do throws(FaceGalleryError) { try gallery.enrol(template, for: holder) } catch {
                        giveUp("\(error)")
                    }
                }
            }
            guard report.templates == rows, gallery.templateCount == rows else {
                throw BenchError("\(report.templates) of \(rows) templates came back")
            }
        }
        print("\(Text.grouped(Int64(rows))) templates at rest")
        for (what, spans) in [
            ("sealed and written, 200 people a transaction", writing), ("read and enrolled", loading),
        ] {
            let (core, clock) = (Text.milliseconds(median(spans.processor)), Text.milliseconds(median(spans.wall)))
            print("  \(what): \(core) ms of a core, \(clock) ms by the clock")
        }
    }
}
