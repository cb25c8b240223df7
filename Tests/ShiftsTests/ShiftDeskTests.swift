import Testing
import Vocabulary
import Wire

@testable import Shifts

@Suite("Shifts of a cash drawer")
struct ShiftDeskTests {
    @Test("what should be in the drawer is the float and the cash, less the cash given back")
    func expected() throws {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 20_000)
        let paid = drawer.cash(1_500)
        drawer.cash(800)
        drawer.write([.refund(.refunded, drawer.refund(of: paid, 500), nil)])
        drawer.write([.refund(.refunded, drawer.refund(of: drawer.id(), 9_900), nil)])
        let report = try drawer.close("Zhao", [10_000: 2, 500: 3, 100: 3, 50: 0])
        #expect(report.closing.expected == Fen(20_000 + 1_500 + 800 - 500))
        #expect(report.closing.counted == Fen(21_800))
        #expect(report.closing.difference == .zero)
        #expect(report.closing.totals.refunds == 2)
        #expect(report.items.map(\.kind) == [.cash, .cash, .refund, .refund])
        #expect(report.items.map(\.isCash) == [true, true, true, false])
    }

    @Test("money that is missing, or too much, is shown as the difference", arguments: [(-10, 3, 49), (40, 4, 4)])
    func difference(difference: Int64, fifties: Int64, tens: Int64) throws {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 0)
        drawer.cash(difference < 0 ? 650 : 200)
        let report = try drawer.close("Zhao", [50: fifties, 10: tens])
        #expect(report.closing.difference == Fen(difference))
    }

    @Test("a second shift cannot be opened over the first, and none can be closed that is not open")
    func order() throws {
        var drawer = Drawer()
        #expect(throws: ShiftRefusal.noneOpen) { try drawer.close("Zhao", [:]) }
        try drawer.open("Zhao", float: 0)
        #expect(throws: ShiftRefusal.alreadyOpen(by: "Zhao")) { try drawer.open("Qian", float: 0) }
        #expect(drawer.desk.current?.opening.who == "Zhao")
    }

    @Test(
        "a float is 0 to 1000000.00 yuan",
        arguments: [(-1, false), (0, true), (100_000_000, true), (100_000_001, false)])
    func float(fen: Int64, isTaken: Bool) {
        var drawer = Drawer()
        #expect(((try? drawer.open("Zhao", float: fen)) != nil) == isTaken)
    }

    @Test("whoever takes over begins with what stays in the drawer, and later acts count for the new shift")
    func handOver() throws {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 1_000)
        drawer.cash(5_000)
        let report = try drawer.close("Zhao", [1_000: 6], next: "Qian", left: 2_000)
        #expect(report.closing.next == "Qian")
        #expect(drawer.desk.current?.opening == ShiftOpening(shift: drawer.last, who: "Qian", float: Fen(2_000)))
        drawer.cash(300)
        #expect(drawer.desk.current?.expected == Fen(2_300))
        #expect(drawer.desk.closed.last?.closing.totals.cash == Fen(5_000))
    }

    @Test(
        "not more can stay in the drawer than was counted in it",
        arguments: [(6_000, true), (6_001, false), (-1, false)])
    func left(fen: Int64, isTaken: Bool) throws {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 6_000)
        let report = try? drawer.close("Zhao", [1_000: 6], next: "Qian", left: fen)
        #expect((report != nil) == isTaken)
        #expect(drawer.desk.current?.opening.who == (isTaken ? "Qian" : "Zhao"))
    }

    @Test("openings, corrections, waivers and cars are counted, and who did what is listed")
    func acts() throws {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 0)
        let transit = drawer.id()
        drawer.write([
            .manualOpening(HandOpening(lane: Drawer.exit, transit: transit, who: "Zhao", reason: "ambulance"))
        ])
        drawer.write([.passage(transit: transit, lane: Drawer.exit, .passed)])
        drawer.write([.passage(transit: transit, lane: Drawer.entry, .passed)])
        drawer.write([.passage(transit: transit, lane: Drawer.entry, .unknown)])
        drawer.write([.passage(transit: transit, lane: Drawer.entry, .notPassed)])
        drawer.write([.payment(.approved, drawer.charge(700), nil)])
        let report = try drawer.close("Zhao", [:])
        let totals = report.closing.totals
        #expect(totals.manualOpenings == 1 && totals.carsOut == 1 && totals.carsIn == 2)
        #expect(totals.methods == [MethodTotal(method: "plate", count: 1, amount: Fen(700))])
        #expect(report.items.map(\.why) == ["ambulance"])
    }

    @Test("no cash can be taken once 2000 acts are listed; openings still count")
    func full() throws {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 0)
        for _ in 1..<Shift.mostItems { drawer.cash(1) }
        #expect(drawer.desk.refusesCash == nil)
        drawer.cash(1)
        #expect(drawer.desk.refusesCash == .full)
        drawer.write([.manualOpening(HandOpening(lane: Drawer.exit, transit: nil, who: "Zhao", reason: "fire"))])
        #expect(drawer.desk.current?.totals.manualOpenings == 1)
        #expect(drawer.desk.current?.items.count == Shift.mostItems)
    }

    @Test("the last ten reports are kept, and nothing of an older one stays in the journal's state")
    func kept() throws {
        var drawer = Drawer()
        for index in 0...ShiftDesk.mostClosed {
            try drawer.open("Zhao", float: 0)
            drawer.cash(Int64(index + 1))
            _ = try drawer.close("Zhao", [:])
        }
        #expect(drawer.desk.closed.count == ShiftDesk.mostClosed)
        #expect(drawer.table[ShiftDesk.itemKind]?.count == ShiftDesk.mostClosed)
        #expect(drawer.table[ShiftDesk.closedKind]?.count == ShiftDesk.mostClosed)
        #expect(drawer.table[ShiftDesk.openKind] ?? [:] == [:])
    }

    @Test(
        "a drawer is counted in the notes and coins there are",
        arguments: [
            ([10_000: 1], true), ([200: 1], false), ([10: 100_000], true), ([10: 100_001], false), ([10: -1], false),
        ] as [([Int64: Int64], Bool)])
    func pieces(counts: [Int64: Int64], isTaken: Bool) {
        let count = try? CashCount(Dictionary(uniqueKeysWithValues: counts.map { (Fen($0.key), $0.value) }))
        #expect((count != nil) == isTaken)
    }
}

@Suite("Shifts, whatever happens")
struct ShiftPropertyTests {
    @Test(
        "the cash records between opening and closing are the expected cash, whatever was refused and however often the power went",
        arguments: 0..<60)
    func cash(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var drawer = Drawer()
        try drawer.open("Zhao", float: 500)
        var cash: Int64 = 0
        for _ in 0..<60 {
            switch dice.next(9) {
            case 0...2:
                let amount = Int64(1 + dice.next(5_000))
                drawer.cash(amount)
                cash += amount
            case 3, 4: drawer.refuseCash(Int64(1 + dice.next(5_000)))
            case 5:
                drawer.write([
                    .manualOpening(HandOpening(lane: Drawer.exit, transit: nil, who: "Zhao", reason: "asked"))
                ])
            case 6: drawer.restart()
            case 7: drawer.write([.payment(.approved, drawer.charge(400), nil)])
            default:
                let report = try drawer.close("Zhao", [100: 3], next: dice.next(2) == 0 ? "Qian" : nil, left: 100)
                #expect(report.closing.totals.cash == Fen(cash))
                #expect(report.items.filter { $0.kind == .cash }.reduce(0) { $0 + ($1.amount?.count ?? 0) } == cash)
                #expect(report.closing.expected.count == report.closing.opening.float.count + cash)
                cash = 0
                if drawer.desk.current == nil { try drawer.open("Sun", float: 0) }
            }
            let before = drawer.desk
            drawer.restart()
            #expect(drawer.desk.current == before.current)
            #expect(drawer.desk.closed.map(\.closing) == before.closed.map(\.closing))
            #expect(drawer.desk.closed.map(\.items) == before.closed.map(\.items))
        }
    }
}
