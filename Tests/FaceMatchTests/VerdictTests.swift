import FaceMatch
import Testing
import Vocabulary

/// A vector with a few components given, the others zero.
private func vector(_ components: [Int: Float]) -> [Float] {
    var vector = [Float](repeating: 0, count: FaceTemplate.length)
    for (index, value) in components { vector[index] = value }
    return vector
}

private func living(_ components: [Int: Float]) -> FaceReading {
    FaceReading(vector: vector(components), isLive: true)
}

@Suite("Whose face it is")
struct VerdictTests {
    private func gallery(
        _ threshold: Int, _ margin: Int, _ templates: [(Holder, [Int: Float])]
    ) throws -> FaceGallery {
        var gallery = FaceGallery(
            policy: try FacePolicy(thresholdThousandths: threshold, marginThousandths: margin))
        for (holder, components) in templates { try gallery.enrol(FaceTemplate(vector(components)), for: holder) }
        return gallery
    }

    @Test(
        "the threshold itself is enough, a thousandth less is not",
        arguments: [(599, true), (600, true), (601, false)])
    func threshold(thousandths: Int, isPerson: Bool) throws {
        // 3 and 4 of 5: the cosines with the axes are 0.6 and 0.8 exactly.
        let gallery = try gallery(thousandths, 10, [(person(1), [3: 1])])
        let similarity = FaceSimilarity(millionths: 600_000)
        let verdict = gallery.match(living([3: 3, 400: 4]))
        #expect(verdict == (isPerson ? .person(person(1), similarity: similarity) : .unknown(best: similarity)))
    }

    @Test("a lead of the margin itself is enough, a thousandth less is not", arguments: [(199, 0), (200, 0), (201, 1)])
    func margin(thousandths: Int, ambiguous: Int) throws {
        let gallery = try gallery(700, thousandths, [(person(1), [3: 1]), (person(2), [400: 1])])
        let first = FaceCandidate(person(2), FaceSimilarity(millionths: 800_000))
        let second = FaceCandidate(person(1), FaceSimilarity(millionths: 600_000))
        // The second is below the threshold, and counts all the same.
        #expect(
            gallery.match(living([3: 3, 400: 4]))
                == (ambiguous == 1
                    ? .ambiguous(first: first, second: second)
                    : .person(first.holder, similarity: first.similarity)))
    }

    @Test("a person's own second template is no second person")
    func ownTemplates() throws {
        var gallery = try gallery(420, 60, [(person(1), [0: 4, 1: 3]), (person(1), [0: 4, 1: 2.9])])
        #expect(
            gallery.match(living([0: 4, 1: 3]))
                == .person(person(1), similarity: FaceSimilarity(millionths: 1_000_000)))
        // With the same template as somebody else's, it is nobody's until one of them goes.
        try gallery.enrol(FaceTemplate(vector([0: 8, 1: 6])), for: person(2))
        guard case .ambiguous(let first, let second) = gallery.match(living([0: 4, 1: 3])) else {
            Issue.record("equal faces were told apart")
            return
        }
        #expect(first.holder == person(1) && second.holder == person(2) && first.similarity == second.similarity)
        #expect(gallery.remove(person(1)) == 2)
        #expect(
            gallery.match(living([0: 4, 1: 3]))
                == .person(person(2), similarity: FaceSimilarity(millionths: 1_000_000)))
    }

    @Test("the opposite of a face is not that face")
    func opposite() throws {
        let gallery = try gallery(200, 10, [(person(1), [0: 1, 5: -2])])
        #expect(
            gallery.match(living([0: -1, 5: 2])) == .unknown(best: FaceSimilarity(millionths: -1_000_000)))
    }

    @Test("an empty gallery knows nobody")
    func empty() throws {
        var gallery = try gallery(420, 60, [(person(1), [0: 1])])
        gallery.remove(person(1))
        #expect(gallery.match(living([0: 1])) == .unknown(best: nil))
        #expect(gallery.remove(person(1)) == 0)
    }

    @Test("a face that is not known to live is never matched, not even with itself")
    func liveness() throws {
        let gallery = try gallery(420, 60, [(person(1), [0: 1])])
        var reading = living([0: 1])
        #expect(gallery.match(reading) == .person(person(1), similarity: FaceSimilarity(millionths: 1_000_000)))
        reading.isLive = false
        #expect(gallery.match(reading) == .notLive)
        reading.vector = []
        #expect(gallery.match(reading) == .notLive)
    }

    @Test("a vector that is cut short, too long, empty, zero or has no number somewhere is refused")
    func badVectors() throws {
        let gallery = try gallery(420, 60, [(person(1), [0: 1])])
        for length in [0, 1, 511, 513, 1_024] {
            let reading = FaceReading(vector: [Float](repeating: 1, count: length), isLive: true)
            #expect(gallery.match(reading) == .badVector(.wrongLength(found: length)))
        }
        for index in [0, 255, 511] {
            for value: Float in [.nan, .signalingNaN, .infinity, -.infinity] {
                #expect(gallery.match(living([1: 1, index: value])) == .badVector(.notFinite(index: index)))
            }
        }
        #expect(gallery.match(living([:])) == .badVector(.zero))
        #expect(gallery.match(living([3: -0.0])) == .badVector(.zero))
    }

    @Test(
        "the smallest and the largest numbers are directions like any other",
        arguments: [Float.leastNonzeroMagnitude, .leastNormalMagnitude, 1, .greatestFiniteMagnitude])
    func extremes(value: Float) throws {
        let gallery = try gallery(420, 60, [(person(1), [0: 1, 1: 1])])
        #expect(
            gallery.match(living([0: value, 1: value]))
                == .person(person(1), similarity: FaceSimilarity(millionths: 1_000_000)))
    }

    @Test(
        "a policy that would let the wrong person in is refused",
        arguments: [(199, 60, false), (200, 60, true), (990, 60, true), (991, 60, false), (420, 9, false)])
    func policy(threshold: Int, margin: Int, isFit: Bool) {
        #expect(
            ((try? FacePolicy(thresholdThousandths: threshold, marginThousandths: margin)) != nil) == isFit)
        #expect((try? FacePolicy(thresholdThousandths: threshold, marginThousandths: 501)) == nil)
    }
}

@Suite("Templates and the gallery that holds them")
struct GalleryTests {
    private func template(_ seed: UInt64) throws -> FaceTemplate {
        var faces = Faces(seed: seed)
        return try FaceTemplate(faces.face())
    }

    @Test("a template is what it was after it has been kept; anything else is no template")
    func bytes() throws {
        let template = try template(1)
        var bytes = template.bytes
        #expect(bytes.count == FaceTemplate.byteCount && FaceTemplate(bytes: bytes) == template)
        #expect(FaceTemplate(bytes: Array(bytes.dropLast())) == nil)
        #expect(FaceTemplate(bytes: bytes + [0]) == nil)
        #expect(FaceTemplate(bytes: [UInt8](repeating: 0, count: FaceTemplate.byteCount)) == nil)
        // −32,768: beyond every component there can be.
        (bytes[0], bytes[1]) = (0x00, 0x80)
        #expect(FaceTemplate(bytes: bytes) == nil)
    }

    @Test("the length of a vector says nothing, only its direction")
    func lengths() throws {
        var faces = Faces(seed: 2)
        let face = faces.face()
        #expect(try FaceTemplate(face) == FaceTemplate(face.map { $0 * 1_024 }))
        #expect(try FaceTemplate(face).similarity(to: FaceTemplate(face.map { $0 * -3 })).millionths == -1_000_000)
    }

    @Test("the inner products of the largest vectors there can be do not overflow")
    func largest() throws {
        for sign: Float in [1, -1] {
            let all = [Float](repeating: 1, count: FaceTemplate.length)
            // Just below and above where the high byte rounds: the low bytes are as large as they get.
            for value: Float in [32_512, 32_384, 32_383, 32_385, 32_640 - 256] {
                var gallery = FaceGallery(
                    policy: try FacePolicy(thresholdThousandths: 200, marginThousandths: 10))
                var vector = all.map { $0 * value * sign }
                vector[511] = 32_512 * sign
                let template = try FaceTemplate(vector)
                try gallery.enrol(template, for: person(1))
                let probe = try FaceTemplate(all)
                let expected = template.similarity(to: probe)
                let verdict = gallery.match(FaceReading(vector: all, isLive: true))
                #expect(
                    verdict
                        == (sign > 0 ? .person(person(1), similarity: expected) : .unknown(best: expected)))
            }
        }
    }

    @Test("the same template twice is one; a person may have sixteen, a gallery as many as were agreed")
    func bounds() throws {
        let policy = try FacePolicy(thresholdThousandths: 420, marginThousandths: 60)
        var gallery = FaceGallery(policy: policy, mostTemplates: 18)
        gallery.reserve(templates: 1_000_000_000)
        for seed in 0..<16 {
            try gallery.enrol(template(UInt64(seed)), for: person(1))
            try gallery.enrol(template(UInt64(seed)), for: person(1))
        }
        #expect(gallery.templateCount == 16 && gallery.personCount == 1)
        #expect(throws: FaceGalleryError.tooManyOfOnePerson(person(1))) {
            try gallery.enrol(template(16), for: person(1))
        }
        try gallery.enrol(template(1), for: person(2))
        try gallery.enrol(template(18), for: person(2))
        let former = gallery.holders.sorted()
        #expect(throws: FaceGalleryError.full(limit: 18)) { try gallery.enrol(template(19), for: person(3)) }
        #expect(gallery.holders.sorted() == former && former == [person(1), person(2)])
        gallery.remove(person(1))
        #expect(gallery.templateCount == 2 && gallery.holders == [person(2)])
        try gallery.enrol(template(19), for: person(3))
        for (seed, number) in [(1, 2), (18, 2), (19, 3)] {
            var faces = Faces(seed: UInt64(seed))
            #expect(
                gallery.match(FaceReading(vector: faces.face(), isLive: true))
                    == .person(person(number), similarity: FaceSimilarity(millionths: 1_000_000)))
        }
    }

    @Test("no text shows anything of a face")
    func texts() throws {
        let template = try template(3)
        var faces = Faces(seed: 3)
        let reading = FaceReading(vector: faces.face(), isLive: true)
        #expect("\(template)" == "a face template" && String(reflecting: reading) == "a living face")
        var dumped = ""
        dump((template, reading), to: &dumped)
        #expect(!dumped.contains { $0.isNumber && $0 != "0" && $0 != "1" && $0 != "2" }, "\(dumped)")
        #expect(!FaceGalleryError.tooManyOfOnePerson(person(1)).description.contains("pupil-0001"))
    }

    @Test(
        "similarities read as cosines", arguments: [(731_249, "0.7312"), (1_000_000, "1.0000"), (-52_199, "-0.0521")])
    func similarity(millionths: Int32, text: String) {
        #expect(FaceSimilarity(millionths: millionths).description == text)
    }
}
