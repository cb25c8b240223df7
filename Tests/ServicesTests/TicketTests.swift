import Host
import JSONText
import TestParts
import Testing
import Tickets
import Vocabulary
import Wire

@testable import Services

@Suite("Tickets at the platform")
struct TicketTests {
    @Test("what is issued is signed, kept, and granted once, whichever gate asks and however often")
    func issueAndClaim() throws {
        let world = try TicketWorld()
        let (ticket, code) = try world.sell(entries: 2)
        let read = try GateTicketCode.read(
            code, site: TicketWorld.lake, keys: [1: TicketWorld.key.key.publicKey])
        #expect(read == ticket)
        let first = world.use(ticket)
        #expect(try world.claim(first) == TicketReply(.granted, left: 1))
        #expect(try world.claim(first) == TicketReply(.granted, left: 1))
        #expect(try world.claim(world.use(ticket, at: 1), at: 1) == TicketReply(.granted, left: 0))
        let last = try #require(try world.store.ticketState(ticket.id)?.uses.last)
        #expect(
            try world.claim(world.use(ticket, at: 2), at: 2)
                == TicketReply(.refused(.used), left: 0, last: .init(gate: last.gate, at: last.at)))
        #expect(try world.store.ticketState(ticket.id)?.left == 0)
        try world.record(.used(first))
        #expect(try world.store.ticketState(ticket.id)?.left == 0 && world.incidents().isEmpty)
    }

    @Test("a group's claim is granted as a whole or not, and people who did not pass come back by a record")
    func group() throws {
        let world = try TicketWorld()
        let ticket = try world.sell(group: 4).ticket
        #expect(try world.claim(world.use(ticket, 5)).outcome == .refused(.groupTooLarge(4)))
        let use = world.use(ticket, 3)
        #expect(try world.claim(use) == TicketReply(.granted, left: 1))
        #expect(try world.claim(world.use(ticket, 2, at: 1), at: 1).outcome == .refused(.tooFewLeft(1)))
        try world.record(.used(use), .returned(TicketReturn(of: use, people: 2)))
        #expect(try world.claim(world.use(ticket, 2, at: 1), at: 1) == TicketReply(.granted, left: 1))
    }

    @Test("a return that comes before its claim refuses the claim")
    func returnFirst() throws {
        let world = try TicketWorld()
        let ticket = try world.sell().ticket
        let use = world.use(ticket)
        try world.record(.returned(TicketReturn(of: use)))
        #expect(try world.claim(use).outcome == .refused(.takenBack))
        #expect(try world.claim(world.use(ticket)).outcome == .granted)
    }

    @Test("tickets of other sites, of other days, and boxes elsewhere are refused")
    func refused() throws {
        let world = try TicketWorld()
        let ticket = try world.sell().ticket
        #expect(try world.claim(world.use(ticket, at: 3), at: 3).outcome == .refused(.notSold))
        let unknown = try GateTicket(
            id: UUIDv7(at: world.time, random: (9, 9)), site: TicketWorld.lake, kind: slug("adult"),
            window: ticket.window)
        #expect(try world.claim(world.use(unknown)).outcome == .refused(.notSold))
        let foreign = try world.sell(site: slug("palace")).ticket
        #expect(try world.claim(world.use(foreign)).outcome == .refused(.notSold))
        // A claim in another gate's name is no claim.
        #expect(try world.claim(world.use(ticket, at: 1), at: 0).outcome == .refused(.takenBack))
        // A claim under the id of another ticket's use is none either, and that use stays what it was.
        let (other, first) = (try world.sell().ticket, world.use(ticket))
        #expect(try world.claim(first).outcome == .granted)
        var reused = first
        reused.ticket = other.id
        #expect(try world.claim(reused).outcome == .refused(.takenBack))
        #expect(try world.store.ticketState(ticket.id)?.left == 0 && world.store.ticketState(other.id)?.left == 1)
        world.time.milliseconds += 86_400_000
        #expect(try world.claim(world.use(ticket)).outcome == .refused(.over))
    }

    @Test("each gate is told what happened at the others, at once, and by asking from any number on")
    func shared() throws {
        let world = try TicketWorld()
        let ticket = try world.sell(entries: 3).ticket
        let first = world.use(ticket)
        _ = try world.claim(first)
        #expect(world.told() == ["south used", "east used"])
        _ = try world.claim(first)
        try world.record(.used(first))
        #expect(world.told() == [])
        let alone = world.use(ticket, at: 1, isAlone: true)
        try world.record(.used(alone), .returned(TicketReturn(of: alone)), at: 1)
        #expect(world.told() == ["north used", "east used", "north returned", "east returned"])
        let (facts, through) = try world.facts(at: 2)
        #expect(facts == [.used(first), .used(alone), .returned(TicketReturn(of: alone))])
        #expect(try world.facts(at: 2, after: through).facts == [])
        #expect(try world.facts(at: 3).facts == [])
        // Of tickets that were over before yesterday a gate needs nothing.
        world.time.milliseconds += 86_400_000
        #expect(try world.facts(at: 2).facts.count == 3)
        world.time.milliseconds += 86_400_000
        #expect(try world.facts(at: 2).facts == [])
    }

    @Test("a long list comes in parts, and nothing is missing between them")
    func parts() throws {
        let world = try TicketWorld()
        let ticket = try world.sell(entries: 500).ticket
        for _ in 0..<(FactLimits.mostOfPage + 1) { _ = try world.claim(world.use(ticket)) }
        let answer = world.store.answer([world.gates[1].request(.ticketFacts(after: 0))], at: world.time)[0]
        guard case .ticketFacts(let page) = answer else { throw Unexpected(response: answer) }
        #expect(page.facts.count == FactLimits.mostOfPage && page.isMoreLeft)
        #expect(try world.facts(at: 1).facts.count == FactLimits.mostOfPage + 1)
    }

    @Test("too many let in by gates alone is one incident, with gates and times, closed if it goes back")
    func overuse() throws {
        let world = try TicketWorld()
        let ticket = try world.sell(group: 2).ticket
        let north = world.use(ticket, 2, isAlone: true)
        let south = world.use(ticket, 1, at: 1, isAlone: true), east = world.use(ticket, 1, at: 2, isAlone: true)
        try world.record(.used(east), at: 2)
        try world.record(.used(north))
        #expect(try world.incidents().map(\.code) == [.ticketOverused])
        try world.record(.used(south), at: 1)
        let incident = try #require(try world.incidents().first)
        #expect(try world.incidents().count == 1 && incident.count == 1 && incident.subject == ticket.id.description)
        #expect(incident.detail.contains("sold for 2, used by 4"))
        #expect(incident.detail.contains("south at \(south.at.utcText) (alone), east at \(east.at.utcText) (alone)"))
        try world.record(.returned(TicketReturn(of: south)), at: 1)
        #expect(try world.incidents().first?.closed == nil)
        try world.record(.returned(TicketReturn(of: east)), at: 2)
        #expect(try world.incidents().first?.closed != nil)
        #expect(try world.incidents().count == 1)
    }

    @Test("a ticket that the office stops is refused, gates are told, and a later use away is an incident")
    func voided() throws {
        let world = try TicketWorld()
        let ticket = try world.sell(entries: 2).ticket
        #expect(try world.store.voidTicket(ticket.id, by: "Zhao", why: "lost", at: world.time))
        #expect(try !world.store.voidTicket(ticket.id, by: "Zhao", why: "lost", at: world.time))
        #expect(world.told() == ["north voided", "south voided", "east voided"])
        #expect(try world.claim(world.use(ticket)).outcome == .refused(.voided))
        #expect(try world.facts(at: 0).facts.map(\.key) == ["voided/\(ticket.id)"])
        try world.record(.used(world.use(ticket, isAlone: true)))
        #expect(try world.incidents().map(\.code) == [.voidedTicketUsed])
        #expect(try world.store.ticketState(ticket.id)?.row.voided?.who == "Zhao")
    }

    @Test("a use that was let in before the ticket was stopped, or that the platform granted, is no incident")
    func usedBeforeVoided() throws {
        let world = try TicketWorld()
        let ticket = try world.sell(entries: 3).ticket
        let alone = world.use(ticket, isAlone: true)
        // By a gate whose clock is a little ahead.
        var granted = world.use(ticket)
        granted.at.milliseconds += 5_000
        #expect(try world.claim(granted).outcome == .granted)
        let stopped = world.time
        #expect(try world.store.voidTicket(ticket.id, by: "Zhao", why: "lost", at: world.time))
        // Of the very moment, too.
        var late = world.use(ticket, isAlone: true)
        late.at = stopped
        try world.record(.used(alone), .used(granted), .used(late))
        #expect(try world.incidents().isEmpty)
    }

    @Test("a ticket that the platform does not know, and a box at no gate, are told to a person")
    func unknown() throws {
        let world = try TicketWorld()
        let sold = try world.sell().ticket
        let lost = try GateTicket(
            id: UUIDv7(at: world.time, random: (9, 9)), site: TicketWorld.lake, kind: slug("adult"),
            window: sold.window)
        try world.record(.used(world.use(lost, isAlone: true)))
        #expect(try world.incidents().map(\.subject) == [lost.id.description])
        try world.record(.used(world.use(sold, at: 3, isAlone: true)), at: 3)
        #expect(try world.incidents().map(\.code) == [.unknownTicket, .unknownTicket])
        #expect(try world.store.ticketState(sold.id)?.left == 1)
    }

    @Test("a box that tells of another's use, or tells one twice differently, changes nothing and is reported")
    func lies() throws {
        let world = try TicketWorld()
        let (one, two) = (try world.sell(entries: 5).ticket, try world.sell().ticket)
        let use = world.use(one)
        try world.record(.used(use))
        try world.record(.returned(TicketReturn(of: use)), at: 1)
        try world.record(.used(world.use(one, at: 0)), at: 1)
        try world.record(.voided(TicketVoid(ticket: one.id, lastDay: one.window.lastDay)), at: 1)
        var other = use
        other.ticket = two.id
        try world.record(.used(other))
        #expect(try world.incidents().allSatisfy { $0.code == .ticketConflict })
        #expect(try world.incidents().count == 4)
        #expect(try world.store.ticketState(one.id)?.left == 4)
        #expect(try world.store.ticketState(two.id)?.left == 1)
        other = use
        other.people = 2
        try world.record(.used(other))
        #expect(try world.store.ticketState(one.id)?.left == 3)
        #expect(try world.incidents().first { $0.subject == "used/\(use.id)" }?.count == 2)
    }

    @Test("what was granted is on disk: after a restart nobody passes twice")
    func durable() throws {
        let folder = TestFolder(inMemory: true)
        let world = try TicketWorld(database: "\(folder.path)/platform.db")
        let ticket = try world.sell().ticket
        let use = world.use(ticket)
        #expect(try world.claim(use).outcome == .granted)
        try world.restart()
        #expect(try world.claim(use).outcome == .granted)
        #expect(try world.claim(world.use(ticket)).outcome == .refused(.used))
    }

    @Test("keys lie in files that only their owner may read; the newest signs, and older ones stay good")
    func keys() throws {
        let folder = TestFolder(inMemory: true)
        let path = "\(folder.path)/keys"
        var keys = try TicketKeys(in: path)
        #expect(keys.signing == nil)
        #expect(try keys.makeNext() == 1)
        #expect(try keys.makeNext() == 2)
        let again = try TicketKeys(in: path)
        #expect(again.signing?.number == 2 && again.all.count == 2)
        #expect(again.all[1]?.seed == keys.all[1]?.seed && again.all[1]?.seed != again.all[2]?.seed)
        // `read` refuses a file that others may read.
        #expect(try PrivateFile.read("\(path)/1.key", limit: 64).count == 32)
        try PrivateFile.write([1, 2, 3], to: "\(path)/2.key")
        #expect(throws: TicketKeyError.notAKey(path: "\(path)/2.key", bytes: 3)) { try TicketKeys(in: path) }
    }

    @Test("the platform's file names sites for tickets, each box at one, and says what is wrong")
    func settings() throws {
        let head = """
            kind: "platform", database: "p.db", mqtt: { port: 1883 }, merchant: "m", contracts: [],
            tariffs: [{ id: "t", kind: "items" }],
            devices: [{ id: "a", publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" }],
            """
        func read(_ sites: String) throws -> PlatformConfiguration {
            try PlatformConfiguration.read(Array("{ \(head) ticketSites: [\(sites)] }".utf8), file: "p", folder: "/x")
        }
        let good = #"{ id: "lake", chinese: "湖", english: "Lake", devices: ["a"] }"#
        let configuration = try read(good)
        #expect(configuration.ticketSites.map(\.id) == [slug("lake")] && configuration.ticketKeys == "/x/ticket-keys")
        for (bad, words) in [
            ("\(good), \(good)", "each site once"), (good.replacing("\"a\"", with: "\"b\""), "stands in `devices`"),
            ("\(good), \(good.replacing("lake", with: "pond"))", "each device at one site"),
            (good.replacing("lake", with: "a-lake-with-a-much-too-long-name"), "24 characters"),
        ] {
            do {
                _ = try read(bad)
                Issue.record("taken: \(bad)")
            } catch let findings as Findings {
                #expect(findings.list.contains { "\($0)".contains(words) }, "\(findings)")
            }
        }
    }
}
