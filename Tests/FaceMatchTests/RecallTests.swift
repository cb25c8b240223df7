import FaceMatch
import Testing
import Vocabulary

@Suite("The gallery says what a comparison with every template says")
struct RecallTests {
    private func both(_ policy: FacePolicy, _ vectors: [(Holder, [Float])]) throws -> (FaceGallery, PlainGallery) {
        var gallery = FaceGallery(policy: policy), plain = PlainGallery()
        for (holder, vector) in vectors {
            try gallery.enrol(FaceTemplate(vector), for: holder)
            try plain.enrol(vector, for: holder)
        }
        return (gallery, plain)
    }

    /// Verdicts of each kind, by probe: they must be equal, whole.
    private func compare(
        _ policy: FacePolicy, _ vectors: [(Holder, [Float])], _ probes: [[Float]]
    ) throws -> (people: Int, unknown: Int, ambiguous: Int) {
        let (gallery, plain) = try both(policy, vectors)
        var count = (people: 0, unknown: 0, ambiguous: 0)
        for probe in probes {
            let verdict = gallery.match(FaceReading(vector: probe, isLive: true))
            #expect(try verdict == plain.verdict(on: probe, policy))
            switch verdict {
            case .person: count.people += 1
            case .unknown: count.unknown += 1
            case .ambiguous: count.ambiguous += 1
            case .notLive, .badVector: Issue.record("\(verdict)")
            }
        }
        return count
    }

    @Test("a thousand probes of people, strangers and pictures of two people in one")
    func random() throws {
        var faces = Faces(seed: 1)
        let people = (0..<250).map { _ in faces.face() }
        var vectors: [(Holder, [Float])] = []
        for (number, face) in people.enumerated() {
            for _ in 0...(number % 3) { vectors.append((person(number), faces.seenAgain(face, noise: 0.4))) }
        }
        var probes: [[Float]] = []
        for number in 0..<1_000 {
            switch number % 10 {
            case 0: probes.append(faces.face())
            case 1: probes.append(zip(people[number % 250], people[(number + 1) % 250]).map { $0 + $1 })
            default: probes.append(faces.seenAgain(people[number % 250], noise: Float(number % 7) / 3))
            }
        }
        let policy = try FacePolicy(thresholdThousandths: 420, marginThousandths: 60)
        let count = try compare(policy, vectors, probes)
        #expect(count.people > 500 && count.unknown > 100 && count.ambiguous > 80, "\(count)")
    }

    @Test("families whose faces differ by less than the high bytes show")
    func twins() throws {
        var faces = Faces(seed: 2)
        var vectors: [(Holder, [Float])] = []
        var probes: [[Float]] = []
        for family in 0..<12 {
            let face = faces.face()
            for child in 0..<25 {
                // From equal to the last bit to about as unlike as brothers.
                let noise: Float = [0, 0.000_01, 0.001, 0.01, 0.3][child % 5]
                vectors.append((person(family * 25 + child), faces.seenAgain(face, noise: noise)))
            }
            for noise: Float in [0, 0.000_1, 0.01, 0.4, 2.1] { probes.append(faces.seenAgain(face, noise: noise)) }
        }
        for margin in [10, 60, 500] {
            let policy = try FacePolicy(thresholdThousandths: 420, marginThousandths: margin)
            let count = try compare(policy, faces.shuffled(vectors), probes)
            #expect(count.ambiguous > 30, "\(count)")
        }
    }

    @Test("vectors whose high bytes say next to nothing", arguments: [100, 1_000, 3_000])
    func peaked(small: Int) throws {
        var faces = Faces(seed: UInt64(small))
        let small = Float(small)
        var vectors: [(Holder, [Float])] = []
        for number in 0..<600 { vectors.append((person(number), faces.peaked(small: small))) }
        let probes = (0..<60).map { number in
            number % 2 == 0 ? vectors[number].1.map { $0 * 3 } : faces.peaked(small: small)
        }
        for (threshold, margin) in [(420, 10), (990, 10), (990, 500)] {
            let policy = try FacePolicy(thresholdThousandths: threshold, marginThousandths: margin)
            _ = try compare(policy, vectors, probes)
        }
    }

    @Test("ever better templates, one after another, and ever worse ones")
    func ladders() throws {
        var faces = Faces(seed: 3)
        let face = faces.face()
        let steps = (0..<400).map { faces.seenAgain(face, noise: 3 - 3 * Float($0) / 400) }
        let rising = steps.enumerated().map { (person($0.offset), $0.element) }
        for policy in [
            try FacePolicy(thresholdThousandths: 420, marginThousandths: 30),
            try FacePolicy(thresholdThousandths: 990, marginThousandths: 500),
        ] {
            for vectors in [rising, rising.reversed()] {
                _ = try compare(policy, vectors, [face, steps[0], steps[200], steps[399]])
            }
        }
    }

    @Test("whole numbers instead of floating point move no cosine by a ten-thousandth, and no person")
    func rounding() throws {
        var faces = Faces(seed: 4)
        let people = (0..<300).map { _ in faces.face() }
        let vectors = people.enumerated().map { (person($0.offset), faces.seenAgain($0.element, noise: 0.5)) }
        let policy = try FacePolicy(thresholdThousandths: 200, marginThousandths: 10)
        let (gallery, plain) = try both(policy, vectors)
        for number in 0..<300 {
            let probe = faces.seenAgain(people[number], noise: 0.5)
            let truth = try #require(plain.cosines(of: probe))
            guard case .person(let holder, let similarity) = gallery.match(FaceReading(vector: probe, isLive: true))
            else {
                Issue.record("probe \(number) is nobody's")
                continue
            }
            #expect(holder == truth.best && truth.lead > 0.01)
            #expect(abs(Double(similarity.millionths) - truth.cosine * 1_000_000) < 100)
        }
    }

    @Test("the order of enrolment, and who came and went meanwhile, change nothing")
    func order() throws {
        var faces = Faces(seed: 5)
        let policy = try FacePolicy(thresholdThousandths: 420, marginThousandths: 60)
        var vectors: [(Holder, [Float])] = []
        for number in 0..<120 {
            let face = number % 4 == 1 ? vectors[vectors.count - 1].1 : faces.face()
            for _ in 0..<(1 + number % 2) { vectors.append((person(number), faces.seenAgain(face, noise: 0.1))) }
        }
        let twin = faces.face()
        vectors += [(person(500), twin), (person(400), twin)]
        let probes = vectors.map { faces.seenAgain($0.1, noise: 0.3) } + [twin]
        let (first, plain) = try both(policy, vectors)
        for _ in 0..<4 {
            var (gallery, _) = try both(policy, [])
            let crowd = faces.shuffled(vectors + (900..<950).map { (person($0), faces.face()) })
            for (holder, vector) in crowd { try gallery.enrol(FaceTemplate(vector), for: holder) }
            for number in 900..<950 { #expect(gallery.remove(person(number)) == 1) }
            #expect(gallery.templateCount == vectors.count)
            for probe in probes {
                let reading = FaceReading(vector: probe, isLive: true)
                let verdict = gallery.match(reading)
                #expect(verdict == first.match(reading))
                #expect(try verdict == plain.verdict(on: probe, policy))
            }
        }
        let equal = try FaceCandidate(person(400), FaceTemplate(twin).similarity(to: FaceTemplate(twin)))
        #expect(
            first.match(FaceReading(vector: twin, isLive: true))
                == .ambiguous(first: equal, second: FaceCandidate(person(500), equal.similarity)))
    }
}
