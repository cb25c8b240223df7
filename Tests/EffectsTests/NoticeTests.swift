import Effects
import Testing
import Vocabulary

/// What a notice is, as a site's texts and recordings know it.
struct ToldNotice: Sendable, CustomTestStringConvertible {
    var notice: Notice
    var step: Notice.Step
    /// What it fills in, in Chinese.
    var values: [Notice.Placeholder: String]

    var testDescription: String { "\(step)" }

    init(_ notice: Notice, _ step: Notice.Step, _ values: [Notice.Placeholder: String]) {
        (self.notice, self.step, self.values) = (notice, step, values)
    }

    static let plate = try! Plate("粤B12345"), amount = Fen(1_250)

    /// One of every kind, with all that it may fill in.
    static let all: [ToldNotice] = {
        let name = "粤B12345", sum = "12.50"
        let both: [Notice.Placeholder: String] = [.plate: name, .amount: sum]
        return [
            .init(.welcome(plate), .welcome, [.plate: name]), .init(.wait(plate), .wait, [.plate: name]),
            .init(.goFree(plate), .goFree, [.plate: name]), .init(.goPaid(plate, amount), .goPaid, both),
            .init(.goOffline(plate, amount), .goOffline, both), .init(.goOnDebt(plate, amount), .goOnDebt, both),
            .init(.confirm(plate, amount), .confirm, both),
            .init(.scanToPay(plate, amount, code: "c"), .scanToPay, both),
            .init(
                .coupon(plate, amount, chinese: "八折", english: "20 % off"), .coupon,
                [.plate: name, .amount: sum, .coupon: "八折"]),
            .init(.owes(plate, amount), .owes, both), .init(.noNetwork(plate), .noNetwork, [.plate: name]),
            .init(.passInGrace(plate, days: 21), .passInGrace, [.plate: name, .days: "21"]),
            .init(.passExpired(plate), .passExpired, [.plate: name]),
            .init(.visitOutside(plate), .visitOutside, [.plate: name]),
            .init(.showYourCode(plate, amount), .showYourCode, both),
            .init(.scanOrShow(plate, amount, code: "c"), .scanOrShow, both),
            .init(.scanOrCall(plate, amount, code: "c"), .scanOrCall, both),
            .init(
                .callAttendant(plate, .declined, amount), .callAttendant,
                [.plate: name, .amount: sum, .reason: "扣款被拒"]),
            .init(.takePrintedTicket(code: "c"), .takePrintedTicket, [:]),
            .init(.takeTicket(code: "c"), .takeTicket, [:]), .init(.goManual, .goManual, [:]),
            .init(.lane(.fire), .laneFire, [:]), .init(.lane(.moveOn), .laneMoveOn, [:]),
            .init(.lane(.oneCarAtATime), .laneOneCarAtATime, [:]), .init(.lane(.outOfService), .laneOutOfService, [:]),
            .init(.lane(.ready), .laneReady, [:]), .init(.due(amount), .due, [.amount: sum]),
            .init(.oneMoment, .oneMoment, [:]), .init(.thanks(amount), .thanks, [.amount: sum]),
            .init(.thanksLater(amount), .thanksLater, [.amount: sum]),
            .init(.notPaid(.badAmount, amount), .notPaid, [.amount: sum, .reason: "金额无效"]),
            .init(.notPaid(.declined, amount), .notPaidTryAnother, [.amount: sum, .reason: "扣款被拒"]),
            .init(.cancelled, .cancelled, [:]), .init(.refunded(amount), .refunded, [.amount: sum]),
        ]
    }()
}

@Suite("What a lane or till tells a person")
struct NoticeTests {
    @Test("each notice is told at its own step, with all that the step may fill in", arguments: ToldNotice.all)
    func steps(told: ToldNotice) throws {
        #expect(told.notice.step == told.step)
        #expect(Set(told.values.keys) == told.step.placeholders)
        let order = Notice.Placeholder.allCases.filter { told.values[$0] != nil }
        let lines = (order.map { "{\($0.rawValue)}" } + ["end"]).map { "\"\($0)\"" }.joined(separator: ", ")
        let file = "{ kind: \"sign-texts\", steps: { \(told.step): { zh: [\(lines)], en: [\(lines)] } } }"
        let texts = try SignTexts(Array(file.utf8), file: "s.json5")
        #expect(texts.lines(told.notice, .chinese) == order.compactMap { told.values[$0] } + ["end"])
        let english = texts.lines(told.notice, .english)
        #expect(english.count == order.count + 1)
        #expect(!told.values.keys.contains(.coupon) || english.contains("20 % off"))
        #expect(!told.values.keys.contains(.reason) || english.contains { $0.hasSuffix(".") })
    }

    @Test("every step is one that a notice tells")
    func complete() { #expect(Set(ToldNotice.all.map(\.step)) == Set(Notice.Step.allCases)) }

    @Test(
        "only what is wrong with the payment itself asks for another way to pay", arguments: Notice.HoldReason.allCases)
    func another(reason: Notice.HoldReason) {
        let ofPayment: Set<Notice.HoldReason> = [
            .declined, .noContract, .insufficientFunds, .noAnswer, .platformUnsure, .offlineNotAllowed, .conflict,
            .owes,
            .notConfirmed, .denied, .payHere,
        ]
        #expect(Notice.notPaid(reason, nil).step == (ofPayment.contains(reason) ? .notPaidTryAnother : .notPaid))
    }

    @Test("a sign shows a code where there is one to scan, and nowhere else", arguments: ToldNotice.all)
    func codes(told: ToldNotice) {
        let isScanned: Set<Notice.Step> = [.scanToPay, .scanOrShow, .scanOrCall, .takeTicket]
        #expect(told.notice.code == (isScanned.contains(told.step) ? "c" : nil))
    }
}
