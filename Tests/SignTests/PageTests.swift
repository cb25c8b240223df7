import Effects
import GB18030Text
import Sign
import Testing
import Vocabulary

@Suite("Pages of a sign")
struct PageTests {
    @Test(
        "a Chinese character takes two columns, a letter or digit one",
        arguments: [
            ("京A12345", 8), ("已扣费12.50元", 13), ("Paid", 4), ("，", 2), ("", 0), ("Ａ", 2),
        ])
    func width(_ text: String, columns: Int) { #expect(DeviceText.columns(of: text) == columns) }

    @Test("a line as wide as the sign stays whole; one column more breaks it", arguments: [(13, 1), (12, 2)])
    func boundary(_ columns: Int, rows: Int) {
        #expect(SignShape(columns: columns, rows: 4).pages(["已扣费12.50元"])[0].count == rows)
    }

    @Test("English breaks between words, and within a word only if it is wider than the sign")
    func words() {
        #expect(
            SignShape(columns: 12, rows: 2).pages(["Please call the attendant"]) == [
                ["Please call", "the"], ["attendant"],
            ])
        #expect(SignShape(columns: 4, rows: 3).pages(["attendant"]) == [["atte", "ndan", "t"]])
    }

    @Test("an amount and a plate's number are not torn apart where they fit in a row")
    func amounts() {
        #expect(SignShape(columns: 8, rows: 2).pages(["已退款10.00元"]) == [["已退款", "10.00元"]])
        #expect(SignShape(columns: 10, rows: 2).pages(["欠费1234.56元"]) == [["欠费", "1234.56元"]])
        #expect(SignShape(columns: 4, rows: 4).pages(["费12345.67元"]) == [["费", "1234", "5.67", "元"]])
    }

    @Test("a text of any length has at most eight pages")
    func bound() {
        let pages = SignShape(columns: 8, rows: 2).pages([String(repeating: "长", count: 500)])
        #expect(pages.count == SignShape.mostPages && pages.allSatisfy { $0.count == 2 })
    }

    @Test(
        "every step fits on every size of sign, in both languages, and loses no word",
        arguments: [
            (8, 2), (8, 4), (12, 4), (16, 1), (16, 2), (24, 4),
        ])
    func everyStep(_ columns: Int, _ rows: Int) throws {
        let plate = try Plate("粤B12345D"), amount = Fen(123_456)
        var notices: [Notice] = [
            .welcome(plate), .wait(plate), .goFree(plate), .goPaid(plate, amount), .goOffline(plate, amount),
            .goOnDebt(plate, amount), .confirm(plate, amount), .scanToPay(plate, amount, code: "1"),
            .coupon(plate, amount, chinese: "减5元", english: "5 yuan off"), .owes(plate, amount), .noNetwork(plate),
            .takeTicket(code: "t"), .takePrintedTicket(code: "t"), .goManual, .due(amount), .oneMoment, .thanks(amount),
            .thanksLater(amount),
            .cancelled, .refunded(amount), .passInGrace(plate, days: 3), .passExpired(plate), .visitOutside(plate),
            .showYourCode(plate, amount), .scanOrShow(plate, amount, code: "1"), .scanOrCall(plate, amount, code: "1"),
        ]
        notices += LaneWarning.allCases.map { .lane($0) }
        for reason in Notice.HoldReason.allCases {
            notices += [.callAttendant(plate, reason, amount), .notPaid(reason, amount)]
        }
        #expect(Set(notices.map(\.step)) == Set(Notice.Step.allCases))
        for notice in notices {
            for language in SignTexts.Language.allCases {
                let lines = SignTexts.builtIn.lines(notice, language)
                let pages = SignShape(columns: columns, rows: rows).pages(lines)
                #expect(pages.joined().allSatisfy { DeviceText.columns(of: $0) <= columns })
                #expect(pages.allSatisfy { (1...rows).contains($0.count) })
                guard columns * rows >= 16 else { continue }
                let shown = pages.joined().joined().filter { $0 != " " }
                #expect(shown == lines.joined().filter { $0 != " " }, "\(notice)")
            }
        }
    }
}

@Suite("Pages that take turns")
struct SignPagerTests {
    private let shape = SignShape(columns: 8, rows: 2, pageSeconds: 3, clearAfterSeconds: 60)
    private let start = Uptime(milliseconds: 1_000)

    /// What is written, with the second at which it is.
    private func run(_ pager: inout SignPager, from: Int64, to end: Int64) -> [String] {
        var written: [String] = []
        for second in from...end {
            if let page = pager.page(at: start + .seconds(second)) {
                written.append("\(second) \(page.joined(separator: "/"))")
            }
        }
        return written
    }

    @Test("the pages of a notice take turns; then the sign is idle again and nobody's plate stays on it")
    func turns() {
        var pager = SignPager(shape: shape, idle: [["空闲"]], at: start)
        #expect(run(&pager, from: 0, to: 1) == ["0 空闲"])
        pager.show([["京A12345", "欢迎"], ["Welcome"]], at: start + .seconds(2))
        #expect(run(&pager, from: 2, to: 9) == ["2 京A12345/欢迎", "5 Welcome", "8 京A12345/欢迎"])
        let rest = run(&pager, from: 10, to: 130)
        #expect(rest.filter { $0.contains("空闲") } == ["62 空闲", "122 空闲"], "written again once a minute")
        #expect(rest.last == "122 空闲")
    }

    @Test("a new notice is written at once, and starts with its first page")
    func newer() {
        var pager = SignPager(shape: shape, idle: [], at: start)
        #expect(run(&pager, from: 0, to: 0) == ["0 "], "an idle sign without a text is cleared")
        pager.show([["1"], ["2"]], at: start + .seconds(1))
        _ = run(&pager, from: 1, to: 4)
        pager.show([["3"], ["4"]], at: start + .seconds(5))
        #expect(pager.deadline == start + .seconds(5))
        #expect(run(&pager, from: 5, to: 8) == ["5 3", "8 4"])
    }

    @Test("a sign that was unplugged gets the page again that it should show")
    func again() {
        var pager = SignPager(shape: shape, idle: [], at: start)
        pager.show([["1"], ["2"]], at: start)
        #expect(run(&pager, from: 0, to: 3) == ["0 1", "3 2"])
        pager.showAgain(at: start + .seconds(4))
        #expect(run(&pager, from: 4, to: 8) == ["4 2", "7 1"])
    }

    @Test("while a code stands on the sign no page is written over it, until the next notice or the idle text")
    func paused() {
        var pager = SignPager(shape: shape, idle: [["空闲"]], at: start)
        pager.show([["1"], ["2"]], at: start)
        _ = run(&pager, from: 0, to: 1)
        pager.pause(at: start + .seconds(2))
        pager.showAgain(at: start + .seconds(3))
        let clears = shape.clearAfterSeconds + 2
        #expect(run(&pager, from: 2, to: clears) == ["\(clears) 空闲"])
        pager.pause(at: start + .seconds(clears + 1))
        pager.show([["3"]], at: start + .seconds(clears + 2))
        #expect(run(&pager, from: clears + 2, to: clears + 4) == ["\(clears + 2) 3"])
    }
}
