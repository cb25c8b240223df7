import Testing
import Vocabulary
import Wire

@Suite("Tickets on the wire")
struct TicketTests {
    private static let ticket: UUIDv7 = UUIDv7(at: WallTime(milliseconds: 1_760_000_000_000), random: (1, 1))
    private static let use: TicketUse = TicketUse(
        id: UUIDv7(at: WallTime(milliseconds: 1_760_000_001_000), random: (2, 2)), ticket: ticket,
        gate: try! Slug("north"), people: 3, at: WallTime(milliseconds: 1_760_000_001_000), isSynchronised: true,
        isAlone: false, allowed: 4, lastDay: try! CivilDate("2026-12-07"))
    private static let all: [TicketFact] = [
        .used(use), .returned(TicketReturn(of: use, people: 2)),
        .voided(TicketVoid(ticket: ticket, lastDay: use.lastDay)),
    ]

    @Test("a use reads as it stands in the documentation")
    func text() {
        let text = String(decoding: TicketFact.used(Self.use).canonical, as: UTF8.self)
        #expect(
            text == """
                {"use":"\(Self.use.id)","ticket":"\(Self.ticket)","people":3,"lastDay":"2026-12-07","gate":"north",\
                "presented":1760000001000,"clockRight":true,"alone":false,"allowed":4}
                """)
    }

    @Test("facts come back from state, records, events and answers as they went", arguments: all)
    func facts(fact: TicketFact) throws {
        #expect(TicketFact(canonical: fact.canonical) == fact)
        #expect(TicketFact(canonical: fact.canonical + [0x20]) == nil)
        #expect(Announcement(payload: Announcement.ticket(fact).payload) == .ticket(fact))
        let record = Record(at: WallTime(milliseconds: 5), isSynchronised: false, event: .ticket(fact))
        let line = Array("{\"seq\":1,".utf8) + record.body.dropFirst()
        #expect(try Record.parse(line: line).record == record)
        let page = Response.ticketFacts(FactPage(facts: [fact], through: 7, isMoreLeft: true))
        #expect(try Response(payload: page.payload) == page)
    }

    @Test("a claim, and the question what happened, come back as they went")
    func requests() throws {
        for request in [Request.ticket(Self.use), .ticketFacts(after: 0), .ticketFacts(after: 17)] {
            #expect(try Request(payload: request.payload) == request)
        }
        #expect(throws: WireError.wrong("after")) {
            try Request(payload: Array(#"{"type":"ticketFacts","after":-1}"#.utf8))
        }
        #expect(throws: (any Error).self) {
            var none = Self.use
            none.people = 0
            _ = try Request(payload: Request.ticket(none).payload)
        }
    }

    @Test(
        "every answer comes back as it went",
        arguments: [
            .granted, .unknown, .refused(.notYet), .refused(.closedNow), .refused(.over), .refused(.used),
            .refused(.tooFewLeft(2)), .refused(.groupTooLarge(4)), .refused(.takenBack), .refused(.memoryFull),
            .refused(.voided), .refused(.notSold),
        ] as [TicketReply.Outcome])
    func replies(outcome: TicketReply.Outcome) throws {
        for reply in [
            TicketReply(outcome),
            TicketReply(outcome, left: 5, last: .init(gate: Self.use.gate, at: Self.use.at)),
        ] {
            let response = Response.ticket(Self.use.id, reply)
            #expect(try Response(payload: response.payload) == response)
        }
    }
}
