import Canteen
import CanteenFit
import FaceLink
import FaceTerminal
import Testing
import Vocabulary
import Wire

@Suite("Who a face terminal's record is to the rules")
struct ArrivalTests {
    private let gate: LaneID
    private let zone: TimeZoneRule

    init() throws {
        gate = try Slug("gate-1")
        zone = try TimeZoneRule("CST-8")
    }

    private func event(_ verdict: FaceRecord.Verdict, person: String? = "p1") -> CanteenEvent {
        let record = FaceRecord(
            id: 7, person: person, verdict: verdict, similarityThousandths: 943, localSeconds: 28_800,
            isStored: false)
        return CanteenEvent(FaceArrival(terminal: "005A213B", lane: gate, record: record), in: zone)
    }

    @Test("whom a terminal lets through is that person, with likeness and the terminal's own time")
    func allowed() throws {
        let source = Presentation.Source(
            terminal: try Slug("005a213b"), number: 7, at: WallTime(milliseconds: 0))
        let holder = Holder(.member, try Slug("p1"))
        #expect(
            event(.allowed)
                == .presented(gate, Presentation(.holder(holder), by: .face, similarity: 943, source: source)))
    }

    @Test(
        "whom a terminal names and does not let through is nobody: not charged, and no door opens",
        arguments: [FaceRecord.Verdict.none, .refused, .notRegistered])
    func notAllowed(_ verdict: FaceRecord.Verdict) {
        #expect(event(verdict) == .notKnown(gate, .unknown))
    }

    @Test("a record without a person, or with a name that we never give, is nobody", arguments: [nil, "", "P 1"])
    func nobody(_ person: String?) {
        #expect(event(.allowed, person: person) == .notKnown(gate, .unknown))
    }
}
