import Canteen
import Effects
import Payments
import Register
import Testing
import Vocabulary
import Wire

@Suite("Phones' payment codes at lanes that are not for everybody")
struct PhoneCodeTests {
    /// A turnstile where others pay a price of their own.
    private static func world(knownBy: Set<KnownBy>, groups: Set<Slug>? = nil) throws -> CanteenWorld {
        try School.world { scenario in
            scenario.lanes[0].knownBy = knownBy
            scenario.lanes[0].groups = groups
            scenario.lanes[0].modes = [
                CanteenMode(
                    .fixedPrice([slug("staff"): Fen(600)], others: Fen(2_000)), itemClass: slug("meal"),
                    helpings: .anyNumber)
            ]
        }
    }

    private static func code() throws -> PayerCode { try PayerCode("281234567890123456") }

    @Test("a lane that takes no codes takes no phone's payment code either", arguments: [true, false])
    func knownBy(hasCode: Bool) throws {
        let world = try Self.world(knownBy: hasCode ? [.face, .code] : [.face, .card])
        world.tell(.own(.scanned(world.lane, try Self.code())))
        #expect(world.charged.count == (hasCode ? 1 : 0) && (world.word() == .meansNotUsed) != hasCode)
        guard hasCode else { return }
        #expect(world.lastCharge?.quote.total == Fen(2_000))
        world.answer(.approved)
        #expect(world.pulses.contains("gate-1.open"))
    }

    @Test("nor does a cashier's keyed code pay there")
    func keyed() throws {
        let world = try MenuAndScaleTests.scale()
        world.tell(.own(.weighed(world.lane, Grams(693))))
        world.order(.enterCode(try Self.code()))
        #expect(world.charged.isEmpty && world.word() == .meansNotUsed)
        // What is on the scale still stands.
        world.card("0000000001")
        #expect(world.charged.count == 1)
    }

    @Test("at a turnstile for some groups nobody passes who is of none, by whatever means", arguments: 0...2)
    func groups(means: Int) throws {
        let world = try Self.world(knownBy: [.face, .card, .code], groups: [slug("staff")])
        switch means {
        case 0: world.tell(.own(.scanned(world.lane, try Self.code())))
        case 1: world.order(.cash)
        default: world.card("0000000001")
        }
        #expect(world.word() == .groupNotServed && world.charged.isEmpty && world.booked.isEmpty)
        #expect(world.pulses.isEmpty)
        world.card("0000000003")
        #expect(world.lastCharge?.quote.total == Fen(600))
    }

    @Test("a till for some groups takes a phone's code for what the cashier has keyed")
    func till() throws {
        var scenario = CanteenWorld.till
        scenario.lanes[0].groups = [slug("staff")]
        let world = CanteenWorld(scenario)
        world.key()
        world.tell(.own(.scanned(world.lane, try Self.code())))
        #expect(world.charged.count == 1)
    }

    @Test("a register's order with a code, at a lane that takes none, is over at once")
    func register() throws {
        var scenario = CanteenWorld.till
        scenario.lanes[0].knownBy = [.card]
        let world = CanteenWorld(scenario)
        let order = PaymentID(at: WallTime(milliseconds: 1_795_000_000_000), random: (1, 1))
        let sale = RegisterSale(amount: Fen(800), lane: nil, itemClass: slug("meal"))
        world.tell(
            .own(.registered(.start(order, sale, code: "281234567890123456", door: slug("http")))))
        guard case .payment(.declined, _, _)? = world.site.registerStandings.all[order]?.what else {
            return #expect(Bool(false), "\(String(describing: world.site.registerStandings.all[order]))")
        }
        #expect(world.charged.isEmpty && world.board.lanes[0].stage == .idle)
    }
}
