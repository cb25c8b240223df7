import Effects
import Testing
import Tickets
import Vocabulary
import Wire

@testable import Services

/// Three gates and the platform: messages are lost, doubled and late, networks and the power are cut.
private final class TicketDay {
    let world: TicketWorld
    let gates: [TicketBox]
    let sold: [(ticket: GateTicket, code: String)]
    private var dice: SplitMix

    init(seed: UInt64, _ rule: TicketRules.WhileAway) throws {
        let world = try TicketWorld()
        self.world = world
        sold = try [(1, 1), (3, 1), (1, 4), (2, 3)].map { try world.sell(entries: $0.0, group: $0.1) }
        let rules = TicketRules(
            whileAway: rule, groups: seed % 3 == 0 ? .oneByOne : .together,
            notPassed: seed % 4 == 0 ? .keep : .giveBack, repeatWithin: .milliseconds(seed % 2 == 0 ? 0 : 1_000))
        gates = (0..<3).map { TicketBox($0, world.gates[$0].device, rules, at: world.time) }
        dice = SplitMix(state: seed)
    }

    private func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &dice) == 0 }

    func run(steps: Int, cutsNetwork: Bool, cutsPower: Bool) throws {
        for gate in gates { gate.link(isUp: true, at: world.time) }
        for _ in 0..<steps {
            world.time.milliseconds += 200
            let gate = gates[Int.random(in: 0..<3, using: &dice)]
            switch Int.random(in: 0..<12, using: &dice) {
            case 0, 1, 2:
                let sold = sold[Int.random(in: 0..<sold.count, using: &dice)]
                gate.show(sold.code, people: chance(3) ? Int64.random(in: 1...3, using: &dice) : nil, at: world.time)
            case 3, 4: gate.walk(at: world.time)
            case 5, 6: gate.sync(chance(3) ? 1 : .max, at: world.time)
            case 7 where cutsNetwork && chance(3): gate.link(isUp: !gate.isLinkUp, at: world.time)
            case 8 where cutsPower && chance(4): gate.cutPower(at: world.time)
            case 9: try drain(gate)
            default: gate.pass(milliseconds: chance(4) ? 3_500 : 200, at: world.time)
            }
            for gate in gates { try exchange(gate) }
        }
    }

    /// Some of what is on its way arrives, not always in order; some of it is lost, some arrives twice.
    private func exchange(_ gate: TicketBox) throws {
        while !gate.outgoing.isEmpty, !chance(3) {
            let (request, token) = gate.outgoing.remove(at: Int.random(in: 0..<gate.outgoing.count, using: &dice))
            if chance(10) { continue }
            if chance(10) { gate.outgoing.append((request, token)) }
            let answer = world.store.answer([world.gates[gate.index].request(request)], at: world.time)[0]
            tellOthers()
            if gate.isLinkUp, !chance(10) { gate.incoming.append(.answer(token, answer)) }
        }
        while !gate.incoming.isEmpty, !chance(3) {
            let event = gate.incoming.remove(at: Int.random(in: 0..<gate.incoming.count, using: &dice))
            if chance(10) { gate.incoming.append(event) }
            gate.tell(event, at: world.time)
        }
    }

    private func tellOthers() {
        for news in world.store.takeSiteNews() {
            guard case .tell(let device, let word) = news, let gate = gates.first(where: { $0.device == device }),
                gate.isLinkUp, !chance(10)
            else { continue }
            gate.incoming.append(.announced(word))
        }
    }

    private func drain(_ gate: TicketBox) throws {
        guard gate.isLinkUp else { return }
        let events = gate.drain()
        guard !events.isEmpty else { return }
        let payload = world.gates[gate.index].batch(events)
        for _ in 0..<(chance(4) ? 2 : 1) {
            _ = try world.store.ingest(payload, from: gate.device, at: world.time)
        }
        tellOthers()
    }

    /// Everything that is under way ends, and everything on disk comes to the platform.
    func settle() throws {
        for gate in gates {
            gate.link(isUp: true, at: world.time)
            for _ in 0..<40 {
                world.time.milliseconds += 4_000
                gate.sync(at: world.time)
                gate.pass(milliseconds: 4_000, at: world.time)
            }
            gate.sync(at: world.time)
            try drain(gate)
        }
    }

    func passed(_ ticket: GateTicket) -> Int64 { gates.reduce(0) { $0 + ($1.passed[ticket.id] ?? 0) } }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

@Suite("Three gates and a platform, whatever happens between them")
struct TicketPropertyTests {
    @Test("where a gate without the platform lets nobody in, never more pass on a ticket than it was sold for")
    func refuse() throws {
        var all: Int64 = 0
        for seed in UInt64(1)...24 {
            let day = try TicketDay(seed: seed, .refuse)
            try day.run(steps: 300, cutsNetwork: seed % 5 != 0, cutsPower: seed % 3 != 0)
            try day.settle()
            for (ticket, _) in day.sold {
                #expect(day.passed(ticket) <= ticket.people, "seed \(seed)")
                let state = try #require(try day.world.store.ticketState(ticket.id))
                // Nobody passes of whom nothing is known.
                #expect(ticket.people - state.left >= day.passed(ticket), "seed \(seed)")
                all += day.passed(ticket)
            }
            #expect(try day.world.incidents().isEmpty, "seed \(seed)")
        }
        // It is of use to nobody if it lets nobody in.
        #expect(all > 100)
    }

    @Test(
        "away, a gate lets in what its rule says, and what was too many together is reported once",
        arguments: [TicketRules.WhileAway.admitByOwnMemory, .admitOncePerGate])
    func alone(rule: TicketRules.WhileAway) throws {
        var overused = 0
        for seed in UInt64(1)...24 {
            let day = try TicketDay(seed: seed, rule)
            try day.run(steps: 300, cutsNetwork: true, cutsPower: seed % 3 != 0)
            try day.settle()
            let incidents = try day.world.incidents()
            for (ticket, _) in day.sold {
                let state = try #require(try day.world.store.ticketState(ticket.id))
                for gate in day.gates {
                    let most = ticket.people + (gate.forgotten[ticket.id] ?? 0)
                    #expect((gate.passed[ticket.id] ?? 0) <= most, "seed \(seed)")
                    #expect(!gate.isAloneUnwritten, "seed \(seed)")
                    let alone = state.uses.filter { $0.isAlone && $0.gate == gate.device }
                    #expect(rule == .admitByOwnMemory || alone.count <= 1, "seed \(seed)")
                }
                #expect(ticket.people - state.left >= day.passed(ticket), "seed \(seed)")
                let told = incidents.filter { $0.subject == ticket.id.description && $0.code == .ticketOverused }
                #expect(told.count <= 1 && told.allSatisfy { $0.count == 1 }, "seed \(seed)")
                #expect((told.first.map { $0.closed == nil } ?? false) == (state.left < 0), "seed \(seed)")
                if state.left < 0 { overused += 1 }
            }
            #expect(incidents.allSatisfy { $0.code == .ticketOverused }, "seed \(seed): \(incidents)")
        }
        #expect(overused > 2)
    }
}
