import Effects
import Glibc
import JSONText
import Testing
import Vocabulary

/// A file of the repository, by its path from the root.
func repositoryFile(_ path: String) throws -> [UInt8] {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let file = try #require(fopen("\(root)/\(path)", "rb"), "\(path) is not there")
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    try #require(count < bytes.count)
    return Array(bytes[..<count])
}

/// One notice of every kind, with and without what it may lack.
func everyNotice() throws -> [Notice] {
    let plate = try Plate("粤B12345"), amount = Fen(1_250)
    var notices: [Notice] = [
        .welcome(plate), .wait(plate), .goFree(plate), .owes(plate, amount), .takeTicket(code: "t"),
        .takePrintedTicket(code: "t"), .goManual,
        .due(amount), .oneMoment,
        .thanks(amount), .thanksLater(amount), .cancelled, .refunded(amount),
    ]
    notices += LaneWarning.allCases.map { .lane($0) }
    for plate in [plate, nil] {
        notices += [
            .goPaid(plate, amount), .goOffline(plate, amount), .goOnDebt(plate, amount), .confirm(plate, amount),
            .scanToPay(plate, amount, code: "00"), .noNetwork(plate), .passInGrace(plate, days: 3),
            .passExpired(plate), .visitOutside(plate), .showYourCode(plate, amount),
            .scanOrShow(plate, amount, code: "00"), .scanOrCall(plate, amount, code: "00"),
            .coupon(plate, amount, chinese: "八折", english: "20 % off"),
        ]
        for reason in Notice.HoldReason.allCases {
            notices += [.callAttendant(plate, reason, amount), .callAttendant(plate, reason, nil)]
        }
    }
    for reason in Notice.HoldReason.allCases { notices += [.notPaid(reason, amount), .notPaid(reason, nil)] }
    return notices
}

@Suite("Texts of the signs")
struct SignTextTests {
    private func faults(_ text: String) -> [Finding] {
        do throws(Findings) {
            _ = try SignTexts(Array(text.utf8), file: "s.json5")
            return []
        } catch { return error.list }
    }

    @Test("every step of a visit has words in both languages, with nothing left open")
    func complete() throws {
        let notices = try everyNotice()
        #expect(Set(notices.map(\.step)) == Set(Notice.Step.allCases))
        for notice in notices {
            for language in SignTexts.Language.allCases {
                let text = SignTexts.builtIn.text(notice, language)
                #expect(!text.isEmpty && !text.contains("{") && !text.contains("}"), "\(notice)")
                let isChinese = text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) && $0 != "粤" }
                #expect(isChinese == (language == .chinese) || notice.step == .coupon, "\(text)")
            }
        }
    }

    @Test("the shipped file has the built-in words")
    func shipped() throws {
        let bytes = try repositoryFile("Scenarios/signs/parking.json5")
        #expect(try SignTexts(bytes, file: "parking.json5") == SignTexts.builtIn)
        let text = String(decoding: bytes, as: UTF8.self)
        for step in Notice.Step.allCases { #expect(text.contains("    \(step.rawValue): {"), "\(step) is not in it") }
        for reason in Notice.HoldReason.allCases { #expect(text.contains("    \(reason.rawValue): {")) }
    }

    @Test("a payment is told as it was before the words became data")
    func unchanged() throws {
        let plate = try Plate("粤B12345"), amount = Fen(1_250)
        #expect(Notice.goPaid(plate, amount).chinese == "粤B12345 已扣费12.50元 一路平安")
        #expect(Notice.goPaid(nil, amount).english == "Paid 12.50 yuan. Drive safely")
        #expect(
            Notice.callAttendant(plate, .insufficientFunds, amount).english
                == "粤B12345 12.50 yuan due. Not enough money in the account. Please call the attendant")
        #expect(Notice.callAttendant(nil, .alreadyInside, nil).chinese == "该车牌已在场内 请联系管理员")
        #expect(Notice.notPaid(.declined, amount).chinese == "应付12.50元 扣款被拒 请换一种支付方式")
        #expect(Notice.notPaid(.badAmount, nil).english == "The amount is not allowed.")
        #expect(
            Notice.coupon(plate, amount, chinese: "八折", english: "20 % off").english
                == "粤B12345 20 % off. 12.50 yuan. One moment please")
    }

    @Test("a site's words replace the built-in ones, and those of a step it leaves out stay")
    func replaced() throws {
        let file = """
            { kind: "sign-texts", steps: { welcome: { zh: ["{plate}", "您好"], en: ["Hello {plate} {{1}}"] } },
              reasons: { owes: { zh: ["欠费"], en: ["Unpaid"] } }, idle: { zh: ["空闲"], en: ["Free"] } }
            """
        let texts = try SignTexts(Array(file.utf8), file: "s.json5")
        let plate = try Plate("京A12345")
        #expect(texts.lines(.welcome(plate), .chinese) == ["京A12345", "您好"])
        #expect(texts.lines(.welcome(plate), .english) == ["Hello 京A12345 {1}"])
        #expect(texts.text(.callAttendant(nil, .owes, nil), .english) == "Unpaid Please call the attendant")
        #expect(texts.text(.goManual, .chinese) == "人工放行")
        #expect(texts.idleLines(.english) == ["Free"] && texts.idleLines(.chinese) == ["空闲"])
    }

    @Test("all faults of a file are told at once, each with its place")
    func allFaults() {
        let file = """
            {
              kind: "sign-texts",
              steps: {
                welcome: { zh: ["{plate}"] },
                goManual: { zh: ["{amount}"], en: ["{colour}"] },
                goPiad: { zh: ["1"], en: ["1"] },
                wait: { zh: ["{plate"], en: [""] },
                goFree: { zh: ["1", "2", "3", "4", "5", "6", "7"], en: ["a\\nb"] },
              },
              reasons: { declined: { zh: ["{plate}"], en: ["no"] } },
            }
            """
        let found = faults(file)
        #expect(
            found.map(\.path) == [
                "steps.welcome.en", "steps.goManual.zh[0]", "steps.goManual.en[0]", "steps.goPiad", "steps.wait.zh[0]",
                "steps.wait.en[0]", "steps.goFree.zh", "steps.goFree.en[0]", "reasons.declined.zh[0]",
            ])
        #expect(found.map(\.position.line) == [4, 5, 5, 6, 7, 7, 8, 8, 10])
        #expect(found[1].expected.contains("this step has no {amount}"))
        #expect(found[2].expected.contains("{colour} is not known"))
        #expect(found[3].expected.contains("goPaid"))
    }

    @Test("a text has at most six lines, and the idle sign fills in nothing", arguments: [(6, true), (7, false)])
    func lines(_ count: Int, isGood: Bool) {
        let lines = (1...count).map { "\"\($0)\"" }.joined(separator: ", ")
        #expect(faults("{ kind: \"sign-texts\", idle: { zh: [\(lines)], en: [\"1\"] } }").isEmpty == isGood)
        #expect(
            faults("{ kind: \"sign-texts\", idle: { zh: [\"1\"], en: [\"{plate}\"] } }").map(\.path) == ["idle.en[0]"])
    }

    @Test(
        "a line with a control character, a brace without a partner, or an unknown value is refused, and says which",
        arguments: [
            ("a\u{1F}b", SignLineError.controlCharacter(0x1F)), ("a\u{7F}", .controlCharacter(0x7F)),
            ("a{", .openBrace),
            ("{plate", .openBrace), ("plate}", .openBrace), ("{minutes}", .unknown("minutes")), ("", .empty),
        ])
    func refusedLine(_ text: String, error: SignLineError) {
        #expect(throws: error) { try SignLine(text) }
    }

    @Test("a line has at most 80 characters", arguments: [(80, true), (81, false)])
    func longest(_ count: Int, isGood: Bool) {
        let line = try? SignLine(String(repeating: "字", count: count))
        #expect((line != nil) == isGood)
    }
}
