import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit

/// A car without a contract that has been inside for an hour and is held at the exit: 5.00 yuan.
private func held(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    var park = SiteDriver(scenario)
    park.enter(car)
    park.run(seconds: 3_500)
    park.platform.mood = .declines(.noContract)
    park.read(car, at: exit)
    park.run(seconds: 2)
    #expect(park.sign(exit) == .callAttendant(car, .noContract, Fen(500)))
    park.forgetMarks()
    return park
}

private func code(_ text: String = "130000000000001234") throws -> PayerCode { try PayerCode(text) }

@Suite("A driver without a contract pays at the exit")
struct SiteDeskTests {
    @Test("by the code on the phone: the boom opens when the platform approves, and the code is on no disk")
    func byCode() throws {
        var park = held()
        park.platform.mood = .approves
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        let charge = try #require(park.charges.last)
        #expect(charge.instrument == .payerCode(.weChat, ending: "1234"))
        #expect(charge.debtor == Holder(plate: car) && charge.quote.total == Fen(500))
        #expect(park.platform.captured == 500)
        for record in park.journal {
            let body = Record(at: WallTime(milliseconds: 0), isSynchronised: true, event: record).body
            #expect(!String(decoding: body, as: UTF8.self).contains("130000000000001234"))
        }
        #expect(park.faults.isEmpty)
    }

    @Test("a payer who types a password is waited for, and the sign says so")
    func password() throws {
        var park = held()
        park.platform.mood = .waitsForPayer
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(seconds: 5)
        #expect(park.sign(exit) == .confirm(car, Fen(500)))
        park.platform.payersConfirm()
        park.run(seconds: 10)
        #expect(park.isOpen(exit))
        #expect(park.reversals.isEmpty)
    }

    @Test("a payer who does not confirm is given up, nothing is kept, and another code may be shown")
    func notConfirmed() throws {
        var park = held()
        park.platform.mood = .waitsForPayer
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(seconds: 50)
        #expect(park.sign(exit) == .callAttendant(car, .notConfirmed, Fen(500)))
        #expect(park.reversals.count == 1)
        #expect(park.platform.captured == 0)
        park.platform.mood = .approves
        park.tell(.own(.codePresented(lane: exit, try code("280000000000001234"))))
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 500)
        #expect(Set(park.charges.map(\.payment)).count == 2)
    }

    @Test("by scanning the code on the sign; word that it was paid opens the boom at once")
    func shownCode() throws {
        var park = held { scenario in
            scenario.merchantQR = try? QRMerchant(
                accounts: [.init(id: 15, form: .network("15000001234567890123456789012345"))], categoryCode: "7523",
                name: "CAR PARK", city: "SHENZHEN")
        }
        park.platform.mood = .waitsForPayer
        park.tell(.own(.codeRequested(lane: exit)))
        park.run(seconds: 1)
        guard case .scanToPay(car, Fen(500), let shown) = park.sign(exit) else {
            Issue.record("the sign shows no code")
            return
        }
        let read = try MerchantQR(payload: shown)
        let charge = try #require(park.charges.last)
        #expect(read.amount == Fen(500) && read.payment == charge.payment)
        park.platform.payersConfirm()
        park.tell(.announced(.paymentChanged(charge.payment)))
        park.run(milliseconds: 200)
        #expect(park.isOpen(exit))
    }

    @Test("a code on the sign that nobody pays is closed after its time")
    func shownInVain() {
        var park = held()
        park.platform.mood = .waitsForPayer
        park.tell(.own(.codeRequested(lane: exit)))
        park.run(seconds: 125)
        #expect(park.reversals.count == 1)
        #expect(park.sign(exit) == .callAttendant(car, .notConfirmed, Fen(500)))
    }

    @Test("in cash, with or without network: who took it is on disk before the boom moves", arguments: [true, false])
    func cash(isLinkUp: Bool) {
        var park = held()
        park.link(isUp: isLinkUp)
        park.tell(.own(.cashTaken(lane: exit, who: "li")))
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        let isCash = { (record: Record.Event) -> Bool in
            if case .payment(.cashTaken, let charge, _) = record {
                charge.instrument == .cash(takenBy: "li")
            } else {
                false
            }
        }
        #expect(park.count(of: isCash) == 1)
        #expect(park.raisedBefore(exit, isCash) == false)
        #expect(park.charges.isEmpty)
        park.pass(exit)
        #expect(park.site.stays[car] == nil)
        #expect(park.faults.isEmpty)
    }

    @Test("not by a code while there is no network: a code is dead the next minute, so it is never promised or queued")
    func noCodeOffline() throws {
        var park = held()
        park.link(isUp: false)
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.tell(.own(.codeRequested(lane: exit)))
        park.run(seconds: 300)
        #expect(!park.isOpen(exit))
        #expect(park.sign(exit) == .noNetwork(car))
        #expect(park.site.payments.isEmpty && park.site.offline.outstanding.count == 0)
    }

    @Test("a code whose answer is lost with the network is not promised either, whatever the scenario allows others")
    func linkFallsMeanwhile() throws {
        var park = held {
            $0.onTimedOut = .chargeOffline
            $0.offlineRefused = .letOutOnDebt
        }
        park.answersArrive = { _ in 0 }
        park.platform.mood = .approves
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(milliseconds: 100)
        park.link(isUp: false)
        park.run(seconds: 1)
        let isPromise = { (record: Record.Event) in
            if case .payment(.acceptedOffline, _, _) = record { true } else { false }
        }
        #expect(park.count(of: isPromise) == 0)
        // The scenario lets refused cars out on a debt: under the same id, so that it is owed or paid, never both.
        #expect(park.isOpen(exit))
        park.link(isUp: true)
        park.drain()
        #expect(park.platform.captured == 500)
        #expect(park.platform.faults.isEmpty)
    }

    @Test("nothing is taken for a car that is not held, at an entry, or where the scenario does not take it")
    func nobodyWaits() throws {
        var park = held { $0.payment.methods = [.contract, .cash] }
        park.platform.mood = .approves
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.tell(.own(.codePresented(lane: SiteFixtures.otherExit, try code())))
        park.tell(.own(.cashTaken(lane: SiteFixtures.otherExit, who: "li")))
        park.tell(.own(.cashTaken(lane: SiteFixtures.entry, who: "li")))
        park.run(seconds: 5)
        #expect(park.charges.isEmpty && park.platform.captured == 0)
        #expect(!park.isOpen(exit) && !park.isOpen(SiteFixtures.otherExit))
    }

    @Test("after a power cut a code payment is asked about: approved, the car that stands there leaves on it")
    func powerCutApproved() throws {
        var park = held()
        park.platform.mood = .approves
        park.answersArrive = { _ in 0 }
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(seconds: 1)
        park.restart(reboot: true)
        park.answersArrive = { _ in 1 }
        park.run(milliseconds: 10)
        park.read(car, at: exit)
        park.run(seconds: 10)
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 500)
    }

    @Test("after a power cut a payer who has not confirmed is given up, and the car is decided anew")
    func powerCutPending() throws {
        var park = held()
        park.platform.mood = .waitsForPayer
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(seconds: 1)
        park.restart(reboot: true)
        park.platform.mood = .declines(.noContract)
        park.read(car, at: exit)
        park.run(seconds: 10)
        #expect(park.reversals.count == 1)
        #expect(park.sign(exit) == .callAttendant(car, .noContract, Fen(500)))
        #expect(park.platform.captured == 0)
    }
}

@Suite("Coupons at the exit")
struct SiteCouponTests {
    private func park(_ offer: CouponOffer?) throws -> SiteDriver {
        var scenario = SiteFixtures.scenario
        scenario.payment.couponWithin = .milliseconds(300)
        var park = SiteDriver(scenario)
        park.enter(car)
        park.run(seconds: 3_500)
        park.platform.coupon = offer
        park.forgetMarks()
        return park
    }

    private func offer(_ fen: Int64) throws -> CouponOffer {
        CouponOffer(campaign: try Slug("autumn"), discount: Fen(fen), chinese: "立减", english: "Off")
    }

    @Test("the platform's coupon is a line of the quote, and the sign shows it")
    func applied() throws {
        var park = try park(offer(120))
        park.read(car, at: exit)
        park.run(seconds: 1)
        let charge = try #require(park.charges.last)
        #expect(charge.quote.total == Fen(380) && charge.quote.addsUp)
        #expect(charge.quote.lines.last == Quote.Line(kind: .coupon, amount: Fen(-120), reference: try Slug("autumn")))
        #expect(park.marks.contains(.shown(exit, .coupon(car, Fen(380), chinese: "立减", english: "Off"))))
        #expect(park.isOpen(exit) && park.platform.captured == 380)
    }

    @Test("a platform that says nothing in time delays no car: the full price is asked for")
    func late() throws {
        var park = try park(offer(120))
        park.networkDelay = .milliseconds(400)
        park.read(car, at: exit)
        park.run(seconds: 3)
        #expect(park.charges.map(\.quote.total) == [Fen(500)])
        #expect(park.isOpen(exit))
    }

    @Test(
        "a coupon that takes more than the price, or nothing, is not one the box can use",
        arguments: [501, 0] as [Int64])
    func absurd(discount: Int64) throws {
        var park = try park(offer(discount))
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.charges.map(\.quote.total) == [Fen(500)])
    }

    @Test("a coupon that is gone when the payment comes costs the full price, under another id")
    func gone() throws {
        var park = try park(offer(120))
        park.platform.declinesCoupons = true
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.charges.map(\.quote.total) == [Fen(380), Fen(500)])
        #expect(Set(park.charges.map(\.payment)).count == 2)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
    }
}
