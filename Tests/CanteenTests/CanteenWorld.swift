import Canteen
import Effects
import JSONText
import Payments
import Purses
import Vocabulary
import Wire

/// A canteen's box on a clock that the test sets, with its disk, and the platform's answers as the test gives them.
final class CanteenWorld {
    /// A till that sells keyed amounts to whoever has a contract.
    static let till = CanteenScenario(
        id: slug("canteen"), merchantClass: slug("canteen"), prices: slug("lunch"),
        calendar: MealCalendar(zone: .china, periods: []), between: .sell, members: .any,
        lanes: [
            CanteenLane(
                id: slug("till-1"),
                modes: [CanteenMode(.keyed(most: Fen(10_000)), itemClass: slug("meal"), helpings: .anyNumber)],
                outputs: [
                    .init(name: "turnstile", span: .milliseconds(500)),
                    .init(name: "buzzer", span: .milliseconds(100)),
                ])
        ],
        waits: .init(duplicate: .seconds(0)),
        timings: PaymentTimings(answerWithin: .seconds(2), askAgainAfter: .seconds(5)),
        offline: OfflinePolicy(
            limits: [
                .card: .init(
                    perPayment: Fen(1_000), perAccount: Fen(2_000), perAccountCount: 3,
                    longestListAge: .seconds(86_400), velocityCount: .max, velocityWindow: .seconds(0))
            ], perBox: Fen(100_000), perBoxCount: 100, longestWithoutContact: .seconds(86_400)),
        leases: LeasePolicy(
            amount: Fen(3_000), seconds: 14_400, renewBelow: Fen(500), renewBefore: .seconds(600),
            giveBackUnusedAfter: .seconds(86_400), most: 100))

    static let pupil = holder("1"), other = holder("2"), stranger = holder("9"), denied = holder("3")
    static let li = Clerk("li", .supervisor)

    let scenario: CanteenScenario
    let rules: PurseRules?
    let people: [Person]
    var now = ClockReading(
        uptime: Uptime(milliseconds: 1_000_000), wall: at("2026-11-20 12:00"), isSynchronised: true)
    private(set) var site: CanteenSite
    private(set) var sent: [(request: Request, token: RequestToken)] = []
    private(set) var shown: [Notice] = []
    private(set) var pulses: [String] = []
    /// Outputs that are held until they are released.
    private(set) var heldOpen: Set<String> = []
    private(set) var records: [Record.Event] = []
    private(set) var logs: [String] = []
    private(set) var faults: [String: String] = [:]
    private(set) var happened: [String] = []
    private(set) var table: [String: [String: [UInt8]]] = [:]
    /// As the box's machine does it: what nobody waits for is held until the disk takes it, and comes first then.
    private var held: [(records: [Record.Event], state: [StateChange], token: WriteToken?)] = []
    private var waiting: [(records: [Record.Event], state: [StateChange], token: WriteToken?)] = []
    /// Writes wait until the test lets them through.
    var isDiskSlow = false
    var refusesWrites = false {
        didSet {
            guard !refusesWrites else { return }
            waiting += held
            held = []
        }
    }
    /// Told of each output that was energised, when the decision is carried out.
    var onPulse: ((String) -> Void)?
    private var runs: UInt64 = 0

    init(
        _ scenario: CanteenScenario = CanteenWorld.till, rules: PurseRules? = nil, people: [Person] = [],
        at wall: WallTime? = nil
    ) {
        self.scenario = scenario
        self.rules = rules
        self.people = people.sorted { $0.holder < $1.holder }
        if let wall { now.wall = wall }
        site = CanteenSite(scenario: scenario, rules: rules, boot: "b1", ids: IDMaker(seed: (1, 2, 3, 4)), now: now)
        for lane in scenario.lanes {
            if let sensor = lane.turnstile?.sensor { tell(.sensor(sensor, .clear)) }
        }
        tell(.linkUp)
        answerLists()
        (sent, shown, pulses, records, logs) = ([], [], [], [], [])
    }

    func answerLists() {
        let contracts = ([Self.pupil, Self.other, Self.denied].map { Contract(holder: $0, offlineLimit: Fen(1_500)) })
            .sorted { $0.holder < $1.holder }
        let denials = [Denial(holder: Self.denied, owed: Fen(100), debts: [])]
        for (request, token) in sent {
            switch request {
            case .list(.contracts, _, _): tell(.answer(token, .contracts(Self.page(contracts))))
            case .list(.denials, _, _): tell(.answer(token, .denials(Self.page(denials))))
            case .list(.people, _, _): tell(.answer(token, .people(Self.page(people))))
            default: break
            }
        }
    }

    /// The platform's list of who is denied names this one too from now on.
    func deny(_ holder: Holder) {
        tell(.announced(.listChanged(.denials)))
        let asked = sent.last { if case .list(.denials, _, _) = $0.request { true } else { false } }
        guard let asked else { return }
        let denials = [Self.denied, holder].sorted().map { Denial(holder: $0, owed: Fen(100), debts: []) }
        tell(
            .answer(
                asked.token,
                .denials(
                    ListPage(
                        version: 8, digest: ListPage.digest(of: denials), total: Int64(denials.count), offset: 0,
                        entries: denials))))
    }

    static func holder(_ name: String) -> Holder { Holder(.card, slug(name)) }

    private static func page<Entry: ListEntry>(_ entries: [Entry]) -> ListPage<Entry> {
        ListPage(
            version: 7, digest: ListPage.digest(of: entries), total: Int64(entries.count), offset: 0, entries: entries)
    }

    func tell(_ event: EdgeEvent<CanteenEvent>) {
        var energised: [String] = []
        for effect in site.handle(event, at: now) {
            switch effect {
            case .persist(let records, let state, let token):
                precondition(token == nil || !records.isEmpty, "only a write with a record is ever called durable")
                guard !refusesWrites else {
                    if let token { tell(.lost(token)) } else { held.append((records, state, nil)) }
                    continue
                }
                waiting.append((records, state, token))
            case .send(let request, let token, _): sent.append((request, token))
            case .pulse(let output, _):
                pulses.append(output)
                energised.append(output)
            case .show(_, let notice): shown.append(notice)
            case .log(_, let text): logs.append(text)
            case .fault(let name, let why): faults[name] = why
            case .happened(let condition): happened.append(condition.code)
            case .hold(let output): heldOpen.insert(output)
            case .release(let output): heldOpen.remove(output)
            case .refund, .alarm: break
            }
        }
        for output in energised { onPulse?(output) }
        if !isDiskSlow { sync() }
    }

    var isDiskIdle: Bool { waiting.isEmpty && held.isEmpty }

    /// What waits for the disk is on it.
    func sync() {
        while !waiting.isEmpty { commitOne() }
    }

    func commitOne() {
        guard !waiting.isEmpty else { return }
        let write = waiting.removeFirst()
        records += write.records
        for change in write.state {
            switch change {
            case .put(let kind, let key, let value): table[kind, default: [:]][key] = value
            case .remove(let kind, let key): table[kind]?[key] = nil
            case .removeAll(let kind): table[kind] = nil
            }
        }
        if let token = write.token { tell(.durable(token)) }
    }

    /// The disk refuses the write that waits longest.
    func loseOne() {
        guard !waiting.isEmpty else { return }
        if let token = waiting.removeFirst().token { tell(.lost(token)) }
    }

    func forget() { (sent, shown, pulses, records, logs) = ([], [], [], [], []) }

    var lane: LaneID { scenario.lanes[0].id }
    var board: CanteenBoard { site.board(at: now) }
    /// What the customer of a lane reads.
    func word(_ lane: Int = 0) -> CanteenWord { board.lanes[lane].screen.word }

    func order(_ order: TillOrder, by clerk: Clerk = CanteenWorld.li, seen: SaleSeen = SaleSeen()) {
        tell(.own(.ordered(lane, order, by: clerk, seen: seen)))
    }

    func key(_ amount: Int64 = 800) { order(.keyed([SaleLine(amount: Fen(amount))])) }

    func show(_ holder: Holder = CanteenWorld.pupil, by: KnownBy = .card, lane: Int = 0) {
        tell(.own(.presented(scenario.lanes[lane].id, Presentation(.holder(holder), by: by))))
    }

    func card(_ number: String, lane: Int = 0) {
        tell(.own(.presented(scenario.lanes[lane].id, Presentation(.card(number), by: .card))))
    }

    /// Answers the last question as it was asked.
    func answer(_ outcome: PaymentOutcome, receipt: Receipt? = nil) {
        guard let (request, token) = sent.last(where: { $0.request.payment != nil }), let id = request.payment else {
            return
        }
        tell(.answer(token, .payment(id, outcome, receipt: receipt)))
    }

    /// The pupil has paid online once, and the platform has set this much aside.
    func lease(_ amount: Int64 = 3_000, for holder: Holder = pupil) {
        key()
        show(holder)
        answer(.approved)
        grant(amount)
        forget()
    }

    /// Answers the last question for a lease.
    func grant(_ amount: Int64, lots: [LeaseLot] = [], elsewhere: [DatedBalance]? = nil) {
        guard let (request, token) = sent.last(where: { if case .lease = $0.request { true } else { false } }),
            case .lease(let order) = request
        else { return }
        let terms = LeaseTerms(
            amount: Fen(amount), expires: WallTime(milliseconds: now.wall.milliseconds + 14_400_000), seconds: 14_400,
            graceSeconds: 3_600, lots: lots, elsewhere: elsewhere)
        tell(.answer(token, .lease(order.lease, .granted(terms))))
    }

    func pass(milliseconds: Int64) {
        now.uptime = now.uptime + .milliseconds(milliseconds)
        now.wall.milliseconds += milliseconds
        tell(.tick)
    }

    func pass(seconds: Int64) { pass(milliseconds: 1_000 * seconds) }

    /// A person walks through a turnstile.
    func walk(_ lane: Int = 0) {
        guard let sensor = scenario.lanes[lane].turnstile?.sensor else { return }
        tell(.sensor(sensor, .active))
        pass(milliseconds: 600)
        tell(.sensor(sensor, .clear))
    }

    /// The daemon dies with what is not on disk, and starts again.
    func restart(boot: String = "b1") {
        runs += 1
        (waiting, held) = ([], [])
        let kept = table.mapValues { values in
            values.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        }
        var lost: [String] = []
        let recovered = CanteenRecovery(kept.filter { CanteenRecovery.kinds.contains($0.key) }, lost: &lost, at: now)
        precondition(lost.isEmpty, "\(lost)")
        site = CanteenSite(
            scenario: scenario, rules: rules, boot: boot, ids: IDMaker(seed: (9, runs, 3, 4)), now: now,
            recovered: recovered)
        for lane in scenario.lanes {
            if let sensor = lane.turnstile?.sensor { tell(.sensor(sensor, .clear)) }
        }
    }

    /// The payments that a record asks the platform to book.
    var booked: [String] {
        records.compactMap {
            switch $0 {
            case .payment(.acceptedOffline, _, _): "promise"
            case .payment(.cashTaken, _, _): "cash"
            case .leaseSpent: "lease"
            default: nil
            }
        }
    }

    /// Charges that were asked for, each id once.
    var charged: Set<PaymentID> {
        Set(sent.compactMap { if case .charge(let charge, _) = $0.request { charge.payment } else { nil } })
    }

    var reversed: Set<PaymentID> {
        Set(sent.compactMap { if case .reverse(let id) = $0.request { id } else { nil } })
    }
}

extension Request {
    /// The payment it is about, if it is about one.
    var payment: PaymentID? {
        switch self {
        case .charge(let charge, _): charge.payment
        case .query(let id), .reverse(let id): id
        default: nil
        }
    }

    var isReversal: Bool { if case .reverse = self { true } else { false } }
}
