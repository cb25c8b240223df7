import JSONText
import Purses
import Testing
import Vocabulary

@testable import Canteen

@Suite("A canteen's scenario file")
struct CanteenFileTests {
    static func read(_ path: String) throws -> CanteenScenario { try CanteenScenario(try file(path), file: path) }

    @Test("the turnstile of a school: meals by the clock, prices by group, a second helping, a gate")
    func school() throws {
        let scenario = try Self.read("Scenarios/canteen/school-turnstile.json5")
        let lane = scenario.lanes[0]
        #expect(lane.mode(slug("lunch"))?.helpings == HelpingRule(more: 1, price: Fen(300)))
        #expect(lane.mode(slug("supper"))?.kind == .countOnly && lane.mode(nil) == nil)
        #expect(lane.turnstile?.notPassed == .reverse && lane.turnstile?.emergency == "fire")
        #expect(lane.knownBy == [.face, .card] && scenario.leasesAhead == .seconds(3_600))
        #expect(scenario.calendar.meal(at: at("2026-11-20 12:00")).period == slug("lunch"))
        let rules = try PurseRules(
            try file("Scenarios/canteen/\(scenario.purseRules ?? "")"), file: scenario.purseRules ?? "")
        // What the till sells is what the purses know.
        #expect(rules.purses.contains { $0.spendsOn.items?.contains(slug("meal")) == true })
    }

    @Test("a till with a menu, a door beside it, and a night that spans midnight")
    func menu() throws {
        let scenario = try Self.read("Scenarios/canteen/staff-till-menu.json5")
        guard case .menu(let items) = scenario.lanes[0].mode(slug("lunch"))?.what else {
            return #expect(Bool(false), "there is no menu")
        }
        #expect(items.map(\.stock) == [120, 60, nil, nil])
        #expect(scenario.lanes[0].mode(nil)?.kind == .keyed && scenario.merchantQR != nil)
        #expect(scenario.lanes[1].mode(slug("night"))?.kind == .passOnly)
        #expect(scenario.lanes[1].turnstile?.notPassed == .keep && scenario.lanes[1].groups == [slug("staff")])
        #expect(scenario.calendar.meal(at: at("2026-11-20 01:00")).day == day("2026-11-19"))
    }

    @Test("a buffet by weight")
    func buffet() throws {
        let scenario = try Self.read("Scenarios/canteen/weighed-buffet.json5")
        guard case .weighed(let items) = scenario.lanes[0].mode(slug("lunch"))?.what else {
            return #expect(Bool(false), "nothing is weighed")
        }
        #expect(try items[0].price.cost(of: Grams(693)).amount == Fen(1_240))
        #expect(scenario.offline == .nothing && scenario.lanes[0].turnstile == nil)
    }

    static let good = """
        {
          kind: "canteen-scenario", id: "c", merchantClass: "canteen", prices: "p", payment: {}, members: "any",
          periods: [
            { id: "lunch", name: { zh: "午", en: "L" }, from: "11:00", until: "13:00" },
            { id: "supper", name: { zh: "晚", en: "S" }, from: "17:00", until: "19:00" },
          ],
          lanes: [{
            id: "l1",
            modes: [
              { mode: "menu", periods: ["lunch"], items: [
                { id: "set", class: "meal", name: { zh: "套", en: "Set" }, price: 1500, stock: 3 } ] },
              { mode: "fixedPrice", item: "meal", itemClass: "meal", prices: [{ group: "pupil", amount: 800 }] },
            ],
            turnstile: { relay: "r", passageSensor: "s" },
          }],
        }
        """

    @Test("the file that the faults are put into is good")
    func goodFile() throws { _ = try CanteenScenario(Array(Self.good.utf8), file: "t") }

    @Test(
        "every fault is told by its place",
        arguments: [
            (
                "stock: 3 } ]", "stock: 3 }, { id: \"set\", class: \"m\", name: { zh: \"a\", en: \"a\" }, price: 1 } ]",
                "lanes[0].modes[0].items[1].id"
            ),
            (
                "items: [\n        { id: \"set\", class: \"meal\", name: { zh: \"套\", en: \"Set\" }, price: 1500, stock: 3 } ]",
                "items: []", "lanes[0].modes[0].items"
            ),
            ("from: \"17:00\"", "from: \"12:59\"", "periods[1].from"),
            ("id: \"supper\"", "id: \"lunch\"", "periods[1].id"),
            ("until: \"13:00\"", "until: \"25:00\"", "periods[0].until"),
            ("from: \"11:00\"", "from: \"24:00\"", "periods[0].from"),
            ("until: \"19:00\" }", "until: \"19:00\", days: [\"monday\", \"monday\"] }", "periods[1].days"),
            ("until: \"19:00\" }", "until: \"19:00\", days: [\"someday\"] }", "periods[1].days[0]"),
            ("periods: [\"lunch\"]", "periods: [\"brunch\"]", "lanes[0].modes[0].periods"),
            ("periods: [\"lunch\"], items", "items", "lanes[0].modes[1].periods"),
            ("amount: 800", "amount: -1", "lanes[0].modes[1].prices[0].amount"),
            ("price: 1500", "price: 0", "lanes[0].modes[0].items[0].price"),
            ("stock: 3", "stock: -1", "lanes[0].modes[0].items[0].stock"),
            (
                "passageSensor: \"s\"", "passageSensor: \"s\", emergencyInput: \"s\"",
                "lanes[0].turnstile.emergencyInput"
            ),
            (
                "passageSensor: \"s\"", "passageSensor: \"s\", passWithinSeconds: 1, pulseMilliseconds: 2000",
                "lanes[0].turnstile.pulseMilliseconds"
            ),
            ("passageSensor: \"s\"", "passageSensor: \"r\"", "lanes[0].turnstile"),
            ("members: \"any\"", "members: \"any\", betweenMeals: \"none\"", "periods"),
            ("members: \"any\"", "members: \"any\", leasesAheadMinutes: 30", "leasesAheadMinutes"),
            ("members: \"any\"", "members: \"any\", playlist: [\"../x\"]", "playlist[0]"),
            ("members: \"any\"", "members: \"any\", speed: 3", "speed"),
            ("members: \"any\"", "members: \"any\", corrections: { roles: [\"boss\"] }", "corrections.roles[0]"),
            (
                "prices: [{ group: \"pupil\", amount: 800 }]",
                "prices: [{ group: \"pupil\", amount: 8 }, { group: \"pupil\", amount: 9 }]",
                "lanes[0].modes[1].prices[1].group"
            ),
            (
                "periods: [\"lunch\"], items", "periods: [\"lunch\"], secondHelping: { most: 1, price: 1 }, items",
                "lanes[0].modes[0].secondHelping"
            ),
        ] as [(String, String, String)])
    func fault(good: String, bad: String, path: String) {
        let text = Self.good.replacing(good, with: bad)
        #expect(text != Self.good, "the test changes nothing")
        do {
            _ = try CanteenScenario(Array(text.utf8), file: "t")
            Issue.record("no fault was seen")
        } catch {
            #expect(error.list.map(\.path) == [path], "\(error)")
        }
    }

    @Test("all faults are told at once")
    func all() {
        let text = Self.good.replacing("amount: 800", with: "amount: -1").replacing("price: 1500", with: "price: 0")
            .replacing("until: \"13:00\"", with: "until: \"1300\"")
        do {
            _ = try CanteenScenario(Array(text.utf8), file: "t")
            Issue.record("no fault was seen")
        } catch {
            #expect(
                error.list.count >= 3 && error.list.map(\.position.line).sorted() == error.list.map(\.position.line))
        }
    }
}
