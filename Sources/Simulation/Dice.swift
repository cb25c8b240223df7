internal import Effects

/// All chance of one part of a simulated world: a branch of the tree that grows from the run's one seed.
///
/// Each part has a branch of its own, so that a change in how often one part throws its dice changes no other part.
struct Dice {
    private var maker: IDMaker

    /// - Parameter branch: names the part; the same seed and branch give the same throws.
    init(seed: UInt64, _ branch: UInt64...) {
        var state = seed
        for number in branch {
            state = Dice.mixed(&state) ^ number
        }
        maker = IDMaker(seed: (Dice.mixed(&state), Dice.mixed(&state), Dice.mixed(&state), Dice.mixed(&state)))
    }

    /// SplitMix64 (Steele, Lea and Flood), the usual way to make a seed of several words out of one.
    private static func mixed(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func bits() -> UInt64 { maker.dice() }

    /// 0 ..< count.
    mutating func below(_ count: Int64) -> Int64 { Int64(bits() % UInt64(count)) }

    /// Both ends included.
    mutating func between(_ low: Int64, _ high: Int64) -> Int64 { low + below(high - low + 1) }

    mutating func chance(perMille: Int64) -> Bool { below(1_000) < perMille }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(below(Int64(elements.count)))] }

    mutating func ids() -> IDMaker { IDMaker(seed: (bits(), bits(), bits(), bits())) }
}
