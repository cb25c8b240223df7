import Canteen
import Effects
import JSONText
import Payments
import Testing
import Vocabulary
import Wire

@Suite("A school's turnstile")
struct MealTests {
    static let opens = ["gate-1.open", "gate-1.buzzer"]

    @Test("a card is charged the price of the meal; approved, it opens before the disk has anything of it")
    func approved() throws {
        let world = try School.world()
        world.card("0000000001")
        let charge = try #require(world.lastCharge)
        #expect(charge.instrument == .contract(School.pupil) && charge.quote.total == Fen(800))
        #expect(charge.meal == Meal(period: slug("lunch"), day: day("2026-11-20")))
        #expect(charge.quote.lines[0].reference == slug("lunch") && charge.quote.lines[0].itemClass == slug("meal"))
        world.isDiskSlow = true
        let known = world.records.count
        world.answer(.approved)
        #expect(world.pulses == Self.opens && world.records.count == known)
        #expect(world.word() == .paid(Fen(800)) && world.board.lanes[0].screen.name == "张*三")
        world.sync()
        #expect(world.reasons == ["paid"])
        world.isDiskSlow = false
        world.walk()
        #expect(world.passages == [.passed])
        guard case .identified(let known)? = world.records.first(where: { $0.kind == "identified" }) else {
            return #expect(Bool(false), "nothing says by what the person was known")
        }
        #expect(known.by == .card && known.holder == School.pupil && known.meal == charge.meal)
    }

    @Test("each group has its price, and who has none is told so")
    func groups() throws {
        let world = try School.world()
        world.card("0000000003")
        #expect(world.lastCharge?.quote.total == Fen(1_500))
        world.answer(.approved)
        world.walk()
        world.card("0000000004")
        #expect(world.word() == .groupNotServed && world.charged.count == 1)
    }

    @Test("who is not known, not alive, not one, or not any more a member, is told what to do, and nothing moves")
    func refused() throws {
        let world = try School.world()
        world.card("0000000009")
        #expect(world.word() == .unknownCard && world.word().advice != nil)
        world.card("0000000005")
        #expect(world.word() == .contractOver)
        for (why, word) in [
            (NotKnown.unknown, CanteenWord.unknownFace), (.several, .severalFaces), (.notLive, .notLive),
        ] {
            world.tell(.own(.notKnown(world.lane, why)))
            #expect(world.word() == word && world.word().advice != nil)
        }
        world.tell(
            .own(.presented(world.lane, Presentation(.holder(School.pupil), by: .face, isLive: false))))
        #expect(world.word() == .notLive)
        world.tell(.own(.presented(world.lane, Presentation(.code("10001"), by: .code))))
        #expect(world.word() == .meansNotUsed)
        world.tell(
            .own(.presented(world.lane, Presentation(.holder(School.member("nobody")), by: .face, isLive: true))))
        #expect(world.word() == .unknownFace)
        #expect(world.charged.isEmpty && world.pulses.isEmpty)
        // After a while the screen greets the next.
        world.pass(seconds: 4)
        #expect(world.word() == .idle)
    }

    @Test("between meals nothing is sold")
    func closed() throws {
        let world = try School.world(at: "2026-11-20 10:59")
        world.card("0000000001")
        #expect(world.word() == .closedNow)
        world.pass(seconds: 60)
        world.card("0000000001")
        #expect(world.charged.count == 1)
    }

    @Test("the same face seen again is one meal; later it is a second helping at its price, and there is no third")
    func helpings() throws {
        let world = try School.world()
        func show() {
            world.tell(
                .own(.presented(world.lane, Presentation(.holder(School.pupil), by: .face, similarity: 812))))
        }
        show()
        show()
        world.answer(.approved)
        show()
        world.walk()
        world.pass(seconds: 50)
        show()
        #expect(world.word() == .alreadyServed && world.charged.count == 1)
        world.pass(seconds: 10)
        show()
        #expect(world.lastCharge?.quote.total == Fen(300) && world.charged.count == 2)
        world.answer(.approved)
        world.walk()
        world.pass(seconds: 60)
        show()
        #expect(world.word() == .noMoreHelpings && world.charged.count == 2)
    }

    @Test("a meal that is only counted is on disk before it opens, and nobody is charged")
    func counted() throws {
        let world = try School.world(at: "2026-11-19 18:00")
        world.isDiskSlow = true
        world.card("0000000001")
        #expect(world.pulses.isEmpty)
        world.sync()
        #expect(world.pulses == Self.opens && world.charged.isEmpty && world.reasons == ["counted"])
        #expect(world.board.report[.mode, "countOnly"].count == 1)
        world.isDiskSlow = false
        world.walk()
        world.tell(.linkDown)
        world.card("0000000001")
        world.pass(seconds: 61)
        world.card("0000000001")
        #expect(world.word() == .noMoreHelpings)
        world.card("0000000002")
        #expect(world.board.report[.mode, "countOnly"].count == 2)
    }

    @Test("who is paid for and does not pass is undone by the platform, and may come again")
    func notPassed() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        let id = try #require(world.charged.first)
        world.pass(seconds: 6)
        #expect(world.passages == [.notPassed] && world.reversed == [id] && world.word() == .notPassedUndone)
        #expect(world.board.report[.all].count == 0 && world.board.report[.undone].count == 1)
        #expect(world.table["reversal"]?.count == 1)
        world.answer(.reversed)
        #expect(world.table["reversal"]?.isEmpty != false)
        world.card("0000000001")
        #expect(world.charged.count == 2)
        #expect(world.lastCharge?.quote.total == Fen(800), "it is the first helping again")
    }

    @Test("what a record has paid is refunded once the platform has the record")
    func notPassedOffline() throws {
        let world = try School.world()
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_000)
        world.tell(.linkDown)
        world.card("0000000001")
        #expect(world.booked == ["lease"])
        world.pass(seconds: 6)
        world.restart()
        world.tell(.linkUp)
        #expect(!world.sent.contains { if case .refund = $0.request { true } else { false } })
        world.tell(.settledWithPlatform)
        guard case .refund(let refund)? = world.sent.last?.request else {
            return #expect(Bool(false), "nothing is given back")
        }
        #expect(refund.amount == Fen(800))
        world.tell(.answer(RequestToken(0), .refund(refund.id, .refunded)))
        #expect(world.table["till-refund"]?.isEmpty != false)
    }

    @Test("where the rule keeps the payment, the person may pass later without paying, in the same meal only")
    func kept() throws {
        let world = try School.world { $0.lanes[0].turnstile?.notPassed = .keep }
        world.card("0000000001")
        world.answer(.approved)
        world.pass(seconds: 6)
        #expect(world.word() == .notPassedKept && world.reversed.isEmpty)
        world.restart()
        world.tell(.linkUp)
        world.forget()
        world.card("0000000001")
        #expect(world.pulses == Self.opens && world.charged.isEmpty && world.word() == .opensAgain)
        world.walk()
        world.pass(seconds: 61)
        world.forget()
        world.card("0000000001")
        #expect(world.pulses.isEmpty && world.lastCharge?.quote.total == Fen(300))
    }

    @Test("two people on one opening, and somebody whom nobody let in, are alarms on record")
    func intruders() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.walk()
        world.pass(milliseconds: 300)
        world.walk()
        #expect(world.alarmCodes == ["twoOnOne"] && world.happened == ["twoOnOne"])
        world.pass(seconds: 2)
        world.walk()
        #expect(world.alarmCodes == ["twoOnOne", "passedUnopened"])
    }

    @Test("the next person pays while the one before is still in it, and it opens when that one is through")
    func queue() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.card("0000000003")
        world.answer(.approved)
        #expect(world.pulses == Self.opens && world.board.lanes[0].stage == .waitingForGate)
        // A third is asked to wait.
        world.card("0000000002")
        #expect(world.charged.count == 2 && world.word() == .oneMoment)
        world.walk()
        #expect(world.pulses == Self.opens + Self.opens && world.word() == .paid(Fen(1_500)))
        world.walk()
        #expect(world.passages == [.passed, .passed] && world.alarmCodes.isEmpty)
    }

    @Test("a terminal that sends yesterday's records again charges nobody", arguments: [0, 16, 86_400, -16])
    func replay(age: Int64) throws {
        let world = try School.world()
        let source = Presentation.Source(
            terminal: slug("t1"), number: 7, at: WallTime(milliseconds: world.now.wall.milliseconds - age * 1_000))
        let shown = Presentation(.holder(School.pupil), by: .face, source: source)
        world.tell(.own(.presented(world.lane, shown)))
        #expect(world.charged.count == (age == 0 ? 1 : 0))
        guard age == 0 else { return #expect(!world.logs.isEmpty && world.word() == .idle) }
        world.answer(.approved)
        world.walk()
        world.pass(seconds: 61)
        world.tell(.own(.presented(world.lane, shown)))
        #expect(world.charged.count == 1)
    }

    @Test("in an emergency the turnstile stays open and nobody is charged; a sale that was paid is over")
    func emergency() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.card("0000000003")
        world.answer(.approved)
        let second = try #require(world.lastCharge)
        world.forget()
        world.tell(.sensor("fire", .active))
        #expect(world.heldOpen == ["gate-1.open"] && world.word() == .emergency)
        // Who was let in may have passed; who was not gets the money back.
        #expect(world.reversed == [second.payment])
        world.pass(seconds: 3_600)
        #expect(world.heldOpen == ["gate-1.open"])
        world.card("0000000002")
        #expect(world.charged.isEmpty && world.word() == .emergency)
        world.tell(.sensor("fire", .clear))
        #expect(world.heldOpen.isEmpty)
        #expect(world.passages == [.unknown])
        // Somebody at the desk can do the same, and it goes on record who.
        world.order(.emergency(true, why: "Fire: in the kitchen"), by: Clerk("li", .attendant))
        world.order(.emergency(false), by: Clerk("wang", .attendant))
        let openings = world.records.compactMap { if case .manualOpening(let by) = $0 { by } else { nil } }
        #expect(openings.map(\.reason) == ["emergency: Fire: in the kitchen", "emergency over"])
        #expect(openings.map(\.who) == ["li", "wang"])
        world.forget()
        world.card("0000000002")
        #expect(world.charged.count == 1)
        world.tell(.sensor("fire", .active))
        #expect(world.reversed == world.charged)
        world.answer(.approved)
        #expect(world.board.lanes[0].stage == .idle)
    }

    @Test("who shows up at two lanes at once is one person")
    func twoLanes() throws {
        let world = try School.world { scenario in
            var other = scenario.lanes[0]
            other.id = slug("gate-2")
            scenario.lanes.append(other)
        }
        world.card("0000000001")
        world.card("0000000001", lane: 1)
        #expect(world.charged.count == 1 && world.word(1) == .oneMoment)
        world.answer(.approved)
        world.card("0000000001", lane: 1)
        #expect(world.charged.count == 1 && world.word(1) == .alreadyServed)
    }

    @Test("a clock that nobody has set and that stands in the past closes no meal")
    func unsetClock() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.walk()
        world.now.wall = WallTime(milliseconds: 0)
        world.now.isSynchronised = false
        world.tell(.tick)
        #expect(world.board.reports.isEmpty && world.board.report[.all].count == 1)
        world.now.wall = at("2026-11-20 13:30")
        world.now.isSynchronised = true
        world.tell(.tick)
        #expect(world.board.reports.count == 1)
    }

    @Test("what the pages get is there in both languages, and names nobody in full")
    func pages() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        let pages = CanteenPages(world.scenario, rules: world.rules)
        let till = try JSONNode.parse(pages.desk(world.board), dialect: .json)["tills"]?.array?.first
        #expect(till?["mode"]?.string == "fixedPrice" && till?["period"]?["zh"]?.string == "午餐")
        #expect(till?["last"]?.array?.count == 1)
        let screen = try JSONNode.parse(pages.screen(world.board.lanes[0], of: world.board), dialect: .json)
        #expect(screen["who"]?.string == "张*三" && screen["amount"]?.string == "8.00")
        #expect(screen["sound"]?.string == "ok" && screen["zh"]?.array?.first?.string == "已付8.00元")
    }

    @Test("every word to a person is there in both languages, and every refusal says so by its sound")
    func words() {
        let words: [CanteenWord] = [
            .idle, .welcome, .due(Fen(1)), .oneMoment, .confirm(Fen(1)), .scanToPay(Fen(1), code: "x"), .paid(Fen(1)),
            .paidLater(Fen(1)), .counted, .mayPass, .opensAgain, .unknownFace, .severalFaces, .notLive, .unknownCard,
            .unknownCode, .contractOver, .groupNotServed, .meansNotUsed, .closedNow, .alreadyServed, .noMoreHelpings,
            .soldOut(chinese: "面", english: "Noodles"), .noSuchItem, .badWeight, .chooseFood, .takePlateAway,
            .emptyScale, .rulesDiffer, .emergency, .notPassedUndone, .notPassedKept, .cancelled, .refunded(Fen(1)),
            .notYourRole, .tooLate, .noSuchSale, .closed, .saleStands(Fen(1)),
        ]
        for word in words {
            #expect(word.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(word)")
            #expect(word.english.utf8.allSatisfy { $0 < 0x80 } && word.english.count > 5, "\(word)")
        }
        #expect(CanteenWord.unknownFace.sound == .refused && CanteenWord.paid(Fen(1)).sound == .ok)
    }

    /// A turnstile where others pay fifteen yuan, and at which a pupil's eight have just been declined.
    private static func declined() throws -> CanteenWorld {
        let world = try School.world { scenario in
            for index in scenario.lanes[0].modes.indices {
                guard case .fixedPrice(let prices, _) = scenario.lanes[0].modes[index].what else { continue }
                scenario.lanes[0].modes[index].what = .fixedPrice(prices, others: Fen(1_500))
            }
        }
        world.card("0000000001")
        world.answer(.declined(.insufficientFunds))
        return world
    }

    /// What cash was taken, in fen.
    private static func cash(_ world: CanteenWorld) -> [Int64] {
        world.records.compactMap {
            if case .payment(.cashTaken, let charge, _) = $0 { charge.quote.total.count } else { nil }
        }
    }

    @Test("after a decline cash, a shown code and a phone's code pay the price that was shown, not that of others")
    func paidAnotherWay() throws {
        let world = try Self.declined()
        let sale = try #require(world.board.lanes[0].sale)
        world.order(.cash, seen: SaleSeen(sale: sale, amount: Fen(800)))
        #expect(Self.cash(world) == [800] && world.shown.last == .thanks(Fen(800)) && !world.pulses.isEmpty)
        let phone = try Self.declined()
        phone.order(.enterCode(try PayerCode("134567890123456789")))
        #expect(phone.lastCharge?.quote.total == Fen(800))
        // With nothing declined before, the price is that for others.
        let other = try Self.declined()
        other.pass(seconds: 4)
        other.order(.cash, seen: SaleSeen(amount: Fen(1_500)))
        #expect(Self.cash(other) == [1_500])
    }

    @Test("money taken for another sale or another amount than stands there is not booked, and the lane says so")
    func otherThanSeen() throws {
        let world = try Self.declined()
        let first = try #require(world.board.lanes[0].sale)
        world.order(.cash, seen: SaleSeen(sale: first, amount: Fen(1_500)))
        #expect(world.word() == .saleStands(Fen(800)))
        world.card("0000000003")
        world.order(.cash, seen: SaleSeen(sale: first, amount: Fen(800)))
        #expect(world.word() == .oneMoment)
        world.answer(.declined(.insufficientFunds))
        for order in [TillOrder.cash, .cancel] {
            world.order(order, seen: SaleSeen(sale: first))
            #expect(world.word() == .saleStands(Fen(1_500)) && world.board.lanes[0].stage == .keyed)
        }
        world.pass(seconds: 4)
        world.order(.cash, seen: SaleSeen(sale: first, amount: Fen(800)))
        #expect(world.word() == .noSuchSale)
        world.order(.cash, seen: SaleSeen(amount: Fen(800)))
        #expect(world.word() == .noSuchSale)
        #expect(Self.cash(world).isEmpty && world.pulses.isEmpty)
    }

    @Test("who cannot pay goes away by itself, and the next is served")
    func goesAway() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.declined(.insufficientFunds))
        #expect(world.word() == .notPaid(.insufficientFunds, Fen(800)))
        world.card("0000000003")
        #expect(world.lastCharge?.instrument == .contract(School.teacher))
        // No answer, and no lease: it is undone when the screen has said so long enough.
        world.pass(seconds: 2)
        #expect(world.word() == .notPaid(.noAnswer, Fen(1_500)))
        world.pass(seconds: 4)
        #expect(world.reversed.count == 1 && world.board.lanes[0].stage == .idle)
        world.tell(.answer(RequestToken(0), .payment(try #require(world.reversed.first), .approved)))
        #expect(world.pulses.isEmpty)
    }
}
