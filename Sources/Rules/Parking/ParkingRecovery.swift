public import JSONText
internal import Payments
internal import Shifts
public import Vocabulary
internal import Wire

/// Makes what a car park begins with out of what the journal kept.
public enum ParkingRecovery {
    /// The kinds of state to read.
    public static let kinds =
        ListCopies.stateKinds(ListCopies.carPark) + [
            Stay.stateKind, ParkingSite.reversalKind, ParkingSite.promiseKind, ParkingSite.refundKind,
            SentPolicy.stateKind, ParkingSite.closedKind, Departure.stateKind,
        ] + ShiftDesk.kinds

    /// The kinds that vouch for others being complete, or being up to date.
    public static let vouchingKinds: Set = [
        ListBook<Contract>.versionKind, ListBook<Denial>.versionKind, ListBook<Permit>.versionKind,
        ListCopies.contactKind,
    ]

    /// - Parameter kept: by kind, the values by key.
    /// - Returns: what was understood, and in words what was not: a value that this version cannot read is left in the
    ///   journal and reported, never guessed at.
    public static func recover(
        _ kept: [String: [(key: String, value: [UInt8])]], at now: ClockReading
    ) -> (recovered: ParkingSite.Recovered, lost: [String]) {
        var lost: [String] = []
        func values<Value>(_ kind: String, _ read: (String, [UInt8]) -> Value?) -> [Value] {
            (kept[kind] ?? []).compactMap { key, value in
                if let read = read(key, value) { return read }
                lost.append("the journal keeps a \(kind) that cannot be read (\(value.count) bytes); it is ignored")
                return nil
            }
        }
        func charge(_ key: String, _ value: [UInt8]) -> Charge? {
            (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Charge($0) }
        }
        let shifts = ShiftDesk.recover(kept, exits: [])
        lost += shifts.lost
        let recovered = ParkingSite.Recovered(
            stays: values(Stay.stateKind) { _, value in Stay(stateValue: value) },
            lists: ListCopies(ListCopies.carPark, kept: kept, lost: &lost, at: now),
            reversals: values(ParkingSite.reversalKind, charge), promises: values(ParkingSite.promiseKind, charge),
            refunds: values(ParkingSite.refundKind) { _, value in
                (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Refund($0) }
            }, policy: values(SentPolicy.stateKind) { _, value in SentPolicy(stateValue: value) }.first,
            closed: values(ParkingSite.closedKind) { key, _ in try? StayID(key) }, shifts: shifts.desk,
            departures: values(Departure.stateKind, Departure.init(key:stateValue:)))
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
