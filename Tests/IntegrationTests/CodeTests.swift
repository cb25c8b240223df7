import Acquiring
import DeskOrders
import EdgeRuntime
import Host
import JSONText
import ParkingDemo
import SQLite
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// Payments by code, from the phone at the lane to the payment network and back, and the money given back.
@Suite("Codes on real processes", .serialized)
struct CodeTests {
    private static let plate = "苏E13579"

    private let folder: TemporaryFolder
    private let scenario: String

    init() throws {
        folder = try TemporaryFolder("turnpike-codes")
        let shipped = try Place.read(Place.scenario)
        try folder.write(
            shipped.replacing("    shownCodeAfterMilliseconds: 0,", with: "    //"), to: "codes.json5")
        scenario = "\(folder.path)/codes.json5"
    }

    /// A rig with a car without a contract, held at the exit: 11.00 yuan.
    private func held() throws -> Rig {
        let rig = try Rig(
            programs: Place.programs, scenario: scenario, hardware: Place.hardware,
            inside: [RigFiles.Inside(plate: Self.plate, minutes: 125)], contracts: [])
        try rig.startPlatform()
        try rig.startBox()
        try rig.read(Self.plate, at: "exit-1")
        try rig.wait("the car is held") { try !payments(rig, .declined).isEmpty }
        return rig
    }

    private func give(_ rig: Rig, _ order: DeskOrder, who: String? = nil) throws {
        let token = try AttendantToken.read(in: rig.files.configuration.stateFolder)
        let answer = try HTTPPush.give(order, who: who, port: rig.httpPort, token: token)
        #expect(answer?.status == 202, "\(answer.map { String(decoding: $0.body, as: UTF8.self) } ?? "no answer")")
    }

    private func pay(_ rig: Rig, code: String) throws {
        try give(rig, .enterCode(lane: try LaneID("exit-1"), try PayerCode(code)))
    }

    private func owed(_ rig: Rig) throws -> [String: Fen] {
        try SandboxBook(path: "\(TextFile.folder(of: rig.files.platformFile))/sandbox.db").owed()
    }

    private func payments(_ rig: Rig, _ state: Record.PaymentState) throws -> [Charge] {
        try rig.records().compactMap { event in
            if case .payment(state, let charge, _) = event { charge } else { nil }
        }
    }

    @Test("a phone's code is charged and the car leaves; a part is given back; both sets of books agree")
    func approved() throws {
        let rig = try held()
        try pay(rig, code: "258800000000000100")
        try rig.goThrough("exit-1")
        #expect(try owed(rig) == ["alipay": Fen(1_100)])
        try rig.wait("the payment is recorded") { try !payments(rig, .approved).isEmpty }
        let payment = try #require(try payments(rig, .approved).first?.payment)
        try give(rig, .refund(payment: payment, Fen(300), why: "the machine gave no receipt"), who: "Zhao")
        try rig.wait("the network has given it back") { try owed(rig) == ["alipay": Fen(800)] }
        try rig.wait("the box has heard it") {
            try rig.records().contains { if case .refund(.refunded, _, _) = $0 { true } else { false } }
        }
        try rig.finishAndCheck()
        let report = try rig.report()
        #expect(report.balance(of: "acquirer:alipay") == Fen(-800))
        #expect(report.balance(of: "merchant:city-parking") == Fen(800))
    }

    @Test(
        "cash is taken with `turnpike pay` and a part of it given back with `turnpike refund`; nonsense changes nothing"
    )
    func commands() throws {
        let rig = try held()
        let config = ["--config", try rig.files.attendantFile(port: rig.httpPort)]
        func turnpike(_ arguments: [String]) throws -> (status: Int32?, lines: [String]) {
            let program = try Program("\(Place.programs)/turnpike", arguments)
            return (program.waitForEnd(), program.lines)
        }
        let wrong = try turnpike(["pay"] + config + ["--lane", "exit-1", "--code", "99"])
        #expect(wrong.status != 0 && wrong.lines.contains { $0.contains("99") }, "\(wrong.lines)")
        let paid = try turnpike(["pay"] + config + ["--lane", "exit-1", "--cash", "Zhao"])
        #expect(paid.status == 0, "\(paid.lines)")
        try rig.goThrough("exit-1")
        try rig.wait("the cash is booked") { try rig.report().balance(of: "cash:garage-1") == Fen(-1_100) }
        let payment = try #require(try payments(rig, .cashTaken).first?.payment)
        let order = ["--payment", "\(payment)", "--who", "Zhao", "--why", "parked by mistake"]
        let tooMuch = try turnpike(["refund"] + config + order + ["--amount", "11.01"])
        #expect(tooMuch.status != 0 && tooMuch.lines.contains { $0.contains("moreThanCaptured") }, "\(tooMuch.lines)")
        let refunded = try turnpike(["refund"] + config + order + ["--amount", "3.00"])
        #expect(refunded.status == 0, "\(refunded.lines)")
        try rig.finishAndCheck()
        #expect(try rig.report().balance(of: "cash:garage-1") == Fen(-800))
    }

    @Test("the driver's page shows the amount and a code that can be paid while the car is held, and is idle after it")
    func driversPage() throws {
        let rig = try held()
        func get(_ path: String) throws -> (status: Int, text: String) {
            let answer = try #require(try HTTPPush.send("GET", port: rig.httpPort, path: path, headers: [:], body: []))
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        func screen() throws -> JSONNode {
            try JSONNode.parse(Array(try get("/lanes/exit-1/screen").text.utf8), dialect: .json)
        }
        #expect(try get("/lanes/exit-1/").text.contains("/driver.js"))
        #expect(try get("/lanes/exit-1/code.svg").status == 404)
        try rig.wait("the screen shows a code") {
            try give(rig, .showCode(lane: try LaneID("exit-1")))
            return try screen()["code"]?["kind"]?.string == "payment"
        }
        #expect(try screen()["amount"]?.string == "11.00" && screen()["idle"]?.bool == false)
        #expect(try !get("/lanes/exit-1/screen").text.contains(Self.plate))
        let picture = try get("/lanes/exit-1/code.svg")
        #expect(picture.text.hasPrefix("<svg") && picture.text.contains("扫码支付 Scan to pay"))
        let shown = try #require(try payments(rig, .pending).first)
        let program = try Program(
            "\(Place.programs)/turnpike",
            ["sandbox", "pay", "--config", rig.files.platformFile, "--payment", "\(shown.payment)"])
        #expect(program.waitForEnd() == 0, "\(program.lines)")
        try rig.wait("the screen thanks") {
            try screen()["en"]?.array?.contains { $0.string == "Paid 11.00 yuan." } == true
        }
        try rig.goThrough("exit-1")
        try rig.wait("the screen is idle") { try screen()["idle"]?.bool == true }
        #expect(try screen()["amount"] == nil && screen()["code"] == nil)
        #expect(try get("/lanes/exit-1/code.svg").status == 404)
        try rig.finishAndCheck()
    }

    @Test("a payer who types a password is waited for")
    func password() throws {
        let rig = try held()
        try pay(rig, code: "258800000000000203")
        try rig.wait("the payer is asked to confirm") { try !payments(rig, .pending).isEmpty }
        #expect(rig.world?.raises(of: "exit-1") == 0)
        // A payer is asked for every ten seconds.
        try rig.wait("the payer has confirmed", seconds: 25) { try !payments(rig, .approved).isEmpty }
        try rig.goThrough("exit-1")
        try rig.finishAndCheck()
        #expect(try owed(rig) == ["alipay": Fen(1_100)])
    }

    @Test("a code that is declined moves nothing; then the sign's own code is paid and the car leaves at once")
    func declinedThenShown() throws {
        let rig = try held()
        try pay(rig, code: "258800000000000301")
        try rig.wait("the network has declined") {
            try payments(rig, .declined).contains { $0.instrument.kind == .payerCode }
        }
        try rig.wait("the sign shows a code") {
            try give(rig, .showCode(lane: try LaneID("exit-1")))
            return try !payments(rig, .pending).isEmpty
        }
        let shown = try #require(try payments(rig, .pending).first)
        #expect(shown.instrument == .shownCode)
        let program = try Program(
            "\(Place.programs)/turnpike",
            ["sandbox", "pay", "--config", rig.files.platformFile, "--payment", "\(shown.payment)"])
        #expect(program.waitForEnd() == 0, "\(program.lines)")
        try rig.goThrough("exit-1")
        try rig.finishAndCheck()
        #expect(try owed(rig) == ["shownCode": Fen(1_100)])
        #expect(try rig.report().balance(of: "acquirer:shownCode") == Fen(-1_100))
    }
}
