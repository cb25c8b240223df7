import Effects
import Payments
import Register
import Testing
import Vocabulary
import Wire

@testable import Canteen

@Suite("What a cash register asks a canteen's box for")
struct RegisterOrderTests {
    private static let order = id(1), second = id(2)

    private static func id(_ number: UInt64) -> PaymentID {
        PaymentID(at: WallTime(milliseconds: 1_795_000_000_000), random: (number, number))
    }

    private func start(
        _ world: CanteenWorld, _ id: PaymentID = order, _ amount: Int64 = 800, lane: LaneID? = nil, code: String? = nil
    ) {
        let sale = RegisterSale(amount: Fen(amount), lane: lane, itemClass: slug("meal"))
        world.tell(.own(.registered(.start(id, sale, code: code, door: slug("http")))))
    }

    private func state(_ world: CanteenWorld, _ id: PaymentID = order) -> RegisterState? {
        if case .payment(let state, _, _)? = world.site.registerStandings.all[id]?.what { state } else { nil }
    }

    private func refundState(_ world: CanteenWorld, _ id: PaymentID) -> RegisterRefund.State? {
        if case .refund(let state)? = world.site.registerStandings.all[id]?.what { state } else { nil }
    }

    /// Answers the last refund that was asked for.
    private func answerRefund(_ world: CanteenWorld, _ outcome: RefundOutcome) throws {
        let asked = try #require(world.sent.last { if case .refund = $0.request { true } else { false } })
        guard case .refund(let refund) = asked.request else { return }
        world.tell(.answer(asked.token, .refund(refund.id, outcome)))
    }

    @Test("the payer shows a card at the box, and is charged under the register's own id")
    func paid() throws {
        let world = CanteenWorld()
        start(world)
        #expect(state(world) == .waiting && world.word() == .due(Fen(800)))
        world.show()
        #expect(state(world) == .pending && world.charged == [Self.order])
        world.answer(.approved)
        #expect(state(world) == .approved && world.board.lanes[0].sale == nil)
        // The same order again begins nothing.
        start(world)
        #expect(world.charged == [Self.order] && world.board.lanes[0].sale == nil)
    }

    @Test("a code that the register has scanned pays at once, and nothing of it is kept")
    func code() throws {
        let world = CanteenWorld()
        start(world, code: "134567890123456789")
        #expect(state(world) == .pending && world.charged == [Self.order])
        world.answer(.approved)
        #expect(state(world) == .approved)
        let kept = world.table.values.flatMap(\.values).map { String(decoding: $0, as: UTF8.self) }
        #expect(!kept.contains { $0.contains("134567890123456789") })
        start(world, Self.second, code: "nonsense")
        #expect(state(world, Self.second) == .declined && world.charged.count == 1)
    }

    @Test("who cannot pay ends the order: the lane is free, and the register is told why in both languages")
    func declined() throws {
        let world = CanteenWorld()
        start(world)
        world.show()
        world.answer(.declined(.insufficientFunds))
        let standing = try #require(world.site.registerStandings.all[Self.order])
        #expect(state(world) == .declined && standing.detail?.code == "declined-insufficientFunds")
        #expect(standing.detail?.chinese.isEmpty == false && standing.detail?.english.isEmpty == false)
        #expect(world.board.lanes[0].sale == nil)
        start(world, Self.second)
        #expect(state(world, Self.second) == .waiting)
    }

    @Test("a lane that is not there, or has another sale, takes no order")
    func lanes() {
        let world = CanteenWorld()
        start(world, lane: slug("window-9"))
        #expect(state(world) == .declined)
        start(world, Self.second, lane: slug("till-1"))
        start(world, Self.id(3))
        #expect(state(world, Self.second) == .waiting && state(world, Self.id(3)) == .declined)
        #expect(world.site.registerStandings.all[Self.id(3)]?.detail?.code == "laneBusy")
    }

    @Test("given up before anything is charged, it is over at once; while it is charged, when the charge is undone")
    func cancelled() throws {
        let world = CanteenWorld()
        start(world)
        world.tell(.own(.registered(.cancel(Self.order))))
        #expect(state(world) == .cancelled && world.charged.isEmpty && world.board.lanes[0].sale == nil)
        start(world, Self.second)
        world.show()
        world.tell(.own(.registered(.cancel(Self.second))))
        #expect(state(world, Self.second) == .cancelling && world.reversed == [Self.second])
        world.answer(.reversed)
        #expect(state(world, Self.second) == .cancelled)
    }

    @Test("while an order waits for its payer, nothing that is keyed, chosen or weighed at the lane takes its place")
    func keptFromOthers() throws {
        let world = CanteenWorld()
        start(world)
        let sale = world.board.lanes[0].sale
        world.key(500)
        #expect(world.word() == .saleStands(Fen(800)) && world.shown.last == .due(Fen(800)))
        #expect(world.board.lanes[0].sale == sale && state(world) == .waiting)
        world.show()
        world.answer(.approved)
        #expect(state(world) == .approved && world.charged == [Self.order])

        let menu = try MenuAndScaleTests.till()
        start(menu, lane: menu.lane)
        menu.order(.item(MenuChoice(slug("milk"))))
        #expect(menu.word() == .saleStands(Fen(800)) && state(menu) == .waiting)
        menu.order(.cancel)
        menu.order(.item(MenuChoice(slug("milk"))))
        #expect(state(menu) == .cancelled && menu.board.lanes[0].screen.lines.map(\.item) == [slug("milk")])

        let scale = try MenuAndScaleTests.scale()
        start(scale)
        scale.tell(.own(.weighed(scale.lane, Grams(300))))
        #expect(scale.word() == .saleStands(Fen(800)) && state(scale) == .waiting)
    }

    @Test("the cashier's cancellation ends the order: at once while it waits, or when what was asked is undone")
    func cancelledByCashier() {
        let world = CanteenWorld()
        start(world)
        world.order(.cancel)
        #expect(state(world) == .cancelled && world.board.lanes[0].sale == nil)
        #expect(world.site.registerStandings.all[Self.order]?.detail?.code == "cancelledAtLane")
        start(world, Self.second)
        world.show()
        world.order(.cancel)
        #expect(state(world, Self.second) == .cancelling && world.reversed == [Self.second])
        world.answer(.reversed)
        #expect(state(world, Self.second) == .cancelled)
    }

    @Test("given up after it was paid, the whole amount goes back; where that cannot be, it stays paid")
    func undone() throws {
        let world = CanteenWorld()
        start(world)
        world.show()
        world.answer(.approved)
        world.tell(.own(.registered(.cancel(Self.order))))
        #expect(state(world) == .cancelling)
        try answerRefund(world, .refunded)
        #expect(state(world) == .cancelled)
        start(world, Self.second)
        world.show()
        world.answer(.approved)
        world.tell(.linkDown)
        world.tell(.own(.registered(.cancel(Self.second))))
        #expect(state(world, Self.second) == .approved)
    }

    /// An order that a lease pays, while the record of that is on its way to a slow disk.
    private func writing() -> CanteenWorld {
        let world = CanteenWorld()
        world.lease()
        world.tell(.linkDown)
        world.isDiskSlow = true
        start(world)
        world.show()
        return world
    }

    @Test("given up while the record that pays it is written, it is never told as paid: nobody is served, it goes back")
    func givenUpWhileWritten() throws {
        let world = writing()
        world.tell(.own(.registered(.cancel(Self.order))))
        #expect(state(world) == .cancelling)
        while !world.isDiskIdle {
            world.commitOne()
            #expect(state(world) == .cancelling)
        }
        world.isDiskSlow = false
        #expect(world.booked == ["lease"] && world.pulses.isEmpty && world.word() == .cancelled)
        #expect(world.board.lanes[0].sale == nil)
        // The platform has to have the record first.
        world.tell(.linkUp)
        #expect(!world.sent.contains { if case .refund = $0.request { true } else { false } })
        world.tell(.settledWithPlatform)
        try answerRefund(world, .refunded)
        #expect(state(world) == .cancelled && world.board.last.last?.returned == Fen(800))
    }

    @Test("given up while its record is written, and the disk refuses that: nothing was paid, and it is cancelled")
    func givenUpAndLost() throws {
        let world = writing()
        world.tell(.own(.registered(.cancel(Self.order))))
        while !world.isDiskIdle { world.loseOne() }
        #expect(state(world) == .cancelled && world.booked.isEmpty && world.board.lanes[0].sale == nil)

        // The same where the platform was asked before: it is over when the platform has undone it.
        let asked = CanteenWorld()
        asked.lease()
        start(asked)
        asked.show()
        asked.isDiskSlow = true
        asked.pass(seconds: 2)
        asked.tell(.own(.registered(.cancel(Self.order))))
        while !asked.isDiskIdle { asked.loseOne() }
        #expect(state(asked) == .cancelling && asked.reversed == [Self.order])
        asked.isDiskSlow = false
        asked.answer(.reversed)
        #expect(state(asked) == .cancelled)
    }

    @Test("a power cut after it was given up leaves the record's word, and the register's book gives it up again")
    func givenUpAndCut() throws {
        for writes in 0...4 {
            let world = writing()
            world.tell(.own(.registered(.cancel(Self.order))))
            for _ in 0..<writes { world.commitOne() }
            let isBooked = world.booked == ["lease"]
            world.isDiskSlow = false
            world.restart()
            world.tell(.linkUp)
            world.tell(.settledWithPlatform)
            world.tell(.own(.registered(.cancel(Self.order))))
            guard isBooked else {
                #expect(state(world) == .failed || state(world) == .cancelled || state(world) == nil)
                continue
            }
            #expect(state(world) == .cancelling, "after \(writes) writes")
            try answerRefund(world, .refunded)
            #expect(state(world) == .cancelled, "after \(writes) writes")
        }
    }

    @Test("given up while the paid one waits for the person before, it goes back, and the turnstile does not open")
    func givenUpAtTheGate() throws {
        let world = try School.world { $0.waits.duplicate = .seconds(0) }
        world.card("0000000001")
        world.answer(.approved)
        let opened = world.pulses.count
        start(world)
        world.card("0000000003")
        world.answer(.approved)
        #expect(state(world) == .approved && world.board.lanes[0].stage == .waitingForGate)
        world.tell(.own(.registered(.cancel(Self.order))))
        #expect(state(world) == .cancelling && world.board.lanes[0].sale == nil)
        world.walk()
        world.pass(seconds: 2)
        #expect(world.pulses.count == opened && world.passages.count == 1)
        try answerRefund(world, .refunded)
        #expect(state(world) == .cancelled)
    }

    @Test("who does not pass at a turnstile gets the money back, and the register reads that the order is cancelled")
    func notPassed() throws {
        let world = try School.world()
        start(world)
        world.card("0000000001")
        world.answer(.approved)
        #expect(state(world) == .approved && world.pulses.count == 2)
        world.pass(seconds: 7)
        #expect(state(world) == .cancelling && world.reversed == [Self.order])
        world.answer(.reversed)
        #expect(state(world) == .cancelled)
    }

    @Test("a record that comes to the disk when nobody waits any more is undone, and the order does not stay pending")
    func writtenTooLate() throws {
        let world = try School.world(hasPurses: true)
        world.lend(3_000, to: School.pupil)
        world.tell(.linkDown)
        world.isDiskSlow = true
        start(world)
        world.card("0000000001")
        world.pass(seconds: 60)
        #expect(state(world) == .pending)
        world.sync()
        #expect(state(world) == .cancelling && world.pulses.isEmpty && world.booked == ["lease"])
        world.isDiskSlow = false
        world.tell(.linkUp)
        world.tell(.settledWithPlatform)
        try answerRefund(world, .refunded)
        #expect(state(world) == .cancelled)
    }

    @Test("a part goes back by its own id, once, and what is refused says so")
    func refunds() throws {
        let world = CanteenWorld()
        start(world)
        world.show()
        world.answer(.approved)
        func refund(_ number: UInt64, _ payment: PaymentID = Self.order) -> PaymentID {
            let id = Self.id(number)
            let refund = Refund(id: id, payment: payment, amount: Fen(300), who: "Sun", why: "cold")
            world.tell(.own(.registered(.refund(refund))))
            return id
        }
        let good = refund(10)
        #expect(refundState(world, good) == .pending)
        _ = refund(10)
        #expect(world.sent.filter { if case .refund = $0.request { true } else { false } }.count == 1)
        try answerRefund(world, .refunded)
        #expect(refundState(world, good) == .refunded)
        let bad = refund(11)
        try answerRefund(world, .refused(.moreThanCaptured))
        #expect(refundState(world, bad) == .refused)
        #expect(refundState(world, refund(12, Self.second)) == .refused)
    }

    @Test("while the platform is away a lease pays, and the register hears of it when that is on disk")
    func offline() {
        let world = CanteenWorld()
        world.lease()
        world.tell(.linkDown)
        world.isDiskSlow = true
        start(world)
        world.show()
        #expect(state(world) == .pending)
        world.sync()
        #expect(state(world) == .approved && world.booked == ["lease"])
    }

    @Test("after a power cut an order that was not charged has failed; one that was is followed to its end")
    func restart() throws {
        let waiting = CanteenWorld()
        start(waiting)
        waiting.restart()
        #expect(state(waiting) == .failed)
        #expect(waiting.site.registerStandings.all[Self.order]?.detail == .interrupted)

        let pending = CanteenWorld()
        start(pending)
        pending.show()
        pending.restart()
        #expect(state(pending) == .pending)
        pending.tell(.linkUp)
        pending.answer(.approved)
        #expect(state(pending) == .approved)
        pending.restart()
        #expect(state(pending) == .approved)
        // The register has handed over what it sold: the same amount is another sale.
        pending.tell(.linkUp)
        pending.forget()
        pending.key()
        pending.show()
        #expect(pending.charged.count == 1)
    }

    @Test("another way to pay, after one that nobody confirmed, has an id of its own: the first is undone by its id")
    func anotherWay() throws {
        let world = CanteenWorld()
        start(world, Self.order, 2_000)
        world.show()
        world.pass(seconds: 2)
        #expect(world.charged == [Self.order] && world.board.lanes[0].sale != nil)
        world.order(.cash)
        let cash = world.records.compactMap { event -> PaymentID? in
            if case .payment(.cashTaken, let charge, _) = event { charge.payment } else { nil }
        }
        #expect(cash.count == 1 && cash.first != Self.order && world.reversed == [Self.order])
        #expect(state(world) == .approved)
        guard case .payment(_, let paidBy, _)? = world.site.registerStandings.all[Self.order]?.what else { return }
        #expect(paidBy == cash.first)
        world.answer(.reversed)
        #expect(state(world) == .approved, "what was undone is not what paid")
    }

    @Test("an order of before a power cut is not paid a second order with")
    func notAnothersCharge() throws {
        let world = CanteenWorld()
        start(world)
        world.show()
        world.restart()
        world.forget()
        world.tell(.linkUp)
        start(world, Self.second)
        world.show()
        #expect(world.charged == [Self.second])
        world.answer(.approved)
        #expect(state(world, Self.second) == .approved && state(world) == .pending)
    }

    @Test("a power cut at any write leaves no paid order that the register is told has failed")
    func anyWrite() {
        for writes in 0...6 {
            let world = CanteenWorld()
            world.lease()
            world.tell(.linkDown)
            world.isDiskSlow = true
            start(world)
            world.show()
            for _ in 0..<writes { world.commitOne() }
            let isBooked = world.booked == ["lease"]
            world.isDiskSlow = false
            world.restart()
            // The order itself may have been lost with the power: then nothing is booked either.
            let told = state(world)
            #expect(
                isBooked ? told == .approved : told != .approved, "after \(writes) writes: \(String(describing: told))")
        }
    }

    @Test("512 orders are remembered: the oldest that is over is forgotten, one that goes on is not")
    func bound() {
        var notes = RegisterNotes()
        let open = RegisterStanding(what: .payment(.waiting, paidBy: Self.id(0), total: Fen(1)))
        notes.put(Self.id(0), open)
        for number in UInt64(1)...600 {
            notes.put(
                Self.id(number), RegisterStanding(what: .payment(.cancelled, paidBy: Self.id(number), total: Fen(1))))
        }
        #expect(notes.standings.count == RegisterNotes.most)
        #expect(notes[Self.id(0)] == open && notes[Self.id(1)] == nil && notes[Self.id(600)] != nil)
    }
}
