import Host
import Journal
import ParkingDemo
import Payments
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// What a contract cannot pay after the car has left.
@Suite("Debts", .serialized)
struct DebtTests {
    private static let plate = "粤B10001"

    /// A rig whose contract has 1.00 yuan, and may promise 50.00 offline.
    private func rig() throws -> Rig {
        let rig = try Rig.stopped(contracts: [DebtTests.plate])
        try change(rig, "openingBalance: 50000", "openingBalance: 100")
        try rig.startPlatform()
        try rig.startBox()
        try rig.waitForContracts()
        return rig
    }

    private func change(_ rig: Rig, _ old: String, _ new: String) throws {
        let text = try Place.read(rig.files.platformFile)
        try PrivateFile.write(Array(text.replacing(old, with: new).utf8), to: rig.files.platformFile)
    }

    /// What the box's own copy of the list of denials says of the plate.
    private func denial(_ rig: Rig) throws -> Denial? {
        let reader = try JournalReader(path: rig.files.journal)
        return try reader.state(ListBook<Denial>.stateKind, key: "plate:\(DebtTests.plate)").flatMap(
            Denial.init(canonical:))
    }

    private func debts(_ rig: Rig, _ arguments: String...) throws -> String {
        let program = try Program("\(Place.programs)/turnpike", ["debts", rig.files.platformFile] + arguments)
        #expect(program.waitForEnd() == 0)
        return program.lines.joined(separator: "\n")
    }

    @Test("a promise that the contract cannot keep is denied on every box, and collected when the contract can pay")
    func collectedLater() throws {
        let rig = try rig()
        try rig.cutNetwork()
        try rig.pass(DebtTests.plate, at: "exit-1")
        rig.mendNetwork()
        try rig.wait("the box denies the debtor") { try denial(rig)?.owed == Fen(1_100) }
        let text = try debts(rig)
        #expect(text.contains("Owed: 11.00 yuan") && text.contains("粤B***01") && !text.contains(DebtTests.plate))
        #expect(try debts(rig, "--full").contains(DebtTests.plate))

        rig.platform?.terminate()
        try change(rig, "account: \"payer-0\", openingBalance: 100", "account: \"funded\", openingBalance: 5000")
        try rig.startPlatform()
        try rig.wait("the box denies nobody any more") { try denial(rig) == nil }
        #expect(try debts(rig).contains("Owed: 0.00 yuan"))
        try rig.waitUntilDelivered()
        let report = try rig.report()
        #expect(report.balance(of: "contract:funded") == Fen(3_900))
        #expect(report.balance(of: "contract:payer-0") == Fen(100))
        #expect(report.payments("collected").sum == Fen(1_100))
        #expect(report.faults.isEmpty && report.sumOfBooks == .zero && report.incidents.isEmpty)
    }

    @Test("a quote by a tariff that the platform does not have is held, and booked by a person's decision")
    func held() throws {
        let rig = try Rig.stopped(contracts: [DebtTests.plate])
        try change(rig, "city-centre-2026-1", "city-centre-2025-9")
        try rig.startPlatform()
        try rig.startBox()
        try rig.waitForContracts()
        try rig.cutNetwork()
        try rig.pass(DebtTests.plate, at: "exit-1")
        rig.mendNetwork()
        try rig.waitUntilDelivered()
        #expect(try rig.report().incidents.map(\.code) == [.quoteNotReproduced])
        let lines = try debts(rig).split(separator: "\n")
        #expect(lines[0].hasPrefix("Owed: 0.00 yuan") && lines[1].contains("11.00 yuan") && lines[1].contains("HELD"))
        let payment = try #require(lines[1].split(separator: " ").first).description
        #expect(try debts(rig, "--book", payment, "--who", "li").contains("Owed: 11.00 yuan"))
        // The platform has not been told: it sees that another process has changed the list.
        try rig.wait("the box denies the debtor", seconds: 30) { try denial(rig)?.owed == Fen(1_100) }
        let report = try rig.report()
        #expect(report.payments("debt").sum == Fen(1_100))
        #expect(report.faults.isEmpty && report.sumOfBooks == .zero)
    }
}
