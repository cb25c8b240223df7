import Canteen
import Effects
import Payments
import Tickets
import Vocabulary
import Wire

let ticketKey = BoxKey(seed: Array(1...32))!

/// A gate that takes tickets, with a turnstile; beside it a wicket where nothing turns.
func ticketScenario(
    _ rules: TicketRules = TicketRules(repeatWithin: .seconds(0)), roles: Set<DeskRole> = [.supervisor]
) -> CanteenScenario {
    let mode = CanteenMode(.tickets, helpings: .anyNumber)
    return CanteenScenario(
        id: slug("north"), merchantClass: slug("scenic-area"), prices: slug("scenic"),
        calendar: MealCalendar(zone: .china, periods: []), between: .sell,
        lanes: [
            CanteenLane(
                id: slug("gate"), modes: [mode],
                turnstile: TurnstileSettings(
                    relay: "gate.open", pulse: .milliseconds(500), sensor: "gate.passage", passWithin: .seconds(5),
                    emergency: "fire")),
            CanteenLane(id: slug("wicket"), modes: [mode], outputs: [.init(name: "lamp", span: .milliseconds(200))]),
        ],
        timings: PaymentTimings(answerWithin: .seconds(2), askAgainAfter: .seconds(5)), offline: .nothing,
        corrections: .init(roles: roles),
        tickets: TicketSettings(site: slug("west-lake"), keys: [3: ticketKey.publicKey], rules: rules))
}

func ticket(
    _ number: UInt64 = 1, entries: Int64 = 1, group: Int64 = 1, from: String = "2026-11-20", to: String = "2026-11-20",
    site: String = "west-lake"
) -> GateTicket {
    try! GateTicket(
        id: UUIDv7(at: at("2026-11-19 08:00"), random: (number, number)), site: slug(site), kind: slug("adult"),
        window: TicketWindow(firstDay: day(from), lastDay: day(to)), entries: entries, group: group)
}

func code(_ ticket: GateTicket) -> String { GateTicketCode.write(ticket, key: ticketKey, number: 3) }

extension CanteenWorld {
    func scan(_ ticket: GateTicket, people: Int64? = nil, lane: Int = 0) {
        tell(.own(.ticket(scenario.lanes[lane].id, code: code(ticket), people: people)))
    }

    /// The claims that were asked for.
    var claims: [TicketUse] {
        sent.compactMap { if case .ticket(let use) = $0.request { use } else { nil } }
    }

    func reply(_ outcome: TicketReply.Outcome, left: Int64? = nil, last: TicketReply.Sight? = nil) {
        guard let (request, token) = sent.last(where: { if case .ticket = $0.request { true } else { false } }),
            case .ticket(let use) = request
        else { return }
        tell(.answer(token, .ticket(use.id, TicketReply(outcome, left: left, last: last))))
    }

    /// How often the way was opened.
    var opened: Int { pulses.count { $0 == "gate.open" } }

    var facts: [TicketFact] { records.compactMap { if case .ticket(let fact) = $0 { fact } else { nil } } }
    var used: [TicketUse] { facts.compactMap { if case .used(let use) = $0 { use } else { nil } } }
    var returned: [TicketReturn] { facts.compactMap { if case .returned(let back) = $0 { back } else { nil } } }
}
