import Purses
import Testing
import Vocabulary

@Suite("What counts to which meal, day and month")
struct UsageTests {
    private func payment(
        _ spends: [Spend], _ occasion: Occasion, lines: Int = 1, number: UInt64 = 1
    ) -> PursePayment {
        let amounts = (0..<lines).map { line in
            (spends.filter { $0.line == line }.reduce(0) { $0 + $1.amount.count }, "meal")
        }
        let basketLines = amounts.map { Basket.Line(amount: Fen($0.0), item: slug($0.1)) }
        guard let basket = try? Basket(basketLines) else { preconditionFailure("these lines are a basket") }
        return PursePayment(
            id: UUIDv7(at: WallTime(milliseconds: 1), random: (number, 1)), holder: Holder(.member, slug("li-4")),
            occasion: occasion, basket: basket, spends: spends)
    }

    private func amount(_ fen: Int64, _ count: Int64) -> Tally { Tally(amount: Fen(fen), count: count) }

    @Test("a lunch counts once to its purse's lunch, day and month, and once to all purses together")
    func counts() throws {
        var book = UsageBook()
        let tray = payment([spend(0, "subsidy", 600), spend(0, "cash", 100), spend(1, "cash", 50)], lunch(), lines: 2)
        try book.apply(tray.moves)
        #expect(
            book.used(slug("subsidy"), on: lunch())
                == Used(period: amount(600, 1), day: amount(600, 1), month: amount(600, 1)))
        #expect(book.used(slug("cash"), on: lunch()).day == amount(150, 1))
        #expect(book.used(nil, on: lunch()).month == amount(750, 1))
        #expect(book.tallies.count == 9)
    }

    @Test(
        "a payment just before local midnight is yesterday's, by the school's own clock, also when the clocks change",
        arguments: [
            // 2026-11-30 23:59:59.999 and a millisecond later in China.
            ("CST-8", 1_796_054_399_999, "2026-11-30"), ("CST-8", 1_796_054_400_000, "2026-12-01"),
            // Sunday 25 October 2026 in Berlin has 25 hours: midnight is at 22:00 UTC before it and 23:00 UTC after.
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_879_199_999, "2026-10-24"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_879_200_000, "2026-10-25"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_969_199_999, "2026-10-25"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_969_200_000, "2026-10-26"),
        ] as [(String, Int64, String)])
    func midnight(zone: String, milliseconds: Int64, date: String) throws {
        let purse = Purse(id: slug("cash"), chinese: "现", english: "Cash", kind: .cash)
        let rules = PurseRules(id: slug("r"), zone: try TimeZoneRule(zone), purses: [purse])
        #expect(rules.day(at: WallTime(milliseconds: milliseconds)) == day(date))
    }

    @Test("a record of yesterday that comes in today counts to yesterday, and over a month's end to that month")
    func lateRecord() throws {
        var book = UsageBook()
        let (yesterday, today) = (lunch("2026-11-30"), lunch("2026-12-01"))
        try book.apply(payment([spend(0, "cash", 300)], today).moves)
        try book.apply(payment([spend(0, "cash", 500)], yesterday, number: 2).moves)
        #expect(
            book.used(slug("cash"), on: today)
                == Used(period: amount(300, 1), day: amount(300, 1), month: amount(300, 1)))
        #expect(
            book.used(slug("cash"), on: yesterday)
                == Used(period: amount(500, 1), day: amount(500, 1), month: amount(500, 1)))
        #expect(book.used(slug("cash"), on: lunch("2026-12-31")).month == amount(300, 1))
    }

    @Test("supper after midnight counts to the day on which supper began, another meal of that day only to the day")
    func overMidnight() throws {
        var book = UsageBook()
        let supper = Occasion(merchant: slug("canteen"), period: slug("supper"), day: day("2026-11-20"))
        try book.apply(payment([spend(0, "cash", 300)], supper).moves)
        #expect(
            book.used(slug("cash"), on: lunch()) == Used(period: Tally(), day: amount(300, 1), month: amount(300, 1)))
        var outside = supper
        outside.period = nil
        #expect(book.used(slug("cash"), on: outside).period == Tally())
        #expect(UsageWindow.all(of: supper).map(\.description) == ["2026-11-20/supper", "2026-11-20", "2026-11"])
        #expect(UsageWindow.all(of: outside).count == 2)
    }

    @Test("a reversal on the next day leaves the counters of its own day as if the payment had never been")
    func reversal() throws {
        var book = UsageBook()
        var tray = payment([spend(0, "subsidy", "a", 600), spend(0, "cash", 100)], lunch("2026-11-30"))
        try book.apply(payment([spend(0, "cash", 40)], lunch("2026-11-30"), number: 2).moves)
        let before = book
        try book.apply(tray.moves)
        let undoing = tray.reverse()
        try book.apply(undoing.moves)
        #expect(book == before)
        #expect(undoing.credits.map(\.amount) == [Fen(100), Fen(600)])
        #expect(tray.net == .zero)
        #expect(tray.reverse() == Undoing(credits: [], moves: []))
    }

    @Test("a refund gives back own money before the subsidy; only when all is back does the meal count no more")
    func refund() throws {
        let rules = try PurseRules(repositoryFile("Scenarios/canteen/purses-school.json5"), file: "school")
        var book = UsageBook()
        let lastDay = day("2026-11-30")
        var tray = payment(
            [
                spend(0, "nutrition", "nov", 600, until: "2026-11-30"), spend(0, "cash", 100), spend(1, "account", 50),
            ], lunch(), lines: 2)
        try book.apply(tray.moves)
        let first = try tray.refund(Fen(250), ofLine: 0, by: rules).get()
        #expect(
            first.credits == [
                Credit(from: slug("cash"), purse: slug("cash"), lot: nil, expires: nil, amount: Fen(100)),
                Credit(
                    from: slug("nutrition"), purse: slug("nutrition"), lot: slug("nov"), expires: lastDay,
                    amount: Fen(150)),
            ])
        try book.apply(first.moves)
        #expect(book.used(slug("nutrition"), on: lunch()).period == amount(450, 1))
        #expect(book.used(slug("cash"), on: lunch()) == Used())
        #expect(book.used(nil, on: lunch()).day == amount(500, 1))
        // The rules send what a bank account paid to the prepaid purse.
        let second = try tray.refund(Fen(50), ofLine: 1, by: rules).get()
        #expect(
            second.credits == [
                Credit(from: slug("account"), purse: slug("cash"), lot: nil, expires: nil, amount: Fen(50))
            ])
        try book.apply(second.moves)
        try book.apply(tray.refund(Fen(450), ofLine: 0, by: rules).get().moves)
        #expect(book == UsageBook())
    }

    @Test(
        "no more goes back than was paid for the line",
        arguments: [(0, 701), (0, 0), (0, -1), (1, 1), (2, 1)] as [(Int, Int64)])
    func tooMuch(line: Int, fen: Int64) throws {
        let rules = try PurseRules(repositoryFile("Scenarios/canteen/purses-school.json5"), file: "school")
        var tray = payment([spend(0, "nutrition", 600), spend(0, "cash", 100)], lunch(), lines: 2)
        let before = tray
        let refusal: ReturnRefusal =
            line > 1 ? .noSuchLine(2) : .notThatMuch(asked: Fen(fen), left: Fen(line == 0 ? 700 : 0))
        #expect(tray.refund(Fen(fen), ofLine: line, by: rules) == .failure(refusal))
        #expect(tray == before)
    }

    @Test("counters that would leave 64 bits, or be too many, count nothing")
    func bounds() throws {
        var book = UsageBook()
        let move = UsageMove(purse: nil, window: .day(day("2026-11-20")), amount: Fen(.max), count: 1)
        try book.apply([move])
        let before = book
        #expect(throws: UsageError.overflow(UsageBook.Key(purse: nil, window: move.window))) {
            try book.apply([UsageMove(purse: nil, window: .day(day("2026-11-21")), amount: Fen(1), count: 1), move])
        }
        #expect(book == before)
        book = UsageBook()
        let days = (0..<Int64(UsageBook.most)).map { index in
            UsageMove(purse: nil, window: .day(CivilDate(dayNumber: 20_000 + index)), amount: Fen(1), count: 1)
        }
        try book.apply(days)
        let one = UsageMove(purse: nil, window: .day(CivilDate(dayNumber: 19_999)), amount: Fen(1), count: 1)
        #expect(throws: UsageError.full) { try book.apply([one]) }
        try book.apply([days[0]])
        book.forget(before: CivilDate(dayNumber: 20_001))
        try book.apply([one])
        #expect(book.tallies.count == UsageBook.most)
    }

    @Test("a month is remembered until its last day is over")
    func forgetting() throws {
        var book = UsageBook()
        try book.apply(payment([spend(0, "cash", 300)], lunch("2026-11-02")).moves)
        book.forget(before: day("2026-11-30"))
        #expect(book.used(slug("cash"), on: lunch("2026-11-30")).month == amount(300, 1))
        #expect(book.tallies.count == 2)
        book.forget(before: day("2026-12-01"))
        #expect(book == UsageBook())
    }
}

/// Random payments, reversals and refunds on purses that change as they go.
@Suite("Purses over many payments")
struct PurseLifePropertyTests {
    @Test("after any payments and refunds, reversing what is left undoes exactly: balances and counters are as before")
    func undone() throws {
        var paid = 0
        for seed in 1...600 as ClosedRange<UInt64> {
            var random = RandomPurses(seed: seed)
            var question = random.question()
            let kinds = Dictionary(uniqueKeysWithValues: question.rules.purses.map { ($0.id, $0.kind) })
            var book = UsageBook()
            for index in question.states.indices {
                question.states[index].used = Used()
                question.states[index].lots.removeAll { $0.left == .zero }
            }
            let start = question.states
            var payments: [PursePayment] = []
            for number in 0..<6 {
                for index in question.states.indices {
                    question.states[index].used = book.used(question.states[index].purse, on: question.occasion)
                }
                guard
                    case .success(let spends) = question.rules.split(
                        question.basket, of: question.states, on: question.occasion), !spends.isEmpty
                else { break }
                let payment = PursePayment(
                    id: UUIDv7(at: WallTime(milliseconds: 1), random: (UInt64(number), seed)),
                    holder: Holder(.member, slug("li-4")), occasion: question.occasion, basket: question.basket,
                    spends: spends)
                for index in question.states.indices {
                    let purse = question.states[index].purse
                    try question.states[index].take(spends, kind: kinds[purse, default: .cash])
                    // Never more than there was.
                    #expect(question.states[index].lots.allSatisfy { $0.left >= .zero }, "seed \(seed)")
                }
                try book.apply(payment.moves)
                payments.append(payment)
                paid += 1
            }
            payments.shuffle(using: &random.dice)
            for index in payments.indices {
                var undoings: [Undoing] = []
                let line = Int(random.number(0...2))
                if case .success(let undoing) = payments[index].refund(
                    Fen(random.number(1...2)), ofLine: line, by: question.rules)
                {
                    undoings.append(undoing)
                }
                undoings.append(payments[index].reverse())
                for undoing in undoings {
                    try book.apply(undoing.moves)
                    for place in question.states.indices {
                        let purse = question.states[place].purse
                        try question.states[place].put(undoing.credits, kind: kinds[purse, default: .cash])
                    }
                }
            }
            #expect(book == UsageBook(), "seed \(seed)")
            for (before, after) in zip(start, question.states) {
                #expect(Set(before.lots) == Set(after.lots) && before.owed == after.owed, "seed \(seed)")
            }
        }
        #expect(paid > 200, "\(paid)")
    }
}
