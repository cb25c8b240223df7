import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

/// A grant, and what becomes of its car: at the entry where everybody may come in, where only permits may, and where
/// everybody may and no place is left; and the word under which it leaves.
struct PermitCase: Sendable, CustomTestStringConvertible {
    var name: String
    var grants: [Permit.Grant]
    var vehicle = VehicleClass.small
    var everybody: String, permittedOnly: String, full: String, exit: String

    init(
        _ name: String, _ grants: [Permit.Grant], vehicle: VehicleClass = .small, _ everybody: String,
        _ permittedOnly: String, _ full: String, exit: String
    ) {
        self.name = name
        self.grants = grants
        self.vehicle = vehicle
        self.everybody = everybody
        self.permittedOnly = permittedOnly
        self.full = full
        self.exit = exit
    }

    var testDescription: String { name }

    private static func g(_ kind: Permit.Grant.Kind, _ from: Int64?, _ until: Int64?, grace: Int64 = 0) -> Permit.Grant
    {
        PermitFixtures.grant(kind, from: from, until: until, graceDays: grace)
    }

    static let all = [
        PermitCase("nobody", [], "entry", "notPermitted", "full", exit: "paid"),
        PermitCase("member", [g(.member, nil, 9_000)], "entry", "entry", "entry", exit: "member"),
        PermitCase("member in grace", [g(.member, nil, -10, grace: 3)], "entry", "entry", "entry", exit: "member"),
        PermitCase("member, over", [g(.member, nil, -10)], "entry", "passExpired", "full", exit: "paid"),
        PermitCase(
            "member, grace over", [g(.member, nil, -3 * 1_440, grace: 3)], "entry", "passExpired", "full", exit: "paid"),
        PermitCase("member, not yet", [g(.member, 500, nil)], "entry", "passNotYet", "full", exit: "paid"),
        PermitCase("visitor", [g(.visitor, -60, 300)], "entry", "entry", "full", exit: "paid"),
        PermitCase("visitor, 29 minutes early", [g(.visitor, 30, 300)], "entry", "entry", "full", exit: "paid"),
        PermitCase("visitor, too early", [g(.visitor, 33, 300)], "entry", "visitorEarly", "full", exit: "paid"),
        PermitCase("visitor, 57 minutes late", [g(.visitor, -300, -55)], "entry", "entry", "full", exit: "paid"),
        PermitCase("visitor, too late", [g(.visitor, -300, -60)], "entry", "visitorLate", "full", exit: "paid"),
        PermitCase("staff", [g(.staff, nil, nil)], "entry", "entry", "entry", exit: "staff"),
        PermitCase("staff, over", [g(.staff, nil, -1)], "entry", "notPermitted", "full", exit: "paid"),
        PermitCase("permitted", [g(.permitted, nil, nil)], "entry", "entry", "full", exit: "paid"),
        PermitCase("permitted, over", [g(.permitted, nil, -1)], "entry", "notPermitted", "full", exit: "paid"),
        PermitCase("special by grant", [g(.special, nil, nil)], "entry", "entry", "entry", exit: "special"),
        PermitCase("special by plate", [], vehicle: .special, "entry", "entry", "entry", exit: "special"),
        PermitCase(
            "special by plate, barred", [g(.barred, nil, nil)], vehicle: .special, "entry", "entry", "entry",
            exit: "special"),
        PermitCase("barred", [g(.barred, nil, nil)], "barred", "barred", "barred", exit: "paid"),
        PermitCase(
            "barred, and a member", [g(.member, nil, nil), g(.barred, nil, nil)], "barred", "barred", "barred",
            exit: "member"),
        PermitCase("barred, over", [g(.barred, nil, -1)], "entry", "notPermitted", "full", exit: "paid"),
        PermitCase(
            "member, over, but staff too", [g(.member, nil, -1), g(.staff, nil, nil)], "entry", "entry", "entry",
            exit: "staff"),
        PermitCase(
            "member, one pass over and the next in force", [g(.member, nil, -1, grace: 9), g(.member, -1, 9_000)],
            "entry", "entry", "entry", exit: "member"),
    ]
}

@Suite("Who may pass: every kind of permit, at every gate")
struct SitePermitTableTests {
    /// A car park that nobody waits at; two cars are inside.
    private func park(_ row: PermitCase, _ change: (inout GateRules) -> Void) -> SiteDriver {
        var scenario = SiteFixtures.scenario
        change(&scenario.access)
        var park = SiteDriver(scenario)
        for plate in ["粤B20001", "粤B20002"] {
            let plate = SiteFixtures.plate(plate)
            park.permit([plate: [PermitFixtures.grant(.permitted)]])
            park.enter(plate)
        }
        park.permit([car: row.grants].filter { !$0.value.isEmpty })
        return park
    }

    private func outcome(_ park: inout SiteDriver, _ row: PermitCase) -> String? {
        park.read(car, at: entry, vehicle: row.vehicle)
        park.run(seconds: 1)
        let reason = park.reason(entry)
        #expect(park.isOpen(entry) == (reason == "entry"))
        if reason != "entry" {
            #expect(park.sign(entry) == Notice.HoldReason(rawValue: reason ?? "").map { .callAttendant(car, $0, nil) })
        }
        return reason
    }

    @Test("everybody may come in, and a place is left", arguments: PermitCase.all)
    func everybody(row: PermitCase) {
        var park = park(row) { _ in }
        #expect(outcome(&park, row) == row.everybody)
        #expect(park.alarms("barredPlate") == (row.name.contains("barred") && row.name != "barred, over" ? 1 : 0))
    }

    @Test("only who has a permit may come in", arguments: PermitCase.all)
    func permittedOnly(row: PermitCase) {
        var park = park(row) { $0.admits = .permittedOnly }
        #expect(outcome(&park, row) == row.permittedOnly)
    }

    @Test("no place is left", arguments: PermitCase.all)
    func full(row: PermitCase) {
        var park = park(row) { $0.capacity = 2 }
        #expect(outcome(&park, row) == row.full)
    }

    @Test("at the exit after an hour", arguments: PermitCase.all)
    func leaving(row: PermitCase) {
        var park = park(row) { $0.barred = .admit }
        park.read(car, at: entry, vehicle: row.vehicle)
        park.run(seconds: 3)
        park.pass(entry)
        park.run(seconds: 3_590)
        park.read(car, at: exit, vehicle: row.vehicle)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.reason(exit) == row.exit)
        #expect(park.platform.captured == (row.exit == "paid" ? 500 : 0))
    }
}
