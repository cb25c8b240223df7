import FaceMatch
import Vocabulary

/// The people of the benchmark: two templates each, every row from a seed of its own, so that any can be made again.
struct BenchFaces {
    static let rowsAPerson = 2
    /// So many of the first people come in pairs of twins.
    static let twins = 100

    /// Irwin-Hall: the sum of four dice, close enough to the normal distribution of real components.
    private struct Dice {
        private var state: UInt64

        init(_ seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 &+ 0x9E37_79B9_7F4A_7C15 }

        mutating func component() -> Float {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            word ^= word >> 31
            let sum = word & 0xFFFF + word >> 16 & 0xFFFF + word >> 32 & 0xFFFF + word >> 48
            return (Float(sum) - 131_070) / 37_837
        }
    }

    private static func blend(_ parts: [(seed: UInt64, weight: Float)]) -> [Float] {
        var vector = [Float](repeating: 0, count: FaceTemplate.length)
        for (seed, weight) in parts {
            var dice = Dice(seed)
            for index in vector.indices { vector[index] += weight * dice.component() }
        }
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / norm }
    }

    private static func face(of person: Int) -> UInt64 {
        UInt64(person < twins ? person / 2 : person) + 1
    }

    /// The template in a row. Twins differ by a hundredth, a person's two templates by a good deal.
    static func template(_ row: Int) -> [Float] {
        let person = row / rowsAPerson
        return blend([
            (face(of: person), 1), (1 << 40 | UInt64(person), person < twins ? 0.01 : 0), (1 << 41 | UInt64(row), 0.45),
        ])
    }

    /// Of ten probes seven are of somebody enrolled, one of a stranger, one of a twin, one of two people at once.
    static func probe(_ number: Int, people: Int) -> [Float] {
        let noise = (seed: 1 << 42 | UInt64(number), weight: Float(0.3 + 0.1 * Float(number % 7)))
        let person = number * 7_919 % people
        switch number % 10 {
        case 7: return blend([noise])
        case 8: return blend([(face(of: number % twins), 1), noise])
        case 9: return blend([(face(of: person), 1), (face(of: (person + 1) % people), 0.95), noise])
        default: return blend([(face(of: person), 1), noise])
        }
    }

    static func holder(ofRow row: Int) throws -> Holder {
        Holder(.member, try Slug("pupil-\(row / rowsAPerson)"))
    }
}
