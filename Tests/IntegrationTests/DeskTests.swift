import EdgeRuntime
import Glibc
import Host
import JSONText
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// What an attendant, a supervisor and an engineer do in one shift, at a real box.
@Suite("The attendant's desk on real processes", .serialized)
struct DeskTests {
    private let folder: TemporaryFolder
    private let rig: Rig

    /// A person's browser.
    private final class Person {
        let name: String
        private let port: Int
        private var cookie = ""

        init(_ name: String, port: Int) {
            self.name = name
            self.port = port
        }

        func send(_ method: String, _ path: String, _ body: [UInt8] = []) throws -> HTTPPush.Answer {
            let headers = ["X-Turnpike": "1", "Content-Type": "application/json", "Cookie": cookie]
            let answer = try #require(
                try HTTPPush.send(method, port: port, path: path, headers: headers, body: body))
            if let set = answer.header("set-cookie") { cookie = String(set.prefix { $0 != ";" }) }
            return answer
        }

        /// - Returns: the status.
        func signIn(pin: String) throws -> Int {
            let body = JSONWriter.object {
                $0.field("name", name)
                $0.field("pin", pin)
            }
            return try send("POST", "/session", body).status
        }

        /// What the person does at a lane, or with the shift.
        /// - Returns: the status.
        @discardableResult
        func act(
            _ act: String, at lane: String? = nil, _ members: (inout JSONWriter) -> Void = { _ in }
        ) throws -> Int {
            let body = JSONWriter.object { writer in
                writer.field("lane", ifPresent: lane)
                members(&writer)
            }
            return try send("POST", "/desk/\(act)", body).status
        }

        func text(_ path: String) throws -> (status: Int, text: String) {
            let answer = try send("GET", path)
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }

        func board() throws -> JSONNode {
            try #require(try JSONNode.parse(try send("GET", "/board").body, dialect: .json)["board"])
        }

        func lane(_ id: String) throws -> JSONNode {
            try #require(try board()["lanes"]?.array?.first { $0["id"]?.string == id })
        }
    }

    init() throws {
        folder = try TemporaryFolder("turnpike-desk")
        let shipped = try Place.read(Place.scenario)
        // The attendant is called at once, and takes no cash before the shift.
        try folder.write(
            shipped.replacing("    shownCodeAfterMilliseconds: 0,", with: "    //")
                .replacing("cashWithoutShift: \"open\"", with: "cashWithoutShift: \"refuse\""), to: "desk.json5")
        let hardware = try Place.read(Place.hardware).replacing(
            "  cameras: [",
            with: "  printers: [{ kind: \"escpos\", path: \"\(folder.path)/paper/slips\" }],\n  cameras: [")
        try folder.write(hardware, to: "desk-hardware.json5")
        rig = try Rig(
            programs: Place.programs, scenario: "\(folder.path)/desk.json5",
            hardware: "\(folder.path)/desk-hardware.json5",
            inside: ["粤B20001", "苏E31313"].map { RigFiles.Inside(plate: $0, minutes: 125) }, contracts: [])
        try rig.startPlatform()
        try rig.startBox()
    }

    /// The slips printed so far; the Chinese in them left out.
    private func paper() throws -> String {
        let bytes = (try? TextFile.read("\(folder.path)/paper/slips")) ?? []
        return String(decoding: bytes.filter { $0 < 0x80 }, as: UTF8.self)
    }

    /// Runs a command, its input piped in.
    private func turnpike(_ arguments: String, input: String = "") throws -> (status: Int32, text: String) {
        let config = try rig.files.attendantFile(port: rig.httpPort)
        let parts = arguments.split(separator: "|")
        let program = try Program(
            "/bin/sh",
            ["-c", "echo '\(input)' | \(Place.programs)/turnpike \(parts[0]) --config \(config) \(parts[1])"])
        return (program.waitForEnd(), program.lines.joined(separator: "\n"))
    }

    private func signedIn(_ name: String, _ role: String, pin: String) throws -> Person {
        let entered = try turnpike("attendants set|--name \(name) --role \(role)", input: pin)
        #expect(entered.status == 0, "\(entered.text)")
        let person = Person(name, port: rig.httpPort)
        #expect(try person.signIn(pin: "1973") == 401)
        #expect(try person.signIn(pin: pin) == 200)
        return person
    }

    /// Waits until the lane's page offers an act, and does it.
    private func act(
        _ person: Person, _ name: String, at lane: String = "exit-1", owing: Int64? = nil,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) throws {
        try rig.wait("\(lane) offers \(name)") {
            let lane = try person.lane(lane)
            return lane["possible"]?.array?.contains { $0.string == name } == true
                && (owing == nil || lane["car"]?["quote"]?["total"]?.integer == owing)
        }
        #expect(try person.act(name, at: lane, members) == 202)
    }

    private func cash(_ person: Person, _ fen: Int64) throws {
        try act(person, "cash", owing: fen)
        try rig.goThrough("exit-1")
    }

    @Test(
        "a shift from signing in to the report: cash, corrections, tickets, a waiver and a reset, each by whom it may")
    func shift() throws {
        let zhao = try signedIn("Zhao", "attendant", pin: "2580")
        let qian = try signedIn("Qian", "supervisor", pin: "1470")
        let sun = try signedIn("Sun", "engineer", pin: "3690")

        // Held, and no cash before the shift is open.
        try rig.read("粤B20001", at: "exit-1")
        try rig.wait("the car is held") { try zhao.lane("exit-1")["car"]?["held"] != nil }
        try zhao.act("cash", at: "exit-1")
        try rig.wait("the page says why") {
            try zhao.lane("exit-1")["answer"]?["en"]?.string?.contains("shift") == true
        }
        #expect(try zhao.act("openShift") { $0.field("float", 20_000) } == 202)
        try rig.wait("the shift is open") { try zhao.board()["shift"]?["who"]?.string == "Zhao" }
        try cash(zhao, 1_100)

        // Misread, and set right by the attendant.
        try rig.read("粤B90909", at: "exit-1")
        try act(zhao, "correctPlate") {
            $0.field("plate", "苏E31313")
            $0.field("why", "mud on the plate")
        }
        try cash(zhao, 1_100)
        try tickets(zhao)
        try writtenEntryWaived(zhao, qian)
        try reset(zhao, sun)
        try close(zhao, qian, sun)
        try rig.finishAndCheck()
        #expect(try rig.report().balance(of: "cash:garage-1") == Fen(-6_200))
    }

    /// One ticket is issued and shown, another is lost.
    private func tickets(_ zhao: Person) throws {
        try act(zhao, "ticket", at: "entry-1") { $0.field("why", "no plate") }
        try rig.goThrough("entry-1")
        let tickets = try rig.records().compactMap { event -> StayID? in
            if case .stayOpened(let entry) = event, entry.plate == nil { entry.stay } else { nil }
        }
        let shown = try turnpike("ticket show|--lane exit-1 \(try #require(tickets.first))")
        #expect(tickets.count == 1 && shown.status == 0, "\(shown.text)")
        try rig.goThrough("exit-1")
        #expect(try zhao.act("lostTicket", at: "exit-1") { $0.field("why", "lost it in the mall") } == 202)
        try cash(zhao, 4_000)
    }

    /// The lanes missed a car; its driver does not pay, which only a supervisor may decide.
    private func writtenEntryWaived(_ zhao: Person, _ qian: Person) throws {
        try rig.read("浙A77777", at: "exit-1")
        try act(zhao, "writeEntry") {
            $0.field("plate", "浙A77777")
            $0.field("vehicle", "small")
            $0.field("entered", WallClock.now().milliseconds - 125 * 60_000)
            $0.field("why", "camera was off")
        }
        let before = rig.world?.raises(of: "exit-1")
        let why = { (writer: inout JSONWriter) in writer.field("why", "doctor on call") }
        try rig.wait("it could be waived") {
            try zhao.lane("exit-1")["possible"]?.array?.contains { $0.string == "waive" } == true
        }
        #expect(try zhao.act("waive", at: "exit-1", why) == 403)
        #expect(rig.world?.raises(of: "exit-1") == before)
        try act(qian, "waive", owing: 1_100, why)
        try rig.goThrough("exit-1")
    }

    /// A boom is lifted by somebody; the lane stays as it is until an engineer says that the barrier is in order.
    private func reset(_ zhao: Person, _ sun: Person) throws {
        rig.world?.set("entry-1.closedLimit", false)
        rig.world?.set("entry-1.openLimit", true)
        try rig.wait("the lane tells of it") { try zhao.lane("entry-1")["alarms"]?.array?.isEmpty == false }
        #expect(try alarmsOnStatus().contains("entry-1 movedByItself"))
        rig.world?.set("entry-1.openLimit", false)
        rig.world?.set("entry-1.closedLimit", true)
        let why = { (writer: inout JSONWriter) in writer.field("why", "arm refitted") }
        #expect(try zhao.act("serviceReset", at: "entry-1", why) == 403)
        #expect(try sun.act("cash", at: "exit-1") == 403)
        #expect(try sun.act("serviceReset", at: "entry-1", why) == 202)
        let order = try turnpike("order|--lane entry-1 --service-reset --who Sun --why 'on site'")
        #expect(order.status == 0 && order.text.contains("Done"), "\(order.text)")
        let refused = try turnpike("order|--lane entry-1 --admit --who Sun --why 'on site'")
        #expect(refused.status != 0 && refused.text.contains("No car is held here"), "\(refused.text)")
        try rig.wait("nothing is wrong any more") { try zhao.lane("entry-1")["alarms"]?.array?.isEmpty == true }
        try rig.wait("no alarm stands on /status") { try alarmsOnStatus().isEmpty }
        var resets: [DeskAct] = []
        // The alarm may end by itself, before the reset is on record.
        try rig.wait("the reset is on record") {
            resets = try rig.records().compactMap { event in
                if case .deskAct(let act) = event, act.kind == .serviceReset { act } else { nil }
            }
            return resets.count == 2
        }
        #expect(resets.map(\.who) == ["Sun", "Sun"] && resets.map(\.why) == ["arm refitted", "on site"])
        #expect(resets.map(\.lane.text) == ["entry-1", "entry-1"])
    }

    private func alarmsOnStatus() throws -> [String] {
        try (rig.status()["alarms"]?.array ?? []).map { alarm in
            #expect(alarm["zh"]?.string?.isEmpty == false && alarm["en"]?.string?.isEmpty == false)
            #expect(alarm["since"]?.integer ?? 0 > 0)
            return "\(alarm["lane"]?.string ?? "?") \(alarm["code"]?.string ?? "?")"
        }
    }

    /// One yuan is missing: 261.00 of 262.00.
    private func close(_ zhao: Person, _ qian: Person, _ sun: Person) throws {
        let closed = try turnpike("shift close|--who Zhao --count 100x2 50x1 10x1 1x1 --next Qian")
        #expect(closed.status == 0, "\(closed.text)")
        let id = try #require(try zhao.board()["shifts"]?.array?.last?["id"]?.string)
        #expect(try zhao.board()["shift"]?["who"]?.string == "Qian")
        let text = try zhao.text("/shifts/\(id)/text").text
        #expect(closed.text.contains("SHIFT REPORT") && text.hasPrefix(closed.text.prefix(200)))
        for part in [
            "Opening cash     200.00", "Cash (3)          + 62.00", "Expected         = 262.00",
            "Counted            261.00", "-1.00 短款 SHORT", "Cars in            1", "Cars out           5",
            "Waived          1", "Corrections     1", "cash x 3  62.00",
            "更正 corrected 苏E31313 Zhao 粤B90909 → mud on the plate",
            "ticket issued Zhao no plate", "ticket lost Zhao lost it in the mall",
            "entry written 浙A77777 Zhao camera was off",
            "免费放行 waived 浙A77777 11.00 Qian doctor on call", "barrier reset Sun arm refitted",
        ] {
            #expect(text.contains(part), "\(part) in:\n\(text)")
        }
        let csv = try qian.text("/shifts/\(id)/csv").text
        #expect(
            csv.contains("difference,-1.00\r\n") && csv.contains(",waiver,exit-1,浙A77777,11.00,Qian,doctor on call,"))
        let page = try qian.text("/shifts/\(id)")
        #expect(page.status == 200 && page.text.contains("SHIFT REPORT") && page.text.contains("doctor on call"))
        #expect(try sun.text("/shifts/\(id)").status == 404)
        let saved = "\(rig.files.configuration.stateFolder)/shifts/\(id)"
        try rig.wait("the report is saved") { try Place.read("\(saved).txt") == text }
        #expect(try Place.read("\(saved).csv") == csv)
        #expect(try turnpike("shift report|--shift \(id)").text.contains("-1.00 短款 SHORT"))
        try rig.wait("an auditor sees it at the platform") {
            let program = try Program("\(Place.programs)/turnpike", ["shifts", rig.files.platformFile])
            let lines = program.waitForEnd() == 0 ? program.lines : []
            return lines.contains { $0.hasPrefix("garage-1") && $0.hasSuffix("262.00    261.00   -1.00       short") }
        }
        try printed(zhao, id)
    }

    /// The printer was not there at closing, which both pages say; then it is, and the report's button prints it.
    private func printed(_ zhao: Person, _ id: String) throws {
        try rig.wait("the page says that nothing was printed") {
            try zhao.board()["printer"]?["en"]?.string?.contains("the report is saved") == true
        }
        #expect(try zhao.text("/shifts/\(id)").text.contains("Not printed, the report is saved: the printer at"))
        #expect(mkdir("\(folder.path)/paper", 0o700) == 0)
        #expect(try zhao.send("POST", "/shifts/\(id)/print", Array("{}".utf8)).status == 202)
        try rig.wait("the slip is printed") {
            try zhao.text("/shifts/\(id)/print").text.contains("\"state\":\"printed\"")
        }
        try rig.wait("the page has nothing to say any more") { try zhao.board()["printer"] == nil }
        let first = try paper()
        #expect(first.contains("SHIFT REPORT") && first.contains("doctor on call") && first.contains(" 262.00\n"))

        // With the printer in order, a slip comes at closing by itself.
        let closed = try turnpike("shift close|--who Qian --count 100x2 50x1 10x1 1x1")
        #expect(closed.status == 0, "\(closed.text)")
        try rig.wait("the second slip is printed") { try paper().count(of: "SHIFT REPORT") == 2 }
        #expect(try paper().hasPrefix(first))
    }
}

extension String {
    /// How often a text occurs in it.
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
