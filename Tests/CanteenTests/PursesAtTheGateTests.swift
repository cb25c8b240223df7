import Canteen
import Effects
import Payments
import Purses
import Testing
import Vocabulary
import Wire

@Suite("Purses at a canteen's box")
struct PursesAtTheGateTests {
    static func spends(_ world: CanteenWorld) -> [[PurseSpend]] {
        world.records.compactMap { if case .leaseSpent(_, _, let spends) = $0 { spends } else { nil } }
    }

    /// A pupil of whom six yuan of subsidy and thirty of cash are lent.
    static func lent() throws -> CanteenWorld {
        let world = try School.world(hasPurses: true)
        world.tell(.own(.expected([School.pupil])))
        world.grant(
            3_600,
            lots: [
                LeaseLot(purse: slug("nutrition"), lot: slug("nov"), expires: day("2026-11-30"), amount: Fen(600)),
                LeaseLot(purse: slug("cash"), amount: Fen(3_000)),
            ])
        world.forget()
        return world
    }

    @Test("one meal over two purses is one payment, split by the rules, on disk before it opens")
    func split() throws {
        let world = try Self.lent()
        world.tell(.linkDown)
        world.isDiskSlow = true
        world.card("0000000001")
        #expect(world.pulses.isEmpty)
        world.sync()
        #expect(world.pulses == MealTests.opens)
        #expect(
            Self.spends(world) == [
                [
                    PurseSpend(
                        line: 0, purse: slug("nutrition"), lot: slug("nov"), expires: day("2026-11-30"),
                        amount: Fen(600)),
                    PurseSpend(line: 0, purse: slug("cash"), amount: Fen(200)),
                ]
            ])
        #expect(world.board.report[.purse, "nutrition"] == SaleSum(count: 1, amount: Fen(600)))
        #expect(
            world.board.lanes[0].screen.shares == [
                .init(purse: slug("nutrition"), amount: Fen(600)), .init(purse: slug("cash"), amount: Fen(200)),
            ])
    }

    @Test("the subsidy of one meal a day does not pay the second helping")
    func secondHelping() throws {
        let world = try Self.lent()
        world.tell(.linkDown)
        world.card("0000000001")
        world.walk()
        world.pass(seconds: 61)
        world.card("0000000001")
        #expect(Self.spends(world).last == [PurseSpend(line: 0, purse: slug("cash"), amount: Fen(300))])
    }

    @Test("what is lent pays first, also while the platform can be asked; it counts as spent there")
    func lentFirst() throws {
        let world = try Self.lent()
        world.card("0000000001")
        #expect(world.charged.isEmpty && world.booked == ["lease"] && world.pulses == MealTests.opens)
        // Nothing is lent of the teacher: the platform is asked.
        world.walk()
        world.card("0000000003")
        #expect(world.charged.count == 1)
    }

    @Test("a limit of the guardian refuses in words of what is left, and nothing is spent")
    func guardian() throws {
        let world = try School.world(hasPurses: true)
        world.lend(3_000, to: School.second)
        world.tell(.linkDown)
        world.card("0000000002")
        world.walk()
        world.pass(seconds: 61)
        world.card("0000000002")
        guard case .shortage(let chinese, let english) = world.word() else {
            return #expect(Bool(false), "\(world.word())")
        }
        #expect(chinese.contains("1.00") && english.contains("1.00") && world.booked == ["lease"])
    }

    @Test("without a lease nothing is charged offline, and the person is told what to do")
    func nothingLent() throws {
        let world = try School.world(hasPurses: true)
        world.tell(.linkDown)
        world.card("0000000001")
        #expect(world.word() == .notPaid(.offlineNotAllowed, Fen(800)) && world.word().advice != nil)
        #expect(world.booked.isEmpty && world.pulses.isEmpty)
    }

    @Test("while the platform splits by other rules no lease is spent, and that is told until they agree")
    func rulesDiffer() throws {
        let world = try Self.lent()
        world.tell(.announced(.purseRules(digest: String(repeating: "0", count: 64))))
        #expect(world.faults["purseRules"] != nil && world.board.doRulesDiffer && world.board.peopleReady == 0)
        world.tell(.linkDown)
        world.card("0000000001")
        #expect(world.word() == .rulesDiffer && world.booked.isEmpty)
        // A restart does not make the rules agree.
        world.restart()
        world.tell(.linkDown)
        world.card("0000000001")
        #expect(world.word() == .rulesDiffer && world.booked.isEmpty)
        world.pass(seconds: 4)
        world.tell(.announced(.purseRules(digest: try #require(world.site.purseRulesDigest))))
        #expect(world.faults["purseRules"] == nil)
        world.card("0000000001")
        #expect(world.booked == ["lease"])
    }

    @Test("a lease that is recalled goes back at once, and not before a payment on it is on disk")
    func recalled() throws {
        func lease(_ world: CanteenWorld) -> LeaseID? {
            world.table["lease"]?.keys.first.flatMap { try? LeaseID($0) }
        }
        func isGivenBack(_ world: CanteenWorld) -> Bool {
            world.sent.contains { if case .lease(.giveBack) = $0.request { true } else { false } }
        }
        let idle = try Self.lent()
        idle.tell(.announced(.leaseRecalled(try #require(lease(idle)))))
        #expect(isGivenBack(idle))
        idle.tell(.linkDown)
        idle.card("0000000001")
        #expect(idle.booked.isEmpty)

        let busy = try Self.lent()
        let id = try #require(lease(busy))
        busy.isDiskSlow = true
        busy.card("0000000001")
        busy.tell(.announced(.leaseRecalled(id)))
        #expect(!isGivenBack(busy))
        busy.sync()
        busy.sync()
        #expect(isGivenBack(busy) && busy.booked == ["lease"] && busy.pulses == MealTests.opens)
    }

    @Test("the screen says which purses paid and what is left, as the platform says; and why they do not")
    func receipts() throws {
        let world = try School.world(hasPurses: true)
        world.card("0000000001")
        world.answer(
            .approved,
            receipt: Receipt(
                spends: [
                    PurseSpend(line: 0, purse: slug("nutrition"), amount: Fen(600)),
                    PurseSpend(line: 0, purse: slug("cash"), amount: Fen(200)),
                ], balances: [PurseBalance(purse: slug("cash"), amount: Fen(2_800))]))
        let screen = world.board.lanes[0].screen
        #expect(screen.shares.map(\.amount) == [Fen(600), Fen(200)] && screen.word == .paid(Fen(800)))
        #expect(screen.balances == [PurseBalance(purse: slug("cash"), amount: Fen(2_800))])
        #expect(screen.name == "张*三" && screen.total == Fen(800))
        world.walk()
        world.card("0000000002")
        world.answer(
            .declined(.guardianBars),
            receipt: Receipt(spends: [], balances: [], shortage: .init(chinese: "家长限制", english: "barred")))
        #expect(world.word() == .shortage(chinese: "家长限制", english: "barred"))
    }

    @Test("before the meal leases are asked for everybody who is listed, and the board counts who can eat offline")
    func ahead() throws {
        let world = try School.world(hasPurses: true, at: "2026-11-20 09:30")
        func asked() -> Int {
            world.sent.filter { if case .lease(.open) = $0.request { true } else { false } }.count
        }
        world.pass(seconds: 1_799)
        #expect(asked() == 0 && world.board.peopleReady == 0)
        world.pass(seconds: 1)
        world.pass(seconds: 1)
        #expect(asked() == School.people.count)
        for (request, token) in world.sent {
            guard case .lease(.open(let id, _, let amount, _)) = request else { continue }
            world.tell(
                .answer(
                    token,
                    .lease(
                        id,
                        .granted(
                            LeaseTerms(
                                amount: amount,
                                expires: WallTime(milliseconds: world.now.wall.milliseconds + 43_200_000),
                                seconds: 43_200, graceSeconds: 3_600,
                                lots: [LeaseLot(purse: slug("cash"), amount: amount)])))))
        }
        #expect(world.board.peopleReady == 5 && world.board.peopleKnown == 5)
    }
}
