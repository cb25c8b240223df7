internal import BoxRules
internal import Effects
internal import Parking
internal import Vocabulary

/// A lane as it stands in the street: a boom that takes its time, a loop in the ground, switches, a sign, cars.
final class VirtualLane {
    enum Boom { case closed, rising, open, falling }

    let box: SimulatedBox
    let id: LaneID
    let isEntry: Bool
    private let settings: BarrierSettings
    private(set) var boom = Boom.closed
    /// The boom does not rise, and on its way down it stops.
    var isStuck = false
    private var isHalfway = false
    /// What the sign shows.
    private(set) var shown: Notice?
    private var movement = 0
    /// Since when a car has stood on the loop.
    private(set) var occupiedSince: Int64?
    /// A car stands on the loop before the boom.
    private var isApproached = false
    /// The cars that wait, and the one at the boom.
    var line: [Car] = []
    var visit: Visit?
    /// The payments the boom has risen for since the last car went through.
    var raisedOn: [PaymentID] = []

    init(_ box: SimulatedBox, _ lane: ParkingScenario.Lane, settings: BarrierSettings?) {
        guard let settings else { preconditionFailure("every lane has a barrier") }
        self.box = box
        self.settings = settings
        id = lane.id
        isEntry = lane.direction == .entry
    }

    var world: World { box.world }

    // MARK: - The boom

    func pulse(raises: Bool) {
        if raises {
            world.checker.raises(self)
            raise()
        } else {
            lower()
        }
    }

    /// The relays lose their current; a boom that moves goes on, as its own controller has it.
    func relaysFall() {
        // Its own interlock is the first guard, and now the only one.
        if boom == .falling, occupiedSince != nil { raise() }
    }

    func raise() {
        guard boom == .closed && !isStuck || boom == .falling else { return }
        world.note("raise", box.number, "\(self.id) of \(self.box.device) rises")
        let wasClosed = boom == .closed
        isHalfway = false
        move(to: .rising)
        if wasClosed { switches(closed: .clear, open: nil, after: 150_000) }
        let reached = movement
        world.after(box.dice.between(1_200_000, 3_000_000)) {
            guard self.movement == reached else { return }
            self.move(to: .open)
            self.switches(closed: nil, open: .active, after: 0)
            self.considerGoing()
        }
    }

    private func lower() {
        let judged: Int64 = 300_000
        if let since = occupiedSince, world.now - since > judged {
            world.fail("\(id) of \(box.device) is lowered onto a car that has stood there for \(world.now - since) us")
        }
        guard boom == .open || boom == .rising || isHalfway && !isStuck else { return }
        world.note("lower", box.number, "\(self.id) of \(self.box.device) is lowered")
        let wasOpen = boom == .open
        move(to: .falling)
        if wasOpen { switches(closed: nil, open: .clear, after: 150_000) }
        isHalfway = isStuck
        guard !isStuck else { return }
        let reached = movement
        world.after(box.dice.between(1_500_000, 3_000_000)) {
            guard self.movement == reached else { return }
            self.move(to: .closed)
            self.switches(closed: .active, open: nil, after: 0)
        }
    }

    private func move(to boom: Boom) {
        self.boom = boom
        movement += 1
    }

    // MARK: - Sensors

    /// A car drives onto the loop, or leaves it.
    func occupy(_ isOccupied: Bool) {
        occupiedSince = isOccupied ? world.now : nil
        report("safetyLoop", isOccupied ? .active : .clear, after: box.dice.between(5_000, 40_000))
        guard isOccupied, boom == .falling else { return }
        // The box is to notice, and its boom to turn, before it comes down.
        let (reached, run) = (movement, box.run)
        world.after(700_000) {
            guard self.movement == reached, self.box.run == run, self.box.isAlive, self.occupiedSince != nil else {
                return
            }
            self.world.fail("\(self.id) of \(self.box.device) goes on closing above a car")
        }
        guard !box.isAlive else { return }
        raise()
    }

    /// A car drives onto the loop before the boom, or leaves it; nobody notices where none is fitted.
    func approach(_ isOccupied: Bool) {
        guard settings.hasApproachLoop else { return }
        isApproached = isOccupied
        report("approachLoop", isOccupied ? .active : .clear, after: box.dice.between(5_000, 40_000))
    }

    /// Tells a daemon that has just started how everything stands.
    func reportSensors() {
        report("safetyLoop", occupiedSince == nil ? .clear : .active, after: 10_000)
        switches(closed: boom == .closed ? .active : .clear, open: boom == .open ? .active : .clear, after: 10_000)
        if settings.hasApproachLoop { report("approachLoop", isApproached ? .active : .clear, after: 10_000) }
        if settings.hasPhotocell { report("photocell", .clear, after: 10_000) }
        if settings.hasObstruction { report("obstruction", .clear, after: 10_000) }
        if settings.hasArmContact { report("armIntact", .active, after: 10_000) }
    }

    private func switches(closed: SensorState?, open: SensorState?, after pause: Int64) {
        if settings.hasClosedLimit, let closed { report("closedLimit", closed, after: pause) }
        if settings.hasOpenLimit, let open { report("openLimit", open, after: pause) }
    }

    private func report(_ name: String, _ state: SensorState, after pause: Int64) {
        if world.setup.sabotage == .closeOnCar, name == "safetyLoop", state == .active {
            report(name, .clear, after: pause + 200_000)
        }
        box.after(pause) { $0.tell(.sensor("\(self.id).\(name)", state)) }
    }

    // MARK: - The sign

    func sign(_ notice: Notice) {
        shown = notice
        let mayGo: Bool
        switch notice {
        case .welcome, .passInGrace, .passExpired, .visitOutside, .owes, .goFree, .goPaid, .goOffline, .goOnDebt,
            .takeTicket, .takePrintedTicket, .goManual, .thanks, .thanksLater:
            mayGo = true
        case .wait, .confirm, .scanToPay, .scanOrShow, .scanOrCall, .showYourCode, .coupon, .noNetwork, .callAttendant,
            .due, .oneMoment, .notPaid, .cancelled, .refunded, .lane:
            mayGo = false
        }
        visit?.mayGo = mayGo
        switch notice {
        case .callAttendant, .showYourCode, .scanOrCall: if !isEntry, let visit { payAtDesk(visit) }
        default: break
        }
        if !world.isScripted, notice.code != nil, let order = box.view(of: id)?.payment, box.dice.chance(perMille: 750)
        {
            world.after(box.dice.between(4_000_000, 60_000_000)) { self.world.network.pay(order) }
        }
        considerGoing()
    }
}
