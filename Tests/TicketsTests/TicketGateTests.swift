import JSONText
import Testing
import Tickets
import Vocabulary
import Wire

@Suite("A gate that takes tickets")
struct TicketGateTests {
    private func present(
        _ gate: inout TicketGate, _ ticket: GateTicket, _ use: UInt64, people: Int64? = nil,
        at now: ClockReading = clock()
    ) -> [TicketGate.Action] {
        gate.handle(.presented(code: code(ticket), use: id(use), people: people), at: now)
    }

    @Test("away: the use is on disk before the gate opens, and a second time is refused")
    func alone() throws {
        var gate = makeGate()
        let actions = present(&gate, ticket(), 10)
        let use = try #require(actions.admitted.first)
        #expect(use.isAlone && use.people == 1)
        let fact = TicketFact.used(use)
        #expect(actions == [.keep([fact.change]), .record(fact), .admit(use)])
        #expect(present(&gate, ticket(), 11, at: clock("2026-11-21", 601)).refused == [.used])
    }

    @Test("after a restart the gate still knows who passed, and says what it cannot read")
    func restart() {
        var gate = makeGate()
        let values = present(&gate, ticket(), 10).kept.map { change -> [UInt8] in
            guard case .put(_, _, let value) = change else { return [] }
            return value
        }
        var again = makeGate(kept: values)
        #expect(present(&again, ticket(), 11).refused == [.used])
        var lost: [String] = []
        _ = TicketGate(
            TicketRules(), site: slug("west-lake"), gate: slug("north"), zone: .china, keys: platformKeys,
            kept: values + [[1, 2]], lost: &lost)
        #expect(lost.count == 1)
    }

    @Test("online: the platform is asked; its grant opens the gate first and is written after")
    func online() throws {
        var gate = makeGate()
        #expect(gate.handle(.platform(isReachable: true), at: clock()) == [])
        let use = try #require(present(&gate, ticket(), 10).asked.first)
        #expect(gate.nextDeadline == Uptime(milliseconds: 100_001_500))
        let fact = TicketFact.used(use)
        let actions = gate.handle(.answered(use, .granted), at: clock())
        #expect(actions == [.admit(use), .keep([fact.change]), .record(fact)])
        #expect(gate.nextDeadline == nil)
        #expect(gate.handle(.answered(use, .granted), at: clock()) == [])
        let other = try #require(present(&gate, ticket(2), 11, at: clock("2026-11-21", 601)).asked.first)
        #expect(gate.handle(.answered(other, .refused(.used)), at: clock()) == [.refuse(use: id(11), .used)])
    }

    @Test("back online, a gate need not ask about those whom it let in itself, whatever the platform knows yet")
    func backOnline() {
        var gate = makeGate()
        let ticket = ticket(group: 3)
        #expect(present(&gate, ticket, 10, people: 2).admitted.count == 1)
        _ = gate.handle(.platform(isReachable: true), at: clock())
        #expect(present(&gate, ticket, 11, people: 2, at: clock("2026-11-21", 601)).refused == [.tooFewLeft(1)])
        #expect(present(&gate, ticket, 12, people: 1, at: clock("2026-11-21", 602)).asked.count == 1)
    }

    @Test("no answer in time, or no network while waiting: the gate decides by its rule", arguments: [true, false])
    func silence(isByTime: Bool) throws {
        for (rule, isAdmitted) in [(TicketRules.WhileAway.refuse, false), (.admitByOwnMemory, true)] {
            var gate = makeGate(TicketRules(whileAway: rule))
            _ = gate.handle(.platform(isReachable: true), at: clock())
            let use = try #require(present(&gate, ticket(), 10).asked.first)
            #expect(gate.handle(.tick, at: clock("2026-11-21", 600, 1_499)) == [])
            let event = isByTime ? TicketGate.Event.tick : .platform(isReachable: false)
            let actions = gate.handle(event, at: clock("2026-11-21", 600, isByTime ? 1_500 : 10))
            #expect(actions.admitted.count == (isAdmitted ? 1 : 0))
            // A grant that is under way must not hold a place for nobody.
            if !isAdmitted {
                #expect(actions.recorded == [.returned(TicketReturn(of: use))])
                #expect(actions.refused == [.platformAway])
            }
            #expect(gate.handle(.answered(use, .granted), at: clock()) == [])
            #expect(gate.handle(.answered(use, .refused(.used)), at: clock()) == [])
        }
    }

    @Test("a grant that an earlier run had asked for is given back")
    func lateGrant() {
        var gate = makeGate()
        let use = TicketUse(
            id: id(10), of: ticket(), gate: slug("north"), people: 1, at: clock().wall, isSynchronised: true)
        #expect(gate.handle(.answered(use, .granted), at: clock()).recorded == [.returned(TicketReturn(of: use))])
        #expect(gate.handle(.answered(use, .granted), at: clock()) == [])
    }

    @Test("while away each ticket passes once at a gate, if the rule says so, however many entries it has")
    func oncePerGate() {
        var gate = makeGate(TicketRules(whileAway: .admitOncePerGate))
        let ticket = ticket(entries: 5)
        #expect(present(&gate, ticket, 10).admitted.count == 1)
        #expect(present(&gate, ticket, 11, at: clock("2026-11-21", 601)).refused == [.onceHere])
        // What passed at another gate, or here by the platform's grant, is not this gate's once.
        var third = makeGate(TicketRules(whileAway: .admitOncePerGate))
        let elsewhere = TicketUse(
            id: id(50), of: ticket, gate: slug("south"), people: 1, at: clock().wall, isSynchronised: true,
            isAlone: true)
        _ = third.handle(.told(.used(elsewhere)), at: clock())
        _ = third.handle(.platform(isReachable: true), at: clock())
        for use in present(&third, ticket, 51).asked { _ = third.handle(.answered(use, .granted), at: clock()) }
        _ = third.handle(.platform(isReachable: false), at: clock())
        #expect(present(&third, ticket, 52, at: clock("2026-11-21", 601)).admitted.count == 1)
        #expect(third.book.left(on: ticket) == 2)
        var other = makeGate(TicketRules(whileAway: .admitByOwnMemory))
        for (use, minute) in zip(10..<15 as Range<UInt64>, 600...) {
            #expect(present(&other, ticket, use, at: clock("2026-11-21", Int64(minute))).admitted.count == 1)
        }
        #expect(present(&other, ticket, 15, at: clock("2026-11-21", 700)).refused == [.used])
    }

    @Test(
        "a ticket held to the scanner is one presentation, up to the time since it was last seen",
        arguments: [(2_999, true), (3_000, false)])
    func held(milliseconds: Int64, isOne: Bool) {
        var gate = makeGate()
        let ticket = ticket(entries: 9)
        _ = present(&gate, ticket, 10)
        #expect(present(&gate, ticket, 11, at: clock("2026-11-21", 600, 2_000)) == [.same(as: id(10))])
        let last = present(&gate, ticket, 12, at: clock("2026-11-21", 600, 2_000 + milliseconds))
        #expect((last == [.same(as: id(10))]) == isOne)
        #expect(last.admitted.count == (isOne ? 0 : 1))
        // Another ticket is another presentation.
        #expect(present(&gate, anotherTicket, 13, at: clock("2026-11-21", 600, 2_001)).admitted.count == 1)
    }

    @Test("a ticket that is being asked about is not asked about again")
    func heldWhileAsked() {
        var gate = makeGate(TicketRules(repeatWithin: .seconds(0)))
        _ = gate.handle(.platform(isReachable: true), at: clock())
        #expect(present(&gate, ticket(), 10).asked.count == 1)
        #expect(present(&gate, ticket(), 11, at: clock("2026-11-21", 600, 900)) == [.same(as: id(10))])
    }

    @Test("who did not pass in time may show the ticket again at once; whoever passed is counted")
    func notPassed() {
        var gate = makeGate()
        let ticket = ticket(group: 5)
        #expect(present(&gate, ticket, 10).admitted.map(\.people) == [5])
        let back = gate.handle(.notPassed(use: id(10), people: 2), at: clock())
        #expect(back.recorded.count == 1 && back.kept.count == 1)
        #expect(gate.handle(.notPassed(use: id(10), people: 2), at: clock()) == [])
        #expect(gate.handle(.notPassed(use: id(99), people: 1), at: clock()) == [])
        // Another gate's people are not this gate's to give back.
        let elsewhere = TicketUse(
            id: id(50), of: anotherTicket, gate: slug("south"), people: 1, at: clock().wall, isSynchronised: true)
        _ = gate.handle(.told(.used(elsewhere)), at: clock())
        #expect(gate.handle(.notPassed(use: id(50), people: 1), at: clock()) == [])
        #expect(present(&gate, ticket, 11).admitted.map(\.people) == [2])
        #expect(gate.book.left(on: ticket) == 0)
        // No more go back than came.
        let all = gate.handle(.notPassed(use: id(11), people: 9), at: clock())
        let returned = all.recorded.map { fact -> Int64? in
            if case .returned(let back) = fact { back.people } else { nil }
        }
        #expect(returned == [2])
    }

    @Test("a group comes in together, as many as are keyed or left, or one by one")
    func groups() {
        var gate = makeGate()
        let group = ticket(entries: 2, group: 5)
        #expect(present(&gate, group, 10, people: 6).refused == [.groupTooLarge(5)])
        #expect(present(&gate, group, 11, people: 0, at: clock("2026-11-21", 601)).refused == [.groupTooLarge(5)])
        for (use, minute, people, admitted) in [(12, 602, 3, 3), (13, 603, nil, 5)] as [(UInt64, Int64, Int64?, Int64)]
        {
            let actions = present(&gate, group, use, people: people, at: clock("2026-11-21", minute))
            #expect(actions.admitted.map(\.people) == [admitted])
        }
        #expect(present(&gate, group, 14, people: 3, at: clock("2026-11-21", 604)).refused == [.tooFewLeft(2)])
        #expect(present(&gate, group, 15, at: clock("2026-11-21", 605)).admitted.map(\.people) == [2])
        var single = makeGate(TicketRules(groups: .oneByOne))
        #expect(present(&single, group, 10, people: 4).admitted.map(\.people) == [1])
    }

    @Test("a ticket out of its time is refused, online too")
    func time() {
        for isOnline in [true, false] {
            var gate = makeGate()
            _ = gate.handle(.platform(isReachable: isOnline), at: clock())
            let ticket = ticket(1, from: "2026-11-21", to: "2026-11-22", 540, 1_020)
            #expect(present(&gate, ticket, 10, at: clock("2026-11-21", 539)).refused == [.notYet])
            #expect(present(&gate, ticket, 11, at: clock("2026-11-21", 1_020, 60_000)).refused == [.closedNow])
            #expect(present(&gate, ticket, 12, at: clock("2026-11-22", 1_020, 120_000)).refused == [.over])
        }
    }

    @Test("with the clock not set the platform judges the time; while it is away, the rule does")
    func clockUnsure() throws {
        let unsure = clock("1970-01-01", 0, isSynchronised: false)
        var gate = makeGate()
        #expect(present(&gate, ticket(), 10, at: unsure).refused == [.clockUnsure])
        var easy = makeGate(TicketRules(clockUnsure: .ignoreTime))
        #expect(present(&easy, ticket(), 10, at: unsure).admitted.map(\.isSynchronised) == [false])
        var online = makeGate()
        _ = online.handle(.platform(isReachable: true), at: unsure)
        #expect(present(&online, ticket(), 10, at: unsure).asked.count == 1)
    }

    @Test("what another gate tells counts here, and an overuse is told once")
    func told() throws {
        var gate = makeGate()
        let elsewhere = TicketFact.used(
            TicketUse(id: id(50), of: ticket(), gate: slug("south"), people: 1, at: clock().wall, isSynchronised: true))
        #expect(gate.handle(.told(elsewhere), at: clock()) == [.keep([elsewhere.change])])
        #expect(gate.handle(.told(elsewhere), at: clock()) == [])
        #expect(present(&gate, ticket(), 10).refused == [.used])
        var other = makeGate()
        _ = present(&other, ticket(), 10, at: clock("2026-11-21", 599))
        let found = try #require(other.handle(.told(elsewhere), at: clock()).overused.first)
        #expect(found.allowed == 1 && found.used == 2 && found.beyond.map(\.gate) == [slug("south")])
        #expect(other.handle(.told(elsewhere), at: clock()) == [])
        let void = TicketFact.voided(TicketVoid(ticket: ticket().id, lastDay: day("2026-11-21")))
        #expect(other.handle(.told(void), at: clock()) == [.keep([void.change])])
    }

    @Test("at their bounds the memory and the line of claims refuse, and forget nothing")
    func bounds() {
        var gate = makeGate(most: 1)
        #expect(present(&gate, ticket(1), 10).admitted.count == 1)
        #expect(present(&gate, ticket(2), 11).refused == [.memoryFull])
        let elsewhere = TicketFact.used(
            TicketUse(id: id(50), of: ticket(3), gate: slug("south"), people: 1, at: clock().wall, isSynchronised: true)
        )
        #expect(gate.handle(.told(elsewhere), at: clock()) == [.forgotten(elsewhere)])
        #expect(gate.forget(before: day("2026-11-21")) == [])
        #expect(
            gate.forget(before: day("2026-11-22")) == [
                .keep([.remove(kind: TicketFact.stateKind, key: "used/\(id(10))")])
            ])
        #expect(present(&gate, ticket(2), 12, at: clock("2026-11-21", 700)).admitted.count == 1)

        var busy = makeGate()
        _ = busy.handle(.platform(isReachable: true), at: clock())
        for number in 1...8 as ClosedRange<UInt64> { #expect(present(&busy, ticket(number), number).asked.count == 1) }
        #expect(present(&busy, ticket(9), 9).refused == [.busy])
        // What was asked for, and finds no room here afterwards, is taken back at the platform.
        var late = makeGate(most: 0)
        _ = late.handle(.platform(isReachable: true), at: clock())
        #expect(present(&late, ticket(), 10).asked.count == 1)
        let actions = late.handle(.platform(isReachable: false), at: clock())
        #expect(actions.refused == [.memoryFull] && actions.recorded.map(\.key) == ["returned/\(id(10))"])
    }

    @Test(
        "of the tickets that are held to the scanner the one seen longest ago is forgotten",
        arguments: [(63, true), (64, false)])
    func manyHeld(others: UInt64, isRemembered: Bool) {
        var gate = makeGate()
        let first = ticket(1, entries: 5)
        _ = present(&gate, first, 1)
        for number in 0..<others { _ = present(&gate, ticket(100 + number), 100 + number) }
        #expect(present(&gate, ticket(100), 300) == [.same(as: id(100))])
        #expect((present(&gate, first, 301) == [.same(as: id(1))]) == isRemembered)
    }

    @Test("the rules are read from a scenario, with their defaults, and faults are named")
    func file() throws {
        func read(_ text: String) throws(Findings) -> TicketRules {
            try DocumentReader.read(Array(text.utf8), dialect: .json5) { TicketRules($0) }
        }
        #expect(try read("{}") == TicketRules())
        let text = """
            {whileAway: "admitOncePerGate", clockUnsure: "ignoreTime", groups: "oneByOne",
             repeatWithinMilliseconds: 60000, answerWithinMilliseconds: 100}
            """
        #expect(
            try read(text)
                == TicketRules(
                    whileAway: .admitOncePerGate, clockUnsure: .ignoreTime, groups: .oneByOne,
                    repeatWithin: .seconds(60), answerWithin: .milliseconds(100)))
        for fault in [
            "whileAway: \"x\"", "repeatWithinMilliseconds: 60001", "answerWithinMilliseconds: 99", "other: 1",
        ] {
            #expect(throws: Findings.self) { try read("{\(fault)}") }
        }
    }
}

private let anotherTicket = ticket(77)
