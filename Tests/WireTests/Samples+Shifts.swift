import Vocabulary
import Wire

extension Samples {
    static let shiftClosing: ShiftClosing = {
        var totals = ShiftTotals()
        totals.cash = Fen(12_300)
        totals.cashPayments = 4
        totals.cashRefunds = Fen(500)
        totals.manualOpenings = 2
        totals.unpaidOpenings = 1
        totals.leftUnpaid = Fen(700)
        totals.waivers = 1
        totals.refunds = 3
        totals.refunded = Fen(900)
        totals.corrections = 5
        totals.carsIn = 70
        totals.carsOut = 71
        totals.methods = [
            MethodTotal(method: "cash", count: 4, amount: Fen(12_300)),
            MethodTotal(method: "plate", count: 60, amount: Fen(60_000)),
        ]
        return ShiftClosing(
            opening: ShiftOpening(shift: stay, who: "Zhao", float: Fen(20_000), isByRule: true),
            opened: WallTime(milliseconds: 1_750_000_000_000), closedBy: "Zhao", totals: totals, expected: Fen(31_800),
            counted: Fen(31_790),
            pieces: [CashPieces(value: Fen(10_000), count: 3), CashPieces(value: Fen(10), count: 179)],
            next: nil)
    }()

    static let handedOver: ShiftClosing = {
        var closing = shiftClosing
        closing.totals = ShiftTotals()
        closing.pieces = []
        closing.next = "钱 \"night\""
        return closing
    }()
}
