public import Vocabulary

/// The times by which a lane tells cars apart.
public struct LaneSettings: Hashable, Sendable {
    /// A read of the plate that last passed counts as the same car for this long.
    public var sameCarFor: Uptime.Span
    /// A car that is held or never decided is forgotten after this long.
    public var forgetHeldAfter: Uptime.Span
    /// A read of the car behind counts for this long, once the lane is free.
    public var carBehindFor: Uptime.Span

    public init(sameCarFor: Uptime.Span, forgetHeldAfter: Uptime.Span, carBehindFor: Uptime.Span) {
        self.sameCarFor = sameCarFor
        self.forgetHeldAfter = forgetHeldAfter
        self.carBehindFor = carBehindFor
    }
}

/// Keeps the cars of one lane in order: which one is being dealt with, which reads are the same car again, who is next.
///
/// It neither decides about money nor moves the boom: it asks for a decision with ``Action/consider(transit:plate:)``
/// and has the boom opened for the car that was let through. Pure.
public struct LaneMachine: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        /// A camera read a plate; `newTransit` is the id to use if it is another car.
        case read(Plate, newTransit: UUIDv7)
        /// The car may go: the boom opens for it.
        case letThrough(transit: UUIDv7)
        /// The car stays where it is until something else happens.
        case hold(transit: UUIDv7)
        /// The barrier saw the car pass, or nobody came.
        case passed(transit: UUIDv7)
        case notPassed(transit: UUIDv7)
        case tick(newTransit: UUIDv7)
    }

    public enum Action: Hashable, Sendable {
        /// Decide about this car.
        case consider(transit: UUIDv7, plate: Plate)
        /// Open the boom for it.
        case open(transit: UUIDv7)
        /// The car is through.
        case through(transit: UUIDv7, plate: Plate?)
        /// The boom opened for it and it did not come.
        case stayed(transit: UUIDv7, plate: Plate?)
        /// The car was given up: another came in its place, or its time was over.
        case abandoned(transit: UUIDv7, plate: Plate)
    }

    enum Phase: Hashable, Sendable {
        case deciding, held, goingThrough
    }

    struct Car: Hashable, Sendable {
        var transit: UUIDv7
        var plate: Plate?
        var phase: Phase
        var since: Uptime
    }

    struct Sighting: Hashable, Sendable {
        var plate: Plate
        var at: Uptime
    }

    private let settings: LaneSettings
    var current: Car?
    private(set) var behind: Sighting?
    private(set) var lastThrough: Sighting?

    public init(settings: LaneSettings) { self.settings = settings }

    /// The car that is being dealt with.
    public var transit: UUIDv7? { current?.transit }
    /// Its plate, if it has been read.
    public var plate: Plate? { current?.plate }

    /// When the lane next wants a tick.
    public var nextDeadline: Uptime? {
        guard let current, current.phase != .goingThrough else { return nil }
        return current.since + settings.forgetHeldAfter
    }

    /// - Parameter now: time since boot; never decreases.
    public mutating func handle(_ event: Event, at now: Uptime) -> [Action] {
        switch event {
        case .read(let plate, let newTransit): return read(plate, newTransit, at: now)
        case .letThrough(let transit): return letThrough(transit, at: now)
        case .hold(let transit):
            if current?.transit == transit, current?.phase == .deciding { current?.phase = .held }
            return []
        case .passed(let transit):
            guard let car = current, car.transit == transit else { return [] }
            if let plate = car.plate { lastThrough = Sighting(plate: plate, at: now) }
            current = nil
            return [.through(transit: transit, plate: car.plate)]
        case .notPassed(let transit):
            guard let car = current, car.transit == transit else { return [] }
            current = nil
            return [.stayed(transit: transit, plate: car.plate)]
        case .tick(let newTransit): return tick(newTransit, at: now)
        }
    }

    /// Takes up the car behind once the lane is free; call after the effects of the one before are carried out.
    public mutating func takeUpCarBehind(newTransit: UUIDv7, at now: Uptime) -> [Action] {
        guard current == nil, let sighting = behind else { return [] }
        behind = nil
        guard now <= sighting.at + settings.carBehindFor, !wasJustThrough(sighting.plate, at: now) else { return [] }
        return begin(sighting.plate, newTransit, at: now)
    }

    /// A person opens the lane although no car is known: the one that comes is this transit.
    public mutating func expectByHand(_ transit: UUIDv7, at now: Uptime) {
        guard current == nil else { return }
        current = Car(transit: transit, plate: nil, phase: .deciding, since: now)
    }

    /// A held car whose plate was misread is read rightly: it stays the same car.
    /// - Returns: false, with nothing changed, if no car is held or this read is not one of it.
    public mutating func correctHeld(_ plate: Plate) -> Bool {
        guard let car = current, car.phase == .held, let known = car.plate, known != plate,
            LaneMachine.isSameCar(known, plate)
        else { return false }
        current?.plate = plate
        return true
    }

    private mutating func read(_ plate: Plate, _ newTransit: UUIDv7, at now: Uptime) -> [Action] {
        guard let car = current else {
            return wasJustThrough(plate, at: now) ? [] : begin(plate, newTransit, at: now)
        }
        if let known = car.plate, LaneMachine.isSameCar(known, plate) { return [] }
        switch car.phase {
        case .deciding, .goingThrough:
            if !wasJustThrough(plate, at: now) { behind = Sighting(plate: plate, at: now) }
            return []
        case .held:
            // The camera sees another car where the held one stood: that one has gone.
            let abandoned = Action.abandoned(transit: car.transit, plate: car.plate ?? plate)
            return [abandoned] + begin(plate, newTransit, at: now)
        }
    }

    private mutating func begin(_ plate: Plate, _ transit: UUIDv7, at now: Uptime) -> [Action] {
        current = Car(transit: transit, plate: plate, phase: .deciding, since: now)
        return [.consider(transit: transit, plate: plate)]
    }

    private mutating func letThrough(_ transit: UUIDv7, at now: Uptime) -> [Action] {
        guard current?.transit == transit, current?.phase != .goingThrough else { return [] }
        current?.phase = .goingThrough
        current?.since = now
        return [.open(transit: transit)]
    }

    private mutating func tick(_ newTransit: UUIDv7, at now: Uptime) -> [Action] {
        guard let car = current, car.phase != .goingThrough, now >= car.since + settings.forgetHeldAfter else {
            return []
        }
        current = nil
        var actions: [Action] = []
        if let plate = car.plate { actions.append(.abandoned(transit: car.transit, plate: plate)) }
        return actions + takeUpCarBehind(newTransit: newTransit, at: now)
    }

    private func wasJustThrough(_ plate: Plate, at now: Uptime) -> Bool {
        guard let last = lastThrough, now <= last.at + settings.sameCarFor else { return false }
        return LaneMachine.isSameCar(last.plate, plate)
    }

    /// Whether two reads at one lane, seconds apart, are one car: equal, or different in a single character that
    /// cameras take for the other. Two cars of one fleet with consecutive numbers stay two cars.
    static func isSameCar(_ left: Plate, _ right: Plate) -> Bool {
        (PlateLikeness.differences(left, right) ?? .max) <= 1
    }
}
