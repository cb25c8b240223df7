import Testing
import Tickets
import Vocabulary
import Wire

@Suite("Used tickets of several gates")
struct TicketBookTests {
    private func use(
        _ number: UInt64, _ ticket: GateTicket, people: Int64 = 1, gate: String = "north", isAlone: Bool = false
    ) -> TicketUse {
        TicketUse(
            id: id(number), of: ticket, gate: slug(gate), people: people,
            at: wall("2026-11-21", 600 + Int64(number % 60)), isSynchronised: true, isAlone: isAlone)
    }

    private func claim(_ book: inout TicketBook, _ use: TicketUse, _ ticket: GateTicket) -> TicketAnswer {
        book.claim(use, of: ticket, at: wall("2026-11-21", 600), in: .china)
    }

    @Test("the same facts make the same book in any order, however often they come, conflicts and all")
    func anyOrder() {
        var dice = SeededDice(seed: 11)
        for _ in 0..<200 {
            let tickets = (1...3).map { ticket($0, entries: 2) }
            let facts = (0..<12).map { _ -> TicketFact in
                // Few ids, so that some facts contradict each other.
                let use = use(
                    UInt64(10 + dice.below(6)), tickets[dice.below(3)], people: Int64(1 + dice.below(3)),
                    gate: ["north", "south"][dice.below(2)], isAlone: dice.below(2) == 0)
                return dice.below(3) == 0
                    ? .returned(TicketReturn(of: use, people: Int64(1 + dice.below(3)))) : .used(use)
            }
            var book = TicketBook()
            for fact in facts { _ = book.apply(fact) }
            for _ in 0..<5 {
                var other = TicketBook()
                for fact in (facts + facts).shuffled(using: &dice) { _ = other.apply(fact) }
                #expect(other == book)
            }
        }
    }

    @Test("facts are read back as they were written, and nothing else is read")
    func canonical() {
        let use = use(10, ticket(), people: 3, isAlone: true)
        for fact in [TicketFact.used(use), .returned(TicketReturn(of: use, people: 2))] {
            #expect(TicketFact(canonical: fact.canonical) == fact)
            for index in fact.canonical.indices {
                var bytes = fact.canonical
                bytes.remove(at: index)
                if let other = TicketFact(canonical: bytes) { #expect(other != fact && other.canonical == bytes) }
            }
        }
        #expect(TicketFact(canonical: []) == nil)
        #expect(TicketFact(canonical: Array("{}".utf8)) == nil)
    }

    @Test("a repeated claim gets the same answer, and one taken back before it came in is refused")
    func claims() {
        var book = TicketBook()
        let ticket = ticket(entries: 2, group: 2)
        let anotherTicket = TicketsTests.ticket(2)
        let first = use(10, ticket, people: 2)
        for _ in 0..<2 { #expect(claim(&book, first, ticket) == .granted) }
        #expect(book.left(on: ticket) == 2)
        #expect(claim(&book, use(11, ticket, people: 3), ticket) == .refused(.groupTooLarge(2)))
        #expect(claim(&book, use(12, ticket, people: 1), ticket) == .granted)
        #expect(claim(&book, use(13, ticket, people: 2), ticket) == .refused(.tooFewLeft(1)))
        #expect(claim(&book, use(14, ticket, people: 1), ticket) == .granted)
        #expect(claim(&book, use(15, ticket, people: 1), ticket) == .refused(.used))
        _ = book.apply(.returned(TicketReturn(of: first)))
        #expect(claim(&book, first, ticket) == .refused(.takenBack))
        let late = use(16, ticket)
        _ = book.apply(.returned(TicketReturn(of: late)))
        #expect(claim(&book, late, ticket) == .refused(.takenBack))
        #expect(claim(&book, use(12, ticket, people: 2), ticket) == .refused(.takenBack))
        #expect(claim(&book, use(17, ticket, people: 2), ticket) == .granted)
        // A claim that names another ticket than the one it is held against.
        #expect(claim(&book, use(18, ticket), anotherTicket) == .refused(.takenBack))
    }

    @Test("the platform judges a claim's time by its own clock")
    func claimTime() {
        var book = TicketBook()
        let answer = book.claim(use(10, ticket()), of: ticket(), at: wall("2026-11-22", 0), in: .china)
        #expect(answer == .refused(.over))
    }

    @Test("a book that is full keeps no use, no return and no stopped ticket more")
    func full() {
        var book = TicketBook(most: 1)
        let first = use(10, ticket())
        #expect(book.apply(.used(first)) == .new && book.apply(.used(first)) == .known)
        #expect(book.apply(.used(use(11, ticket()))) == .full)
        #expect(book.apply(.returned(TicketReturn(of: first))) == .full && !book.isReturned(first.id))
        let void = TicketVoid(ticket: ticket().id, lastDay: day("2026-11-21"))
        #expect(book.apply(.voided(void)) == .full && !book.isVoided(ticket().id))
    }

    @Test("all that is known of a ticket is forgotten after its last day", arguments: [(22, 3), (21, 0)])
    func forgotten(of day: Int64, facts: Int) {
        var book = TicketBook()
        let first = use(10, ticket())
        let lastDay = ticket().window.lastDay
        for fact in [
            TicketFact.used(first), .returned(TicketReturn(of: first)),
            .voided(TicketVoid(ticket: ticket().id, lastDay: lastDay)),
        ] { _ = book.apply(fact) }
        let changes = book.forget(before: CivilDate(year: 2026, month: 11, day: day)!)
        #expect(changes.count == facts && book.count == 3 - facts)
    }

    @Test("an overuse names the uses beyond what was sold, in the order of their presentation")
    func overuse() throws {
        var book = TicketBook()
        let ticket = ticket(entries: 2)
        for (number, gate) in [(12, "south"), (10, "north"), (11, "west")] as [(UInt64, String)] {
            #expect(book.overuse(of: ticket.id) == nil)
            _ = book.apply(.used(use(number, ticket, gate: gate, isAlone: true)))
        }
        let found = try #require(book.overuse(of: ticket.id))
        #expect(found.allowed == 2 && found.used == 3 && found.beyond.map(\.id) == [id(12)])
        #expect(found.description.contains("south (while the platform was away)"))
        #expect(book.left(on: ticket) == -1)
        _ = book.apply(.returned(TicketReturn(of: use(10, ticket))))
        #expect(book.overuse(of: ticket.id) == nil)
    }

    @Test(
        "gates that ask the platform never let in more than was sold; gates that decide alone are found out",
        arguments: TicketRules.WhileAway.allCases)
    func severalGates(rule: TicketRules.WhileAway) {
        var overuses = 0
        for seed in 0..<50 as Range<UInt64> {
            var site = Site(rule, seed: seed)
            site.run(steps: 120)
            let admitted = site.platform.uses(of: site.ticket.id).reduce(0) { $0 + site.platform.passed(on: $1) }
            #expect(admitted == site.passed, "seed \(seed)")
            let found = site.platform.overuse(of: site.ticket.id)
            #expect((found != nil) == (site.passed > site.ticket.people), "seed \(seed)")
            if rule == .refuse { #expect(site.passed <= site.ticket.people, "seed \(seed)") }
            if found != nil { overuses += 1 }
            let known = site.people(site.platform)
            #expect(site.books.allSatisfy { site.people($0) == known }, "seed \(seed)")
        }
        // The misfortunes do lead to overuse where the rule lets them.
        #expect((overuses > 0) == (rule != .refuse))
    }
}

/// Three gates and the platform; what they send waits for as long as the dice say, and some of it comes twice.
private struct Site {
    enum Message {
        case claim(Int, TicketUse), answer(Int, TicketUse, TicketAnswer), fact(TicketFact), tell(Int, TicketFact)
    }

    let ticket = GateTicket.sold
    var platform = TicketBook()
    /// People let in, less those who did not pass: what the turnstiles saw.
    var passed: Int64 = 0
    private var gates: [TicketGate]
    private var messages: [Message] = []
    private var dice: SeededDice
    private var uptime: Int64 = 0
    private var uses: UInt64 = 100

    init(_ rule: TicketRules.WhileAway, seed: UInt64) {
        dice = SeededDice(seed: seed)
        gates = ["north", "south", "west"].map {
            makeGate(
                TicketRules(whileAway: rule, repeatWithin: .milliseconds(400), answerWithin: .milliseconds(1_000)), $0)
        }
    }

    var books: [TicketBook] { gates.map(\.book) }

    /// Who passed, by presentation; a grant that nobody used is known to the platform alone.
    func people(_ book: TicketBook) -> [UUIDv7: Int64] {
        Dictionary(uniqueKeysWithValues: book.uses(of: ticket.id).map { ($0.id, book.passed(on: $0)) })
    }

    private mutating func tell(_ gate: Int, _ event: TicketGate.Event) {
        for action in gates[gate].handle(event, at: clock("2026-11-21", 600, uptime)) {
            switch action {
            case .ask(let use, _): send(.claim(gate, use))
            case .record(let fact): send(.fact(fact))
            case .admit(let use):
                passed += use.people
                let missing = Int64(dice.below(6) == 0 ? 1 + dice.below(Int(use.people)) : 0)
                guard missing > 0 else { continue }
                passed -= missing
                tell(gate, .notPassed(use: use.id, people: missing))
            case .conflict(let fact): Issue.record("a gate contradicted itself: \(fact)")
            case .refuse, .same, .keep, .overused, .forgotten: continue
            }
        }
    }

    private mutating func send(_ message: Message) {
        messages.append(message)
        if dice.below(4) == 0 { messages.append(message) }
    }

    private mutating func deliver() {
        guard !messages.isEmpty else { return }
        switch messages.remove(at: dice.below(messages.count)) {
        case .claim(let gate, let use):
            let answer = platform.claim(
                use, of: ticket, at: clock("2026-11-21", 600, uptime).wall, in: .china)
            if answer == .granted, dice.below(2) == 0 { announce(.used(use)) }
            send(.answer(gate, use, answer))
        case .answer(let gate, let use, let answer): tell(gate, .answered(use, answer))
        case .fact(let fact):
            _ = platform.apply(fact)
            announce(fact)
        case .tell(let gate, let fact): tell(gate, .told(fact))
        }
    }

    private mutating func announce(_ fact: TicketFact) {
        for gate in gates.indices { send(.tell(gate, fact)) }
    }

    mutating func run(steps: Int) {
        for gate in gates.indices { tell(gate, .platform(isReachable: true)) }
        for _ in 0..<steps {
            uptime += Int64(dice.below(300))
            let gate = dice.below(gates.count)
            switch dice.below(10) {
            case 0...2:
                uses += 1
                tell(gate, .presented(code: soldCode, use: id(uses), people: Int64(1 + dice.below(2))))
            case 3: tell(gate, .platform(isReachable: dice.below(2) == 0))
            case 4: tell(gate, .tick)
            default: deliver()
            }
        }
        uptime += 10_000
        for gate in gates.indices { tell(gate, .tick) }
        while !messages.isEmpty { deliver() }
    }
}

extension GateTicket {
    fileprivate static let sold = ticket(entries: 2, group: 2)
}

private let soldCode = code(.sold)
