import FaceMatch
import Vocabulary

/// Compares the gallery's verdicts with what the two best rows of a plain comparison come to.
struct Judge {
    let policy: FacePolicy
    private(set) var compared = 0, agreed = 0
    private(set) var people = 0, unknown = 0, ambiguous = 0

    init(policy: FacePolicy) { self.policy = policy }

    /// - Parameter isFirst: whether the verdict has not been counted yet.
    mutating func compare(
        _ verdict: FaceVerdict, with rows: (first: Int, second: Int), probe: [Float], isFirst: Bool
    ) {
        let best = Judge.cosine(rows.first, probe), second = Judge.cosine(rows.second, probe)
        compared += 1
        if agrees(verdict, rows, best, second) { agreed += 1 }
        guard isFirst else { return }
        switch verdict {
        case .person: people += 1
        case .unknown: unknown += 1
        case .ambiguous: ambiguous += 1
        case .notLive, .badVector: break
        }
    }

    private func agrees(
        _ verdict: FaceVerdict, _ rows: (first: Int, second: Int), _ best: Double, _ second: Double
    ) -> Bool {
        let isKnown = best >= Double(policy.threshold.millionths) / 1_000_000
        let isClose = best - second < Double(policy.margin.millionths) / 1_000_000
        let first = try? BenchFaces.holder(ofRow: rows.first), other = try? BenchFaces.holder(ofRow: rows.second)
        switch verdict {
        case .person(let holder, let similarity):
            return isKnown && !isClose && holder == first && isNear(similarity, best)
        case .ambiguous(let one, let two):
            guard isKnown, isClose else { return false }
            if one.holder == first, two.holder == other {
                return isNear(one.similarity, best) && isNear(two.similarity, second)
            }
            // Twins: rounding may change places.
            return one.holder == other && two.holder == first && best - second < 0.000_1
        case .unknown(let found):
            return !isKnown && found.map { isNear($0, best) } == true
        case .notLive, .badVector: return false
        }
    }

    private func isNear(_ similarity: FaceSimilarity, _ cosine: Double) -> Bool {
        (Double(similarity.millionths) - cosine * 1_000_000).magnitude < 100
    }

    /// Of unit vectors, as they are.
    private static func cosine(_ row: Int, _ probe: [Float]) -> Double {
        zip(BenchFaces.template(row), probe).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
