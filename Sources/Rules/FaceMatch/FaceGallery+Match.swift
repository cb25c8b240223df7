internal import Vocabulary

extension FaceGallery {
    /// Whose face this is.
    ///
    /// One pass over the high bytes of all templates tells the cosine of each up to a bound that holds for certain; who
    /// cannot be the best, nor within the margin of it, is dropped; the few that are left are compared exactly. So the
    /// verdict is the one of a comparison with every template.
    public func match(_ reading: FaceReading) -> FaceVerdict {
        guard reading.isLive else { return .notLive }
        do throws(FaceVectorError) {
            return match(try FaceTemplate(reading.vector))
        } catch { return .badVector(error) }
    }

    private func match(_ probe: FaceTemplate) -> FaceVerdict {
        let query = PackedQuery(probe.components), norm = probe.squaredNorm
        var best: Rank?, second: Rank?
        for row in candidates(query, squaredNorm: norm) {
            let cosine = FaceTemplate.cosine(product: exactProduct(query, row), norm, squaredNorms[row])
            let found = Rank(
                person: owners[row],
                candidate: FaceCandidate(holder(of: row), FaceSimilarity(cosine: cosine)))
            guard let first = best else {
                best = found
                continue
            }
            if found.person == first.person {
                if found.isAhead(of: first) { best = found }
            } else if found.isAhead(of: first) {
                (best, second) = (found, first)
            } else if second.map({ found.isAhead(of: $0) }) ?? true {
                second = found
            }
        }
        guard let first = best?.candidate else { return .unknown(best: nil) }
        guard first.similarity >= policy.threshold else { return .unknown(best: first.similarity) }
        if let second = second?.candidate,
            first.similarity.millionths - second.similarity.millionths < policy.margin.millionths
        {
            return .ambiguous(first: first, second: second)
        }
        return .person(first.holder, similarity: first.similarity)
    }

    /// The rows that may be the best one's or a second one's that counts. At most all of them.
    private func candidates(_ query: PackedQuery, squaredNorm: Int64) -> [Int] {
        let margin = Float(policy.margin.millionths) / 1_000_000
        let reach = Float(policy.threshold.millionths) / 1_000_000 - margin
        let scale = 256 / Float(Double(squaredNorm).squareRoot())
        // What the best one has at least. A second one counts only if the best reaches the threshold.
        var least = -Float.infinity, floor = -Float.infinity
        var found: [(row: Int, most: Float)] = []
        bounds.withUnsafeBufferPointer { bounds in
            query.products(with: high) { row, product in
                let bound = bounds[row]
                let cosine = Float(product) * scale * bound.scale
                let most = cosine + bound.error
                if most < floor { return }
                found.append((row, most))
                if cosine - bound.error > least {
                    least = cosine - bound.error
                    floor = min(least, max(least - margin, reach)) - RowBound.rounding
                }
            }
        }
        return found.filter { $0.most >= floor }.map(\.row)
    }
}

/// One person's best so far.
private struct Rank {
    var person: Int
    var candidate: FaceCandidate

    /// More alike; of equal ones the lesser holder, so that the order of enrolment decides nothing.
    func isAhead(of other: Rank) -> Bool {
        let (mine, others) = (candidate, other.candidate)
        return mine.similarity != others.similarity
            ? mine.similarity > others.similarity : mine.holder < others.holder
    }
}

/// What turns the product with a row's high bytes into a cosine, and how far off that may be.
struct RowBound: Sendable {
    /// What numbers of 24 bits lose, and what rounding to millionths moves: more than all of it together.
    static let rounding: Float = 0.000_01

    /// 1 / the row's norm.
    let scale: Float
    /// The most that the low bytes can add to the cosine or take from it: by Cauchy and Schwarz their product with the
    /// query is at most the product of both norms, and the query's norm cancels out.
    let error: Float

    init(squaredNorm: Int64, low: [Int8]) {
        var sum: Int64 = 0
        for value in low { sum += Int64(value) * Int64(value) }
        scale = Float(1 / Double(squaredNorm).squareRoot())
        error = Float((Double(sum) / Double(squaredNorm)).squareRoot()) + RowBound.rounding
    }
}
