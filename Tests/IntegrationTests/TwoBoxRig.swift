import Acquiring
import EdgeRuntime
import Host
import JSONText
import Journal
import Parking
import ParkingDay
import Payments
import SQLite
import Services
import Testing
import Vocabulary
import Wire

@testable import ParkingDemo

/// A car park of two boxes, its platform with pages for phones, and a payment network without money, as real processes
/// on a clock that the test moves. `garage-1` is where cars come in here, `garage-2` where they leave.
final class TwoBoxRig {
    static let entryBox = "garage-1", exitBox = "garage-2"
    static let entry = DayFile.Lane(box: entryBox, name: "entry-1")
    static let exit = DayFile.Lane(box: exitBox, name: "exit-1")

    let rig: DayRig
    let stage: RehearsedDay

    /// Starts everything at 08:00.
    /// - Parameter contracts: the plates with a contract, which has 1,000.00 yuan and may promise 100.00 offline.
    init(contracts: [String] = []) throws {
        let plates = contracts.map { "{ plate: \"\($0)\", balance: 100000, offlineLimit: 10000 }" }
        let day = try DayFile(
            Array(
                """
                {
                  kind: "parking-day", boxes: ["garage-1", "garage-2"], lanes: ["entry-1", "exit-1"], events: [],
                  contracts: [\(plates.joined(separator: ", "))],
                  // Names the lanes that are used; nobody plays it.
                  cars: [{ plate: "沪A00000", in: "garage-1/entry-1 08:00", out: "garage-2/exit-1 09:00", pays: "free",
                           expect: 0 }],
                }
                """.utf8), file: "two-boxes.json5")
        rig = try DayRig(
            programs: Place.programs, day: day, scenario: "\(Place.project)/Scenarios/two-box-car-park.json5",
            hardware: "\(Place.project)/Hardware/four-lane-twin.json5")
        stage = try RehearsedDay(rig)
        setClock(8, 0)
        try rig.start()
        try stage.start()
        for name in rig.day.boxes where !contracts.isEmpty {
            let reader = try JournalReader(path: try journal(name))
            try rig.wait("\(name) has kept the list of contracts") {
                try reader.state(ListBook<Contract>.versionKind, key: "current") != nil
            }
        }
    }

    /// Moves every wall clock to a time of the day.
    func setClock(_ hour: Int64, _ minute: Int64) {
        rig.setClocks(to: WallTime(milliseconds: rig.midnight.milliseconds + (hour * 60 + minute) * 60_000))
    }

    // MARK: - Cars

    /// A car comes in at the first box.
    func enter(_ plate: String) throws {
        try stage.read(plate, at: Self.entry)
        try goThrough(Self.entry)
    }

    /// A car drives up to the second box's exit and leaves.
    func leave(_ plate: String) throws {
        try stage.read(plate, at: Self.exit)
        try goThrough(Self.exit)
    }

    func goThrough(_ lane: DayFile.Lane) throws {
        guard stage.waitUntilUp(lane, milliseconds: 20_000) else {
            throw DayFault("the boom of \(lane.box)/\(lane.name) did not rise: \(try stage.sign(lane))")
        }
        try stage.driveThrough(lane, cars: 1)
    }

    /// Waits until a box knows that the car is inside, or is not any more.
    func wait(until box: String, knowsOf plate: String, _ isInside: Bool = true) throws {
        try rig.wait("\(box) knows that \(plate) is \(isInside ? "inside" : "gone")") {
            (try stay(plate, at: box) != nil) == isInside
        }
    }

    // MARK: - Looking

    private func journal(_ box: String) throws -> String {
        BoxIdentity.journalPath(in: try rig.member(box).configuration.stateFolder)
    }

    /// What a box has on its disk of the stay of a car inside.
    func stay(_ plate: String, at box: String) throws -> Stay? {
        var found: Stay?
        try JournalReader(path: try journal(box)).states(Stay.stateKind) { _, value in
            if let stay = Stay(stateValue: value), stay.plate?.text == plate { found = stay }
        }
        return found
    }

    /// Why a box let cars out, in order.
    func reasonsToLetOut(_ box: String) throws -> [String] {
        try stage.records(box).compactMap {
            if case .decision(_, _, _, _, .letOut, let reason) = $0 { reason } else { nil }
        }
    }

    /// What a box has charged: approved at once, or promised.
    func charges(_ box: String, _ state: Record.PaymentState) throws -> [Charge] {
        try stage.records(box).compactMap { if case .payment(state, let charge, _) = $0 { charge } else { nil } }
    }

    /// What the payment network holds for the car park by its own book.
    func networkOwes() throws -> Fen { try SandboxBook(path: rig.networkBook).owed()["shownCode"] ?? .zero }

    /// Waits until everything is delivered, and checks what must hold whatever happened: both boxes know of no car
    /// inside, the platform has every record, its books sum to zero and agree with the network's.
    func finish(location: SourceLocation = #_sourceLocation) throws -> LedgerReport {
        try stage.settle()
        for box in rig.day.boxes {
            try rig.wait("\(box) knows that everybody is gone") {
                var count = 0
                try JournalReader(path: try journal(box)).states(Stay.stateKind) { _, _ in count += 1 }
                return count == 0
            }
        }
        let records = try rig.day.boxes.reduce(into: Int64(0)) { $0 += Int64(try stage.records($1).count) }
        let report = try LedgerReport.read(rig.ledger)
        #expect(report.streams.reduce(0) { $0 + $1.rows } == records, sourceLocation: location)
        #expect(report.sumOfBooks == .zero && report.faults.isEmpty, sourceLocation: location)
        let owed = report.balance(of: "acquirer:shownCode") ?? .zero
        #expect(try networkOwes().count == -owed.count, sourceLocation: location)
        return report
    }
}
