public import Effects
public import Payments
public import Shifts
public import Vocabulary
internal import Wire

/// What only a car park's box hears.
public enum ParkingEvent: Hashable, Sendable {
    /// A camera at a lane read a plate.
    case plateRead(lane: LaneID, PlateSighting)
    /// A camera, or a person, says who the car at a lane is.
    case identity(IdentityEvent)
    /// A person opened a lane and said who and why.
    case openedByHand(lane: LaneID, who: String, reason: String)
    /// A person put a lane's barrier back into service.
    case serviceReset(lane: LaneID, who: String, why: String)
    /// The driver of the car that is held at an exit showed a code.
    case codePresented(lane: LaneID, PayerCode)
    /// The driver of the held car asks for the code on the sign.
    case codeRequested(lane: LaneID)
    /// An attendant took what the sign shows: this amount, as far as he has said.
    case cashTaken(lane: LaneID, who: String, amount: Fen? = nil)
    /// What a person asks for at a lane is meant for the car of this transit: for no other is it carried out.
    indirect case forCar(lane: LaneID, UUIDv7, ParkingEvent)
    /// An attendant decides about the held car.
    case ordered(lane: LaneID, AttendantOrder, who: String, why: String)
    /// An attendant gives captured money back.
    case refund(Refund)
    /// Somebody takes over the cash drawer, or gives it up.
    case shift(ShiftOrder)
    /// The camera of this name was heard, or told how an order to open went.
    case camera(Slug, CameraEvent)
    /// Somebody wants to see the cars inside: nothing is decided, and who watches the box is shown it once more.
    case asked
}

/// A whole car park at one box: lanes, barriers, stays, payments. It decides; it does nothing itself.
///
/// Two orders hold throughout. What the platform has not confirmed is on disk before the boom moves: the write goes out
/// with a token, and the boom opens when the token comes back. What the platform has confirmed opens the boom first and
/// is written after.
public struct ParkingSite: EdgeCore {
    struct Lane {
        var definition: ParkingScenario.Lane
        var gate: LaneGate
        /// What is being done about the car at the lane.
        var transaction: Transaction?
        var fusion: ReadFusion
        /// What the last reads came to; the plates of two cars may be under way at once.
        var seen: [PlateVerdict] = []
        /// What came of the last thing that was asked for here, and how often something came of one.
        var answer: LaneAnswer?
        var answered: Int64 = 0
        /// What is shown of cars here, and of which.
        var carAlarms: [CarAlarm: UUIDv7] = [:]
        /// Since when a camera has seen a car that none of them could read.
        var unreadSince: Uptime?
        /// When a car went through last.
        var lastThrough: Uptime?

        var machine: LaneMachine {
            get { gate.cars }
            set { gate.cars = newValue }
        }
        var barrier: BarrierMachine { gate.barrier }

        func vehicle(of plate: Plate?) -> VehicleClass { seen(plate)?.vehicle ?? .small }
    }

    /// One car at one lane.
    struct Transaction {
        var transit: UUIDv7
        /// Nil for a car whose plate nobody could read.
        var plate: Plate?
        var vehicle = VehicleClass.small
        var stay: StayID?
        var quote: Quote?
        /// When the quote was made here.
        var quotedAt: Uptime?
        var payment: PaymentID?
        /// Why the car is held, if it is.
        var heldFor: Notice.HoldReason?
        /// What its owner owes for earlier visits, if it is held for that.
        var owed: Fen?
        /// The code its driver showed.
        var code: PayerCode?
        var coupon: AwaitedCoupon?
        var offer = PaymentOffer()
        var orders = CarOrders()
        var identity = CarIdentity()
        /// What the platform is, or was, asked about the car's stay.
        var search: Search?
        /// What its driver was last told; not what the sign said of the lane.
        var notice: Notice?
    }

    /// A charge that waits for word of a coupon.
    struct AwaitedCoupon {
        var charge: Charge
        var until: Uptime
    }

    /// What to do when a write is on disk.
    enum Continuation {
        case letThrough(lane: Int, transit: UUIDv7, Notice)
        /// What an attendant ordered counts.
        case ordered(lane: Int, transit: UUIDv7, AttendantOrder)
        /// What a person said of the car counts.
        case identified(lane: Int, transit: UUIDv7, Identified)
        /// What a person said of a car inside counts, at every lane where it matters.
        case stayChanged(StayID)
        case startPayment(PaymentID)
        case startRefund(PaymentID)
        /// Who put the barrier back into service, and why, is on disk.
        case serviceReset(lane: Int)
        case shiftWritten(ShiftID)
        /// The platform may be asked to undo it.
        case reversalWritten(PaymentID)
    }

    struct ActivePayment {
        var machine: PaymentMachine
        var lane: Int?
        var transit: UUIDv7?
        /// An earlier run began it, and its car stands at the lane again: it is decided anew if the payment is undone.
        var isAwaitedAgain = false
        /// That it is to be undone is not on disk yet. Until it is, the platform is not asked: a box that lost power
        /// between the two would take the payment up again, and let a car out on what had been undone.
        var reversal = ReversalRecord.none

        enum ReversalRecord {
            case none, underWay
            /// There was no room for it; it is written when there is.
            case refused
        }
    }

    let scenario: ParkingScenario
    let boot: String
    /// The lanes whose tickets are printed.
    let ticketPrinters: Set<LaneID>
    var lanes: [Lane]
    var stays: StayBook
    var shared: SharedStays
    var departures: Departures
    var payments: [PaymentID: ActivePayment] = [:]
    var refunds: [PaymentID: RefundMachine] = [:]
    var offline: OfflineLedger
    /// The policy that the platform sent, if it is in force, and the version of one that was refused.
    var sentPolicy: SentPolicy?
    var refusedPolicy: Int64?
    var policyAskAgain: Uptime?
    /// Who has a contract, who is denied, who may pass.
    var lists: ListCopies
    var continuations: [WriteToken: Continuation] = [:]
    /// What to go back to should the write be refused.
    var undos: [WriteToken: Undo] = [:]
    /// The lanes at which somebody waits for word of a write; never more than there are continuations.
    var answersDue: [WriteToken: Int] = [:]
    /// The lane at which an order is being carried out.
    var orderedAt: Int?
    var tokens: UInt64 = 0
    var ids: IDMaker
    var isLinkUp = false
    var isJournalHealthy = true
    /// At `critical` nothing is promised offline; what the platform confirms goes on.
    var diskLevel = DiskLevel.ok
    /// The fire contacts that are active or faulty, by the name of the sensor.
    var fireAlarms: Set<String> = []
    var shifts: ShiftDesk
    var shiftUndos: [WriteToken: ShiftUndo] = [:]
    var boardNotes = BoardNotes()
    /// The moment of the event that is being handled.
    var clock: ClockReading
    var cameras: CameraWatch
    /// Filled by one call of `handle`, and handed out at its end.
    var effects: [EdgeEffect] = []

    /// What an earlier run left in the journal.
    public struct Recovered: Sendable {
        public var stays: [Stay]
        /// Nil: none, and the platform was never heard.
        public var lists: ListCopies?
        /// Payments that were being undone.
        public var reversals: [Charge]
        /// Charges promised offline that the platform has not confirmed.
        public var promises: [Charge]
        /// Refunds whose outcome is not known.
        public var refunds: [Refund]
        public var policy: SentPolicy?
        public var shifts: ShiftDesk?
        /// Stays that ended here and of which the platform may not know yet.
        public var closed: [StayID]
        /// Cars that left here before their entry was known.
        public var departures: [Departure]

        public init(
            stays: [Stay] = [], lists: ListCopies? = nil, reversals: [Charge] = [], promises: [Charge] = [],
            refunds: [Refund] = [], policy: SentPolicy? = nil, closed: [StayID] = [], shifts: ShiftDesk? = nil,
            departures: [Departure] = []
        ) {
            self.stays = stays
            self.lists = lists
            self.reversals = reversals
            self.promises = promises
            self.refunds = refunds
            self.policy = policy
            self.shifts = shifts
            self.closed = closed
            self.departures = departures
        }
    }

    /// - Parameters:
    ///   - barriers: by lane; every lane of the scenario must have one.
    ///   - cameras: those that are missed when they stop sending.
    ///   - ticketPrinters: the lanes with a printer for tickets.
    ///   - boot: names this run of the machine (the kernel's boot id).
    public init(
        scenario: ParkingScenario, barriers: [LaneID: BarrierSettings], cameras: [CameraWatch.Camera] = [],
        ticketPrinters: Set<LaneID> = [], boot: String, ids: IDMaker, now: ClockReading,
        recovered: Recovered = Recovered()
    ) {
        self.scenario = scenario
        self.boot = boot
        self.ticketPrinters = ticketPrinters
        self.cameras = CameraWatch(cameras, at: now.uptime)
        self.ids = ids
        clock = now
        shifts = recovered.shifts ?? ShiftDesk()
        shifts.exits = Set(scenario.lanes.filter { $0.direction == .exit }.map(\.id))
        lanes = scenario.lanes.map { lane in
            guard let settings = barriers[lane.id] else {
                preconditionFailure("the reader checks that \(lane.id) has a barrier")
            }
            return Lane(
                definition: lane, gate: LaneGate(barrier: settings, lane: scenario.laneSettings, at: now.uptime),
                fusion: ReadFusion(settings: scenario.identification.reads))
        }
        stays = StayBook(recovered.stays)
        shared = SharedStays(closedHere: recovered.closed)
        departures = Departures(recovered.departures)
        lists = recovered.lists ?? ListCopies(ListCopies.carPark, at: now)
        sentPolicy = recovered.policy
        offline = OfflineLedger(policy: recovered.policy?.policy ?? scenario.offline)
        for stay in recovered.stays {
            guard let payment = stay.payment, payment.progress == .underWay else { continue }
            payments[payment.charge.payment] = ActivePayment(
                machine: .leftOver(charge: payment.charge, timings: scenario.timings, isReversing: false))
        }
        for charge in recovered.reversals {
            payments[charge.payment] = ActivePayment(
                machine: .leftOver(charge: charge, timings: scenario.timings, isReversing: true))
        }
        for refund in recovered.refunds {
            refunds[refund.id] = RefundMachine(
                refund: refund, askAgainAfter: scenario.timings.askAgainAfter, isLinkUp: false, isDurable: true)
        }
        for charge in recovered.promises {
            if let holder = charge.instrument.holder {
                offline.recall(charge.quote.total, of: holder, at: now.uptime)
            }
        }
    }

    /// The kinds under which payments stand in the journal's state: those being undone, and those promised offline.
    public static let reversalKind = "reversal"
    public static let promiseKind = "promise"

    public mutating func handle(_ event: EdgeEvent<ParkingEvent>, at now: ClockReading) -> [EdgeEffect] {
        effects = []
        clock = now
        let inside = stays.count
        switch meant(event) {
        case .tick: tick(at: now)
        case .linkUp: linkUp(at: now)
        case .linkDown: linkDown(at: now)
        case .answer(let token, let response): answer(token, response, at: now)
        case .announced(.listChanged(let kind)): perform(lists.changed(kind, at: now), at: now)
        case .announced(.policyChanged): fetchPolicy(at: now)
        case .announced(.paymentChanged(let id)): payment(id, .changedElsewhere, at: now)
        case .announced(.journalContested): break  // for the engineer: cars go on as ever
        case .announced(.stayOpened(let note)): heardOpened(note, at: now)
        case .announced(.stayClosed(let id)): heardClosed(id)
        case .announced(.stayPrepaid(let prepayment)): heardPrepaid(prepayment, at: now)
        // A car park has none.
        case .announced(.leaseRecalled), .announced(.purseRules), .announced(.ticket), .announced(.meal): break
        case .durable(let token): durable(token, at: now)
        case .lost(let token): lost(token, at: now)
        case .journal(let isHealthy):
            isJournalHealthy = isHealthy
            if isHealthy {
                // First: a new payment for the same stay would overwrite what the disk knows of this one.
                writeRefusedReversals()
                considerAgain(heldFor: .diskFull, at: now)
            }
        case .disk(let level):
            let hasRoomAgain = diskLevel == .critical && level < .critical
            diskLevel = level
            if hasRoomAgain, isJournalHealthy { considerAgain(heldFor: .diskFull, at: now) }
        case .settledWithPlatform: settledWithPlatform(at: now)
        case .sensor(let name, let reading): sensor(name, reading, at: now)
        case .own(.plateRead(let lane, let sighting)): plateRead(lane, sighting, at: now)
        case .own(.identity(let event)) where !event.isOrder: identity(event, at: now)
        case .own(.identity(let event)): order(at: event.lane) { $0.identity(event, at: now) }
        case .own(.openedByHand(let lane, let who, let reason)):
            order(at: lane) { $0.openedByHand(lane, who, reason, at: now) }
        case .own(.serviceReset(let lane, let who, let why)):
            order(at: lane) { $0.serviceReset(lane, who, why) }
        case .own(.codePresented(let lane, let code)):
            let ending = String(code.text.suffix(4))
            order(at: lane) { $0.present(lane, .payerCode(code.scheme, ending: ending), code: code, at: now) }
        case .own(.codeRequested(let lane)):
            order(at: lane) { $0.present(lane, .shownCode, code: nil, at: now) }
        case .own(.cashTaken(let lane, let who, let amount)):
            order(at: lane) { $0.cashTaken(lane, who, amount, at: now) }
        case .own(.forCar), nil: break
        case .own(.refund(let order)): beginRefund(order, at: now)
        case .own(.ordered(let lane, let decision, let who, let why)):
            order(at: lane) { $0.ordered(lane, decision, who, why, at: now) }
        case .own(.shift(let order)): shift(order, at: now)
        case .own(.camera(let id, let event)): camera(id, event, at: now)
        case .own(.asked): break
        }
        if stays.count < inside {
            considerAgain(heldFor: .full, at: now)
            considerWithoutStay(at: now)
        }
        considerOtherLanes(at: now)
        forgetCarsThatHaveGone()
        noteForBoard()
        defer { effects = [] }
        return effects
    }

    public var nextDeadline: Uptime? {
        var earliest: Uptime?
        func consider(_ deadline: Uptime?) {
            if let deadline { earliest = min(earliest ?? deadline, deadline) }
        }
        for lane in lanes {
            consider(lane.gate.nextDeadline)
            consider(lane.fusion.nextDeadline)
            consider(lane.unreadSince.map { $0 + ParkingSite.unreadAfter })
        }
        for payment in payments.values { consider(payment.machine.nextDeadline) }
        consider(lists.nextDeadline)
        consider(policyAskAgain)
        consider(cameras.nextDeadline)
        for refund in refunds.values { consider(refund.nextDeadline) }
        for lane in lanes {
            consider(lane.transaction?.coupon?.until)
            consider(paymentDeadline(lane))
            consider(lane.transaction?.search?.until)
        }
        consider(shared.askAgain)
        return earliest
    }

    /// How many payments wait for their first answer; a drain holds back meanwhile.
    public var livePayments: Int { payments.values.reduce(0) { $0 + ($1.machine.isLive ? 1 : 0) } }

    /// How many cars are inside.
    public var carsInside: Int { stays.count }

    // MARK: - Small things all parts use

    func index(of lane: LaneID) -> Int? { lanes.firstIndex { $0.definition.id == lane } }

    mutating func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }

    /// - Parameters:
    ///   - undo: what a decision changed before its write was on disk.
    ///   - shiftsBefore: the shifts as they were, if the write begins one.
    mutating func persist(
        _ records: [Record.Event], state: [StateChange] = [], then: Continuation? = nil, undo: Undo? = nil,
        shiftsBefore: ShiftDesk? = nil
    ) {
        var token: WriteToken?
        if let then {
            let made = WriteToken(nextToken())
            continuations[made] = then
            undos[made] = undo
            if let orderedAt, answers(then) { answersDue[made] = orderedAt }
            token = made
        }
        let counted = countForShift(records, token, before: shiftsBefore)
        effects.append(.persist(records: records, state: state + counted, token: token))
    }

    func keep(_ stay: Stay) -> StateChange {
        .put(kind: Stay.stateKind, key: stay.id.description, value: stay.stateValue)
    }

    private mutating func durable(_ token: WriteToken, at now: ClockReading) {
        undos[token] = nil
        shiftUndos[token] = nil
        let asked = answersDue.removeValue(forKey: token)
        let before = asked.map { lanes[$0].answered }
        defer { if let asked, let before { answerOnWrite(asked, .done, before: before) } }
        switch continuations.removeValue(forKey: token) {
        case .letThrough(let lane, let transit, let notice):
            // The car may have been given up while the disk was slow; then the lane no longer knows the transit.
            guard lanes[lane].machine.transit == transit else { return }
            if notice == .goManual {
                // A person asks for the boom even where it was opened before and something went wrong since.
                self.lane(lane, .letThrough(transit: transit), at: now)
                barrier(lane, .open(transit: transit), at: now)
                if lanes[lane].definition.direction == .entry, lanes[lane].transaction?.stay == nil {
                    answer(lane, .noEntryWritten)
                }
            } else {
                self.lane(lane, .letThrough(transit: transit), at: now)
            }
            show(lane, notice)
        case .ordered(let lane, let transit, let order): carryOut(order, lane, transit, at: now)
        case .identified(let lane, let transit, let what): identified(lane, transit, what, at: now)
        case .stayChanged(let stay): stayChanged(stay, at: now)
        case .startPayment(let id):
            payment(id, .durable, at: now)
        case .startRefund(let id):
            refund(id, .durable, at: now)
        case .reversalWritten(let id):
            reversalWritten(id)
        case .serviceReset(let lane):
            barrier(lane, .serviceReset, at: now)
        case .shiftWritten(let id):
            shifts.written(id)
            answerShift(BoardWords(chinese: "已办理", english: "Done"), isDone: true)
        case nil:
            break
        }
    }

    private mutating func settledWithPlatform(at now: ClockReading) {
        lists.heard(at: now)
        if shared.settled() { persist([], state: [.removeAll(kind: ParkingSite.closedKind)]) }
        guard offline.outstanding.count > 0 else { return }
        offline.settled()
        persist([], state: [.removeAll(kind: ParkingSite.promiseKind)])
    }

    private mutating func tick(at now: ClockReading) {
        for index in lanes.indices {
            if let deadline = lanes[index].fusion.nextDeadline, now.uptime >= deadline { readsDecided(index, at: now) }
            unreadDue(index, at: now)
            if let deadline = lanes[index].gate.nextDeadline, now.uptime >= deadline {
                gate(index, .tick(newTransit: ids.next(at: now.wall)), at: now)
            }
        }
        for (id, active) in payments.sorted(by: { $0.key < $1.key }) {
            if let deadline = active.machine.nextDeadline, now.uptime >= deadline { payment(id, .tick, at: now) }
        }
        for id in refunds.keys.sorted() { refund(id, .tick, at: now) }
        couponsOverdue(at: now)
        paymentsDue(at: now)
        searchesOverdue(at: now)
        if let due = shared.askAgain, now.uptime >= due { readStays(after: shared.after, at: now) }
        missCameras(at: now)
        if let due = policyAskAgain, now.uptime >= due { fetchPolicy(at: now) }
        perform(lists.tick(at: now), at: now)
    }

    private mutating func linkUp(at now: ClockReading) {
        isLinkUp = true
        for id in payments.keys.sorted() { payment(id, .linkUp, at: now) }
        for id in refunds.keys.sorted() { refund(id, .linkUp, at: now) }
        perform(lists.linkUp(at: now), at: now)
        fetchPolicy(at: now)
        readStays(after: nil, at: now)
        considerAgain(heldFor: .offlineNotAllowed, at: now)
        // With too little room for a promise, the platform can be asked now.
        if isJournalHealthy { considerAgain(heldFor: .diskFull, at: now) }
    }

    private mutating func linkDown(at now: ClockReading) {
        isLinkUp = false
        lists.linkDown()
        policyAskAgain = nil
        shared.linkDown()
        for id in payments.keys.sorted() { payment(id, .linkDown, at: now) }
        for id in refunds.keys.sorted() { refund(id, .linkDown, at: now) }
    }
}
