import Effects
import Payments
import Testing
import Vocabulary

@testable import Parking

private let car = SiteFixtures.plate("粤B12346"), other = SiteFixtures.plate("粤B77777")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

extension SiteDriver {
    fileprivate func screen(_ lane: LaneID) throws -> DriverScreen {
        DriverScreen(try #require(site.board.lanes.first { $0.id == lane }), .builtIn)
    }

    fileprivate func json(_ lane: LaneID) throws -> String {
        String(decoding: try screen(lane).json(idle: .builtIn), as: UTF8.self)
    }
}

@Suite("What a driver sees on the page of a lane")
struct DriverScreenTests {
    @Test("the amount and the code to pay it while the car stands there, thanks while it goes, and then nothing of it")
    func visit() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        #expect(try park.screen(exit).isIdle)
        park.read(car, at: exit)
        park.run(seconds: 4)
        let asking = try park.screen(exit)
        let code = try #require(asking.code)
        #expect(code.kind == .payment && code.text == park.sign(exit)?.code)
        #expect(asking.amount == Fen(500) && !asking.isIdle && !asking.isBrief)
        #expect(asking.chinese.contains("应付5.00元") && asking.english.contains("5.00 yuan."))
        park.tell(.own(.cashTaken(lane: exit, who: "li")))
        park.run(seconds: 1)
        let thanking = try park.screen(exit)
        #expect(thanking.code == nil && thanking.english.contains("Paid 5.00 yuan."))
        park.pass(exit)
        park.run(seconds: 5)
        let after = try park.screen(exit)
        #expect(
            after.isIdle && after.amount == nil && after.code == nil && after.english == ["Welcome", "Drive slowly"])
        // The attendant's page asks for no picture of it any more either.
        #expect(park.site.board.lanes.first { $0.id == exit }?.code == nil)
    }

    @Test("a car that drives away unpaid takes its amount and its code with it, also when the next one comes at once")
    func droveAway() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 4)
        #expect(try park.screen(exit).code != nil)
        park.tell(.turnedBack(lane: exit, car))
        park.run(milliseconds: 100)
        #expect(try park.screen(exit).isIdle && park.screen(exit).code == nil)
        park.read(other, at: exit)
        #expect(try park.screen(exit).code == nil && park.screen(exit).amount == nil)
    }

    @Test("a ticket's code is titled as a ticket, and a payment's as a payment")
    func titles() throws {
        var park = SiteDriver { _ in }
        let words = try #require(DeskWords(who: "li", why: "no plate"))
        park.tell(.ticketRequested(lane: entry, words))
        park.run(milliseconds: 100)
        #expect(try park.screen(entry).code?.kind == .ticket)
        #expect(try park.json(entry).contains("Parking ticket") && !park.json(entry).contains("Scan to pay"))
        #expect(Notice.scanToPay(nil, Fen(1), code: "x").codeKind?.title == "扫码支付 Scan to pay")
    }

    @Test("the plate's middle is hidden, since anybody near the box can open the page; the sign itself shows it")
    func plate() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(try park.screen(exit).chinese.contains("粤B***46"))
        #expect(try !park.json(exit).contains(car.text))
        #expect(SignTexts.builtIn.lines(.welcome(car), .chinese).contains(car.text))
    }

    @Test("a fire or a lane out of service stands there for everybody until it is over")
    func lane() throws {
        var park = SiteDriver { _ in }
        park.tell(.sensor("\(exit).fireAlarm", .active))
        park.run(seconds: 600)
        #expect(try park.screen(entry).english == ["Fire alarm.", "Leave now"] && !park.screen(entry).isBrief)
        park.tell(.sensor("\(exit).fireAlarm", .clear))
        park.run(seconds: 30)
        #expect(try park.screen(entry).isIdle)
    }

    @Test("a refused ticket of somebody whom no loop or camera has seen is told for a moment only")
    func passer() throws {
        var park = SiteDriver { _ in }
        park.tell(.ticketPresented(lane: exit, "hello"))
        #expect(try park.screen(exit).isBrief && !park.screen(exit).isIdle)
        #expect(try park.json(exit).contains(#""then":{"zh":["欢迎光临""#))
    }
}
