import Services
import Tariffs
import Testing
import Vocabulary
import Wire

/// Which charges are declined because their minutes are paid for: on the phone, or at another box.
@Suite("Minutes that are paid for already")
struct PaidMinutesTests {
    private let plate = Site.rich
    private let park: CarPark
    private let stay: StayID
    private let entered: WallTime

    /// A car that came in at the first box of its car park 120 minutes ago.
    init() throws {
        park = try CarPark()
        entered = park.time
        stay = try park.enter(plate)
        park.wait(minutes: 120)
    }

    /// What a box charges for the stay from one minute of it to another, by the tariff.
    private func part(_ minutes: Range<Int64>, _ number: UInt64 = 1, of stay: StayID? = nil) throws -> Charge {
        try part(
            milliseconds: minutes.lowerBound * CarPark.minute, to: minutes.upperBound * CarPark.minute, number, of: stay
        )
    }

    private func part(
        milliseconds from: Int64, to until: Int64, _ number: UInt64 = 1, of other: StayID? = nil
    ) throws -> Charge {
        let quote = try CarPark.prices.quote(
            from: entered, duration: .milliseconds(until), paidFor: from == 0 ? nil : .milliseconds(from))
        return Charge(
            payment: PaymentID(at: park.time, random: (7, number)), plate: plate, stay: other ?? stay,
            lane: try LaneID("exit-1"), quote: quote)
    }

    /// Where the prepaid minutes end, in milliseconds of the stay.
    private func prepay() throws -> Int64 {
        let payment = try park.prepay(.stay(stay))
        let prepaid = try #require(try park.find(.stay(stay))?.prepaid)
        #expect(prepaid.payment == payment)
        return prepaid.through.milliseconds - entered.milliseconds
    }

    @Test(
        "of what was prepaid on the phone not a millisecond is charged again at the exit; what follows on it is",
        arguments: [(-CarPark.minute, false), (-1, false), (0, true), (1, true), (CarPark.minute, true)])
    func afterThePhone(shift: Int64, isTaken: Bool) throws {
        let through = try prepay()
        park.wait(minutes: 60)
        let charge = try part(milliseconds: through + shift, to: 180 * CarPark.minute)
        #expect(charge.quote.total > .zero)
        #expect(try park.charge(charge) == (isTaken ? .approved : .declined(.prepaid)))
        #expect(try park.charge(charge) == (isTaken ? .approved : .declined(.prepaid)), "and asked again the same")
        #expect(try park.isSound() && park.incidents() == [])
    }

    @Test(
        "minutes before the prepaid ones can be charged, up to the millisecond where those begin",
        arguments: [(-CarPark.minute, true), (0, true), (1, false), (CarPark.minute, false)])
    func beforeThePhone(shift: Int64, isTaken: Bool) throws {
        // The first hour was paid at a box when the phone paid for the rest; then that payment is undone.
        let first = try part(0..<60)
        #expect(try park.charge(first) == .approved)
        _ = try prepay()
        #expect(try park.ask(.reverse(first.payment)) == .payment(first.payment, .reversed))
        let again = try part(milliseconds: 0, to: 60 * CarPark.minute + shift, 2)
        #expect(try park.charge(again) == (isTaken ? .approved : .declined(.prepaid)))
    }

    @Test(
        "of what was paid at another box of the car park nothing is charged again; what follows on it is",
        arguments: [(-CarPark.minute, false), (-1, false), (0, true), (CarPark.minute, true)])
    func afterAnotherBox(shift: Int64, isTaken: Bool) throws {
        #expect(try park.charge(part(0..<60), from: park.gate2) == .approved)
        let charge = try part(milliseconds: 60 * CarPark.minute + shift, to: 120 * CarPark.minute, 2)
        #expect(try park.charge(charge) == (isTaken ? .approved : .declined(.prepaid)))
        #expect(try park.isSound() && park.incidents() == [])
    }

    @Test("what a box was paid itself it knows: it is not told of it", arguments: [true, false])
    func ownPayment(isOwn: Bool) throws {
        #expect(try park.charge(part(0..<60), from: isOwn ? park.gate1 : park.gate2) == .approved)
        #expect(try park.charge(part(30..<120, 2), from: park.gate1) == (isOwn ? .approved : .declined(.prepaid)))
        #expect(try park.incidents() == [])
    }

    @Test("a car that owes the minutes to another box has paid for them, and its debt stands")
    func owedElsewhere() throws {
        let owed = try part(0..<60)
        try park.record(.debt(owed), by: \.gate2)
        #expect(try park.charge(part(0..<120, 2)) == .declined(.prepaid))
        _ = try park.ask(.reverse(owed.payment), from: park.gate2)
        #expect(try park.charge(part(0..<120, 3)) == .declined(.prepaid))
    }

    @Test("a payment at another box that was undone pays for nothing")
    func undoneElsewhere() throws {
        let charge = try part(0..<60)
        #expect(try park.charge(charge, from: park.gate2) == .approved)
        _ = try park.ask(.reverse(charge.payment), from: park.gate2)
        #expect(try park.charge(part(0..<120, 2)) == .approved)
    }

    @Test("a prepayment that was given back pays for nothing")
    func givenBack() throws {
        _ = try prepay()
        // A promise of another box gave it back; then the promise is undone, too.
        let promise = try part(0..<120)
        try park.record(.payment(.acceptedOffline, promise, nil), by: \.gate2)
        try park.run()
        #expect(try park.incidents() == [.stayPaidTwice])
        #expect(try park.charge(part(0..<120, 2)) == .declined(.prepaid), "the promise pays for them now")
        _ = try park.ask(.reverse(promise.payment), from: park.gate2)
        #expect(try park.charge(part(0..<120, 3)) == .approved)
        #expect(try park.isSound())
    }

    @Test("an order that nobody has paid keeps no box from charging")
    func unpaidOrder() throws {
        _ = try park.order(.stay(stay))
        try park.run()
        #expect(try park.charge(part(0..<120)) == .approved)
    }

    @Test("another car's minutes are its own, at the same box and at the same time")
    func otherPlate() throws {
        let second = try park.enter(Site.stranger, 2)
        _ = try prepay()
        var charge = try part(0..<120, 2, of: second)
        charge.plate = Site.stranger
        #expect(try park.charge(charge) == .approved)
        #expect(try park.charge(part(0..<120, 3)) == .declined(.prepaid))
    }

    @Test("a car whose plate was corrected since has paid all the same: the minutes are the stay's")
    func correctedPlate() throws {
        _ = try prepay()
        var charge = try part(0..<120)
        charge.plate = Site.stranger
        #expect(try park.charge(charge) == .declined(.prepaid))
    }

    @Test("the same plate's stay at another car park is another stay")
    func otherSite() throws {
        _ = try prepay()
        let elsewhere = try park.enter(plate, 2, by: \.gate3)
        #expect(try park.charge(part(0..<120, of: elsewhere), from: park.gate3) == .approved)
    }

    @Test("a code that is shown for minutes paid at another box is declined, and no payment network is asked")
    func shownCode() throws {
        #expect(try park.charge(part(0..<60), from: park.gate2) == .approved)
        var charge = try part(0..<120, 2)
        charge.instrument = .shownCode
        #expect(try park.charge(charge) == .declined(.prepaid))
        #expect(park.tasks.isEmpty)
    }
}
