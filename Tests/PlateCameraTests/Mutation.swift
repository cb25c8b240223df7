@testable import PlateCamera

/// Damage of the kinds that decoders meet.
enum Mutation {
    /// SplitMix64: the same seed gives the same mutations on every machine.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static func mutated(_ body: [UInt8], _ dice: inout Dice) -> [UInt8] {
        let telling: [[UInt8]] = [
            Array("\"".utf8), Array("{".utf8), Array("[[[[".utf8), Array("\\u0000".utf8), Array("\\ud800".utf8),
            Array("<".utf8), Array("&x;".utf8), Array("]]>".utf8), Array("<!DOCTYPE a>".utf8), Array("\r\n".utf8),
            Array("--".utf8), Array(Fixture.boundary.utf8), [0], [0xFF], [0xC2], [0xE4, 0xBA],
            [0x81, 0x30, 0x81, 0x30],
            Array("-1".utf8), Array("9223372036854775808".utf8), Array("1e999".utf8), Array("null".utf8),
        ]
        var result = body
        for _ in 0..<Int.random(in: 1...4, using: &dice) where !result.isEmpty {
            let place = Int.random(in: 0..<result.count, using: &dice)
            let length = min(Int.random(in: 1...16, using: &dice), result.count - place)
            switch Int.random(in: 0..<5, using: &dice) {
            case 0: result[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 2: result.removeSubrange(place..<(place + length))
            case 3: result.insert(contentsOf: result[place..<(place + length)], at: place)
            default: result.insert(contentsOf: telling.randomElement(using: &dice)!, at: place)
            }
        }
        return result
    }
}
