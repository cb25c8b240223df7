import Ledger
import Purses
import SQLite
import Testing
import Vocabulary

@testable import Services

@Suite("The book of purses")
struct PurseBookTests {
    let bench = try! PurseBench()

    @Test("what was issued is in a lot of its own, in the purse's account, and missing from its fund")
    func issue() throws {
        try bench.issue(600, "nutrition", "nov", until: "2026-11-30")
        try bench.issue(500, "nutrition", "oct", until: "2026-10-31")
        let state = try #require(try bench.states().first)
        #expect(state.lots.map(\.left) == [Fen(600), Fen(500)])
        #expect(try bench.balance("purse:member:p1:nutrition") == 1_100)
        #expect(try bench.balance("fund:nutrition") == -1_100)
        #expect(try bench.isSound())
    }

    @Test("a reference brings its money once; other money under the same reference does not come in")
    func once() throws {
        #expect(try bench.issue(600, "nutrition", "nov", until: "2026-11-30") == .done)
        #expect(try bench.issue(600, "nutrition", "nov", until: "2026-11-30") == .again)
        #expect(try bench.issue(601, "nutrition", "nov", until: "2026-11-30") == .differs)
        #expect(try bench.issue(600, "nutrition", "nov", until: "2026-12-31") == .differs)
        #expect(try bench.issue(600, "hardship", "nov", until: "2026-11-30") == .done)
        #expect(try bench.balance("purse:member:p1:nutrition") == 600)
    }

    @Test("a payment takes each part from its own lot", arguments: [(600, true), (601, false), (0, false)])
    func take(amount: Int64, isTaken: Bool) throws {
        try bench.issue(600, "nutrition", "nov", until: "2026-11-30")
        try bench.issue(900, "nutrition", "dec", until: "2026-12-31")
        let spends = [
            bench.spend(100, "nutrition", "dec", "2026-12-31"), bench.spend(amount, "nutrition", "nov", "2026-11-30"),
        ]
        #expect(try bench.take(spends) == isTaken)
        #expect(try bench.balance("purse:member:p1:nutrition") == (isTaken ? 1_400 - amount : 1_500))
        #expect(try bench.isSound())
    }

    @Test("two spends of one lot are counted together", arguments: [(300, true), (301, false)])
    func twice(second: Int64, isTaken: Bool) throws {
        try bench.issue(600, "nutrition", "nov", until: "2026-11-30")
        let spends = [300, second].map { bench.spend($0, "nutrition", "nov", "2026-11-30") }
        #expect(try bench.take(spends) == isTaken)
        #expect(try bench.isSound())
    }

    @Test("what comes back fills its own lot again, though it was used up")
    func comesBack() throws {
        try bench.issue(600, "nutrition", "nov", until: "2026-11-30")
        #expect(try bench.take([bench.spend(600, "nutrition", "nov", "2026-11-30")]))
        #expect(try bench.states().isEmpty)
        try bench.put([bench.credit(600, "nutrition", "nov", "2026-11-30")])
        #expect(
            try bench.states()[0].lots == [.init(id: slug("nov"), expires: CivilDate("2026-11-30"), left: Fen(600))])
        #expect(try bench.isSound())
    }

    @Test("what comes back into a lot that was ended lasts no longer than that")
    func endedLot() throws {
        try bench.issue(600, "nutrition", "nov", until: "2026-11-30")
        #expect(try bench.take([bench.spend(600, "nutrition", "nov", "2026-11-30")]))
        #expect(try bench.end("nutrition", "nov", after: "2026-11-25"))
        #expect(try bench.end("nutrition", "nov", after: "2026-11-20"))
        #expect(try !bench.end("nutrition", "nov", after: "2026-11-28"))
        for day in ["2026-11-30", "2026-11-25", "2026-11-20"] {
            try bench.put([bench.credit(100, "nutrition", "nov", day)])
        }
        #expect(
            try bench.states()[0].lots == [.init(id: slug("nov"), expires: CivilDate("2026-11-20"), left: Fen(300))])
        #expect(try bench.isSound())
    }

    @Test("two parts of a lot with other last days become one when both are ended")
    func joined() throws {
        try bench.issue(600, "cash", "nov", until: "2026-11-30")
        try bench.put([bench.credit(50, "cash", "nov", "2026-12-31", from: "account")])
        #expect(try bench.states()[0].lots.count == 2)
        #expect(try bench.end("cash", "nov", after: "2026-11-21"))
        #expect(
            try bench.states()[0].lots == [.init(id: slug("nov"), expires: CivilDate("2026-11-21"), left: Fen(650))])
        #expect(try bench.take([bench.spend(650, "cash", "nov", "2026-11-21")]))
        #expect(try bench.isSound())
    }

    @Test("nobody ends what was never issued")
    func endNothing() throws { #expect(try !bench.end("nutrition", "nov", after: "2026-11-20")) }

    @Test(
        "money is good on its last day and goes back to the fund after it",
        arguments: [("2026-11-30", 0), ("2026-12-01", 1)])
    func expiry(day: String, count: Int) throws {
        try bench.issue(600, "nutrition", "nov", until: "2026-11-30")
        try bench.issue(700, "cash", "paid", until: nil)
        #expect(try bench.expire(before: day) == count)
        #expect(try bench.balance("purse:member:p1:nutrition") == (count == 0 ? 600 : 0))
        #expect(try bench.balance("fund:nutrition") == (count == 0 ? -600 : 0))
        #expect(try bench.balance("purse:member:p1:cash") == 700)
        #expect(try bench.isSound())
    }

    @Test("expiry stops at its bound and goes on at the next call; done again it does nothing")
    func boundedExpiry() throws {
        for number in 1...5 { try bench.issue(100, "nutrition", "lot-\(number)", until: "2026-11-0\(number)") }
        #expect(try bench.expire(before: "2026-11-20", most: 3) == 3)
        #expect(try bench.states()[0].lots.map(\.id) == [slug("lot-4"), slug("lot-5")])
        #expect(try bench.expire(before: "2026-11-20", most: 3) == 2)
        #expect(try bench.expire(before: "2026-11-20", most: 3) == 0)
        #expect(try bench.isSound())
    }

    @Test("a bank account has no lots: what is taken is owed, and what comes back is owed no more")
    func debit() throws {
        try bench.inTransaction { try $0.openDebit(slug("account"), of: bench.holder) }
        try bench.inTransaction { try $0.openDebit(slug("account"), of: bench.holder) }
        #expect(try bench.take([bench.spend(800, "account", nil, nil)]))
        try bench.put([bench.credit(300, "account", nil, nil)])
        #expect(try bench.states() == [PurseState(purse: slug("account"), owed: Fen(500))])
        #expect(try bench.isSound())
    }

    @Test("a bank account that was not opened pays nothing")
    func unopened() throws { #expect(try !bench.take([bench.spend(1, "account", nil, nil)])) }

    @Test("counters move by meal, day and month, of each purse and of all together, and go when they are zero")
    func usage() throws {
        let payment = PursePayment(
            id: PaymentID(at: Site.time, random: (1, 1)), holder: bench.holder, occasion: bench.occasion,
            basket: try Basket([.init(amount: Fen(600), item: slug("meal"))]),
            spends: [bench.spend(500, "nutrition", "nov", "2026-11-30"), bench.spend(100, "cash", nil, nil)])
        try bench.issue(600, "nutrition", "nov", until: "2026-11-30")
        try bench.inTransaction { try $0.count(payment.moves, of: bench.holder) }
        let book = try bench.usage()
        #expect(book.used(slug("nutrition"), on: bench.occasion).period == Tally(amount: Fen(500), count: 1))
        #expect(book.used(nil, on: bench.occasion).month == Tally(amount: Fen(600), count: 1))
        #expect(try bench.states()[0].used.day == Tally(amount: Fen(500), count: 1))
        var undone = payment
        let back = undone.reverse()
        try bench.inTransaction { try $0.count(back.moves, of: bench.holder) }
        #expect(try bench.usage() == UsageBook())
    }

    @Test("counters of spans that are over are forgotten, those of the month stay")
    func forget() throws {
        let moves = UsageWindow.all(of: bench.occasion).map {
            UsageMove(purse: slug("cash"), window: $0, amount: Fen(1), count: 1)
        }
        try bench.inTransaction { try $0.count(moves, of: bench.holder) }
        let later = try CivilDate("2026-11-21")
        try bench.inTransaction { try $0.forgetUsage(before: later, most: 100) }
        #expect(try bench.usage().tallies.keys.map(\.window) == [.month(try CivilDate("2026-11-01"))])
    }

    @Test("whatever happens, each purse's lots make its account's balance and the books sum to zero", arguments: 1...20)
    func property(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let purses = ["nutrition", "hardship", "cash"]
        let days = ["2026-11-19", "2026-11-20", "2026-11-25", "2026-11-30"]
        try bench.inTransaction { try $0.openDebit(slug("account"), of: bench.holder) }
        for step in 1...120 {
            let purse = purses[dice.below(3)]
            let day = days[dice.below(4)]
            let lot = "lot-\(dice.below(6))"
            switch dice.below(6) {
            case 0: _ = try bench.issue(Int64(1 + dice.below(900)), purse, lot, until: day)
            case 1, 2:
                let spends = try bench.states().flatMap { state in
                    state.lots.filter { _ in dice.below(2) == 0 }.map { lot in
                        Spend(
                            line: 0, purse: state.purse, lot: lot.id, expires: lot.expires,
                            amount: Fen(1 + Int64(dice.below(Int(lot.left.count) + 20))))
                    }
                }
                _ = try bench.take(spends)
            case 3:
                let target = purses[dice.below(3)]
                try bench.put([
                    Credit(
                        from: slug(purse), purse: slug(target), lot: slug(lot), expires: try CivilDate(day),
                        amount: Fen(Int64(1 + dice.below(50))))
                ])
            case 4: _ = try bench.end(purse, lot, after: day)
            default: _ = try bench.expire(before: days[dice.below(2)], most: 2)
            }
            #expect(try bench.isSound(), "step \(step)")
        }
    }
}
