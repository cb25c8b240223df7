import BenchSupport
import Host
import Journal
import Synchronization
import Vocabulary

/// What one round of commits has shown.
struct Round {
    /// Nanoseconds from `append` to the durable callback, or of one commit.
    var p50: Int64 = 0, p90: Int64 = 0, p99: Int64 = 0
    var recordsPerSecond: Int64 = 0
    /// Bytes the process handed to the disk, a record.
    var bytesPerRecord: Int64 = 0

    private init(samples: [Int64], records: Int, nanoseconds: Int64, bytes: Int64) {
        let figures = Figures(samples)
        (p50, p90, p99) = (figures.p50, figures.p90, figures.p99)
        recordsPerSecond = Int64(records) * 1_000_000_000 / max(1, nanoseconds)
        bytesPerRecord = bytes / Int64(max(1, records))
    }

    /// Reads the one line the peer prints.
    init?(peerLine: String) {
        let numbers = Programs.numbers(in: peerLine)
        guard numbers.count == 5 else { return nil }
        (p50, p90, p99, recordsPerSecond, bytesPerRecord) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    }

    /// One record at a time: append, wait for the callback, append the next.
    static func serial(path: String, records: Int, warmup: Int) throws -> Round {
        let gate = DurableGate()
        let journal = try open(path, gate)
        var samples: [Int64] = []
        samples.reserveCapacity(records)
        var start = BootClock.now(), bytes = ProcessFigures.writtenBytes()
        for index in -warmup..<records {
            if index == 0 { (start, bytes) = (BootClock.now(), ProcessFigures.writtenBytes()) }
            let from = BootClock.now()
            let ticket = try journal.append(sampleWrite)
            let until = gate.wait(for: ticket.last)
            if index >= 0 { samples.append((until - from).nanoseconds) }
        }
        let span = (BootClock.now() - start).nanoseconds
        let written = ProcessFigures.writtenBytes() - bytes
        journal.close()
        return Round(samples: samples, records: records, nanoseconds: span, bytes: written)
    }

    /// Many producers at once, each with one record outstanding.
    static func producers(path: String, outstanding: Int, records: Int) throws -> Round {
        let producers = Producers(goal: records)
        let journal = try open(path, producers)
        let (start, bytes) = (BootClock.now(), ProcessFigures.writtenBytes())
        try producers.start(journal, outstanding: outstanding)
        producers.waitUntilDone()
        let span = (BootClock.now() - start).nanoseconds
        let written = ProcessFigures.writtenBytes() - bytes
        journal.close()
        return Round(samples: [], records: records, nanoseconds: span, bytes: written)
    }

    private static func open(_ path: String, _ handler: any JournalHandler) throws -> Journal {
        try Journal.open(path: path, device: try DeviceID("bench"), newEpoch: { "bench" }, handler: handler)
    }
}

/// A body whose line has about 300 bytes.
private let sampleWrite: JournalWrite = {
    let start = Array(#"{"at":1767225600000,"synchronised":true,"kind":"passage","passed":true,"pad":""#.utf8)
    let body = start + [UInt8](repeating: UInt8(ascii: "x"), count: 284 - start.count) + Array("\"}".utf8)
    return JournalWrite(records: [JournalRecord(at: WallTime(milliseconds: 1_767_225_600_000), body: body)])
}()

/// Keeps a number of records outstanding: appends the next ones on the durable callback of the ones before.
private final class Producers: JournalHandler {
    private let journal = Mutex<Journal?>(nil)
    private let finished = Monitor(false)
    private let appended = Atomic<Int>(0)
    private let durable = Atomic<Int>(0)
    private let goal: Int

    init(goal: Int) { self.goal = goal }

    func start(_ journal: Journal, outstanding: Int) throws(JournalError) {
        self.journal.withLock { $0 = journal }
        appended.store(outstanding, ordering: .sequentiallyConsistent)
        for _ in 0..<outstanding { try journal.append(sampleWrite) }
    }

    func durable(through sequence: Int64) {
        guard let journal = journal.withLock({ $0 }) else { return }
        let done = Int(sequence) - durable.exchange(Int(sequence), ordering: .sequentiallyConsistent)
        for _ in 0..<done {
            guard appended.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue < goal else { break }
            do { try journal.append(sampleWrite) } catch { failed(error) }
        }
        if sequence >= goal {
            finished.withLock { $0 = true }
            finished.wakeAll()
        }
    }

    func failed(_ error: JournalError) {
        giveUp("the journal cannot be written: \(error)")
    }

    func waitUntilDone() {
        _ = finished.wait(until: nil) { $0 ? true : nil }
        journal.withLock { $0 = nil }
    }
}
