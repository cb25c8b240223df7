import Effects
import Payments
import Till
import Vocabulary
import Wire

/// A till on a clock that the test sets, with its disk, and the platform's answers as the test gives them.
final class TillWorld {
    static let scenario = TillScenario(
        id: slug("canteen"), till: slug("till-1"), prices: slug("lunch"), mostAmount: Fen(10_000),
        timings: PaymentTimings(answerWithin: .seconds(2), askAgainAfter: .seconds(5)),
        offline: OfflinePolicy(
            limits: [
                .card: .init(
                    perPayment: Fen(1_000), perAccount: Fen(2_000), perAccountCount: 3,
                    longestListAge: .seconds(86_400), velocityCount: .max, velocityWindow: .seconds(0))
            ], perBox: Fen(100_000), perBoxCount: 100, longestWithoutContact: .seconds(86_400)),
        leases: LeasePolicy(
            amount: Fen(3_000), seconds: 14_400, renewBelow: Fen(500), renewBefore: .seconds(600),
            giveBackUnusedAfter: .seconds(86_400), most: 100),
        outputs: [
            .init(name: "turnstile", span: .milliseconds(500)), .init(name: "buzzer", span: .milliseconds(100)),
        ])

    static let pupil = holder("1"), other = holder("2"), stranger = holder("9"), denied = holder("3")

    var now = ClockReading(
        uptime: Uptime(milliseconds: 1_000_000), wall: WallTime(milliseconds: 1_760_000_000_000), isSynchronised: true)
    private(set) var site: TillSite
    private(set) var sent: [(request: Request, token: RequestToken)] = []
    private(set) var shown: [Notice] = []
    private(set) var pulses: [String] = []
    private(set) var records: [Record.Event] = []
    private(set) var table: [String: [String: [UInt8]]] = [:]
    private var waiting: [(records: [Record.Event], state: [StateChange], token: WriteToken?)] = []
    /// Writes wait until the test lets them through.
    var isDiskSlow = false
    var refusesWrites = false
    private var runs: UInt64 = 0

    init(_ scenario: TillScenario = TillWorld.scenario) {
        site = TillSite(scenario: scenario, boot: "b1", ids: IDMaker(seed: (1, 2, 3, 4)), now: now)
        tell(.linkUp)
        let contracts = [TillWorld.pupil, TillWorld.other, TillWorld.denied].map {
            Contract(holder: $0, offlineLimit: Fen(1_500))
        }.sorted { $0.holder < $1.holder }
        let denials = [Denial(holder: TillWorld.denied, owed: Fen(100), debts: [])]
        for (request, token) in sent {
            switch request {
            case .list(.contracts, _, _):
                tell(.answer(token, .contracts(TillWorld.page(contracts))))
            case .list(.denials, _, _): tell(.answer(token, .denials(TillWorld.page(denials))))
            default: break
            }
        }
        sent = []
    }

    static func slug(_ text: String) -> Slug { try! Slug(text) }
    static func holder(_ name: String) -> Holder { Holder(.card, slug(name)) }

    private static func page<Entry: ListEntry>(_ entries: [Entry]) -> ListPage<Entry> {
        ListPage(
            version: 7, digest: ListPage.digest(of: entries), total: Int64(entries.count), offset: 0, entries: entries)
    }

    func tell(_ event: EdgeEvent<TillEvent>) {
        for effect in site.handle(event, at: now) {
            switch effect {
            case .persist(let records, let state, let token):
                guard !refusesWrites else {
                    if let token { tell(.lost(token)) }
                    continue
                }
                waiting.append((records, state, token))
            case .send(let request, let token, _): sent.append((request, token))
            case .pulse(let output, _): pulses.append(output)
            case .show(_, let notice): shown.append(notice)
            case .release, .refund, .fault, .alarm, .happened, .log: break
            }
        }
        if !isDiskSlow { sync() }
    }

    /// What waits for the disk is on it.
    func sync() {
        while !waiting.isEmpty {
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
    }

    func key(_ amount: Int64 = 800) { tell(.own(.keyed([TillLine(amount: Fen(amount))]))) }

    func show(_ holder: Holder = pupil) { tell(.own(.presented(holder))) }

    /// Answers the last question as it was asked.
    func answer(_ outcome: PaymentOutcome) {
        guard let (request, token) = sent.last(where: { $0.request.payment != nil }), let id = request.payment else {
            return
        }
        tell(.answer(token, .payment(id, outcome)))
    }

    /// The pupil has paid online once, and the platform has set this much aside.
    func lease(_ amount: Int64 = 3_000, for holder: Holder = pupil) {
        key()
        show(holder)
        answer(.approved)
        guard case .lease(let order) = sent.last?.request, let token = sent.last?.token else { return }
        let terms = LeaseTerms(
            amount: Fen(amount), expires: WallTime(milliseconds: now.wall.milliseconds + 14_400_000), seconds: 14_400,
            graceSeconds: 3_600)
        tell(.answer(token, .lease(order.lease, .granted(terms))))
        (shown, pulses, records) = ([], [], [])
    }

    func pass(seconds: Int64) {
        now.uptime = now.uptime + .seconds(seconds)
        now.wall.milliseconds += 1_000 * seconds
        tell(.tick)
    }

    /// The daemon dies with what is not on disk, and starts again.
    func restart() {
        runs += 1
        waiting = []
        let kept = table.mapValues { values in
            values.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        }
        var lost: [String] = []
        let recovered = TillRecovery(kept.filter { TillRecovery.kinds.contains($0.key) }, lost: &lost, at: now)
        precondition(lost.isEmpty, "\(lost)")
        site = TillSite(
            scenario: TillWorld.scenario, boot: "b1", ids: IDMaker(seed: (9, runs, 3, 4)), now: now,
            recovered: recovered)
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
