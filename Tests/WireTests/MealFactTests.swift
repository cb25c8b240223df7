import Testing
import Vocabulary
import Wire

@Suite("Meals that boxes of one canteen share")
struct MealFactTests {
    private static let taken = MealFact(
        transit: UUIDv7(at: WallTime(milliseconds: 1_760_000_000_000), random: (1, 1)),
        holder: Holder(.member, try! Slug("p-001")),
        meal: Meal(period: try! Slug("lunch"), day: try! CivilDate("2026-12-07")),
        served: WallTime(milliseconds: 1_760_000_001_000))
    private static var undone: MealFact {
        var fact = taken
        fact.served = nil
        return fact
    }

    @Test("a meal that was had reads as it stands in the documentation")
    func text() {
        #expect(
            String(decoding: Announcement.meal(Self.taken).payload, as: UTF8.self) == """
                {"event":"meal","transit":"\(Self.taken.transit)","holder":"member:p-001",\
                "meal":{"period":"lunch","day":"2026-12-07"},"served":1760000001000}
                """)
    }

    @Test("facts come back from events and answers as they went", arguments: [taken, undone])
    func facts(fact: MealFact) throws {
        #expect(Announcement(payload: Announcement.meal(fact).payload) == .meal(fact))
        let page = Response.mealFacts(FactPage(facts: [fact], through: 7, isMoreLeft: true))
        #expect(try Response(payload: page.payload) == page)
    }

    @Test("the question who has eaten comes back as it went, and none is from before the beginning")
    func request() throws {
        for request in [Request.mealFacts(after: 0), .mealFacts(after: 17)] {
            #expect(try Request(payload: request.payload) == request)
        }
        #expect(throws: WireError.wrong("after")) {
            try Request(payload: Array(#"{"type":"mealFacts","after":-1}"#.utf8))
        }
    }

    @Test("a part holds 200 facts at most, and its number is never negative", arguments: [(200, 0), (201, 0), (1, -1)])
    func bounds(count: Int, through: Int64) {
        let page = Response.mealFacts(
            FactPage(facts: Array(repeating: Self.taken, count: count), through: through, isMoreLeft: false))
        let isGood = count <= FactLimits.mostOfPage && through >= 0
        #expect((try? Response(payload: page.payload)) == (isGood ? page : nil))
    }

    @Test("a fact without its meal, its person or its sale is none", arguments: ["transit", "holder", "meal"])
    func lacking(key: String) {
        let whole = String(decoding: Announcement.meal(Self.taken).payload, as: UTF8.self)
        let payload = Array(whole.replacing("\"\(key)\":", with: "\"not-\(key)\":").utf8)
        #expect(Announcement(payload: payload) == nil)
    }
}
