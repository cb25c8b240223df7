public import JSONText
internal import Payments
internal import Shifts
internal import Vocabulary
internal import Wire

/// Makes what a car park begins with out of what the journal kept.
public enum ParkingRecovery {
    /// The kinds of state to read.
    public static let kinds =
        [
            Stay.stateKind, ListBook<Contract>.stateKind, ListBook<Contract>.versionKind, ListBook<Denial>.stateKind,
            ListBook<Denial>.versionKind, ParkingSite.contactKind, ParkingSite.reversalKind, ParkingSite.promiseKind,
            ParkingSite.refundKind, SentPolicy.stateKind, ParkingSite.closedKind,
        ] + ShiftDesk.kinds

    /// The kinds that vouch for others being complete, or being up to date.
    public static let vouchingKinds: Set = [
        ListBook<Contract>.versionKind, ListBook<Denial>.versionKind, ParkingSite.contactKind,
    ]

    /// - Parameter kept: by kind, the values by key.
    /// - Returns: what was understood, and in words what was not: a value that this version cannot read is left in the
    ///   journal and reported, never guessed at.
    public static func recover(
        _ kept: [String: [(key: String, value: [UInt8])]]
    ) -> (recovered: ParkingSite.Recovered, lost: [String]) {
        var lost: [String] = []
        func values<Value>(_ kind: String, _ read: (String, [UInt8]) -> Value?) -> [Value] {
            (kept[kind] ?? []).compactMap { key, value in
                if let read = read(key, value) { return read }
                lost.append("the journal keeps a \(kind) that cannot be read (\(value.count) bytes); it is ignored")
                return nil
            }
        }
        func number(_ key: String, _ value: [UInt8]) -> Int64? { Int64(String(decoding: value, as: UTF8.self)) }
        func list<Entry: ListEntry>(_: Entry.Type) -> ListBook<Entry> {
            let kind = ListBook<Entry>.stateKind
            let entries = values(kind) { _, value in Entry(canonical: value) }
            let version = values(ListBook<Entry>.versionKind, number).first ?? 0
            // A list of which an entry cannot be read is in use, but must not pass for the whole one: it is fetched
            // again.
            let isWhole = entries.count == (kept[kind] ?? []).count
            return ListBook(version: isWhole ? version : 0, entries: entries)
        }
        func charge(_ key: String, _ value: [UInt8]) -> Charge? {
            (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Charge($0) }
        }
        let shifts = ShiftDesk.recover(kept, exits: [])
        lost += shifts.lost
        let recovered = ParkingSite.Recovered(
            stays: values(Stay.stateKind) { _, value in Stay(stateValue: value) },
            contracts: list(Contract.self), denials: list(Denial.self),
            lastContact: values(ParkingSite.contactKind, number).first.map { WallTime(milliseconds: $0) },
            reversals: values(ParkingSite.reversalKind, charge), promises: values(ParkingSite.promiseKind, charge),
            refunds: values(ParkingSite.refundKind) { _, value in
                (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Refund($0) }
            }, policy: values(SentPolicy.stateKind) { _, value in SentPolicy(stateValue: value) }.first,
            closed: values(ParkingSite.closedKind) { key, _ in try? StayID(key) }, shifts: shifts.desk)
        return (recovered, lost)
    }
}

/// Whether a scenario and a board fit together.
public enum ParkingFit {
    /// - Throws: ``Findings``: each lane of the scenario that the board gives no barrier.
    public static func check(
        _ scenario: ParkingScenario, _ hardware: ParkingHardware, files: (scenario: String, hardware: String)
    ) throws(Findings) {
        let missing = scenario.lanes.filter { hardware.barriers[$0.id] == nil }
        guard missing.isEmpty else {
            throw Findings(
                missing.map { lane in
                    Finding(
                        file: files.hardware, position: TextPosition(line: 1, column: 1), path: "barriers",
                        found: "no barrier for lane \(lane.id) of \(files.scenario)", expected: "one barrier a lane")
                })
        }
    }
}
