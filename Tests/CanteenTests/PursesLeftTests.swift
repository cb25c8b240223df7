import Effects
import JSONText
import Payments
import Purses
import Testing
import Vocabulary
import Wire

@testable import Canteen

@Suite("What the screen says is left after a meal from a lease")
struct PursesLeftTests {
    static let lots = [
        LeaseLot(purse: slug("nutrition"), lot: slug("nov"), expires: day("2026-11-30"), amount: Fen(600)),
        LeaseLot(purse: slug("cash"), amount: Fen(3_000)),
    ]
    /// 4.00 of subsidy and 20.00 of cash are not in the lease.
    static let elsewhere = [
        DatedBalance(purse: slug("nutrition"), expires: day("2026-11-30"), amount: Fen(400)),
        DatedBalance(purse: slug("cash"), amount: Fen(2_000)),
    ]

    static func lent(
        elsewhere: [DatedBalance]? = elsewhere, _ change: (inout CanteenScenario) -> Void = { _ in }
    ) throws -> CanteenWorld {
        let world = try School.world(hasPurses: true, change)
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_600, lots: lots, elsewhere: elsewhere)
        world.forget()
        return world
    }

    private func left(_ world: CanteenWorld) -> [String: Int64] {
        world.board.lanes[0].screen.balances.reduce(into: [:]) { $0[$1.purse.text] = $1.amount.count }
    }

    /// The pupil comes again, for a second helping at three yuan.
    private func again(_ world: CanteenWorld) {
        world.walk()
        world.pass(seconds: 61)
        world.card("0000000001")
    }

    private func page(_ world: CanteenWorld) throws -> JSONNode {
        let pages = CanteenPages(world.scenario, rules: world.rules)
        return try JSONNode.parse(pages.screen(world.board.lanes[0], of: world.board), dialect: .json)
    }

    @Test("purse by purse, the rest of the lease and what the platform has told, online and while it is away")
    func left() throws {
        for isOnline in [true, false] {
            let world = try Self.lent()
            if !isOnline { world.tell(.linkDown) }
            world.card("0000000001")
            #expect(world.word() == .paid(Fen(800)) && world.charged.isEmpty)
            #expect(left(world) == ["nutrition": 400, "cash": 4_800])
            #expect(world.board.lanes[0].screen.balancesAsOf == at("2026-11-20 12:00"))
            again(world)
            #expect(left(world) == ["nutrition": 400, "cash": 4_500])
            // Nobody else reads it.
            world.pass(seconds: 5)
            #expect(left(world) == [:] && world.board.lanes[0].screen.balancesAsOf == nil)
        }
    }

    @Test("also after a restart, and by the day of the meal")
    func restart() throws {
        let world = try Self.lent(
            elsewhere: Self.elsewhere + [
                DatedBalance(purse: slug("cash"), expires: day("2026-11-19"), amount: Fen(77))
            ])
        world.restart()
        world.tell(.linkDown)
        world.card("0000000001")
        #expect(left(world) == ["nutrition": 400, "cash": 4_800])
    }

    @Test("what was not told is not shown")
    func untold() throws {
        let world = try Self.lent(elsewhere: nil)
        world.card("0000000001")
        #expect(world.word() == .paid(Fen(800)) && left(world) == [:])
        #expect(try page(world)["asOf"] == nil)
    }

    @Test("the page says of what time it is; what the platform has just said needs no time")
    func page() throws {
        let world = try Self.lent()
        world.pass(seconds: 600)
        world.card("0000000001")
        let shown = try page(world)
        #expect(shown["purses"]?.array?.map { $0["left"]?.string } == ["¥4.00", "¥48.00"])
        #expect(shown["asOf"]?["zh"]?.string == "余额截至12:00" && shown["asOf"]?["en"]?.string == "Left as of 12:00")
        world.walk()
        world.card("0000000003")
        world.answer(
            .approved,
            receipt: Receipt(spends: [], balances: [PurseBalance(purse: slug("cash"), amount: Fen(1))]))
        #expect(left(world) == ["cash": 1])
        #expect(try page(world)["asOf"] == nil && page(world)["purses"]?.array?.count == 1)
        // Of another day, with its date.
        var desk = world.board.lanes[0]
        desk.screen.balancesAsOf = at("2026-11-19 18:05")
        let pages = CanteenPages(world.scenario, rules: world.rules)
        let old = try JSONNode.parse(pages.screen(desk, of: world.board), dialect: .json)
        #expect(old["asOf"]?["en"]?.string == "Left as of 2026-11-19 18:05")
    }

    /// What was asked about the lease since the test last forgot.
    private func renewals(_ world: CanteenWorld) -> Int {
        world.sent.filter { if case .lease(.renew) = $0.request { true } else { false } }.count
    }

    /// The subsidy that is lent is too little for the meal, so that the platform is asked.
    private func short() throws -> CanteenWorld {
        let world = try School.world(hasPurses: true)
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_400, lots: Self.short, elsewhere: Self.elsewhere)
        world.forget()
        return world
    }
    private static let short = [
        LeaseLot(purse: slug("nutrition"), lot: slug("nov"), expires: day("2026-11-30"), amount: Fen(400)), lots[1],
    ]

    @Test("after an online payment beside the lease nothing is said until the platform has been asked anew")
    func online() throws {
        let world = try short()
        world.card("0000000001")
        #expect(world.charged.count == 1 && renewals(world) == 0)
        world.answer(
            .approved, receipt: Receipt(spends: [], balances: [PurseBalance(purse: slug("cash"), amount: Fen(7))]))
        #expect(left(world) == ["cash": 7])
        // What was told before is over, also after a power cut; the next look at the clock asks.
        let unasked = try short()
        unasked.card("0000000001")
        unasked.answer(.approved)
        unasked.restart()
        unasked.tell(.linkDown)
        again(unasked)
        #expect(unasked.booked == ["lease"] && left(unasked) == [:])
        world.tell(.tick)
        #expect(renewals(world) == 1)
        world.grant(3_400, lots: Self.short, elsewhere: [Self.elsewhere[1]])
        again(world)
        #expect(world.booked == ["lease"] && left(world) == ["cash": 5_000])
    }

    @Test("an online payment that is undone because nobody passed is asked about too")
    func undone() throws {
        let world = try short()
        world.card("0000000001")
        world.answer(.approved)
        world.tell(.tick)
        world.grant(3_400, lots: Self.short, elsewhere: Self.elsewhere)
        world.forget()
        world.pass(seconds: 7)
        #expect(world.reversed.count == 1)
        world.answer(.reversed)
        world.tell(.tick)
        #expect(renewals(world) == 1)
        world.tell(.linkDown)
        world.card("0000000001")
        #expect(world.booked == ["lease"] && left(world) == [:])
    }

    @Test("when a meal from the lease is given back, the platform is asked what there is")
    func refunded() throws {
        for isByCashier in [false, true] {
            let world = try Self.lent()
            world.card("0000000001")
            if isByCashier {
                world.walk()
                world.order(.correct(sale: try #require(world.board.last.last).id, why: "cold"))
            } else {
                world.pass(seconds: 7)
            }
            world.tell(.settledWithPlatform)
            world.tell(.tick)
            #expect(renewals(world) == 0)
            let (request, token) = try #require(
                world.sent.last { if case .refund = $0.request { true } else { false } })
            guard case .refund(let refund) = request else { return }
            world.tell(.answer(token, .refund(refund.id, .refunded)))
            world.tell(.tick)
            #expect(renewals(world) == 1)
            world.pass(seconds: 61)
            world.tell(.linkDown)
            world.card("0000000001")
            #expect(world.booked == ["lease", "lease"] && left(world) == [:])
        }
    }

    @Test("what is promised beside the lease comes off: nothing is said until the platform has the promise")
    func promised() throws {
        let world = CanteenWorld(rules: try School.rules())
        world.tell(.own(.expected([CanteenWorld.pupil])))
        world.grant(700, lots: [LeaseLot(purse: slug("cash"), amount: Fen(700))], elsewhere: Self.elsewhere)
        world.tell(.linkDown)
        for (amount, booked) in [(100, "lease"), (800, "promise"), (100, "lease")] as [(Int64, String)] {
            world.forget()
            world.key(amount)
            world.show()
            #expect(world.booked == [booked])
            #expect(left(world)["cash"] == (left(world).isEmpty ? nil : 2_600))
        }
        #expect(left(world) == [:])
        // The platform answers before it has the promise: what it says does not count.
        world.tell(.linkUp)
        world.pass(seconds: 10_000)
        world.grant(700, lots: [LeaseLot(purse: slug("cash"), amount: Fen(700))], elsewhere: Self.elsewhere)
        world.forget()
        world.key(100)
        world.show()
        #expect(world.booked == ["lease"] && left(world) == [:])
        world.tell(.settledWithPlatform)
        world.forget()
        world.key(100)
        world.show()
        #expect(world.booked == ["lease"] && left(world) == [:])
        world.tell(.tick)
        #expect(renewals(world) == 1)
        world.grant(700, lots: [LeaseLot(purse: slug("cash"), amount: Fen(700))], elsewhere: [Self.elsewhere[1]])
        world.key(100)
        world.show()
        #expect(left(world) == ["cash": 2_200])
    }

    @Test("a payment that was asked for, and then taken from the lease, leaves in doubt what is left")
    func doubted() throws {
        let world = try short()
        world.card("0000000001")
        world.tell(.linkDown)
        world.pass(seconds: 2)
        #expect(world.booked == ["lease"] && left(world) == [:])
        again(world)
        #expect(world.booked == ["lease", "lease"] && left(world) == [:])
    }

    @Test("a meal whose record the disk refuses leaves nothing said of that lease")
    func lost() throws {
        let world = try Self.lent()
        world.refusesWrites = true
        world.card("0000000001")
        #expect(world.pulses.isEmpty && left(world) == [:])
        world.refusesWrites = false
        world.tell(.journal(isHealthy: true))
        world.pass(seconds: 61)
        world.card("0000000001")
        #expect(world.booked == ["lease"] && left(world) == [:])
    }
}
