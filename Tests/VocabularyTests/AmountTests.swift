import Testing
import Vocabulary

@Suite("Amounts of money and weight")
struct AmountTests {
    /// Every number at which 64-bit arithmetic changes its mind.
    static let edges: [Int64] = [.min, .min + 1, -101, -1, 0, 1, 2, 100, .max / 2, .max / 2 + 1, .max - 1, .max]

    @Test("sums, differences and products equal those of 128 bits, or are refused", arguments: edges, edges)
    func arithmeticIsExact(left: Int64, right: Int64) {
        let wide = (Int128(left), Int128(right))
        expect(wide.0 + wide.1, { () throws(AmountOverflow) in try Fen(left).adding(Fen(right)).count })
        expect(wide.0 - wide.1, { () throws(AmountOverflow) in try Fen(left).subtracting(Fen(right)).count })
        expect(wide.0 * wide.1, { () throws(AmountOverflow) in try Fen(left).multiplied(by: right).count })
        expect(wide.0 + wide.1, { () throws(AmountOverflow) in try Grams(left).adding(Grams(right)).count })
    }

    private func expect(_ exact: Int128, _ computed: () throws(AmountOverflow) -> Int64) {
        if let fits = Int64(exactly: exact) {
            #expect((try? computed()) == fits)
        } else {
            #expect(throws: AmountOverflow.self) { try computed() }
        }
    }

    @Test("an overflow says what was computed, and from what")
    func overflowIsNamed() {
        let error = #expect(throws: AmountOverflow.self) { try Fen(.max).adding(Fen(1)) }
        #expect(error?.left == .max)
        #expect(error?.right == 1)
        #expect(
            error?.description
                == "adding two amounts (9223372036854775807 and 1) leaves the range of 64 bits; nothing was changed")
    }

    @Test(
        "an amount is written in yuan with two decimals",
        arguments: [
            (0, "0.00"), (1, "0.01"), (9, "0.09"), (10, "0.10"), (99, "0.99"), (100, "1.00"), (1250, "12.50"),
            (-1, "-0.01"), (-5, "-0.05"), (-99, "-0.99"), (-100, "-1.00"), (-101, "-1.01"),
            (Int64.max, "92233720368547758.07"), (Int64.min, "-92233720368547758.08"),
        ] as [(Int64, String)])
    func description(count: Int64, written: String) {
        #expect("\(Fen(count))" == written)
    }

    @Test("amounts and weights compare as their counts do", arguments: edges, edges)
    func order(left: Int64, right: Int64) {
        #expect((Fen(left) < Fen(right)) == (left < right))
        #expect((Grams(left) < Grams(right)) == (left < right))
        #expect((Fen(left) == Fen(right)) == (left == right))
    }
}
