import BenchSupport
import EdgeRuntime
import Glibc
import Host
import Logging
import Vocabulary

/// A whole box around the smallest core: journal, link, courier and twin board are those of the daemons.
///
///     BenchBox BOX-FILE PAYMENTS PAUSE-MICROSECONDS RESULTS
///
/// It pays so often and writes to RESULTS, for each payment, the nanoseconds from request to answer and the number of
/// records that were waiting for delivery then; all whole numbers of 64 bits.
@main
struct BenchBox {
    static func main() {
        do { try run() } catch { giveUp("BenchBox: \(error)") }
    }

    private static func run() throws {
        let words = CommandLine.arguments
        guard words.count == 5, let payments = Int(words[2]), let pause = Int64(words[3]) else {
            throw BenchError("usage: BenchBox BOX-FILE PAYMENTS PAUSE-MICROSECONDS RESULTS")
        }
        let configuration = try BoxConfiguration(
            try TextFile.read(words[1]), file: words[1], folder: TextFile.folder(of: words[1]))
        let (hardware, _) = try HardwareFile.read(
            try TextFile.read(configuration.hardware), file: configuration.hardware, extra: { _, _, _ in true })
        var logger = Logger(label: "bench", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = .warning
        let results = PaymentResults(goal: payments)
        let core = try PaymentLoop(pause: Uptime.Span(nanoseconds: pause * 1_000), results: results, at: .now())
        let box = try Box(
            configuration: configuration, hardware: hardware, states: [], logger: logger, version: "bench"
        ) { _, _, _ in core }
        let board = box.board
        results.watchQueue { board.current.queued }
        print("ready")
        fflush(nil)
        let (samples, failure) = results.wait()
        box.stop()
        if let failure { throw BenchError(failure) }
        try Programs.write(samples.flatMap { [$0.nanoseconds, $0.queued] }, to: words[4])
    }
}
