import CanteenDemo
import DemoParts
import Journal
import Payments
import Services
import StandIns
import Testing
import Vocabulary
import Wire

extension Place {
    static let hall = "\(project)/Scenarios/canteen/school-hall.json5"
    static let canteenHardware = "\(project)/Hardware/canteen-twin.json5"
}

extension CanteenRig {
    /// A canteen at noon whose daemons run, and whose people are known with face and card: pupils p1, p2 … and the
    /// teacher t1. Each has 132.00 of meal subsidy (pupils) and 50.00 paid in.
    ///
    /// - Parameters:
    ///   - ready: lunch began with money for everybody lent to the first box; else nobody's is.
    ///   - change: what is different in the scenario.
    static func running(
        pupils: Int = 3, ready: Bool = false, boxes: [String] = ["gate-1"],
        change: (String) -> String = { $0 }
    ) throws -> CanteenRig {
        let rig = try CanteenRig(
            programs: Place.programs, scenario: Place.hall, hardware: Place.canteenHardware, boxes: boxes,
            change: change)
        if ready { try rig.setClock(10, 55) }
        try rig.startPlatform()
        let names = (1...pupils).map { "p\($0)" }
        try rig.takeIn(
            "person,name,group,cards\n"
                + names.enumerated().map { "\($1),张小\($0 + 1),pupil,000000000\($0 + 1)\n" }.joined()
                + "t1,李老师,staff,0000000099\n")
        try rig.enrol(names + ["t1"])
        try rig.topUp(names + ["t1"], 5_000, reference: "slip-1")
        try rig.issue(
            "person,purse,amount,expires,reference\n" + names.map { "\($0),nutrition,132.00,,this-month\n" }.joined())
        try rig.start()
        try rig.waitForPeople(Int64(pupils + 1), faces: pupils + 1)
        if ready {
            try rig.wait("money for everybody is lent", seconds: 30) {
                try rig.readyOffline(rig.box) == Int64(pupils + 1)
            }
            try rig.setClock(12, 0)
        }
        return rig
    }

    /// Ends the daemons in order, and checks what must hold whatever happened: books that sum to zero and agree with
    /// their lots, an unbroken chain, every record delivered once, the same sales on both sides.
    @discardableResult
    func finishAndCheck(location: SourceLocation = #_sourceLocation) throws -> CanteenBooks {
        let books = try settle()
        #expect(books.differences == 0, "\n\(books.text)", sourceLocation: location)
        let report = try report()
        #expect(report.incidents.isEmpty, "\(report.incidents)", sourceLocation: location)
        return books
    }
}

extension CanteenRigBox {
    var taken: CanteenBooks.Taken { get throws { CanteenBooks.Taken(try records()) } }

    /// The reasons of the decisions, in order.
    var reasons: [String] {
        get throws {
            try records().compactMap { if case .decision(_, _, _, _, _, let reason) = $0 { reason } else { nil } }
        }
    }

    /// Of so many meals at the canteen's other boxes it has been told.
    var mealsElsewhere: Int {
        get throws {
            var count = 0
            try JournalReader(path: journal).states("canteen-meal-elsewhere") { _, _ in count += 1 }
            return count
        }
    }

    var alarms: [String] {
        get throws {
            try records().compactMap { if case .alarm(_, let code, true) = $0 { code } else { nil } }
        }
    }

    var passages: [Record.Passage] {
        get throws { try records().compactMap { if case .passage(_, _, let seen) = $0 { seen } else { nil } } }
    }
}
