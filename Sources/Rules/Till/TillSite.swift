public import Effects
internal import Payments
public import Vocabulary
internal import Wire

/// What only a till's box hears.
public enum TillEvent: Hashable, Sendable {
    /// The cashier keyed a sale, line by line.
    case keyed([TillLine])
    /// Somebody showed a card, face or member pass.
    case presented(Holder)
    /// A phone showed a payment code.
    case scanned(PayerCode)
    /// The customer wants to pay a code that the till shows.
    case codeWanted
    /// The cashier took money.
    case cashTaken(who: String)
    /// The cashier gave the sale up.
    case cancelled
    /// The cashier gives captured money back; only while the platform can be asked.
    case refunded(PaymentID, Fen, who: String, why: String)
    /// Who is expected here: leases on their purses are asked for before they come.
    case expected([Holder])
    /// The day is over: leases go back.
    case closed
}

/// One line of a sale.
public struct TillLine: Hashable, Sendable {
    /// The item; nil for a keyed amount.
    public var item: Slug?
    public var amount: Fen

    public init(item: Slug? = nil, amount: Fen) {
        self.item = item
        self.amount = amount
    }
}

/// A small point of sale at one box: keys, instruments, payments, leases. It decides; it does nothing itself.
///
/// What the platform has not confirmed is on disk before anything opens; what it has confirmed opens first. While the
/// platform cannot be asked, a purse is charged to its lease first, which is money already set aside; then as a promise
/// within the offline policy; else it is declined politely.
public struct TillSite: EdgeCore {
    /// The sale at the till.
    struct Sale {
        enum Stage: Equatable {
            case keyed
            /// A payment is under way.
            case paying(PaymentID)
            /// It is paid by a record that is being written.
            case writing
        }

        /// Names the sale in its records, as a transit names a car.
        var id: UUIDv7
        var quote: Quote
        var stage = Stage.keyed
    }

    /// What to do when a write is on disk.
    enum Continuation {
        case startPayment(PaymentID)
        /// By this charge; it may also have been asked for, and a lease may have been spent for it.
        case serve(sale: UUIDv7, Notice, Charge, wasAsked: Bool, lease: LeaseID?)
        case askRefund(PaymentID)
        case giveLeaseBack(LeaseID)
    }

    /// A refund that the platform has not answered.
    struct OpenRefund {
        var refund: Refund
        /// When it is asked for again; nil until it is on disk.
        var due: Uptime?
    }

    /// At most so many lines in a sale, and refunds at once.
    static let mostLines = 50, mostRefunds = 16

    let scenario: TillScenario
    var sale: Sale?
    var payments: [PaymentID: PaymentMachine] = [:]
    var refunds: [PaymentID: OpenRefund] = [:]
    var offline: OfflineLedger
    var lists: ListCopies
    var leases: LeaseKeeper?
    var continuations: [WriteToken: Continuation] = [:]
    var tokens: UInt64 = 0
    var ids: IDMaker
    var isLinkUp = false
    var isJournalHealthy = true
    var diskLevel = DiskLevel.ok
    /// Filled by one call of `handle`, and handed out at its end.
    var effects: [EdgeEffect] = []

    /// - Parameters:
    ///   - boot: names this run of the machine (the kernel's boot id).
    ///   - recovered: what an earlier run left in the journal.
    public init(
        scenario: TillScenario, boot: String, ids: IDMaker, now: ClockReading, recovered: TillRecovery? = nil
    ) {
        self.scenario = scenario
        self.ids = ids
        offline = OfflineLedger(policy: scenario.offline)
        lists = recovered?.lists ?? ListCopies(ListCopies.accounts, at: now)
        leases = scenario.leases.map { LeaseKeeper(policy: $0, boot: boot, kept: recovered?.leases ?? [], at: now) }
        guard let recovered else { return }
        for charge in recovered.underWay {
            payments[charge.payment] = .leftOver(charge: charge, timings: scenario.timings, isReversing: false)
        }
        for charge in recovered.reversals {
            payments[charge.payment] = .leftOver(charge: charge, timings: scenario.timings, isReversing: true)
        }
        for charge in recovered.promises {
            if let holder = charge.instrument.holder {
                offline.recall(charge.quote.total, of: holder, at: now.uptime)
            }
        }
        for refund in recovered.refunds { refunds[refund.id] = OpenRefund(refund: refund, due: now.uptime) }
    }

    public mutating func handle(_ event: EdgeEvent<TillEvent>, at now: ClockReading) -> [EdgeEffect] {
        effects = []
        switch event {
        case .tick: tick(at: now)
        case .linkUp:
            isLinkUp = true
            for id in payments.keys.sorted() { payment(id, .linkUp, at: now) }
            perform(lists.linkUp(at: now))
            perform(leases?.linkUp(at: now) ?? [])
            askRefunds(at: now)
        case .linkDown:
            isLinkUp = false
            lists.linkDown()
            leases?.linkDown()
            for id in payments.keys.sorted() { payment(id, .linkDown, at: now) }
        case .answer(let token, let response): answer(token, response, at: now)
        case .announced(.listChanged(let kind)): perform(lists.changed(kind, at: now))
        case .announced(.paymentChanged(let id)): payment(id, .changedElsewhere, at: now)
        // The till keeps its scenario's policy; the platform's limits on leases and promises hold all the same.
        case .announced(.policyChanged): break
        // A till has no cars.
        case .announced(.stayOpened), .announced(.stayClosed), .announced(.stayPrepaid): break
        // Nor has it purses, or leases that the platform wants back early.
        case .announced(.leaseRecalled), .announced(.purseRules), .announced(.ticket): break
        case .announced(.journalContested):
            // Whoever has a copy of this disk may spend the same leases: nothing more is spent from them.
            perform(leases?.giveAllBack(at: now) ?? [])
        case .durable(let token): durable(token, at: now)
        case .lost(let token): lost(token, at: now)
        case .journal(let isHealthy): isJournalHealthy = isHealthy
        case .disk(let level): diskLevel = level
        case .settledWithPlatform:
            perform(leases?.settled(at: now) ?? [])
            guard offline.outstanding.count > 0 else { break }
            offline.settled()
            persist([], state: [.removeAll(kind: TillRecovery.promiseKind)])
        case .sensor: break
        case .own(let event): own(event, at: now)
        }
        defer { effects = [] }
        return effects
    }

    private mutating func own(_ event: TillEvent, at now: ClockReading) {
        switch event {
        case .keyed(let lines): key(lines, at: now)
        case .presented(let holder): present(.contract(holder), nil, at: now)
        case .scanned(let code):
            present(.payerCode(code.scheme, ending: String(code.text.suffix(4))), code, at: now)
        case .codeWanted: present(.shownCode, nil, at: now)
        case .cashTaken(let who): present(.cash(takenBy: who), nil, at: now)
        case .cancelled: cancel(at: now)
        case .refunded(let payment, let amount, let who, let why):
            refund(Refund(id: ids.next(at: now.wall), payment: payment, amount: amount, who: who, why: why))
        case .expected(let holders): for holder in holders { wantLease(holder, at: now) }
        case .closed: perform(leases?.giveAllBack(at: now) ?? [])
        }
    }

    public var nextDeadline: Uptime? {
        let others = [lists.nextDeadline, leases?.nextDeadline].compactMap { $0 }
        let refunds = isLinkUp ? refunds.values.compactMap(\.due) : []
        return (payments.values.compactMap(\.nextDeadline) + refunds + others).min()
    }

    /// How many payments wait for their first answer; a drain holds back meanwhile.
    public var livePayments: Int { payments.values.reduce(0) { $0 + ($1.isLive ? 1 : 0) } }

    private mutating func tick(at now: ClockReading) {
        for (id, machine) in payments.sorted(by: { $0.key < $1.key }) {
            if let deadline = machine.nextDeadline, now.uptime >= deadline { payment(id, .tick, at: now) }
        }
        perform(lists.tick(at: now))
        perform(leases?.tick(at: now) ?? [])
        askRefunds(at: now)
    }

    private mutating func durable(_ token: WriteToken, at now: ClockReading) {
        switch continuations.removeValue(forKey: token) {
        case .startPayment(let id): payment(id, .durable, at: now)
        case .serve(let id, let notice, _, _, _):
            guard let sale, sale.id == id else { return }
            serve(sale, notice)
        case .askRefund(let id):
            refunds[id]?.due = now.uptime
            askRefunds(at: now)
        case .giveLeaseBack(let id): perform(leases?.returnIsDurable(id, at: now) ?? [])
        case nil: break
        }
    }

    /// What waited for a write that was refused is not done.
    private mutating func lost(_ token: WriteToken, at now: ClockReading) {
        switch continuations.removeValue(forKey: token) {
        case .startPayment(let id):
            let isShown = sale?.stage == .paying(id)
            payment(id, .abandoned, at: now)
            if isShown { decline(.diskFull, "writeRefused") }
        case .serve(let id, _, let charge, let wasAsked, let lease):
            if let lease { leases?.spendLost(lease) }
            if wasAsked {
                // The platform may have approved it meanwhile, and the record that would have used that is gone.
                payments[charge.payment] = .leftOver(charge: charge, timings: scenario.timings, isReversing: true)
                if isLinkUp { payment(charge.payment, .linkUp, at: now) }
            }
            if sale?.id == id { decline(.diskFull, "writeRefused") }
        case .askRefund(let id):
            refunds[id] = nil
            show(.notPaid(.refundRefused, nil))
        case .giveLeaseBack(let id): leases?.returnLost(id, at: now)
        case nil: break
        }
    }

    // MARK: - Small things all parts use

    mutating func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }

    mutating func persist(_ records: [Record.Event], state: [StateChange] = [], then: Continuation? = nil) {
        var token: WriteToken?
        if let then {
            let made = WriteToken(nextToken())
            continuations[made] = then
            token = made
        }
        effects.append(.persist(records: records, state: state, token: token))
    }

    mutating func show(_ notice: Notice) { effects.append(.show(lane: scenario.till, notice)) }

    func decision(_ sale: Sale, _ verdict: Record.Verdict, _ reason: String) -> Record.Event {
        .decision(transit: sale.id, lane: scenario.till, plate: nil, stay: nil, verdict: verdict, reason: reason)
    }

    /// The sale is paid: what opens, opens, and then it is written down that it did.
    mutating func serve(_ sale: Sale, _ notice: Notice, _ records: [Record.Event] = []) {
        for output in scenario.outputs { effects.append(.pulse(output: output.name, output.span)) }
        show(notice)
        let pulses = scenario.outputs.map {
            Record.Event.pulse(
                transit: sale.id, lane: scenario.till, relay: $0.name, milliseconds: $0.span.milliseconds)
        }
        if !(records + pulses).isEmpty { persist(records + pulses) }
        self.sale = nil
    }
}
