import Payments
import Vocabulary
import Wire

/// What the tests of payments share.
enum Fixtures {
    static func plate(_ number: Int) -> Plate {
        guard let plate = try? Plate("粤B\(10_000 + number)") else { preconditionFailure("a fixed plate is a plate") }
        return plate
    }

    static func slug(_ text: String) -> Slug {
        guard let slug = try? Slug(text) else { preconditionFailure("\(text) is a name") }
        return slug
    }

    static let charge = Charge(
        payment: UUIDv7(at: WallTime(milliseconds: 1), random: (1, 1)), plate: plate(1),
        stay: UUIDv7(at: WallTime(milliseconds: 1), random: (2, 2)), lane: slug("exit-1"),
        quote: Quote(
            tariff: slug("t-1"), from: WallTime(milliseconds: 0), until: WallTime(milliseconds: 3_600_000),
            lines: [Quote.Line(kind: .firstPeriod, minutes: 60, amount: Fen(500))], total: Fen(500)))

    /// An answer is waited for 3 s, a question asked again after 5 s.
    static let timings = PaymentTimings(answerWithin: .seconds(3), askAgainAfter: .seconds(5))

    static func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }
}

/// A seeded generator (SplitMix64): the same seed gives the same run everywhere, so a failure can be run again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
