import Host
import Journal
import SQLite
import StandIns
import TestParts
import Vocabulary

/// Remembers what the journal reports, and lets the test wait for it; can hold the journal's thread in a callback.
final class Recorder: JournalHandler {
    struct Seen: Sendable {
        var durable: [Int64] = []
        var failures: [JournalError] = []
        var levels: [DiskLevel] = []
        var isHeld = false
        var isHolding = false
    }

    private let seen = Monitor(Seen())
    private let onDurable: @Sendable (Int64) -> Void

    init(onDurable: @escaping @Sendable (Int64) -> Void = { _ in }) { self.onDurable = onDurable }

    var durable: [Int64] { seen.withLock { $0.durable } }
    var failures: [JournalError] { seen.withLock { $0.failures } }
    var levels: [DiskLevel] { seen.withLock { $0.levels } }

    func durable(through sequence: Int64) {
        onDurable(sequence)
        seen.withLock {
            $0.durable.append(sequence)
            $0.isHolding = $0.isHeld
        }
        seen.wakeAll()
        _ = seen.wait(until: nil) { $0.isHeld ? nil : true }
    }

    func failed(_ error: JournalError) {
        seen.withLock { $0.failures.append(error) }
        seen.wakeAll()
    }

    func disk(_ level: DiskLevel) {
        seen.withLock { $0.levels.append(level) }
        seen.wakeAll()
    }

    /// - Returns: false if it has not come to that within 20 s.
    func wait(until condition: (Seen) -> Bool) -> Bool {
        seen.wait(until: BootClock.now() + .seconds(20)) { condition($0) ? true : nil } ?? false
    }

    func waitUntilDurable(_ sequence: Int64) -> Bool { wait { ($0.durable.last ?? 0) >= sequence } }

    /// From the next commit on the journal's thread stays in its callback until `release`.
    func hold() { seen.withLock { $0.isHeld = true } }
    func waitUntilHolding() -> Bool { wait { $0.isHolding } }
    func release() {
        seen.withLock { ($0.isHeld, $0.isHolding) = (false, false) }
        seen.wakeAll()
    }
}

/// A folder with one journal in it.
struct Site {
    let folder = TestFolder()
    let device: DeviceID
    var options = JournalOptions()
    /// Another place than the folder.
    var elsewhere: String?
    var path: String { elsewhere.map { "\($0)/journal.db" } ?? folder.file("journal.db") }

    init(on disk: SmallDisk? = nil) throws {
        elsewhere = disk?.path
        device = try DeviceID("box-1")
        options.firstRetryPause = .milliseconds(1)
        options.longestRetryPause = .milliseconds(4)
    }

    func open(_ handler: any JournalHandler = Recorder()) throws(JournalError) -> Journal {
        try Journal.open(path: path, device: device, newEpoch: { "epoch-1" }, options: options, handler: handler)
    }

    /// As the daemon opens it; a new journal gets the epoch `epoch-2`.
    func openOrReplace(
        _ handler: any JournalHandler = Recorder(), vouching: Set<String> = []
    ) throws(JournalError) -> Journal {
        let now = ClockReading(
            uptime: Uptime(nanoseconds: 0), wall: WallTime(milliseconds: 77), isSynchronised: true)
        return try Journal.openOrReplace(
            path: path, device: device, newEpoch: { "epoch-2" }, now: now, vouching: vouching, options: options,
            handler: handler)
    }

    func reader() throws(JournalError) -> JournalReader { try JournalReader(path: path) }

    /// Changes the file behind the journal's back.
    func tamper(_ script: String) throws(SQLiteError) {
        var options = DatabaseOptions()
        options.access = .readWrite
        try Database(path: path, options: options).execute(script)
    }

    /// A journal with records 1...count, closed again.
    func filled(_ count: Int64, acknowledged: Int64 = 0) throws {
        let recorder = Recorder()
        let journal = try open(recorder)
        for number in 1...count { try journal.append(record(number)) }
        guard recorder.waitUntilDurable(count) else { throw JournalError.closed }
        try journal.acknowledge(through: acknowledged)
        journal.close()
    }
}

/// A write of one record that happened at `at`, in ms since 1970.
func record(_ number: Int64, at: Int64? = nil, padding: Int = 0) -> JournalWrite {
    let pad = padding == 0 ? "" : #","pad":"\#(String(repeating: "x", count: padding))""#
    let body = Array(#"{"number":\#(number)\#(pad)}"#.utf8)
    return JournalWrite(records: [JournalRecord(at: WallTime(milliseconds: at ?? number), body: body)])
}

func line(_ number: Int64) -> [UInt8] { Array(#"{"seq":\#(number),"number":\#(number)}"#.utf8) }
