import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Who has eaten where, between the boxes of a canteen")
struct MealRegisterTests {
    /// Two gates of a canteen; and what they know of each other.
    private final class Gates {
        let site: MealSite
        var transits: UInt64 = 0

        init(database: String = ":memory:") throws {
            site = try MealSite(database: database)
            _ = site.store.takeAnnouncements()
        }

        func record(_ events: Record.Event..., at gate: Int) throws {
            let payload = site.boxes[gate].batch(events)
            _ = try site.store.ingest(payload, from: site.boxes[gate].device, at: site.time)
        }

        func had(_ person: String = "anna", _ transit: UUIDv7? = nil, isMeal: Bool = true) -> Record.Event {
            transits += 1
            return .identified(
                Identification(
                    transit: transit ?? UUIDv7(at: site.time, random: (3, transits)), lane: slug("gate"),
                    holder: Holder(.member, slug(person)), by: .card,
                    meal: isMeal ? Meal(period: slug("lunch"), day: site.today) : nil))
        }

        func undone(_ transit: UUIDv7, _ person: String = "anna") -> Record.Event {
            .mealUndone(
                transit: transit, holder: Holder(.member, slug(person)), Meal(period: slug("lunch"), day: site.today))
        }

        func transit(_ event: Record.Event) -> UUIDv7 {
            guard case .identified(let known) = event else { preconditionFailure("not a meal") }
            return known.transit
        }

        /// Which gate was told of what since the last call.
        func told() -> [String] {
            site.store.takeAnnouncements().compactMap { device, word in
                guard case .meal(let fact) = word else { return nil }
                return "\(device) \(fact.holder.key) \(fact.served == nil ? "undone" : "had")"
            }
        }

        /// What a gate that asks is told, part after part.
        func missed(at gate: Int, after number: Int64 = 0) throws -> (facts: [MealFact], through: Int64) {
            var (all, through) = ([MealFact](), number)
            while true {
                let answer = site.store.answer([site.boxes[gate].request(.mealFacts(after: through))], at: site.time)[0]
                guard case .mealFacts(let page) = answer else { throw Unexpected(response: answer) }
                all += page.facts
                through = page.through
                if !page.isMoreLeft { return (all, through) }
            }
        }
    }

    @Test("a meal at one gate is told to the other at once, and what is undone too; a passage that is no meal is not")
    func told() throws {
        let gates = try Gates()
        let meal = gates.had()
        try gates.record(meal, gates.had("bert", isMeal: false), at: 0)
        #expect(gates.told() == ["till-2 anna had"])
        try gates.record(gates.undone(gates.transit(meal)), at: 0)
        #expect(gates.told() == ["till-2 anna undone"])
    }

    @Test("a gate that was away is told what it missed, of the others only, and once")
    func missed() throws {
        let gates = try Gates()
        let meal = gates.had()
        try gates.record(meal, gates.undone(gates.transit(meal)), gates.had("bert"), at: 0)
        try gates.record(gates.had("carl"), at: 1)
        let (facts, through) = try gates.missed(at: 1)
        #expect(facts.map(\.holder.key) == ["anna", "anna", "bert"])
        #expect(facts.map { $0.served == nil } == [false, true, false])
        #expect(try gates.missed(at: 1, after: through).facts.isEmpty)
        #expect(try gates.missed(at: 0).facts.map(\.holder.key) == ["carl"])
        // Its own are passed over for good, however many there are.
        #expect(try gates.missed(at: 1, after: 0).through == through)
    }

    @Test("a long absence comes part after part")
    func parts() throws {
        let gates = try Gates()
        for number in 0...FactLimits.mostOfPage { try gates.record(gates.had("p\(number)"), at: 0) }
        #expect(try gates.missed(at: 1).facts.count == FactLimits.mostOfPage + 1)
        let first = gates.site.store.answer([gates.site.boxes[1].request(.mealFacts(after: 0))], at: gates.site.time)[0]
        guard case .mealFacts(let page) = first else { throw Unexpected(response: first) }
        #expect(page.facts.count == FactLimits.mostOfPage && page.isMoreLeft)
    }

    @Test("told twice it is one meal, and nobody undoes, or claims, the meal of another gate")
    func once() throws {
        let gates = try Gates()
        let meal = gates.had()
        try gates.record(meal, meal, at: 0)
        #expect(gates.told() == ["till-2 anna had"])
        try gates.record(gates.undone(gates.transit(meal)), gates.had("anna", gates.transit(meal)), at: 1)
        #expect(gates.told() == [])
        #expect(try gates.missed(at: 0).facts.isEmpty)
        #expect(try gates.missed(at: 1).facts.count == 1)
    }

    @Test("meals of some days ago are told to nobody, and are not kept")
    func old() throws {
        let gates = try Gates()
        try gates.record(gates.had(), at: 0)
        _ = gates.told()
        let late = gates.had("bert")
        gates.site.pass(milliseconds: 3 * 86_400_000)
        try gates.record(late, at: 0)
        #expect(gates.told() == [])
        #expect(try gates.missed(at: 1).facts.isEmpty)
        try gates.record(gates.had("carl"), at: 0)
        #expect(try gates.missed(at: 1).facts.map(\.holder.key) == ["carl"])
    }

    @Test("after a restart of the platform a gate is told what it had missed before")
    func restart() throws {
        let folder = TestFolder(inMemory: true)
        let gates = try Gates(database: folder.file("platform.sqlite"))
        try gates.record(gates.had(), at: 0)
        try gates.site.restart()
        #expect(try gates.missed(at: 1).facts.count == 1)
    }
}
