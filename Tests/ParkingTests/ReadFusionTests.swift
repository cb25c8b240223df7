import Testing
import Vocabulary

@testable import Parking

private func plate(_ text: String) -> Plate { SiteFixtures.plate(text) }
private func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }
private let front = SiteFixtures.lane("front"), rear = SiteFixtures.lane("rear")

private func read(
    _ text: String, _ confidence: Int = 80, by camera: Slug? = front, id: String? = nil
) -> PlateSighting {
    PlateSighting(plate(text), confidence: confidence, camera: camera, readID: id)
}

/// A lane that waits 600 ms, or for three reads, or for one of 95 %.
private func fusion(atLeast: Int = 3, milliseconds: Int64 = 600) -> ReadFusion {
    ReadFusion(settings: ReadSettings(decideAfter: .milliseconds(milliseconds), atLeast: atLeast, trustAtOnce: 95))
}

private func plates(_ actions: [ReadFusion.Action]) -> [Plate] {
    actions.compactMap { if case .decided(let verdict) = $0 { verdict.plate } else { nil } }
}

@Suite("One plate out of several reads")
struct ReadFusionTests {
    @Test("one read that the camera trusts decides at once, a weaker one waits", arguments: [94, 95])
    func trusted(confidence: Int) {
        var lane = fusion()
        let actions = lane.take(read("粤B12345", confidence), at: at(0))
        #expect(plates(actions) == (confidence >= 95 ? [plate("粤B12345")] : []))
        #expect(lane.nextDeadline == (confidence >= 95 ? nil : at(600)))
    }

    @Test("a camera that has started anew counts its reads from the beginning: another plate is another car")
    func countsAnew() {
        var lane = fusion()
        #expect(plates(lane.take(read("粤B12345", 99, id: "1"), at: at(0))) == [plate("粤B12345")])
        #expect(lane.take(read("粤B12345", 99, id: "1"), at: at(60_000)).isEmpty, "sent again")
        #expect(plates(lane.take(read("京A88888", 99, id: "1"), at: at(61_000))) == [plate("京A88888")])
    }

    @Test("a lane that waits for nothing acts on every first read")
    func noWindow() {
        var lane = fusion(milliseconds: 0)
        #expect(plates(lane.take(read("粤B12345", 1), at: at(0))) == [plate("粤B12345")])
    }

    @Test("so many reads decide before the time is over", arguments: [2, 3])
    func enough(reads: Int) {
        var lane = fusion()
        var decided: [Plate] = []
        for number in 0..<reads { decided += plates(lane.take(read("粤B12345"), at: at(Int64(number) * 100))) }
        #expect(decided == (reads >= 3 ? [plate("粤B12345")] : []))
    }

    @Test("when the time is over, what has been read counts, even if it is one read", arguments: [599, 600])
    func timeIsOver(milliseconds: Int64) {
        var lane = fusion()
        _ = lane.take(read("粤B12345", 61), at: at(0))
        #expect(plates(lane.tick(at: at(milliseconds))) == (milliseconds < 600 ? [] : [plate("粤B12345")]))
    }

    @Test("two reads outvote one that took 8 for B")
    func majority() {
        var lane = fusion()
        _ = lane.take(read("粤B1234B", 85), at: at(0))
        _ = lane.take(read("粤B12348", 70, by: rear), at: at(100))
        let actions = lane.take(read("粤B12348", 70), at: at(200))
        #expect(
            actions == [
                .decided(
                    PlateVerdict(plate("粤B12348"), vehicle: nil, isFake: false, reads: 3, isUnanimous: false))
            ])
    }

    @Test("the vote is by character: two half-wrong reads make a whole right one")
    func byCharacter() {
        var lane = fusion()
        _ = lane.take(read("粤B0234B", 80), at: at(0))
        _ = lane.take(read("粤BD2348", 80), at: at(0))
        #expect(plates(lane.take(read("粤B02348", 60), at: at(0))) == [plate("粤B02348")])
    }

    @Test("a sure read outweighs two doubtful ones")
    func weight() {
        var lane = fusion()
        _ = lane.take(read("粤B12348", 94), at: at(0))
        _ = lane.take(read("粤B1234B", 40), at: at(0))
        #expect(plates(lane.take(read("粤B1234B", 40), at: at(0))) == [plate("粤B12348")])
    }

    @Test("a read that a camera sends twice counts once; two cameras may use one number")
    func sentTwice() {
        var lane = fusion(atLeast: 2)
        _ = lane.take(read("粤B12345", id: "7"), at: at(0))
        #expect(lane.take(read("粤B12345", id: "7"), at: at(1)).isEmpty)
        #expect(plates(lane.take(read("粤B12345", by: rear, id: "7"), at: at(2))) == [plate("粤B12345")])
        // Pushed once more after everything is over.
        lane.laneIsFree()
        #expect(lane.take(read("粤B12345", 99, id: "7"), at: at(900_000)).isEmpty)
    }

    @Test("later reads of a car that was decided about are that car", arguments: ["粤B12345", "粤B1234S"])
    func again(text: String) {
        var lane = fusion()
        _ = lane.take(read("粤B12345", 99), at: at(0))
        #expect(lane.take(read(text, 70), at: at(5_000)) == [.again(read(text, 70), decided: plate("粤B12345"))])
    }

    @Test("twenty seconds after its last read a car has gone, and the next read is another visit", arguments: [20, 21])
    func remembered(seconds: Int64) {
        var lane = fusion()
        _ = lane.take(read("粤B12345", 99), at: at(0))
        let actions = lane.take(read("粤B1234S", 99), at: at(seconds * 1_000))
        #expect(plates(actions).isEmpty == (seconds <= 20))
    }

    @Test("what one camera reads once against the others is left out, until it is read again")
    func oneCameraIsWrong() {
        var lane = fusion()
        _ = lane.take(read("粤B12345", 80), at: at(0))
        _ = lane.take(read("粤B12845", 75, by: rear), at: at(100))
        let actions = lane.tick(at: at(600))
        #expect(plates(actions) == [plate("粤B12345")])
        #expect(actions.last == .contradicts(read("粤B12845", 75, by: rear), decided: plate("粤B12345")))
        #expect(lane.nextDeadline == nil)
        // It was the car behind after all.
        _ = lane.take(read("粤B12845", 75, by: rear), at: at(900))
        #expect(plates(lane.tick(at: at(1_500))) == [plate("粤B12845")])
    }

    @Test("a camera that has itself read two plates has seen two cars")
    func twoCars() {
        var lane = fusion()
        _ = lane.take(read("粤B12345", 80), at: at(0))
        _ = lane.take(read("粤B99999", 75), at: at(100))
        #expect(plates(lane.tick(at: at(600))) == [plate("粤B12345")])
        #expect(plates(lane.tick(at: at(700))) == [plate("粤B99999")])
    }

    @Test("what was read of a car that turned back is forgotten")
    func turnedBack() {
        var lane = fusion()
        _ = lane.take(read("粤B12345"), at: at(0))
        lane.forget(plate("粤B1234S"))
        #expect(lane.nextDeadline == nil)
        #expect(lane.tick(at: at(600)).isEmpty)
    }

    @Test("one camera that takes the plate for a copy is believed")
    func fake() {
        var lane = fusion(atLeast: 2)
        _ = lane.take(PlateSighting(plate("粤B12345"), confidence: 60, isFake: true), at: at(0))
        guard case .decided(let verdict)? = lane.take(read("粤B12345", 94), at: at(0)).first else {
            Issue.record("nothing was decided")
            return
        }
        #expect(verdict.isFake)
    }

    @Test("a camera that reads another plate every time fills no memory")
    func bounded() {
        var lane = fusion()
        for number in 0..<5_000 {
            _ = lane.take(read("粤B\(10_000 + number)", 50, id: "\(number)"), at: at(Int64(number % 500)))
        }
        for _ in 0..<5_000 { _ = lane.take(read("粤B12345", 50), at: at(500)) }
        #expect(lane.groups.count <= ReadFusion.mostCars)
        #expect(lane.groups.allSatisfy { $0.reads.count <= ReadFusion.mostReads })
    }
}

@Suite("Reads in any order")
struct ReadFusionPropertyTests {
    private static let characters: [[Character]] = [
        ["0", "D", "Q"], ["8", "B"], ["2", "Z"], ["5", "S"], ["1", "7"], ["3"], ["9"], ["A"],
    ]

    /// Some plates of which most are alike, read with some confidence by two cameras.
    private func reads(_ dice: inout SeededGenerator) -> [PlateSighting] {
        let bases = (0..<Int.random(in: 1...3, using: &dice)).map { _ in
            (0..<5).map { _ in Int.random(in: 0..<Self.characters.count, using: &dice) }
        }
        return (0..<Int.random(in: 2...9, using: &dice)).map { _ in
            let base = bases[Int.random(in: 0..<bases.count, using: &dice)]
            let text = String(base.map { Self.characters[$0].randomElement(using: &dice) ?? "3" })
            return read(
                "粤\(text)", Int.random(in: 50...94, using: &dice),
                by: Bool.random(using: &dice) ? front : rear)
        }
    }

    private func outcome(_ reads: [PlateSighting]) -> [ReadFusion.Action] {
        var lane = fusion(atLeast: 100)
        for read in reads { #expect(lane.take(read, at: at(0)).isEmpty) }
        return lane.tick(at: at(600))
    }

    @Test("the order of the reads does not matter", arguments: 1...200 as ClosedRange<UInt64>)
    func order(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let reads = reads(&dice)
        let expected = outcome(reads)
        for _ in 0..<5 { #expect(outcome(reads.shuffled(using: &dice)) == expected) }
    }

    @Test(
        "never are two cars made one that differ in a character no camera confuses",
        arguments: 1...200 as ClosedRange<UInt64>)
    func neverMerged(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let reads = reads(&dice)
        let decided = plates(outcome(reads))
        #expect(!decided.isEmpty && Set(decided).count == decided.count)
        for plate in decided {
            // It is made of reads that are alike, and of these only.
            let near = reads.filter { PlateLikeness.differences($0.plate, plate) != nil }
            #expect(!near.isEmpty)
            for (place, scalar) in plate.text.unicodeScalars.enumerated() {
                #expect(near.contains { Array($0.plate.text.unicodeScalars)[place] == scalar })
            }
        }
        for (one, other) in zip(decided, decided.dropFirst()) {
            #expect(PlateLikeness.differences(one, other) == nil)
        }
    }

    @Test(
        "every read is of a car that is decided, or named as a contradiction",
        arguments: 1...100 as ClosedRange<UInt64>)
    func nothingIsLost(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let reads = reads(&dice)
        let actions = outcome(reads)
        let told = actions.map { action in
            switch action {
            case .decided(let verdict): verdict.plate
            case .contradicts(let read, _), .again(let read, _): read.plate
            }
        }
        for read in reads {
            #expect(told.contains { PlateLikeness.differences($0, read.plate) != nil })
        }
    }
}
