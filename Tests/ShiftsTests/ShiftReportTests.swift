import Testing
import Vocabulary
import Wire

@testable import Shifts

@Suite("Shift reports")
struct ShiftReportTests {
    private func report() throws -> ClosedShift {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 10_000)
        drawer.cash(500)
        drawer.write([
            .manualOpening(
                HandOpening(
                    lane: Drawer.exit, transit: nil, who: "=HYPERLINK(\"x\")", reason: "ambulance, \"now\""))
        ])
        return try drawer.close("Zhao", [10_000: 1], next: "Qian")
    }

    @Test("the slip has the sum, what was counted, and in both languages that money is missing")
    func slip() throws {
        let text = ShiftReport.text(try report(), site: "City 1", minutesEast: 480)
        for part in ["Expected         = 105.00", "Counted            100.00", "-5.00 短款 SHORT", "100.00 x 1", "Qian"] {
            #expect(text.contains(part))
        }
    }

    @Test("the printed slip has each sum at the right edge, the notes that were counted, and every act")
    func paper() throws {
        let lines = ShiftReport.slip(try report(), site: "City 1", minutesEast: 480)
        for line in [
            SlipLine.pair("应有 Expected", "105.00"), .pair("实点 Counted", "100.00"),
            .pair("差额 Difference", "-5.00 短款 SHORT"), .pair("100.00 x 1", "100.00"), .pair("接班 Next", "Qian"),
            .pair("cash x 1", "5.00"),
        ] { #expect(lines.contains(line)) }
        #expect(lines.count { if case .text(let text) = $0 { text.contains("ambulance") } else { false } } == 1)
    }

    /// One act of each kind that a person can order, each with a reason of its own.
    private func decisions(_ drawer: inout Drawer) throws -> [(Record.Event, reason: String, word: String)] {
        let plate = try Plate("粤B12345")
        let transit = drawer.id()
        var acts: [(Record.Event, reason: String, word: String)] = []
        let words: [DeskAct.Kind: String] = [
            .waived: "免费放行 waived", .admitted: "准许进场 admitted", .debtorPassed: "欠费放行 passed owing",
            .ticketIssued: "发停车票 ticket issued", .lostTicket: "停车票遗失 ticket lost",
            .entryWritten: "补录进场 entry written", .entryTimeSet: "更正进场时间 entry time set",
            .stayChosen: "确认车辆 car chosen", .stayEnded: "结束停车 stay ended", .serviceReset: "恢复道闸 barrier reset",
        ]
        for kind in DeskAct.Kind.allCases {
            let why = "reason of \(kind.rawValue)"
            let word = try #require(words[kind])
            let amount = [.waived, .debtorPassed, .stayEnded].contains(kind) ? Fen(1_100) : nil
            // Without a car for a barrier, with its plate for the rest.
            let car = kind == .serviceReset ? DeskAct.Car() : DeskAct.Car(transit: transit, plate: plate)
            let act = DeskAct(kind, lane: Drawer.exit, car, amount: amount, who: "Sun", why: why)
            let line = [word, car.plate?.text, amount.map { "\($0)" }, "Sun"].compactMap { $0 }
            acts.append((.deskAct(act), why, line.joined(separator: " ")))
        }
        let correction = PlateCorrection(
            lane: Drawer.exit, transit: transit, stay: nil, before: try Plate("粤B12346"), plate: plate, who: "Zhao",
            why: "mud")
        acts.append((.plateCorrected(correction), "粤B12346 → mud", "更正 corrected 粤B12345 Zhao"))
        return acts
    }

    @Test(
        "every decision of a person stands in the report with who and why, also after a power cut; a waiver counts once"
    )
    func whoAndWhy() throws {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 0)
        let acts = try decisions(&drawer)
        for act in acts { drawer.write([act.0]) }
        // What a waiver does to the boom is a record beside it.
        drawer.write([
            .decision(
                transit: drawer.id(), lane: Drawer.exit, plate: nil, stay: nil, verdict: .letOut, reason: "waived")
        ])
        drawer.restart()
        let report = try drawer.close("Zhao", [:])
        let text = ShiftReport.text(report, site: "City 1", minutesEast: 480)
        let csv = ShiftReport.csv(report, minutesEast: 480)
        for act in acts {
            #expect(text.contains("exit-1 \(act.word) \(act.reason)\n"))
            #expect(csv.contains(",\(act.reason),"))
        }
        #expect(report.items.count == acts.count)
        #expect(report.closing.totals.waivers == 1 && report.closing.totals.corrections == 1)
    }

    @Test("what a person typed stays in its cell of the spreadsheet, and is no formula")
    func csv() throws {
        let csv = ShiftReport.csv(try report(), minutesEast: 480)
        #expect(csv.contains("\"'=HYPERLINK(\"\"x\"\")\",\"ambulance, \"\"now\"\"\""))
        #expect(csv.contains("difference,-5.00\r\n"))
    }

    @Test(
        "times are those of the place",
        arguments: [
            (0, 0, "1970-01-01 00:00"), (0, -1, "1969-12-31 23:59"), (951_782_400_000, 0, "2000-02-29 00:00"),
            (1_767_196_800_000, 480, "2026-01-01 00:00"), (4_107_542_399_000, 0, "2100-02-28 23:59"),
            (4_107_542_400_000, 0, "2100-03-01 00:00"),
        ] as [(Int64, Int64, String)])
    func times(milliseconds: Int64, minutesEast: Int64, text: String) {
        #expect(LocalTime.text(WallTime(milliseconds: milliseconds), minutesEast: minutesEast) == text)
    }
}
