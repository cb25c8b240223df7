internal import Host
package import Journal
internal import Parking
package import Vocabulary
internal import Wire

/// Writes journals as an earlier run of a box left them, and waits for the disk only when it must.
package final class JournalFiller {
    private let gate = DurableGate()
    private let journal: Journal
    /// The last record appended.
    package private(set) var head: Int64

    /// Opens a journal, or begins one.
    package init(path: String, device: DeviceID) throws {
        var options = JournalOptions()
        options.mostWaitingRecords = 20_000
        journal = try Journal.open(
            path: path, device: device, newEpoch: { Hexadecimal.text(SecureRandom.bytes(8)) }, options: options,
            handler: gate)
        head = journal.head.sequence
    }

    /// Appends records and waits until they are durable.
    /// - Returns: records a second.
    package func fill(_ count: Int, _ record: () -> (at: WallTime, body: [UInt8])) throws -> Int64 {
        let start = BootClock.now()
        for _ in 0..<count {
            let (at, body) = record()
            try append(JournalWrite(records: [JournalRecord(at: at, body: body)]))
        }
        gate.wait(for: head)
        return Int64(count) * 1_000_000_000 / max(1, (BootClock.now() - start).nanoseconds)
    }

    /// Puts a car inside, as if it had come `minutes` ago.
    package func park(_ plate: String, minutes: Int64, number: UInt64) throws {
        let entered = WallTime(milliseconds: WallClock.now().milliseconds - minutes * 60_000)
        let stay = Stay(
            id: StayID(at: entered, random: (SecureRandom.bits64(), number)), plate: try Plate(plate), entered: entered,
            tariff: try Slug("city-centre-2026-1"), enteredUptime: Uptime(nanoseconds: 0), boot: "an earlier one")
        let record = Record(
            at: entered, isSynchronised: true,
            event: .stayOpened(stay.entry(lane: try LaneID("entry-1"))))
        try append(
            JournalWrite(
                records: [JournalRecord(at: entered, body: record.body)],
                state: [.put(kind: Stay.stateKind, key: stay.id.description, value: stay.stateValue)]))
    }

    package func close() throws {
        guard journal.close() else { throw BenchError("the disk did not take the journal \(journal.path)") }
    }

    private func append(_ write: JournalWrite) throws {
        while true {
            do throws(JournalError) {
                head = try journal.append(write).last
                return
            } catch {
                guard case .backlogFull = error else { throw error }
                gate.wait(for: head - 10_000)
            }
        }
    }
}

/// Waits on the caller's thread for what the journal's thread reports.
package final class DurableGate: JournalHandler {
    private struct State {
        var through: Int64 = 0
        var at = Uptime(nanoseconds: 0)
    }
    private let state = Monitor(State())

    package init() {}

    package func durable(through sequence: Int64) {
        let now = BootClock.now()
        state.withLock { $0 = State(through: sequence, at: now) }
        state.wakeOne()
    }

    package func failed(_ error: JournalError) {
        giveUp("the journal cannot be written: \(error)")
    }

    /// Waits until a record is durable.
    /// - Returns: when the callback that told of it began.
    @discardableResult
    package func wait(for sequence: Int64) -> Uptime {
        state.wait(until: nil) { $0.through >= sequence ? $0.at : nil } ?? Uptime(nanoseconds: 0)
    }
}
