import FaceMatch
import Vocabulary

/// Faces for tests, from one seed.
struct Faces {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// 0 ..< 1.
    mutating func fraction() -> Float { Float(bits() >> 40) / Float(1 << 24) }

    /// About a normal distribution's: the components of a face module's vectors look like that.
    mutating func component() -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += fraction() }
        return sum
    }

    /// Somebody's face.
    mutating func face() -> [Float] { (0..<FaceTemplate.length).map { _ in component() } }

    /// The same face on another day: the cosine is about 1 / √(1 + noise²).
    mutating func seenAgain(_ face: [Float], noise: Float) -> [Float] { face.map { $0 + noise * component() } }

    /// A vector whose high bytes say next to nothing: one large component, and all the rest below the high byte.
    mutating func peaked(small: Float) -> [Float] {
        (0..<FaceTemplate.length).map { $0 == 7 ? 32_512 : (2 * fraction() - 1) * small }
    }

    mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for index in values.indices.reversed() { values.swapAt(index, Int(bits() % UInt64(index + 1))) }
        return values
    }
}

func person(_ number: Int) -> Holder {
    let digits = String(10_000 + number)
    guard let name = try? Slug("pupil-\(digits.suffix(4))") else { preconditionFailure("\(number) is no pupil") }
    return Holder(.member, name)
}

/// Every template beside whom it belongs to, compared one by one without any of the gallery's means.
struct PlainGallery {
    var rows: [(holder: Holder, vector: [Float], template: FaceTemplate)] = []

    mutating func enrol(_ vector: [Float], for holder: Holder) throws {
        rows.append((holder, vector, try FaceTemplate(vector)))
    }

    /// Each person's best, the most alike first, of equal ones the lesser holder.
    func ranking(of probe: [Float]) throws -> [FaceCandidate] {
        let probe = try FaceTemplate(probe)
        var best: [Holder: FaceSimilarity] = [:]
        for row in rows {
            let similarity = row.template.similarity(to: probe)
            best[row.holder] = max(best[row.holder] ?? similarity, similarity)
        }
        return best.map { FaceCandidate($0, $1) }.sorted {
            $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.holder < $1.holder
        }
    }

    func verdict(on probe: [Float], _ policy: FacePolicy) throws -> FaceVerdict {
        let ranking = try ranking(of: probe)
        guard let first = ranking.first else { return .unknown(best: nil) }
        guard first.similarity >= policy.threshold else { return .unknown(best: first.similarity) }
        if ranking.count > 1,
            first.similarity.millionths - ranking[1].similarity.millionths < policy.margin.millionths
        {
            return .ambiguous(first: first, second: ranking[1])
        }
        return .person(first.holder, similarity: first.similarity)
    }

    /// The cosines of the vectors as they came, in floating point; the two best people.
    func cosines(of probe: [Float]) -> (best: Holder, cosine: Double, lead: Double)? {
        var best: [Holder: Double] = [:]
        for row in rows {
            let cosine = PlainGallery.cosine(row.vector, probe)
            best[row.holder] = max(best[row.holder] ?? -2, cosine)
        }
        let order = best.sorted { $0.value > $1.value }
        guard let first = order.first else { return nil }
        return (first.key, first.value, order.count > 1 ? first.value - order[1].value : 2)
    }

    static func cosine(_ first: [Float], _ second: [Float]) -> Double {
        var (product, one, other) = (0.0, 0.0, 0.0)
        for (left, right) in zip(first, second) {
            product += Double(left) * Double(right)
            one += Double(left) * Double(left)
            other += Double(right) * Double(right)
        }
        return product / (one.squareRoot() * other.squareRoot())
    }
}
