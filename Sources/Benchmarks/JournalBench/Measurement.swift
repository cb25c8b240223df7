import Glibc
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

    init(samples: [Int64], records: Int, nanoseconds: Int64, bytes: Int64) {
        let sorted = samples.sorted()
        if !sorted.isEmpty {
            p50 = sorted[sorted.count / 2]
            p90 = sorted[sorted.count * 9 / 10]
            p99 = sorted[sorted.count * 99 / 100]
        }
        recordsPerSecond = Int64(records) * 1_000_000_000 / max(1, nanoseconds)
        bytesPerRecord = bytes / Int64(max(1, records))
    }

    /// Reads the one line the peer prints.
    init?(peerLine: String) {
        let numbers = peerLine.split(whereSeparator: { $0 == " " || $0 == "\n" }).compactMap { Int64($0) }
        guard numbers.count == 5 else { return nil }
        (p50, p90, p99, recordsPerSecond, bytesPerRecord) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    }
}

/// A body whose line has about 300 bytes.
let sampleBody: [UInt8] = {
    let start = Array(#"{"at":1767225600000,"synchronised":true,"kind":"passage","passed":true,"pad":""#.utf8)
    return start + [UInt8](repeating: UInt8(ascii: "x"), count: 284 - start.count) + Array("\"}".utf8)
}()

let sampleWrite = JournalWrite(records: [
    JournalRecord(at: WallTime(milliseconds: 1_767_225_600_000), body: sampleBody)
])

/// Waits on the caller's thread for what the journal's thread reports.
final class DurableGate: JournalHandler {
    private let through = Monitor<Int64>(0)
    private let lastCallback = Atomic<Int64>(0)

    func durable(through sequence: Int64) {
        lastCallback.store(BootClock.now().nanoseconds, ordering: .releasing)
        through.withLock { $0 = sequence }
        through.wakeOne()
    }
    func failed(_ error: JournalError) { fatalError("\(error)") }
    /// When the last callback began, after waiting for `sequence`.
    func wait(for sequence: Int64) -> Int64 {
        _ = through.wait(until: nil) { $0 >= sequence ? true : nil }
        return lastCallback.load(ordering: .acquiring)
    }
}

/// Keeps a number of records outstanding: appends the next ones on the durable callback of the ones before.
final class Producers: JournalHandler {
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
            do { try journal.append(sampleWrite) } catch { fatalError("\(error)") }
        }
        if sequence >= goal {
            finished.withLock { $0 = true }
            finished.wakeAll()
        }
    }
    func failed(_ error: JournalError) { fatalError("\(error)") }

    func waitUntilDone() {
        _ = finished.wait(until: nil) { $0 ? true : nil }
        journal.withLock { $0 = nil }
    }
}

let benchDevice: DeviceID = {
    do { return try DeviceID("bench") } catch { fatalError("\(error)") }
}()

func open(_ path: String, _ handler: any JournalHandler, mostWaiting: Int = 100_000) throws(JournalError) -> Journal {
    var options = JournalOptions()
    options.mostWaitingRecords = mostWaiting
    options.mostWaitingBytes = 1 << 30
    return try Journal.open(
        path: path, device: benchDevice, newEpoch: { "bench" }, options: options, handler: handler)
}

/// One record at a time: append, wait for the callback, append the next.
func measureSerial(path: String, records: Int, warmup: Int) throws(JournalError) -> Round {
    let gate = DurableGate()
    let journal = try open(path, gate)
    var samples: [Int64] = []
    samples.reserveCapacity(records)
    var start = BootClock.now(), bytes = writtenBytes()
    for index in -warmup..<records {
        if index == 0 { (start, bytes) = (BootClock.now(), writtenBytes()) }
        let from = BootClock.now()
        let ticket = try journal.append(sampleWrite)
        let until = gate.wait(for: ticket.last)
        if index >= 0 { samples.append(until - from.nanoseconds) }
    }
    let span = (BootClock.now() - start).nanoseconds
    let written = writtenBytes() - bytes
    journal.close()
    return Round(samples: samples, records: records, nanoseconds: span, bytes: written)
}

/// Many producers at once, each with one record outstanding.
func measureProducers(path: String, outstanding: Int, records: Int) throws(JournalError) -> Round {
    let producers = Producers(goal: records)
    let journal = try open(path, producers)
    let (start, bytes) = (BootClock.now(), writtenBytes())
    try producers.start(journal, outstanding: outstanding)
    producers.waitUntilDone()
    let span = (BootClock.now() - start).nanoseconds
    let written = writtenBytes() - bytes
    journal.close()
    return Round(samples: [], records: records, nanoseconds: span, bytes: written)
}

/// One producer that never waits but for a full backlog.
struct Filler {
    private let gate = DurableGate()
    private let journal: Journal

    init(path: String) throws(JournalError) { journal = try open(path, gate, mostWaiting: 20_000) }

    /// Appends `records` and waits until they are durable.
    /// - Returns: records a second.
    func fill(_ records: Int) throws(JournalError) -> Int64 {
        let start = BootClock.now()
        var left = records
        var last = journal.head.sequence
        while left > 0 {
            do throws(JournalError) {
                last = try journal.append(sampleWrite).last
                left -= 1
            } catch {
                guard case .backlogFull = error else { throw error }
                _ = gate.wait(for: last - 10_000)
            }
        }
        _ = gate.wait(for: last)
        return Int64(records) * 1_000_000_000 / (BootClock.now() - start).nanoseconds
    }

    func close() { journal.close() }
}

/// Nanoseconds until a journal that exists can be appended to.
func measureOpen(path: String) throws(JournalError) -> Int64 {
    let start = BootClock.now()
    let journal = try open(path, DurableGate())
    let span = (BootClock.now() - start).nanoseconds
    journal.close()
    return span
}

/// Bytes this process has handed to the disk.
func writtenBytes() -> Int64 { number(after: "\nwrite_bytes: ", in: "/proc/self/io") }

/// Resident memory of this process, in KiB.
func residentKibibytes() -> Int64 { number(after: "\nVmRSS:\t", in: "/proc/self/status") }

private func number(after label: String, in path: String) -> Int64 {
    guard let text = readText(path), let start = text.firstRange(of: label)?.upperBound else { return 0 }
    return Int64(text[start...].drop { $0 == " " }.prefix { $0.isNumber }) ?? 0
}

func readText(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readText(descriptor)
}

func readText(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}
