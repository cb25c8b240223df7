import JSONText
import Purses
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Money into purses, and out when it expires")
struct PurseDeskTests {
    static let head = "person,purse,amount,expires,reference,action\n"
    static let november = """
        person,purse,amount,expires,reference,action
        p1,nutrition,132.00,2026-11-30,nov,issue
        p2,nutrition,132.00,,nov,
        p1,hardship,10.00,,autumn,

        """
    let world: CanteenWorld

    init() throws {
        world = try CanteenWorld()
        _ = try world.takeIn(PeopleDeskTests.class3).get()
    }

    @Test("a file issues what it says, out of the purses' funds, and the books are sound")
    func issue() throws {
        let outcome = try world.issue(Self.november).get()
        #expect(outcome == IssueOutcome(issued: 3, sum: Fen(27_400)))
        #expect(try world.purse("p1", "nutrition") == 13_200)
        #expect(try world.purse("p1", "hardship") == 1_000)
        #expect(try world.balance("fund:nutrition") == -26_400)
        #expect(try world.isSound())
    }

    @Test("the same file again issues nothing, also on a later day when the rule would give another last day")
    func again() throws {
        _ = try world.issue(Self.november).get()
        world.pass(days: 1)
        #expect(try world.issue(Self.november).get() == IssueOutcome(again: 3))
        world.pass(days: 7)
        #expect(try world.issue(Self.november).get() == IssueOutcome(again: 3))
        #expect(try world.purse("p1", "hardship") == 1_000)
        let occasion = Occasion(merchant: slug("canteen"), period: nil, day: world.today)
        let states = try world.store.purses.states(of: CanteenWorld.member("p1"), on: occasion)
        // 180 days from the day on which it was issued.
        #expect(states.first { $0.purse == slug("hardship") }?.lots.first?.expires == CivilDate(dayNumber: 20_956))
    }

    @Test(
        "what contradicts persons or earlier money refuses the whole file, with its line",
        arguments: [
            ("p9,cash,1.00,,x,\n", "2:1: person: found somebody who is not on the list school"),
            (
                "t1,cash,1.00,,x,\np1,nutrition,131.99,2026-11-30,nov,\n",
                "3:1: reference: found nov, under which 132.00"
            ),
            ("p1,nutrition,132.00,2026-11-29,nov,\n", "2:1: reference: found nov, under which 132.00"),
            ("p1,nutrition,,2026-11-20,oct,expire\n", "2:1: reference: found oct, under which nothing was issued"),
            ("t1,nutrition,,2026-11-20,nov,expire\n", "2:1: reference: found nov, under which nothing was issued"),
        ])
    func faults(lines: String, fault: String) throws {
        _ = try world.issue(Self.november).get()
        let found = try world.issueFaults(Self.head + lines)
        #expect(found.count == 1 && found[0].hasPrefix("issue.csv:\(fault)"), "\(found)")
        #expect(try world.purse("t1", "cash") == 0)
    }

    @Test("somebody who has left gets nothing, and what was issued can still be ended")
    func left() throws {
        _ = try world.issue(Self.november).get()
        #expect(try world.end("p1"))
        #expect(try world.issueFaults(Self.head + "p1,cash,1.00,,x,\n").count == 1)
        let outcome = try world.issue(Self.head + "p1,nutrition,,2026-11-20,nov,expire\n").get()
        #expect(outcome == IssueOutcome(ended: 1))
    }

    @Test(
        "what is ended can be spent on that day, and goes back to the fund on the next",
        arguments: [(0, 13_200), (1, 0)])
    func ended(days: Int64, left: Int64) throws {
        _ = try world.issue(Self.november).get()
        let text = Self.head + "p1,nutrition,,2026-11-20,nov,expire\n"
        #expect(try world.issue(text).get() == IssueOutcome(ended: 1))
        #expect(try world.issue(text).get() == IssueOutcome(again: 1))
        world.pass(days: days)
        _ = try world.store.tend(at: world.time)
        #expect(try world.purse("p1", "nutrition") == left)
        #expect(try world.purse("p2", "nutrition") == 13_200)
        #expect(try world.isSound())
    }

    @Test("the platform takes expired money back by itself, in bounded turns", arguments: [99, 100, 101, 250])
    func caretaker(count: Int) throws {
        let people = (0..<count).map { "q\($0),张三,pupil" }.joined(separator: "\n")
        _ = try world.takeIn("person,name,group\n\(people)\n").get()
        let lines = (0..<count).map { "q\($0),nutrition,1.00,2026-11-20,day," }.joined(separator: "\n")
        _ = try world.issue(Self.head + lines + "\n").get()
        world.pass(days: 1)
        var turns = 1
        while try world.store.tend(at: world.time) { turns += 1 }
        #expect(turns == count / 100 + 1)
        #expect(try world.balance("fund:nutrition") == 0)
        #expect(try world.isSound())
    }

    @Test("money is paid in once for each reference")
    func topUp() throws {
        #expect(try world.topUp("p1", 5_000, "bank-1").get())
        #expect(try !world.topUp("p1", 5_000, "bank-1").get())
        #expect(try world.topUp("p1", 5_001, "bank-1") == .failure(.referenceUsed(slug("bank-1"))))
        #expect(try world.topUp("p2", 5_001, "bank-1").get())
        #expect(try world.purse("p1", "cash") == 5_000)
        #expect(try world.isSound())
    }

    @Test("nothing is paid into what is not the person's own money, and no nonsense is paid in")
    func refusedTopUp() throws {
        #expect(try world.topUp("p1", 1, "r", purse: "nutrition") == .failure(.notCash(slug("nutrition"))))
        #expect(try world.topUp("p1", 1, "r", purse: "account") == .failure(.notCash(slug("account"))))
        #expect(try world.topUp("p1", 1, "r", purse: "gold") == .failure(.noSuchPurse([slug("cash")])))
        #expect(try world.topUp("p9", 1, "r") == .failure(.nobody))
        for amount in [0, -1, 10_000_001, .max] as [Int64] {
            #expect(try world.topUp("p1", amount, "r") == .failure(.amount(Fen(amount))))
        }
        #expect(try world.topUp("p1", 10_000_000, "r").get())
    }

    @Test("a reference that issued a subsidy pays nothing in, and the other way round")
    func kinds() throws {
        _ = try world.issue(Self.head + "p1,cash,50.00,,gift,\n").get()
        #expect(try world.topUp("p1", 5_000, "gift") == .failure(.referenceUsed(slug("gift"))))
        _ = try world.topUp("p2", 5_000, "gift").get()
        #expect(try world.issueFaults(Self.head + "p2,cash,50.00,,gift,\n").count == 1)
    }

    @Test("an issue that was cut off goes on where it was, and nobody gets it twice")
    func cutOff() throws {
        let people = (0..<300).map { "q\($0),张三,pupil" }.joined(separator: "\n")
        _ = try world.takeIn("person,name,group\n\(people)\n").get()
        let lines = (0..<300).map { "q\($0),nutrition,1.00,2026-11-30,nov," }
        // What the first slice had done when the power failed.
        _ = try world.issue(Self.head + lines.prefix(200).joined(separator: "\n") + "\n").get()
        let outcome = try world.issue(Self.head + lines.joined(separator: "\n") + "\n").get()
        #expect(outcome == IssueOutcome(issued: 100, sum: Fen(10_000), again: 200))
        #expect(try world.balance("fund:nutrition") == -30_000)
    }

    @Test("a bank account that a file opens is there to be debited, and holds nothing")
    func account() throws {
        _ = try world.takeIn("person,accounts\nt1,account\n").get()
        let occasion = Occasion(merchant: slug("canteen"), period: nil, day: world.today)
        let states = try world.store.purses.states(of: CanteenWorld.member("t1"), on: occasion)
        #expect(states == [PurseState(purse: slug("account"))])
    }

    @Test("a file that is only checked issues nothing")
    func check() throws {
        let file = try IssueFile(
            Array(Self.november.utf8), file: "issue.csv", rules: world.rules, on: world.today)
        try world.store.check(file, named: "issue.csv", list: CanteenWorld.school).get()
        #expect(try world.balance("fund:nutrition") == nil)
    }

    @Test("a statement shows each purse with its lots; what is over is said to be, and does not count")
    func statement() throws {
        _ = try world.issue(Self.november).get()
        _ = try world.issue(Self.head + "p1,nutrition,1.00,2026-11-20,old,\n").get()
        _ = try world.topUp("p1", 5_000, "bank-1").get()
        let moves = UsageWindow.all(of: Occasion(merchant: slug("canteen"), period: slug("lunch"), day: world.today))
            .map { UsageMove(purse: slug("cash"), window: $0, amount: Fen(300), count: 1) }
        for move in moves { try world.store.purses.table.add(move, of: CanteenWorld.member("p1")) }
        world.pass(days: 1)
        let row = try #require(try world.store.person(CanteenWorld.member("p1")))
        let text = try world.store.statement(of: row, at: world.time).text(isFull: false)
        #expect(
            text == """
                member **  张*三  pupil  card …01  code …01  guardian: dayAmount 20.00 yuan
                  nutrition (营养餐补, Meal subsidy): 132.00 yuan; paid today 0.00, this month 0.00
                    1.00 yuan of old until 2026-11-20, which is over
                    132.00 yuan of nov until 2026-11-30
                  hardship (困难补助, Hardship subsidy): 10.00 yuan; paid today 0.00, this month 0.00
                    10.00 yuan of autumn until 2027-05-18
                  cash (充值账户, Prepaid): 50.00 yuan; paid today 0.00, this month 3.00
                    50.00 yuan
                """)
        #expect(
            try world.store.statement(of: row, at: world.time).text(isFull: true).hasPrefix(
                "p1  张小三  pupil  card 0000000001"))
    }

    @Test("a school's month is issued in a moment, and again in less")
    func large() throws {
        let folder = TestFolder(inMemory: true)
        let world = try CanteenWorld(database: folder.path + "/platform.db")
        let count = 5_000
        let people = (0..<count).map { "q\($0),张三,pupil,\(1_000_000_000 + $0)" }.joined(separator: "\n")
        let text = Self.head + (0..<count).map { "q\($0),nutrition,132.00,2026-11-30,nov,\n" }.joined()
        let clock = ContinuousClock()
        let takenIn = try clock.measure { _ = try world.takeIn("person,name,group,cards\n\(people)\n").get() }
        var outcomes: [IssueOutcome] = []
        let issued = try clock.measure { outcomes.append(try world.issue(text).get()) }
        let again = try clock.measure { outcomes.append(try world.issue(text).get()) }
        #expect(outcomes[0] == IssueOutcome(issued: count, sum: Fen(13_200 * Int64(count))))
        #expect(outcomes[1] == IssueOutcome(again: count))
        print("\(count) persons taken in in \(takenIn); as many lines issued in \(issued), again in \(again)")
        #expect(try world.isSound())
        #expect(issued < .seconds(60))
    }
}
