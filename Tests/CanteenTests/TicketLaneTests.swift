import Canteen
import Effects
import Testing
import Tickets
import Vocabulary
import Wire

@Suite("A lane that takes tickets")
struct TicketLaneTests {
    private func away(_ rules: TicketRules = TicketRules(repeatWithin: .seconds(0))) -> CanteenWorld {
        let world = CanteenWorld(ticketScenario(rules))
        world.tell(.linkDown)
        world.forget()
        return world
    }

    @Test("online the platform is asked, and its grant opens the gate before anything is on disk")
    func granted() {
        let world = CanteenWorld(ticketScenario())
        world.scan(ticket())
        #expect(world.claims.count == 1 && world.opened == 0 && world.word() == .ticket(.checking))
        world.isDiskSlow = true
        world.reply(.granted, left: 0)
        #expect(world.opened == 1)
        #expect(world.word() == .ticket(.pass(1, of: 1, left: 0)))
        world.sync()
        #expect(world.used.map(\.isAlone) == [false] && world.used[0].gate == slug("north"))
        world.isDiskSlow = false
        world.walk()
        #expect(world.returned.isEmpty)
        #expect(world.board.last.map(\.lines) == [[.init(item: slug("adult"), count: 1, amount: .zero)]])
    }

    @Test("away, the use is on disk before the gate opens, and the ticket is used up then")
    func alone() {
        let world = away()
        world.isDiskSlow = true
        world.scan(ticket())
        #expect(world.opened == 0)
        world.sync()
        #expect(world.opened == 1 && world.used.map(\.isAlone) == [true])
        world.isDiskSlow = false
        world.walk()
        world.scan(ticket())
        #expect(world.opened == 1)
        guard case .ticket(.refused(.used, last: let last?)) = world.word() else {
            Issue.record("\(world.word())")
            return
        }
        #expect(last == "north 2026-11-20 12:00")
    }

    @Test(
        "a write that the disk refuses lets nobody in, and the ticket is good afterwards",
        arguments: TicketRules.NotPassed.allCases)
    func diskRefuses(rule: TicketRules.NotPassed) {
        let world = away(TicketRules(notPassed: rule, repeatWithin: .seconds(0)))
        world.refusesWrites = true
        world.scan(ticket())
        #expect(world.opened == 0 && world.word() == .notPaid(.diskFull, nil))
        world.refusesWrites = false
        world.scan(ticket())
        #expect(world.opened == 1)
    }

    @Test("no ticket is taken, and the platform is not asked, while nothing can be written")
    func noDisk() {
        let world = CanteenWorld(ticketScenario())
        let faults: [(EdgeEvent<CanteenEvent>, EdgeEvent<CanteenEvent>)] = [
            (.journal(isHealthy: false), .journal(isHealthy: true)), (.disk(.critical), .disk(.low)),
        ]
        for (bad, good) in faults {
            world.forget()
            world.tell(bad)
            world.scan(ticket())
            #expect(world.claims.isEmpty && world.word() == .notPaid(.diskFull, nil))
            world.tell(good)
            world.scan(ticket())
            #expect(world.claims.count == 1)
            world.reply(.refused(.used))
        }
    }

    @Test("a group comes in one after the other, each next one on disk before the way opens")
    func group() {
        let world = away()
        world.scan(ticket(group: 3))
        #expect(world.opened == 1 && world.word() == .ticket(.pass(1, of: 3, left: 0)))
        world.isDiskSlow = true
        world.walk()
        #expect(world.opened == 1)
        world.sync()
        #expect(world.opened == 2 && world.word() == .ticket(.pass(2, of: 3, left: 0)))
        world.isDiskSlow = false
        // Another ticket meanwhile is not taken: its people would pass as these.
        world.scan(ticket(2))
        #expect(world.used.count == 1 && world.word() == .ticket(.pass(2, of: 3, left: 0)))
        world.walk()
        world.walk()
        #expect(world.opened == 3 && world.returned.isEmpty)
        world.pass(seconds: 10)
        world.scan(ticket(2))
        #expect(world.opened == 4)
    }

    @Test(
        "who does not pass in time goes back to the ticket, or is used, by the rule",
        arguments: [TicketRules.NotPassed.giveBack, .keep])
    func notPassed(rule: TicketRules.NotPassed) {
        let world = away(TicketRules(notPassed: rule, repeatWithin: .seconds(3)))
        world.scan(ticket(group: 4))
        world.walk()
        world.pass(seconds: 6)
        let isBack = rule == .giveBack
        #expect(world.returned.map(\.people) == (isBack ? [3] : []))
        #expect(world.word() == .ticket(.notPassed(3, isGivenBack: isBack)))
        #expect(world.board.last.map { $0.lines[0].count } == [isBack ? 1 : 4])
        world.scan(ticket(group: 4), people: 3)
        // The display says what to do; nobody waits for the code to be forgotten.
        #expect(world.opened == (isBack ? 3 : 2))
    }

    @Test("as many come in as the desk has keyed, on this ticket only")
    func keyed() {
        let world = CanteenWorld(ticketScenario())
        world.order(.people(2))
        #expect(world.board.lanes[0].people == 2 && world.word() == .ticket(.people(2)))
        world.scan(ticket(group: 5))
        world.reply(.granted, left: 3)
        #expect(world.claims.map(\.people) == [2] && world.word() == .ticket(.pass(1, of: 2, left: 3)))
        world.walk()
        world.walk()
        #expect(world.opened == 2 && world.board.lanes[0].people == nil)
        world.order(.ticket(code: code(ticket(group: 5)), people: 1))
        #expect(world.claims.map(\.people) == [2, 1])
    }

    @Test("what the desk has keyed holds for half a minute", arguments: [(29, 2), (30, 5)] as [(Int64, Int64)])
    func keyedBefore(seconds: Int64, people: Int64) {
        let world = away()
        world.order(.people(2))
        world.now.uptime = world.now.uptime + .seconds(seconds)
        world.scan(ticket(group: 5))
        #expect(world.used.map(\.people) == [people])
    }

    @Test("where nothing turns all come in at once")
    func wicket() {
        let world = away()
        world.scan(ticket(group: 3), lane: 1)
        #expect(world.pulses == ["lamp"] && world.used.map(\.people) == [3])
        world.scan(ticket(2), lane: 1)
        #expect(world.pulses == ["lamp", "lamp"])
    }

    @Test("what is no good ticket is refused in words, and a bad scan leaves no record")
    func refusals() {
        let world = away()
        func shown(_ text: String) -> TicketRefusal? {
            world.tell(.own(.ticket(world.lane, code: text, people: nil)))
            guard case .ticket(.refused(let why, _)) = world.word() else { return nil }
            return why
        }
        let good = code(ticket())
        #expect(shown(String(good.dropLast())) == .code(.damaged) && world.records.isEmpty)
        let forged = GateTicketCode.write(ticket(), key: BoxKey(seed: Array(repeating: 7, count: 32))!, number: 3)
        #expect(shown(forged) == .code(.badSignature))
        #expect(shown(code(ticket(site: "summer-palace"))) == .code(.otherSite(slug("summer-palace"))))
        #expect(shown(code(ticket(from: "2026-11-21", to: "2026-11-22"))) == .notYet)
        #expect(shown(code(ticket(from: "2026-11-18", to: "2026-11-19"))) == .over)
        #expect(world.opened == 0 && world.used.isEmpty)
        #expect(decided(world) == [.refuse, .refuse])
        world.show()
        #expect(world.word() == .ticket(.showTicket))
    }

    @Test("the platform's refusal says where and when the ticket was last used")
    func refusedOnline() {
        let world = CanteenWorld(ticketScenario())
        world.scan(ticket())
        world.reply(
            .refused(.used), left: 0, last: .init(gate: slug("south"), at: at("2026-11-20 09:05")))
        #expect(world.word() == .ticket(.refused(.used, last: "south 2026-11-20 09:05")))
        #expect(world.word().advice?.english == "Last let in: south 2026-11-20 09:05")
        world.scan(ticket(2))
        world.reply(.refused(.voided))
        #expect(world.word() == .ticket(.refused(.voided, last: nil)) && world.opened == 0)
    }

    @Test("no answer, an answer that decides nothing, or no network: the rule decides", arguments: [0, 1, 2])
    func silence(how: Int) {
        for rule in TicketRules.WhileAway.allCases {
            let world = CanteenWorld(ticketScenario(TicketRules(whileAway: rule, repeatWithin: .seconds(0))))
            world.scan(ticket())
            if how == 1 { world.reply(.unknown) }
            if how == 2 { world.tell(.linkDown) } else { world.pass(milliseconds: 1_500) }
            #expect(world.opened == (rule == .refuse ? 0 : 1))
            #expect(world.returned.count == (rule == .refuse ? 1 : 0))
            // The platform's grant comes too late to let in a second one.
            world.reply(.granted)
            #expect(world.opened == (rule == .refuse ? 0 : 1))
        }
    }

    @Test("what other gates tell counts while away, and so does what the office has stopped")
    func told() {
        let world = away()
        let use = TicketUse(
            id: UUIDv7(at: at("2026-11-20 10:00"), random: (7, 7)), of: ticket(), gate: slug("south"), people: 1,
            at: at("2026-11-20 10:00"), isSynchronised: true)
        world.tell(.announced(.ticket(.used(use))))
        world.scan(ticket())
        #expect(world.word() == .ticket(.refused(.used, last: "south 2026-11-20 10:00")))
        world.tell(.announced(.ticket(.voided(TicketVoid(ticket: ticket(2).id, lastDay: day("2026-11-20"))))))
        world.restart()
        world.scan(ticket(2))
        #expect(world.word() == .ticket(.refused(.voided, last: nil)) && world.opened == 0)
    }

    @Test("a gate that comes back asks for all that happened, part after part, and goes on from there after a restart")
    func catchUp() {
        let world = away()
        world.tell(.linkUp)
        func asked() -> [Int64] {
            world.sent.compactMap { if case .ticketFacts(let after) = $0.request { after } else { nil } }
        }
        #expect(asked() == [0])
        let uses = (1...2).map { number in
            TicketUse(
                id: UUIDv7(at: at("2026-11-20 10:00"), random: (UInt64(number), 7)), of: ticket(UInt64(number)),
                gate: slug("south"), people: 1, at: at("2026-11-20 10:00"), isSynchronised: true)
        }
        let token = RequestToken(1)
        world.tell(.answer(token, .ticketFacts(FactPage(facts: [.used(uses[0])], through: 40, isMoreLeft: true))))
        #expect(asked() == [0, 40])
        // No answer: the same once more, ten seconds later and no sooner.
        world.pass(milliseconds: 9_999)
        #expect(asked() == [0, 40])
        world.pass(milliseconds: 1)
        #expect(asked() == [0, 40, 40])
        world.tell(.answer(token, .ticketFacts(FactPage(facts: [.used(uses[1])], through: 41, isMoreLeft: false))))
        #expect(asked() == [0, 40, 40])
        world.pass(seconds: 300)
        #expect(asked() == [0, 40, 40, 41])
        // What passed at other gates is none of what this one does not know of itself.
        #expect(world.happened.isEmpty && world.board.last.isEmpty)
        world.restart()
        world.scan(ticket(2))
        #expect(world.opened == 0)
        world.tell(.linkUp)
        #expect(asked().last == 41)
    }

    @Test(
        "a restart in the middle of a group gives back those for whom the way was never opened, and once",
        arguments: [(0, 4), (1, 3), (3, 1)] as [(Int, Int64)])
    func restartInGroup(passed: Int, back: Int64) {
        let world = away()
        world.scan(ticket(group: 5))
        for _ in 0..<passed { world.walk() }
        #expect(world.opened == passed + 1)
        world.restart()
        world.tell(.tick)
        #expect(world.returned.map(\.people) == [back])
        #expect(world.table["ticket-party"]?.isEmpty != false)
        world.restart()
        world.tell(.tick)
        #expect(world.returned.count == 1)
        world.scan(ticket(group: 5))
        #expect(world.used.map(\.people) == [5, back])
    }

    @Test("a use that the platform tells of while it is still being answered is decided once, and is nothing unknown")
    func toldWhileAsked() throws {
        let world = CanteenWorld(ticketScenario())
        world.scan(ticket())
        let use = try #require(world.claims.first)
        let page = FactPage<TicketFact>(facts: [.used(use)], through: 1, isMoreLeft: false)
        world.tell(.answer(RequestToken(1), .ticketFacts(page)))
        #expect(world.happened.isEmpty && world.opened == 0)
        world.reply(.granted, left: 0)
        #expect(world.opened == 1 && world.board.last.count == 1)
    }

    @Test("what was granted before a power cut stays used, is told, and can be given back at the desk by a role")
    func grantedBeforeCut() throws {
        let world = CanteenWorld(ticketScenario(roles: [.supervisor]))
        world.scan(ticket())
        world.isDiskSlow = true
        world.reply(.granted, left: 0)
        let use = try #require(world.claims.first)
        world.isDiskSlow = false
        world.restart()
        world.tell(.linkUp)
        world.tell(
            .answer(
                RequestToken(1), .ticketFacts(FactPage<TicketFact>(facts: [.used(use)], through: 1, isMoreLeft: false)))
        )
        #expect(world.happened == ["ticketUnknown"])
        #expect(world.opened == 1)
        world.order(.correct(sale: use.id, why: "nobody passed"), by: Clerk("wang", .attendant))
        #expect(world.word() == .notYourRole && world.returned.isEmpty)
        world.order(.correct(sale: use.id, why: "nobody passed"))
        #expect(world.word() == .ticket(.givenBack(1)) && world.returned.map(\.use) == [use.id])
        #expect(world.board.last.map(\.standing) == [.undone] && world.board.report[.mode, "tickets"].count == 0)
        world.order(.correct(sale: use.id, why: "once more"))
        #expect(world.returned.count == 1)
    }

    @Test("a use is not given back at the desk while its people are still coming in")
    func correctedTooSoon() throws {
        let world = away()
        world.scan(ticket(group: 2))
        let use = try #require(world.used.first)
        world.order(.correct(sale: use.id, why: "wrong gate"))
        #expect(world.word() == .oneMoment && world.returned.isEmpty)
        world.walk()
        world.walk()
        world.order(.correct(sale: use.id, why: "wrong gate"))
        #expect(world.word() == .ticket(.givenBack(2)) && world.returned.map(\.people) == [2])
    }

    @Test("an emergency while a ticket is being written lets nobody in on it, and all go back to it")
    func emergencyWhileWriting() {
        let world = away()
        world.isDiskSlow = true
        world.scan(ticket(group: 3))
        world.tell(.sensor("fire", .active))
        world.sync()
        #expect(world.opened == 0)
        world.sync()
        #expect(world.returned.map(\.people) == [3])
    }

    @Test("in an emergency nobody is let in, and whoever of a group was not yet called goes back to the ticket")
    func emergency() {
        let world = away()
        world.scan(ticket(group: 3))
        world.tell(.sensor("fire", .active))
        #expect(world.returned.map(\.people) == [2])
        // Nor is anybody said to have been.
        #expect(decided(world) == [.admit])
        world.scan(ticket(2))
        #expect(world.word() == .emergency && world.used.count == 1)
        world.tell(.sensor("fire", .clear))
        world.scan(ticket(2))
        #expect(world.used.count == 2)
    }

    @Test("a ticket's day that is over is forgotten with the second day after it")
    func forgotten() {
        let world = away()
        world.scan(ticket())
        world.walk()
        #expect(world.table[TicketFact.stateKind]?.count == 1)
        // 20 November is over; at 23:59 on the 21st it is the first day after it still.
        world.pass(seconds: 35 * 3_600 + 59 * 60)
        #expect(world.table[TicketFact.stateKind]?.count == 1)
        // By a clock that may be wrong nothing is forgotten.
        world.now.isSynchronised = false
        world.pass(seconds: 86_400)
        #expect(world.table[TicketFact.stateKind]?.count == 1)
        world.now.isSynchronised = true
        world.pass(seconds: 86_400)
        #expect(world.table[TicketFact.stateKind]?.isEmpty != false)
    }

    private func decided(_ world: CanteenWorld) -> [Record.Verdict] {
        world.records.compactMap { if case .decision(_, _, _, _, let verdict, _) = $0 { verdict } else { nil } }
    }

    @Test("the report and the last ten show tickets, with how many passed")
    func report() {
        let world = away()
        world.scan(ticket(group: 3))
        for _ in 0..<3 { world.walk() }
        #expect(world.board.report[.item, "adult"].count == 3 && world.board.report[.mode, "tickets"].count == 1)
        let pages = CanteenPages(world.scenario, rules: nil)
        let text = String(decoding: pages.desk(world.board), as: UTF8.self)
        #expect(text.contains("门票 adult ×3") && text.contains("\"mode\":\"tickets\""))
        world.pass(seconds: 10)
        let screen = pages.screen(world.board.lanes[0], of: world.board)
        #expect(String(decoding: screen, as: UTF8.self).contains("请扫描门票二维码"))
    }

    @Test("the scenic area's file takes tickets at one lane and cards at the other, and says what is missing")
    func scenarioFile() throws {
        let bytes = try file("Scenarios/canteen/scenic-gate.json5")
        let scenario = try CanteenScenario(bytes, file: "scenic-gate.json5")
        #expect(scenario.lanes.map { $0.mode(nil)?.kind } == [.tickets, .passOnly])
        #expect(scenario.tickets?.rules == TicketRules() && scenario.tickets?.keys.count == 1)
        let text = String(decoding: bytes, as: UTF8.self)
        for (old, new, words) in [
            ("tickets: {", "offline: {},\n  unknown: {", "since a lane takes tickets"),
            ("mode: \"tickets\"", "mode: \"countOnly\"", "it without a lane of mode tickets"),
            ("number: 1", "number: 0", "number"), ("d75a98", "zzza98", "a public key"),
            ("\"giveBack\"", "\"burn\"", "notPassed"),
        ] {
            #expect(throws: (any Error).self, "\(words)") {
                try CanteenScenario(Array(text.replacing(old, with: new).utf8), file: "f")
            }
        }
    }
}
