import Effects
import Payments
import Tickets
import Vocabulary
import Wire

@testable import Canteen

/// One gate's box with its disk, which forgets what was not synced, and its turnstile.
final class TicketBox {
    private struct Write {
        var records: [Record.Event], state: [StateChange]
        var token: WriteToken?
    }

    let index: Int
    let device: DeviceID
    private let scenario: CanteenScenario
    private(set) var site: CanteenSite
    private var uptime = Uptime(milliseconds: 1_000_000)
    private var runs: UInt64 = 0
    private var unsynced: [Write] = []
    private var kept: [String: [String: [UInt8]]] = [:]
    private(set) var undrained: [Record.Event] = []
    private(set) var isLinkUp = false
    /// What goes to the platform and comes from it; each may be lost, doubled or late.
    var outgoing: [(request: Request, token: RequestToken)] = []
    var incoming: [EdgeEvent<CanteenEvent>] = []
    /// Whoever the way is open for: the ticket.
    private(set) var open: UUIDv7?
    /// People who went in, by ticket.
    private(set) var passed: [UUIDv7: Int64] = [:]
    /// Those of them of whom this gate has nothing on disk, by use; and, by ticket, whom a power cut made it forget:
    /// what the platform has granted opens before it is written.
    private var unwritten: [UUIDv7: (ticket: UUIDv7, people: Int64)] = [:]
    private(set) var forgotten: [UUIDv7: Int64] = [:]
    /// Whether somebody went in who was let in by this gate alone before that was on disk.
    private(set) var isAloneUnwritten = false

    init(_ index: Int, _ device: DeviceID, _ rules: TicketRules, at wall: WallTime) {
        self.index = index
        self.device = device
        scenario = CanteenScenario(
            id: slug("gate"), merchantClass: slug("scenic-area"), prices: slug("scenic"),
            calendar: MealCalendar(zone: .china, periods: []), between: .sell,
            lanes: [
                CanteenLane(
                    id: slug("lane"), modes: [CanteenMode(.tickets, helpings: .anyNumber)],
                    turnstile: TurnstileSettings(
                        relay: "open", pulse: .milliseconds(500), sensor: "passage", passWithin: .seconds(3)))
            ],
            timings: PaymentTimings(answerWithin: .seconds(2), askAgainAfter: .seconds(5)), offline: .nothing,
            tickets: TicketSettings(
                site: TicketWorld.lake, keys: [1: TicketWorld.key.key.publicKey], rules: rules))
        site = CanteenSite(
            scenario: scenario, device: device, boot: "b", ids: IDMaker(seed: (UInt64(index), 1, 2, 3)),
            now: ClockReading(uptime: uptime, wall: wall, isSynchronised: true))
        tell(.sensor("passage", .clear), at: wall)
    }

    func tell(_ event: EdgeEvent<CanteenEvent>, at wall: WallTime) {
        for effect in site.handle(event, at: ClockReading(uptime: uptime, wall: wall, isSynchronised: true)) {
            switch effect {
            case .persist(let records, let state, let token):
                unsynced.append(Write(records: records, state: state, token: token))
            case .send(let request, let token, _):
                switch request {
                case .ticket, .ticketFacts: if isLinkUp { outgoing.append((request, token)) }
                default: break
                }
            case .pulse: open = site.lanes[0].party?.use.ticket
            default: break
            }
        }
        if site.lanes[0].party == nil { open = nil }
    }

    func pass(milliseconds: Int64, at wall: WallTime) {
        uptime = uptime + .milliseconds(milliseconds)
        tell(.tick, at: wall)
    }

    func show(_ code: String, people: Int64?, at wall: WallTime) {
        tell(.own(.ticket(slug("lane"), code: code, people: people)), at: wall)
    }

    /// Whoever the way is open for goes in.
    func walk(at wall: WallTime) {
        guard let ticket = open else { return }
        open = nil
        passed[ticket, default: 0] += 1
        if let use = site.lanes[0].party?.use, !isKept(use.id) {
            unwritten[use.id] = (ticket, (unwritten[use.id]?.people ?? 0) + 1)
            if use.isAlone { isAloneUnwritten = true }
        }
        tell(.sensor("passage", .active), at: wall)
        uptime = uptime + .milliseconds(300)
        tell(.sensor("passage", .clear), at: wall)
    }

    private func isKept(_ use: UUIDv7) -> Bool { kept[TicketFact.stateKind]?["used/\(use)"] != nil }

    func link(isUp: Bool, at wall: WallTime) {
        guard isUp != isLinkUp else { return }
        isLinkUp = isUp
        if !isUp { incoming = [] }
        tell(isUp ? .linkUp : .linkDown, at: wall)
    }

    /// The disk syncs some of what waits, in order.
    func sync(_ count: Int = .max, at wall: WallTime) {
        var count = count
        while count > 0, !unsynced.isEmpty {
            count -= 1
            let write = unsynced.removeFirst()
            undrained += write.records
            for change in write.state {
                switch change {
                case .put(let kind, let key, let value): kept[kind, default: [:]][key] = value
                case .remove(let kind, let key): kept[kind]?[key] = nil
                case .removeAll(let kind): kept[kind] = nil
                }
            }
            if let token = write.token { tell(.durable(token), at: wall) }
        }
    }

    func drain() -> [Record.Event] {
        defer { undrained = [] }
        return undrained
    }

    /// The power goes: what was not synced is gone, and the turnstile is shut.
    func cutPower(at wall: WallTime) {
        runs += 1
        for (use, people) in unwritten where !isKept(use) { forgotten[people.ticket, default: 0] += people.people }
        unwritten = [:]
        (unsynced, incoming, open, isLinkUp) = ([], [], nil, false)
        uptime = Uptime(milliseconds: 1_000)
        let now = ClockReading(uptime: uptime, wall: wall, isSynchronised: true)
        var lost: [String] = []
        let kept = kept.mapValues { $0.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) } }
        let recovered = CanteenRecovery(kept.filter { CanteenRecovery.kinds.contains($0.key) }, lost: &lost, at: now)
        precondition(lost.isEmpty, "\(lost)")
        site = CanteenSite(
            scenario: scenario, device: device, boot: "b\(runs)", ids: IDMaker(seed: (UInt64(index), 9, runs, 3)),
            now: now, recovered: recovered)
        tell(.sensor("passage", .clear), at: wall)
    }
}
