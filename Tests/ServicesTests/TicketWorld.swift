import Host
import Tickets
import Vocabulary
import Wire

@testable import Services

/// A platform in memory that sells tickets for a scenic area with three gates; a fourth box stands elsewhere.
final class TicketWorld {
    static let lake = slug("west-lake")
    static let key = (number: UInt8(1), key: BoxKey(seed: [UInt8](repeating: 3, count: 32))!)

    var gates: [Box]
    private(set) var store: PlatformStore
    private let configuration: PlatformConfiguration
    /// 21 November 2026, 10:00 in China.
    var time = WallTime(milliseconds: (20_778 * 86_400 + 2 * 3_600) * 1_000)
    private var uses: UInt64 = 0

    init(database: String = ":memory:") throws {
        gates = try [("north", 31), ("south", 32), ("east", 33), ("elsewhere", 34)].map {
            try Box($0.0, seed: UInt8($0.1))
        }
        var configuration = try Site.configuration(database, gates)
        configuration.ticketSites = [
            TicketSiteSettings(
                id: Self.lake, chinese: "西湖", english: "West Lake", devices: gates[..<3].map(\.device))
        ]
        self.configuration = configuration
        store = try PlatformStore(configuration, at: time) { _ in }
    }

    /// Starts the platform anew on the same file.
    func restart() throws { store = try PlatformStore(configuration, at: time) { _ in } }

    var today: CivilDate { TimeZoneRule.china.date(at: time) }

    func sell(
        entries: Int64 = 1, group: Int64 = 1, days: Int64 = 1, site: Slug = lake
    ) throws -> (ticket: GateTicket, code: String) {
        let window = try TicketWindow(
            firstDay: today, lastDay: CivilDate(dayNumber: today.dayNumber + days - 1))
        return try store.issueTickets(
            TicketOrder(site: site, kind: slug("adult"), window: window, entries: entries, group: group),
            key: Self.key, by: "Zhao", why: "test", at: time)[0]
    }

    /// A presentation at a gate.
    func use(_ ticket: GateTicket, _ people: Int64 = 1, at gate: Int = 0, isAlone: Bool = false) -> TicketUse {
        uses += 1
        time.milliseconds += 1_000
        return TicketUse(
            id: UUIDv7(at: time, random: (uses, 1)), of: ticket, gate: gates[gate].device, people: people, at: time,
            isSynchronised: true, isAlone: isAlone)
    }

    func claim(_ use: TicketUse, at gate: Int = 0) throws -> TicketReply {
        let answer = store.answer([gates[gate].request(.ticket(use))], at: time)[0]
        guard case .ticket(use.id, let reply) = answer else { throw Unexpected(response: answer) }
        return reply
    }

    func record(_ facts: TicketFact..., at gate: Int = 0) throws {
        let payload = gates[gate].batch(facts.map { .ticket($0) })
        guard case .through = try store.ingest(payload, from: gates[gate].device, at: time) else {
            throw Refused()
        }
    }

    struct Refused: Error {}

    /// What a gate that asks is told, part after part.
    func facts(at gate: Int, after number: Int64 = 0) throws -> (facts: [TicketFact], through: Int64) {
        var (all, through) = ([TicketFact](), number)
        while true {
            let answer = store.answer([gates[gate].request(.ticketFacts(after: through))], at: time)[0]
            guard case .ticketFacts(let page) = answer else { throw Unexpected(response: answer) }
            all += page.facts
            through = page.through
            if !page.isMoreLeft { return (all, through) }
        }
    }

    /// Which gates were told of what since the last call.
    func told() -> [String] {
        store.takeSiteNews().compactMap {
            guard case .tell(let device, .ticket(let fact)) = $0 else { return nil }
            return "\(device) \(fact.key.split(separator: "/")[0])"
        }
    }

    func incidents() throws -> [Incident] { try store.ledgerReport().incidents }
}
