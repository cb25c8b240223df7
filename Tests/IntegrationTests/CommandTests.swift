import Host
import JSONText
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary

/// What an engineer types.
@Suite("Commands", .serialized)
struct CommandTests {
    private func turnpike(_ arguments: String...) throws -> (status: Int32, text: String) {
        let program = try Program("\(Place.programs)/turnpike", arguments)
        let status = program.waitForEnd()
        return (status, program.lines.joined(separator: "\n"))
    }

    @Test("check finds the shipped files good")
    func goodFiles() throws {
        let files = [
            "Scenarios/city-car-park.json5", "Scenarios/platform.json5", "Scenarios/canteen/platform-school.json5",
            "Hardware/two-lane-gpio.json5",
            "Hardware/two-lane-twin.json5",
        ].map { "\(Place.project)/\($0)" }
        for file in files {
            let (status, text) = try turnpike("check", file)
            #expect(status == 0, "\(text)")
            #expect(text.contains("good"))
        }
    }

    @Test("check names file, line, column, path, what was found and what was expected, for all faults at once")
    func faults() throws {
        let folder = try TemporaryFolder("turnpike-check")
        let good = try Place.read(Place.scenario)
        let bad = good.replacing("price: 500 }", with: "price: \"five\" }")
            .replacing("onDeclined: \"hold\"", with: "onDeclined: \"shrug\"")
            .replacing("freeMinutes: 15", with: "freMinutes: 15")
        try folder.write(bad, to: "bad.json5")
        let (status, text) = try turnpike("check", "\(folder.path)/bad.json5")
        #expect(status == 1)
        #expect(
            text.contains(
                "bad.json5:12:42: tariffs[0].firstPeriod.price: found the text \"five\", expected a whole number")
        )
        #expect(text.contains("payment.onDeclined: found the text \"shrug\", expected one of \"hold\", \"letOut"))
        #expect(
            text.contains("tariffs[0].freMinutes: found an unknown key, expected \"freeMinutes\" (did you mean that?)"))
        #expect(text.contains("3 faults"), "\(text)")
    }

    @Test("qr shows the payload and the picture of one payment, and refuses an amount it cannot mean")
    func qr() throws {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057"
        func run(_ amount: String, _ more: String...) throws -> (status: Int32, text: String) {
            let program = try Program(
                "\(Place.programs)/turnpike",
                ["qr", "--scenario", Place.scenario, "--amount", amount, "--reference", id] + more)
            let status = program.waitForEnd()
            return (status, program.lines.joined(separator: "\n"))
        }
        let payload = try run("12.5", "--terminal", "exit-1", "--payload")
        #expect(payload.status == 0)
        #expect(payload.text.hasPrefix("000201010212"))
        #expect(payload.text.contains("540512.505802CN"))
        #expect(payload.text.contains("0525039SRKJ01E44UYNSZF2F2NJH30706exit-1"))
        let picture = try run("12.50")
        #expect(picture.status == 0)
        #expect(picture.text.hasPrefix("<svg ") && picture.text.hasSuffix("</svg>"))
        for amount in ["0", "12,50", "10000000000"] { #expect(try run(amount).status != 0, "\(amount)") }
    }

    @Test("check says where a file stops being JSON5", arguments: ["{", "{ kind: \"hardware\", kind: 1 }", "", "[1"])
    func notJSON(text: String) throws {
        let folder = try TemporaryFolder("turnpike-check")
        try folder.write(text, to: "broken.json5")
        let (status, output) = try turnpike("check", "\(folder.path)/broken.json5", "\(folder.path)/missing.json5")
        #expect(status == 1)
        #expect(output.contains("broken.json5:1:"))
        #expect(output.contains("missing.json5: cannot be read: No such file"))
    }

    @Test("a box whose files have faults does not start, names them, and ends with 78")
    func refusedStart() throws {
        let folder = try TemporaryFolder("turnpike-start")
        try folder.write("{ kind: \"box\", device: \"Not A Name\", stateFolder: \"s\" }", to: "box.json5")
        let program = try Program("\(Place.programs)/parkingd", ["--config", "\(folder.path)/box.json5"])
        #expect(program.waitForEnd() == 78)
        let text = program.lines.joined(separator: "\n")
        #expect(text.contains("device: found the text \"Not A Name\""))
        #expect(text.contains("mqtt: found nothing, expected an object"))
    }

    @Test("journal verify walks the chain of a box's journal; list prints it; ledger shows the books")
    func journalAndLedger() throws {
        let rig = try Rig.running(contracts: ["粤B10001"])
        try rig.pass("粤B10001", at: "exit-1")
        try rig.finishAndCheck()
        let (status, text) = try turnpike("journal", "verify", rig.files.journal)
        #expect(status == 0)
        #expect(text.contains("whole"))
        #expect(try turnpike("journal", "list", rig.files.journal).text.contains("\"kind\":\"stayOpened\""))
        for file in [rig.files.ledger, rig.files.platformFile] {
            #expect(try turnpike("ledger", file).text.contains("Sum of the books: 0.00"))
        }
    }

    @Test("coupons shows the campaigns of a platform, named by its database or by its configuration")
    func coupons() throws {
        let folder = try TemporaryFolder("turnpike-coupons")
        try folder.write(try Place.read("\(Place.project)/Scenarios/platform.json5"), to: "platform.json5")
        let file = "\(folder.path)/platform.json5"
        let configuration = try PlatformConfiguration.read(try TextFile.read(file), file: file, folder: folder.path)
        _ = try PlatformStore(configuration, at: WallTime(milliseconds: 1)) { _ in }
        for name in [file, configuration.database] {
            let (status, text) = try turnpike("coupons", name)
            #expect(status == 0)
            #expect(text.contains("spring-2026  5000.00    0.00      0.00       0.00  5000.00   0/2000"), "\(text)")
        }
    }

    @Test("people, their guardians' limits and their money are brought to a school's platform by files and commands")
    func canteen() throws {
        let folder = try TemporaryFolder("turnpike-canteen")
        for name in ["platform-school.json5", "purses-school.json5"] {
            try folder.write(try Place.read("\(Place.project)/Scenarios/canteen/\(name)"), to: name)
        }
        try folder.write("人员,姓名,组别,卡号\np1,张小三,pupil,0000000001\np2,李四,pupil,\n", to: "people.csv")
        try folder.write("person,name,group,cards\np3,王五,pupil,0000000001\np4,赵六,guest,\n", to: "faulty.csv")
        try folder.write("person,purse,amount,expires,reference\np1,hardship,10.00,,autumn\n", to: "issue.csv")
        let file = "\(folder.path)/platform-school.json5"
        let reason = ["--who", "Zhao", "--why", "term"]
        func run(_ words: String...) throws -> (status: Int32, text: String) {
            let arguments = words.flatMap { $0 == "REASON" ? reason : [$0 == "FILE" ? file : $0] }
            let program = try Program("\(Place.programs)/turnpike", arguments)
            let status = program.waitForEnd()
            return (status, program.lines.joined(separator: "\n"))
        }
        let taken = try run("people", "import", "FILE", "\(folder.path)/people.csv", "REASON")
        #expect(taken == (0, "2 added, 0 changed, 0 ended, 0 as they were"))
        let faulty = try run("people", "import", "FILE", "\(folder.path)/faulty.csv", "REASON")
        #expect(faulty.status == 1 && faulty.text.contains("faulty.csv:3:11: group: found \"guest\""), "\(faulty)")
        #expect(try run("guardian", "set", "FILE", "p1", "--day-amount", "20.00", "REASON").status == 0)
        #expect(try run("guardian", "show", "FILE", "p1") == (0, "dayAmount 20.00 yuan"))
        let issued = try run("purses", "issue", "FILE", "\(folder.path)/issue.csv", "--who", "Zhao")
        #expect(issued.status == 0 && issued.text.contains("1 issued, 10.00 yuan in all"), "\(issued)")
        let paid = ["purses", "top-up", "FILE", "p1", "cash", "50.00", "--reference", "slip-1", "--who", "Zhao"]
        for words in ["paid in: 50.00 yuan into cash", "it came in before under this reference; nothing was changed"] {
            let program = try Program("\(Place.programs)/turnpike", paid.map { $0 == "FILE" ? file : $0 })
            #expect(program.waitForEnd() == 0)
            #expect(program.lines.last == words)
        }
        let shown = try run("purses", "show", "FILE", "p1").text
        #expect(shown.contains("张*三") && shown.contains("cash (充值账户, Prepaid): 50.00 yuan"), "\(shown)")
        let report = try run("purses", "report", "FILE", "--from", "2026-01-01", "--to", "2036-12-31")
        #expect(report.status == 0 && report.text.contains("No violation"), "\(report)")
        #expect(try run("people", "end", "FILE", "p2", "REASON").status == 0)
        #expect(try run("people", "list", "FILE").text.hasSuffix("1 persons"))
        let payout = ["purses", "payout", "FILE", "p1", "cash", "--reference", "receipt-1"]
        func payOut() throws -> (status: Int32, text: String) {
            let program = try Program("\(Place.programs)/turnpike", (payout + reason).map { $0 == "FILE" ? file : $0 })
            let status = program.waitForEnd()
            return (status, program.lines.joined(separator: "\n"))
        }
        let early = try payOut()
        #expect(early.status != 0 && early.text.contains("has not ended"), "\(early)")
        #expect(try run("people", "end", "FILE", "p1", "REASON").status == 0)
        #expect(try payOut() == (0, "to pay out: 50.00 yuan from cash"))
        #expect(try payOut().text.hasSuffix("nothing was changed"))
        #expect(try run("purses", "show", "FILE", "p1").text.contains("50.00 yuan paid out on "))
        #expect(try run("ledger", "FILE").text.contains("fund:cash: 0.00 yuan"))
    }

    @Test("the demonstration ends with a table and no differences, and leaves nothing behind")
    func demonstration() throws {
        let program = try Program(
            "\(Place.programs)/turnpike", ["demo", "--scenario", Place.scenario, "--hardware", Place.hardware])
        let folder = program.waitForLine("files in")?.split(separator: " ").last.map { String($0.dropLast()) }
        #expect(program.waitForEnd() == 0)
        #expect(program.lines.contains { $0.hasPrefix("differences") && $0.hasSuffix(" 0") })
        let left = try #require(folder)
        #expect(throws: (any Error).self) { try Place.read("\(left)/box.json5") }
    }

    @Test("the first scenes of a scripted day, on two boxes and a platform of their own, leave no difference")
    func scriptedNight() throws {
        let program = try Program(
            "\(Place.programs)/turnpike",
            [
                "demo", "parking", "--until", "02:00", "--day", "\(Place.project)/Scenarios/days/parking-day.json5",
                "--scenario", "\(Place.project)/Scenarios/two-box-car-park.json5",
                "--hardware", "\(Place.project)/Hardware/four-lane-twin.json5",
            ])
        #expect(program.waitForEnd() == 0, "\(program.lines.joined(separator: "\n"))")
        #expect(program.lines.contains { $0.hasPrefix("differences") && $0.hasSuffix(" 0") })
        #expect(program.lines.contains { $0.hasPrefix("cars in") && $0.split(separator: " ")[2] != "0" })
    }
}
