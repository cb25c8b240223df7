internal import BoxRules
internal import Canteen
internal import Effects
internal import Journal
internal import Parking
internal import Purses
internal import Vocabulary
internal import Wire

/// One box: the real rules over a model of its disk, its lines and its link. It crashes, and starts again.
final class SimulatedBox {
    let world: World
    let index: Int
    let device: DeviceID
    let key: BoxKey
    let kind: Kind
    let journalOptions: JournalOptions
    /// The cameras that are missed when they stop sending.
    private let cameras: [CameraWatch.Camera]
    private(set) var lanes: [VirtualLane] = []
    /// The turnstiles of a canteen's box.
    var gates: [VirtualGate] = []
    var dice: Dice
    var disk: ModelDisk
    /// The daemon; nil while it is dead.
    private(set) var machine: BoxMachine<SimulatedCore>?
    var journal: JournalQueue
    /// Which run of the daemon it is: what was planned for an earlier one does not happen.
    private(set) var run = 0
    private var boots = 1
    private(set) var replacements = 0
    private var bootedAt: Int64 = 0
    /// What the wall clock is ahead of the true time.
    var wallOffsetMilliseconds: Int64 = 0
    /// How many more boundaries between two actions it survives; nil: no crash is planned.
    private var boundariesLeft: Int64?
    /// The power goes while the next commit is being written.
    private var diesInCommit = false
    /// The power goes soon after the next request has left.
    private var diesAfterRequest = false
    private var plannedTick: Int64?
    var isDiskFull = false
    /// Messages that are never sent: a rule that is switched off.
    var swallows: (BoxMessage) -> Bool = { _ in false }
    /// The last payment it wrote down as approved: an attendant may give a part of it back.
    var lastApproved: Charge?
    /// How long reading and signing a batch takes at most: on a busy box several commits go in one batch.
    var slowestReadMicroseconds: Int64

    /// Taken from the journal's queue, to be committed one after another.
    var transactions: [JournalTransaction] = []
    var isCommitting = false
    /// Being written: at a crash it is there as a whole, or not at all.
    var underWay: JournalTransaction?
    var commitFailures = 0
    /// The records that are on their way to the disk, in their order.
    var volatile: [Record] = []

    /// What it is for.
    enum Kind {
        case carPark(ParkingScenario, [LaneID: BarrierSettings])
        /// With the rules of its purses.
        case till(CanteenScenario, PurseRules?)
    }

    init(
        _ world: World, index: Int, device: DeviceID, key: BoxKey, kind: Kind, journalOptions: JournalOptions,
        cameras: [CameraWatch.Camera] = []
    ) {
        self.world = world
        self.index = index
        self.device = device
        self.key = key
        self.kind = kind
        self.journalOptions = journalOptions
        self.cameras = cameras
        dice = Dice(seed: world.setup.seed, 1, UInt64(index))
        slowestReadMicroseconds = dice.pick([5_000, 600_000, 2_500_000])
        disk = ModelDisk(device: device, epoch: "epoch-\(index)")
        journal = JournalQueue(head: disk.head, acknowledged: 0, options: journalOptions)
        guard case .carPark(let scenario, let barriers) = kind else { return }
        lanes = scenario.lanes.map { lane in
            VirtualLane(self, lane, settings: barriers[lane.id])
        }
    }

    var isTill: Bool { if case .till = kind { true } else { false } }

    var isAlive: Bool { machine != nil }
    var number: Int64 { Int64(index) }
    /// Its journal, as the platform tells them apart.
    var stream: String { "\(device) \(disk.epoch)" }

    private var clock: ClockReading {
        ClockReading(
            uptime: Uptime(nanoseconds: (world.now - bootedAt) * 1_000 + 5_000_000_000),
            wall: WallTime(milliseconds: world.wall.milliseconds + wallOffsetMilliseconds),
            isSynchronised: wallOffsetMilliseconds == 0)
    }

    /// Plans something for this run of the daemon only.
    func after(_ microseconds: Int64, _ work: @escaping (SimulatedBox) -> Void) {
        let run = run
        world.after(microseconds) { if self.run == run, self.isAlive { work(self) } }
    }

    // MARK: - Life and death

    /// Starts the daemon, through the recovery that production uses.
    func start() {
        run += 1
        journal = JournalQueue(head: disk.head, acknowledged: disk.acknowledged, options: journalOptions)
        (transactions, isCommitting, underWay, commitFailures, volatile) = ([], false, nil, 0, [])
        let now = clock
        let core = recover(at: now)
        var machine = BoxMachine(
            core: core, device: device, epoch: disk.epoch, version: "simulated", head: disk.head.sequence,
            acknowledged: disk.acknowledged, dice: dice.ids())
        machine.start(at: now)
        self.machine = machine
        world.note("start", number, "\(self.device) starts with \(self.disk.lines.count) records on disk")
        drain()
        for lane in lanes { lane.reportSensors() }
        for gate in gates { gate.reportSensors() }
        world.broker.connect(self, after: dice.between(200_000, 4_000_000))
    }

    /// What the rules begin with, out of what the disk kept.
    private func recover(at now: ClockReading) -> SimulatedCore {
        let boot = "boot-\(index)-\(boots)"
        var unread: [String] = []
        defer { if let first = unread.first { world.fail("\(device) cannot read what it wrote: \(first)") } }
        switch kind {
        case .till(let scenario, let rules):
            let recovered = CanteenRecovery(disk.kept(CanteenRecovery.kinds), lost: &unread, at: now)
            return .till(
                CanteenSite(
                    scenario: scenario, rules: rules, boot: boot, ids: dice.ids(), now: now, recovered: recovered))
        case .carPark(let scenario, let barriers):
            var (recovered, lost) = ParkingRecovery.recover(disk.kept(ParkingRecovery.kinds), at: now)
            unread = lost
            if world.setup.sabotage == .forgetPayments {
                for index in recovered.stays.indices { recovered.stays[index].payment = nil }
            }
            return .parking(
                ParkingSite(
                    scenario: scenario, barriers: barriers, cameras: cameras, boot: boot, ids: dice.ids(), now: now,
                    recovered: recovered))
        }
    }

    /// From now on so many boundaries between two actions are survived, and then no more.
    func planCrash(boundaries: Int64) { boundariesLeft = boundaries }

    func planCrashInCommit() { diesInCommit = true }

    func planCrashAfterRequest() { diesAfterRequest = true }

    func requestLeft() {
        guard diesAfterRequest else { return }
        diesAfterRequest = false
        after(dice.below(400_000)) { $0.crash(isPowerCut: true) }
    }

    /// A commit begins that takes so long.
    func commitBegins(lasting duration: Int64) {
        guard diesInCommit else { return }
        diesInCommit = false
        after(dice.below(duration)) { $0.crash(isPowerCut: true) }
    }

    /// Every place at which a crash may come calls this.
    /// - Returns: true if it came.
    func boundary() -> Bool {
        guard let left = boundariesLeft else { return false }
        guard left <= 0 else {
            boundariesLeft = left - 1
            return false
        }
        crash(isPowerCut: dice.chance(perMille: 700))
        return true
    }

    /// The daemon dies, or the machine under it loses its power; it starts again some time later.
    func crash(isPowerCut: Bool) {
        boundariesLeft = nil
        guard isAlive else { return }
        world.counts.crashes += 1
        world.note("crash", number, "\(self.device) \(isPowerCut ? "loses power" : "dies")")
        machine = nil
        plannedTick = nil
        if let underWay {
            world.counts.crashesInCommit += 1
            // Whether the last sync had got through, nobody can know before the disk is read again.
            if dice.chance(perMille: 500) { commitToDisk(underWay) }
        }
        underWay = nil
        for lane in lanes { lane.relaysFall() }
        world.broker.boxDied(self)
        let pause = world.isQuiet ? 1_000_000 : dice.between(300_000, 60_000_000)
        world.after(pause) {
            if isPowerCut {
                self.boots += 1
                self.bootedAt = self.world.now
            }
            self.start()
        }
    }

    /// Another box takes its place, under its name and key, with an empty disk.
    func replace() {
        crash(isPowerCut: true)
        replacements += 1
        disk = ModelDisk(device: device, epoch: "epoch-\(index)-\(replacements)")
    }

    // MARK: - The rules

    /// Hands an input to the rules and carries out what they want. Nothing happens while the daemon is dead.
    func tell(_ input: BoxInput<SimulatedCore.Own>) {
        guard isAlive else { return }
        if boundary() { return }
        let now = clock
        machine?.handle(input, at: now)
        drain()
    }

    private func drain() {
        let now = clock
        while let action = machine?.nextAction(at: now) {
            if boundary() { return }
            if case .append(let write) = action {
                let answer = append(write)
                machine?.appended(answer, at: now)
            } else {
                perform(action)
            }
        }
        for gate in gates { gate.look() }
        planTick()
    }

    private func planTick() {
        guard let deadline = machine?.nextDeadline else { return }
        // Rounded up: a tick that comes before its time would plan itself again for ever.
        let nanoseconds = deadline.nanoseconds - 5_000_000_000
        let due = max(world.now, bootedAt + nanoseconds / 1_000 + (nanoseconds % 1_000 > 0 ? 1 : 0))
        if let plannedTick, plannedTick <= due { return }
        plannedTick = due
        let run = run
        world.at(due) {
            guard self.run == run, self.isAlive, self.plannedTick == due else { return }
            self.plannedTick = nil
            self.tell(.tick)
        }
    }

    /// What a lane is about; nil while the daemon is dead.
    func view(of lane: LaneID) -> ParkingSite.LaneView? {
        if case .parking(let site)? = machine?.core { site.view(of: lane) } else { nil }
    }

    /// The stay of the car that stands at a lane, as the attendant's page has it.
    func stay(at lane: LaneID) -> StayID? {
        guard case .parking(let site)? = machine?.core else { return nil }
        return site.board.lanes.first { $0.id == lane }?.car?.stay
    }

    /// Whether everything this box has is written and confirmed.
    var isSettled: Bool {
        guard let machine else { return false }
        return machine.queued == 0 && machine.recordsRefused == 0 && journal.status.waitingRecords == 0
    }
}
