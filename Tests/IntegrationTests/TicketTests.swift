import DeskOrders
import EdgeRuntime
import Glibc
import Host
import JSONText
import ParkingDemo
import StandIns
import Testing
import Vocabulary
import Wire

/// Tickets on paper, from the driver's button to the printer of the lane.
@Suite("Tickets on real processes", .serialized)
struct TicketTests {
    private let folder: TemporaryFolder
    private let rig: Rig

    init() throws {
        folder = try TemporaryFolder("turnpike-tickets")
        let hardware = try Place.read(Place.hardware)
            .replacing(
                "  inputs: [",
                with: """
                      inputs: [
                        { name: "entry-1.ticketButton", chip: "twin", line: 20, debounceMilliseconds: 0 },
                    """
            )
            .replacing(
                "  cameras: [",
                with: """
                      printers: [{ lane: "entry-1", kind: "escpos", path: "\(folder.path)/paper/slips" }],
                      cameras: [
                    """)
        try folder.write(hardware, to: "tickets.json5")
        rig = try Rig(
            programs: Place.programs, scenario: Place.scenario, hardware: "\(folder.path)/tickets.json5", inside: [],
            contracts: [])
        try rig.startPlatform()
        try rig.startBox()
    }

    /// The slips printed so far; the Chinese in them left out.
    private func paper() -> String {
        let bytes = (try? TextFile.read("\(folder.path)/paper/slips")) ?? []
        return String(decoding: bytes.filter { $0 < 0x80 }, as: UTF8.self)
    }

    private func screen() throws -> JSONNode {
        let answer = try #require(try HTTPPush.send("GET", port: rig.httpPort, path: "/lanes/entry-1/screen"))
        return try JSONNode.parse(answer.body, dialect: .json)
    }

    private func issued() throws -> [StayID] {
        try rig.records().compactMap { event in
            if case .stayOpened(let entry) = event, entry.plate == nil { entry.stay } else { nil }
        }
    }

    private func alarms() throws -> [String] {
        try (rig.status()["alarms"]?.array ?? []).compactMap { $0["code"]?.string }
    }

    @Test(
        "a car that cannot be read gets its ticket by the button: on the screen while the printer fails, then on paper")
    func tickets() throws {
        try rig.read("_无_", at: "entry-1")
        try rig.wait("the car is held") { try rig.sign("entry-1").contains("Plate not read") }
        rig.world?.set("entry-1.ticketButton", true)
        // The printer is not there: the code stands on the screen, and the attendant is told.
        try rig.wait("the screen shows the ticket") { try screen()["code"]?["kind"]?.string == "ticket" }
        #expect(try screen()["code"]?["title"]?.string == "停车票 Parking ticket")
        #expect(try alarms() == ["ticketPrinter"])
        rig.world?.set("entry-1.ticketButton", false)
        try rig.goThrough("entry-1")
        try rig.wait("the screen is idle") { try screen()["idle"]?.bool == true }

        #expect(mkdir("\(folder.path)/paper", 0o700) == 0)
        let token = try AttendantToken.read(in: rig.files.configuration.stateFolder)
        let order = DeskOrder.ticket(lane: try LaneID("entry-1"), why: "snow on the plate")
        #expect(try HTTPPush.give(order, who: "Zhao", port: rig.httpPort, token: token)?.status == 202)
        try rig.wait("the ticket is printed") { paper().contains("Keep it for the exit.") }
        try rig.goThrough("entry-1")
        let stays = try issued()
        let stay = try #require(stays.last)
        #expect(stays.count == 2 && paper().contains("ticket=\(stay)") && paper().contains("Came in"))
        try rig.wait("nothing is wrong any more") { try alarms().isEmpty }
        #expect(try rig.sign("entry-1").contains("take your ticket"))
        try rig.finishAndCheck()
    }
}
