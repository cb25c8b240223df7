public import Vocabulary

/// Makes identifiers from a seed, so that a core's dice are an argument and a run can be repeated exactly.
///
/// The generator is xoshiro256** (Blackman and Vigna, public domain); seeded with 256 random bits, no two boxes meet.
public struct IDMaker: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// - Parameter seed: from the operating system in production, from the test's seed in a simulation.
    public init(seed: (UInt64, UInt64, UInt64, UInt64)) {
        state = seed
        // An all-zero state would stay zero for ever.
        if state == (0, 0, 0, 0) { state.0 = 0x9E37_79B9_7F4A_7C15 }
    }

    public mutating func next(at wall: WallTime) -> UUIDv7 { UUIDv7(at: wall, random: (dice(), dice())) }

    /// 64 random bits.
    public mutating func dice() -> UInt64 {
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    private func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
}
