import Effects
import Vocabulary
import Wire

@testable import Parking

/// Plays platform, network, disk and barrier sensors for one ``ParkingSite``, on a virtual clock.
struct SiteDriver {
    /// What happened, in order.
    enum Mark: Equatable {
        case written(Record.Event)
        case raised(LaneID)
        case sent(Request)
        case shown(LaneID, Notice)
    }

    private enum Happening {
        case commit(Write)
        case requestArrives(Request, RequestToken)
        case answerArrives(Response, RequestToken)
    }

    private struct Write {
        var records: [Record.Event]
        var state: [StateChange]
        var token: WriteToken?
    }

    private(set) var site: ParkingSite
    private(set) var now = ClockReading(
        uptime: Uptime(milliseconds: 1_000), wall: WallTime(milliseconds: 1_750_000_000_000), isSynchronised: true)
    var platform = ModelPlatform()
    private(set) var marks: [Mark] = []
    private(set) var journal: [Record.Event] = []
    private(set) var faults: [String] = []
    private var table: [String: [String: [UInt8]]] = [:]
    private var plan: [(at: Uptime, what: Happening)] = []
    private var seed: UInt64
    private var runs = 0
    private(set) var isConnected = false
    private var isLinkUp: Bool {
        get { isConnected }
        set { isConnected = newValue }
    }
    private var isAnswering = false
    /// What the platform calls this box.
    let device: DeviceID
    /// What the other boxes of the car park are to be told of this one's records.
    var news: [Announcement] = []
    /// How many records the platform has been given.
    private var ingested = 0
    private let scenario: ParkingScenario
    private let barriers: [LaneID: BarrierSettings]

    /// How long a write, a request and an answer take.
    var diskDelay = Uptime.Span.milliseconds(5)
    var networkDelay = Uptime.Span.milliseconds(50)
    /// Nothing is committed while it is stuck.
    var isDiskStuck = false
    private(set) var refunds: [RefundProgress] = []
    /// The alarms that stand on the status.
    private(set) var conditions: Set<LaneCondition> = []
    /// What the status was told of and was over at once.
    private(set) var happened: [LaneCondition] = []
    /// The journal has room for no write that anything waits for.
    var isJournalFull = false
    private var refused: [WriteToken] = []
    /// What becomes of each request on its way: how often its answer arrives.
    var answersArrive: (inout SiteDriver) -> Int = { _ in 1 }
    /// Whether a request reaches the platform at all.
    var requestsArrive: (inout SiteDriver) -> Bool = { _ in true }

    /// A car park with closed booms, the link up and nobody inside.
    init(
        _ scenario: ParkingScenario = SiteFixtures.scenario, contracts: [Plate: Fen] = [:], seed: UInt64 = 1,
        device: String = "box-a", carPark: ModelCarPark? = nil, hasApproachLoops: Bool = false,
        ticketPrinters: Set<LaneID> = []
    ) {
        self.scenario = scenario
        barriers = SiteFixtures.barriers(of: scenario, hasApproachLoops: hasApproachLoops)
        self.device = SiteFixtures.lane(device)
        platform.carPark = carPark
        self.seed = seed
        site = ParkingSite(
            scenario: scenario, barriers: barriers, ticketPrinters: ticketPrinters, boot: "boot-0",
            ids: SiteDriver.ids(seed, 0),
            now: now)
        platform.contracts = contracts.map { Contract(holder: Holder(plate: $0), offlineLimit: $1) }
            .sorted { $0.holder < $1.holder }
        clearSensors()
        link(isUp: true)
        run(seconds: 60)
        marks = []
    }

    private static func ids(_ seed: UInt64, _ run: Int) -> IDMaker { IDMaker(seed: (seed, UInt64(run), 3, 4)) }

    // MARK: What people and the world do

    mutating func read(_ plate: Plate, at lane: LaneID, confidence: Int = 99, vehicle: VehicleClass = .small) {
        tell(.own(.plateRead(lane: lane, PlateSighting(plate, confidence: confidence, vehicle: vehicle))))
    }

    mutating func openByHand(_ lane: LaneID) {
        tell(.own(.openedByHand(lane: lane, who: "attendant", reason: "asked for")))
    }

    /// A car drives over the safety loop.
    mutating func pass(_ lane: LaneID) {
        tell(.sensor("\(lane).safetyLoop", .active))
        run(seconds: 2)
        tell(.sensor("\(lane).safetyLoop", .clear))
    }

    mutating func link(isUp: Bool) {
        isLinkUp = isUp
        tell(isUp ? .linkUp : .linkDown)
    }

    /// The car at the lane is held for this reason, however it came about.
    mutating func hold(_ lane: LaneID, for reason: Notice.HoldReason) {
        guard let index = site.index(of: lane) else { return }
        site.lanes[index].transaction?.heldFor = reason
    }

    mutating func setJournal(isHealthy: Bool) { tell(.journal(isHealthy: isHealthy)) }

    mutating func setWallClock(_ wall: WallTime, isSynchronised: Bool = true) {
        now.wall = wall
        now.isSynchronised = isSynchronised
    }

    mutating func tell(_ event: IdentityEvent) { tell(.own(.identity(event))) }

    mutating func jumpWallClock(hours: Int64) {
        now.wall = WallTime(milliseconds: now.wall.milliseconds + hours * 3_600_000)
    }

    /// The daemon dies, with all that is not on disk, and starts again; after a reboot the boot clock begins anew.
    mutating func restart(reboot: Bool) {
        runs += 1
        plan = []
        if reboot { now.uptime = Uptime(milliseconds: 5_000) }
        let boot = reboot ? "boot-\(runs)" : site.boot
        let kept = table.mapValues { values in values.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        }
        let (recovered, lost) = ParkingRecovery.recover(kept, at: now)
        faults += lost
        conditions = []
        site = ParkingSite(
            scenario: scenario, barriers: barriers, boot: boot, ids: SiteDriver.ids(seed, runs),
            now: now, recovered: recovered)
        clearSensors()
        if isLinkUp { tell(.linkUp) }
    }

    /// The platform takes in the journal so far, and says so.
    mutating func drain() {
        for record in journal[ingested...] {
            platform.ingest(record)
            if let announcement = platform.carPark?.ingest(record, from: device) { news.append(announcement) }
        }
        ingested = journal.count
        tell(.settledWithPlatform)
    }

    private mutating func clearSensors() {
        for lane in scenario.lanes {
            tell(.sensor("\(lane.id).safetyLoop", .clear))
            tell(.sensor("\(lane.id).approachLoop", .clear))
        }
    }

    // MARK: Time

    mutating func run(seconds: Int64) { run(milliseconds: seconds * 1_000) }

    mutating func run(milliseconds: Int64) {
        let end = now.uptime + .milliseconds(milliseconds)
        var steps = 0
        while steps < 20_000 {
            steps += 1
            let planned = plan.indices.filter { !isDiskStuck || !isCommit(plan[$0].what) }
                .min { (plan[$0].at, $0) < (plan[$1].at, $1) }
            guard let next = [planned.map { plan[$0].at }, site.nextDeadline].compactMap({ $0 }).min(), next <= end
            else { return advance(to: end) }
            advance(to: max(next, now.uptime))
            if let planned, plan[planned].at <= now.uptime {
                happen(plan.remove(at: planned).what)
            } else {
                tell(.tick)
            }
        }
        faults.append("time does not go on: the site is busy with nothing")
    }

    private func isCommit(_ what: Happening) -> Bool { if case .commit = what { true } else { false } }

    private mutating func advance(to uptime: Uptime) {
        now.wall = WallTime(milliseconds: now.wall.milliseconds + (uptime - now.uptime).milliseconds)
        now.uptime = uptime
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .commit(let write):
            journal += write.records
            marks += write.records.map { .written($0) }
            for change in write.state { apply(change) }
            if let token = write.token { tell(.durable(token)) }
        case .requestArrives(let request, let token):
            guard requestsArrive(&self) else { return }
            let answer = platform.answer(request)
            for _ in 0..<answersArrive(&self) {
                plan.append((now.uptime + networkDelay, .answerArrives(answer, token)))
            }
        case .answerArrives(let response, let token):
            guard isLinkUp else { return }
            if case .payment(_, .approved, _) = response { isAnswering = true }
            tell(.answer(token, response))
            isAnswering = false
        }
    }

    private mutating func apply(_ change: StateChange) {
        switch change {
        case .put(let kind, let key, let value): table[kind, default: [:]][key] = value
        case .remove(let kind, let key): table[kind]?[key] = nil
        case .removeAll(let kind): table[kind] = nil
        }
    }

    // MARK: The site

    mutating func tell(_ event: EdgeEvent<ParkingEvent>) {
        for effect in site.handle(event, at: now) { carryOut(effect) }
        checkConditions()
        while !refused.isEmpty {
            let token = refused.removeFirst()
            tell(.journal(isHealthy: false))
            tell(.lost(token))
        }
        if case .tick = event, let next = site.nextDeadline, next <= now.uptime {
            faults.append("a tick that was due is due again at once")
        }
    }

    private mutating func carryOut(_ effect: EdgeEffect) {
        switch effect {
        case .persist(_, _, let token?) where isJournalFull:
            refused.append(token)
        case .persist(let records, let state, let token):
            plan.append((now.uptime + diskDelay, .commit(Write(records: records, state: state, token: token))))
        case .send(let request, let token, _):
            marks.append(.sent(request))
            if !isLinkUp { faults.append("a request leaves while the link is down") }
            plan.append((now.uptime + networkDelay, .requestArrives(request, token)))
        case .pulse(let output, _):
            guard output.hasSuffix(".raise"), let id = try? LaneID(String(output.dropLast(6))) else { return }
            marks.append(.raised(id))
            checkRaise(id)
        case .show(let lane, let notice):
            marks.append(.shown(lane, notice))
        case .refund(_, let progress):
            refunds.append(progress)
        case .alarm(let condition, let isActive):
            if isActive == conditions.contains(condition) { faults.append("an alarm begins or ends twice") }
            if isActive { conditions.insert(condition) } else { conditions.remove(condition) }
        case .happened(let condition): happened.append(condition)
        case .hold, .release, .fault, .log:
            break
        }
    }

    /// What stands on the status is what the lanes know to be wrong.
    private mutating func checkConditions() {
        for lane in site.lanes {
            let shown = conditions.filter {
                $0.lane == lane.definition.id && $0.code != LaneAlarm.fire.code && !$0.code.hasPrefix("camera")
                    && CarAlarm(rawValue: $0.code) == nil
                    && $0.code != ParkingSite.ticketPrinterAlarm
            }
            let known = Set(lane.gate.activeAlarms.map(\.code))
            if Set(shown.map(\.code)) != known { faults.append("the status shows other alarms than there are") }
        }
    }

    /// A boom that rises for a car has an approval just now, or a record on disk that lets that car go.
    private mutating func checkRaise(_ id: LaneID) {
        guard let lane = site.lanes.first(where: { $0.definition.id == id }), !isAnswering else { return }
        for transit in lane.barrier.waitingTransits {
            let isJustified = journal.contains { record in
                switch record {
                case .decision(transit, _, _, _, let verdict, _):
                    verdict == .admit || verdict == .letOut || verdict == .letOutOnDebt
                case .manualOpening(let opening): opening.transit == transit
                default: false
                }
            }
            if !isJustified { faults.append("\(id): the boom rises for a car that nothing on disk lets go") }
        }
    }
}

// MARK: - What a test asks

extension SiteDriver {
    func isOpen(_ lane: LaneID) -> Bool {
        guard let found = site.lanes.first(where: { $0.definition.id == lane }) else { return false }
        return found.barrier.position == .raising || found.barrier.position == .open
    }

    func sign(_ lane: LaneID) -> Notice? {
        for case .shown(lane, let notice) in marks.reversed() { return notice }
        return nil
    }

    /// The charges sent, one for each time.
    var charges: [Charge] {
        marks.compactMap { if case .sent(.charge(let charge, _)) = $0 { charge } else { nil } }
    }

    var reversals: [PaymentID] {
        marks.compactMap { if case .sent(.reverse(let id)) = $0 { id } else { nil } }
    }

    func count(of kind: (Record.Event) -> Bool) -> Int { journal.filter(kind).count }

    /// Whether the boom of a lane rose before a record of this kind was on disk.
    func raisedBefore(_ lane: LaneID, _ kind: (Record.Event) -> Bool) -> Bool? {
        guard let raised = marks.firstIndex(of: .raised(lane)) else { return nil }
        let written = marks.firstIndex { if case .written(let record) = $0 { kind(record) } else { false } }
        return written.map { raised < $0 } ?? true
    }

    mutating func forgetMarks() { marks = [] }

    /// A car comes in and drives away from the entry.
    mutating func enter(_ plate: Plate, by lane: LaneID = SiteFixtures.entry) {
        read(plate, at: lane)
        run(seconds: 3)
        pass(lane)
        run(seconds: 30)
    }

    /// A car that came in an hour ago stands at the exit: the platform has taken its 7.00 yuan, and
    /// its answers are lost.
    static func withChargeUnanswered(_ plate: Plate) -> SiteDriver {
        var park = SiteDriver(contracts: [plate: Fen(5_000)])
        park.enter(plate)
        park.run(seconds: 3_600)
        park.forgetMarks()
        park.answersArrive = { _ in 0 }
        park.read(plate, at: SiteFixtures.exit)
        park.run(milliseconds: 500)
        return park
    }
}
