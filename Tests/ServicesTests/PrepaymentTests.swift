import Acquiring
import Services
import Testing
import Vocabulary
import Wire

@Suite("Parking paid on the phone")
struct PrepaymentTests {
    let plate = Site.rich

    /// A car that has been inside for 65 minutes: 7.00 yuan.
    func parked() throws -> (CarPark, StayID, WallTime) {
        let park = try CarPark()
        let entered = park.time
        let stay = try park.enter(plate)
        park.wait(minutes: 65)
        return (park, stay, entered)
    }

    @Test("the phone is shown the masked plate, the entry and the price line by line")
    func shown() throws {
        let (park, _, entered) = try parked()
        let due = try #require(try park.due(.plate(plate)))
        #expect(due.maskedPlate == plate.masked)
        #expect(due.entered == entered)
        #expect(due.quote.total == Fen(700))
        #expect(due.quote.lines.map(\.kind) == [.firstPeriod, .unitPeriods])
    }

    @Test("a car that is not inside and one within its free minutes look the same")
    func nothingDue() throws {
        let park = try CarPark()
        let stranger = park.phone(.stay(site: CarPark.site, .plate(plate)))
        try park.enter(plate)
        park.wait(minutes: 10)
        #expect(park.phone(.stay(site: CarPark.site, .plate(plate))) == stranger)
        guard case .nothingDue = stranger else { throw UnexpectedAnswer(answer: stranger) }
    }

    @Test("paid on the phone: the car may leave within the grace, and the books have the money once")
    func paid() throws {
        let (park, stay, entered) = try parked()
        let payment = try park.prepay(.plate(plate))
        guard case .paid(let until) = try park.look(payment) else {
            Issue.record("not paid")
            return
        }
        let note = try #require(try park.find(.stay(stay), from: park.gate2))
        let prepaid = try #require(note.prepaid)
        #expect(prepaid.payment == payment)
        #expect(prepaid.amount == Fen(700))
        #expect(prepaid.from == entered)
        #expect(prepaid.leaveBy == until)
        #expect(until.milliseconds == prepaid.at.milliseconds + 15 * CarPark.minute)
        #expect(note.paidThrough == prepaid.through)
        #expect(try park.due(.plate(plate)) == nil)
        #expect(try park.balance("merchant:city") == 700)
        #expect(try park.isSound())
        #expect(try park.incidents() == [])
    }

    @Test("until the very moment its driver was told nothing is due on the phone, as at the gate; then it is")
    func lastMoment() throws {
        let (park, stay, _) = try parked()
        park.wait(minutes: 20)
        guard case .paid(let until) = try park.look(park.prepay(.plate(plate))) else {
            Issue.record("not paid")
            return
        }
        // Each question comes a millisecond after the one before.
        park.time = WallTime(milliseconds: until.milliseconds - 1)
        #expect(try park.due(.stay(stay)) == nil && park.time == until)
        #expect(try park.due(.stay(stay))?.quote.total == Fen(200))
    }

    @Test("a form that is sent twice makes one order; with other contents the key is refused")
    func sentTwice() throws {
        let (park, _, _) = try parked()
        let first = try park.order(.plate(plate), once: "k")
        let again = park.phone(.payStay(site: CarPark.site, .plate(plate), amount: Fen(700), key: "k"))
        #expect(try park.view(again) == first)
        let other = park.phone(
            .payPass(site: CarPark.site, plate, plan: CarPark.pass, months: 1, amount: Fen(30_000), key: "k"))
        #expect(other == .refused(.keyReused))
    }

    @Test("a second phone that pays for the same stay is given the same order")
    func secondPhone() throws {
        let (park, _, _) = try parked()
        let first = try park.order(.plate(plate), once: "a")
        #expect(try park.order(.plate(plate), once: "b").payment == first.payment)
    }

    @Test("a price that has risen since it was shown is shown again and not charged")
    func risen() throws {
        let (park, _, _) = try parked()
        park.wait(minutes: 30)
        let answer = park.phone(.payStay(site: CarPark.site, .plate(plate), amount: Fen(700), key: "k"))
        guard case .due(let stay) = answer else { throw UnexpectedAnswer(answer: answer) }
        #expect(stay.quote.total == Fen(900))
        #expect(park.tasks.isEmpty)
    }

    @Test("at the exit the same minutes are not charged again; those since then are")
    func exit() throws {
        let (park, stay, entered) = try parked()
        let payment = try park.prepay(.plate(plate))
        park.wait(minutes: 60)
        #expect(try park.charge(park.exitCharge(stay, plate, entered: entered)) == .declined(.prepaid))
        let through = try #require(try park.find(.stay(stay))?.prepaid?.through)
        let rest = try park.exitCharge(stay, plate, entered: entered, from: through, number: 2)
        #expect(rest.quote.total == Fen(400))
        #expect(try park.charge(rest) == .approved)
        #expect(try park.look(payment) != .givenBack)
        #expect(try park.balance("merchant:city") == 1_100)
        #expect(try park.incidents() == [])
        #expect(try park.isSound())
    }

    @Test("a code that is shown at the exit for prepaid minutes is not opened")
    func codeAtExit() throws {
        let (park, stay, entered) = try parked()
        try park.prepay(.plate(plate))
        var charge = try park.exitCharge(stay, plate, entered: entered)
        charge.instrument = .shownCode
        #expect(try park.charge(charge) == .declined(.prepaid))
    }

    @Test("a record of an exit that did not know of it is booked, and the prepayment is given back, once")
    func offline() throws {
        let (park, stay, entered) = try parked()
        let payment = try park.prepay(.plate(plate))
        let charge = try park.exitCharge(stay, plate, entered: entered)
        try park.record(.payment(.acceptedOffline, charge, nil))
        try park.run()
        #expect(try park.look(payment) == .givenBack)
        #expect(try park.balance("acquirer:shownCode") == 0)
        #expect(try park.balance("contract:rich") == Site.opening - 700)
        #expect(try park.balance("merchant:city") == 700)
        #expect(try park.incidents() == [.stayPaidTwice])
        #expect(try park.find(.stay(stay))?.prepaid == nil)
        // Told again, after a restart too, it changes nothing.
        try park.record(.payment(.acceptedOffline, charge, nil))
        try park.restart()
        try park.pass(20_000)
        #expect(try park.balance("acquirer:shownCode") == 0)
        #expect(try park.isSound())
    }

    @Test(
        "a record of cash, or of a debt, for the same minutes gives the prepayment back",
        arguments: [true, false])
    func otherRecords(isCash: Bool) throws {
        let (park, stay, entered) = try parked()
        try park.prepay(.plate(plate))
        var charge = try park.exitCharge(stay, plate, entered: entered)
        if isCash { charge.instrument = .cash(takenBy: "Zhao") }
        try park.record(isCash ? .payment(.cashTaken, charge, nil) : .debt(charge))
        try park.run()
        #expect(try park.balance("acquirer:shownCode") == 0)
        #expect(try park.balance("merchant:city") == 700)
        #expect(try park.incidents() == [.stayPaidTwice])
        #expect(try park.isSound())
    }

    @Test(
        "a car that was charged at two gates that could not reach the platform has paid twice: a person is told, once",
        arguments: [true, false])
    func twoGates(isKnown: Bool) throws {
        let (park, stay, entered) = try parked()
        let first = try park.exitCharge(stay, plate, entered: entered)
        try park.record(.payment(.acceptedOffline, first, nil))
        park.wait(minutes: 60)
        // It turned back; what the second gate charges begins where the first one ended, if it knows of that.
        let paid = isKnown ? first.quote.until : nil
        let second = try park.exitCharge(stay, plate, entered: entered, from: paid, number: 2)
        for _ in 0..<2 { try park.record(.payment(.acceptedOffline, second, nil), by: \.gate2) }
        // Its box says more of the same payment: that is no second time.
        try park.record(.debt(second), by: \.gate2)
        try park.restart()
        let told = try park.store.ledgerReport().incidents
        #expect(told.map(\.code) == (isKnown ? [] : [.stayPaidTwice]))
        #expect(told.allSatisfy { $0.subject == second.payment.description && $0.count == 1 })
        #expect(try park.isSound())
    }

    @Test("an order that is open when the exit is paid is closed, and nobody can pay it any more")
    func openAtExit() throws {
        let (park, stay, entered) = try parked()
        let order = try park.order(.plate(plate))
        try park.run()
        #expect(try park.charge(park.exitCharge(stay, plate, entered: entered)) == .approved)
        try park.run()
        #expect(try park.book.pay(order.payment) == nil)
        #expect(try park.look(order.payment) == .over)
        #expect(try park.isSound())
    }

    @Test("what is paid on the phone after the car has left is given back")
    func tooLate() throws {
        let (park, stay, _) = try parked()
        let order = try park.order(.plate(plate))
        try park.run()
        _ = try park.book.pay(order.payment)
        try park.leave(stay, by: \.gate2)
        try park.pass(10_000)
        #expect(try park.look(order.payment) == .givenBack)
        #expect(try park.balance("acquirer:shownCode") == 0)
        #expect(try park.isSound())
    }

    @Test("an order that nobody pays is closed after three minutes, and the next one is another")
    func unpaid() throws {
        let (park, _, _) = try parked()
        let first = try park.order(.plate(plate), once: "a")
        try park.run()
        try park.pass(190_000)
        #expect(try park.look(first.payment) == .over)
        let second = try park.order(.plate(plate), once: "b")
        #expect(second.payment != first.payment)
        #expect(second.state == .waiting)
    }

    @Test(
        "a member, staff and special vehicles owe nothing on the phone",
        arguments: [
            (Permit.Grant.Kind.member, true), (.staff, true), (.special, true), (.visitor, false), (.permitted, false),
        ])
    func permits(kind: Permit.Grant.Kind, isFree: Bool) throws {
        let (park, _, _) = try parked()
        try park.restart(permits: [PermitSetting(holder: Holder(plate: plate), grant: .init(kind: kind))])
        #expect((try park.due(.plate(plate)) == nil) == isFree)
    }

    @Test("nothing is ordered where no network takes shown codes, and an unknown car park has no pages")
    func notOffered() throws {
        let (park, _, _) = try parked()
        #expect(park.phone(.site(try Slug("else"))) == .refused(.noSuchSite))
        #expect(park.phone(.order(Samples.id)) == .refused(.noSuchOrder))
    }

    enum Samples { static let id = PaymentID(at: Site.time, random: (9, 9)) }
}
