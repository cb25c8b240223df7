public import Vocabulary

/// Keeps the cars of one lane in order: which one is being dealt with, which reads are the same car again, who is next,
/// and which way each one went.
///
/// It neither decides about money nor moves the boom: it asks for a decision with ``Action/consider(transit:plate:)``
/// and has the boom opened for the car that was let through. Every car that it takes up comes to exactly one end:
/// through, stayed, or abandoned. Pure.
public struct LaneMachine: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        /// A camera read a plate; `newTransit` is the id to use if it is another car.
        case read(Plate, newTransit: UUIDv7)
        /// The car may go: the boom opens for it.
        case letThrough(transit: UUIDv7)
        /// The car stays where it is until something else happens.
        case hold(transit: UUIDv7)
        /// The barrier saw the car pass, or nobody came, or the barrier cannot tell.
        case passed(transit: UUIDv7)
        case notPassed(transit: UUIDv7)
        case passageUnknown(transit: UUIDv7)
        /// A car went through for which the boom was not open.
        case tailgated
        /// What the loops are worth, see ``SensorWatch``.
        case approachLoop(SensorState)
        case safetyLoop(SensorState)
        case tick(newTransit: UUIDv7)
    }

    public enum Action: Hashable, Sendable {
        /// Decide about this car.
        case consider(transit: UUIDv7, plate: Plate)
        /// A car waits before the boom and its plate has not been read.
        case noPlate(transit: UUIDv7)
        /// Open the boom for it.
        case open(transit: UUIDv7)
        /// The boom is not to wait for it any longer: it went away.
        case withdraw(transit: UUIDv7)
        /// The safety loop became clear because the car went back: it has not passed.
        case backedOff
        /// The car is through, or at least nobody can tell that it is not.
        case through(transit: UUIDv7, plate: Plate?, isCertain: Bool)
        /// The boom opened for it and it did not come.
        case stayed(transit: UUIDv7, plate: Plate?)
        /// The car was given up before the boom opened for it.
        case abandoned(transit: UUIDv7, plate: Plate?, Departure)
        /// Something to be told that is over at once.
        case tell(LaneAlarm)
    }

    /// How a car went for which the boom did not open.
    public enum Departure: String, Hashable, Sendable {
        /// Another came in its place, or its time was over.
        case wentAway
        /// The loops saw it go back.
        case turnedBack
        /// It followed another through.
        case tailgated
    }

    enum Phase: Hashable, Sendable {
        case deciding, held, goingThrough
        /// It has left the safety loop while the approach loop was occupied: it has passed and another came, or it went
        /// back. It has passed unless something shows the other by then.
        case leaving(until: Uptime, isCertain: Bool)
    }

    /// Where a car is by the approach loop; nothing is concluded of one that the loop has not seen.
    enum Place: Hashable, Sendable { case unseen, onLoop, offLoop }

    struct Car: Hashable, Sendable {
        var transit: UUIDv7
        var plate: Plate?
        var phase = Phase.deciding
        var since: Uptime
        /// Only the loop knows of it.
        var isUnread = false
        var place: Place
        /// Since when it has been on neither loop.
        var goneSince: Uptime?
        /// Something came onto the approach loop while this one was on the safety loop.
        var isFollowed = false
        /// It left the safety loop backwards, and has not been read since.
        var hasBackedOff = false

        /// The boom has not been opened for it.
        var isUndecided: Bool { phase == .deciding || phase == .held }
    }

    struct Sighting: Hashable, Sendable {
        var plate: Plate
        var at: Uptime
    }

    /// Everything that changes.
    struct State: Hashable, Sendable {
        var current: Car?
        var behind: Sighting?
        var lastThrough: Sighting?
        /// What the loops are worth; unknown where none is fitted.
        var approach = SensorState.unknown
        var safety = SensorState.unknown
        /// Since when the approach loop has been occupied by a car that nobody deals with.
        var unattendedSince: Uptime?
        /// The approach loop was free at some time since the safety loop became occupied.
        var wasApproachFree = false
        /// The plate of the car that explains why the approach loop is occupied.
        var explainedBy: Plate?
    }

    let settings: LaneSettings
    var state = State()

    public init(settings: LaneSettings) { self.settings = settings }

    var current: Car? { state.current }
    var behind: Sighting? { state.behind }
    /// The car that is being dealt with.
    public var transit: UUIDv7? { state.current?.transit }
    /// Its plate, if it has been read.
    public var plate: Plate? { state.current?.plate }
    /// A car is being dealt with that no camera has read.
    public var isUnread: Bool { state.current?.isUnread == true }
    /// Two cars are on the two loops.
    var areTwo: Bool { state.approach == .active && state.safety == .active && state.wasApproachFree }

    /// When the lane next wants a tick; it may be due already.
    public var nextDeadline: Uptime? {
        guard let car = state.current else { return noPlateDeadline }
        if case .leaving(let until, _) = car.phase { return until }
        return [forgetDeadline, car.goneSince.map { $0 + settings.turnedBackAfter }].compactMap { $0 }.min()
    }

    private var noPlateDeadline: Uptime? {
        guard let since = state.unattendedSince, let limit = settings.noPlateAfter else { return nil }
        return since + limit
    }

    /// A car of which the approach loop says that it stands there is not forgotten.
    var forgetDeadline: Uptime? {
        guard let car = state.current, car.isUndecided, car.place != .onLoop else { return nil }
        return car.since + settings.forgetHeldAfter
    }

    /// - Parameter now: time since boot; never decreases.
    public mutating func handle(_ event: Event, at now: Uptime) -> [Action] {
        switch event {
        case .read(let plate, let newTransit): return read(plate, newTransit, at: now)
        case .letThrough(let transit): return letThrough(transit, at: now)
        case .hold(let transit):
            if state.current?.transit == transit, state.current?.phase == .deciding { state.current?.phase = .held }
            return []
        case .passed(let transit): return passed(transit, isCertain: true, at: now)
        case .passageUnknown(let transit): return passed(transit, isCertain: false, at: now)
        case .notPassed(let transit): return notPassed(transit, at: now)
        case .tailgated: return tailgated(at: now)
        case .approachLoop(let reading): return approachLoop(reading, at: now)
        case .safetyLoop(let reading): return safetyLoop(reading, at: now)
        case .tick(let newTransit): return tick(newTransit, at: now)
        }
    }

    /// Takes up the car behind once the lane is free; call after the effects of the one before are carried out.
    public mutating func takeUpCarBehind(newTransit: UUIDv7, at now: Uptime) -> [Action] {
        guard state.current == nil, let sighting = state.behind else { return [] }
        state.behind = nil
        guard now <= sighting.at + settings.carBehindFor, !wasJustThrough(sighting.plate, at: now) else { return [] }
        return begin(sighting.plate, newTransit, at: now)
    }

    /// A person opens the lane although no car is known: the one that comes is this transit.
    public mutating func expectByHand(_ transit: UUIDv7, at now: Uptime) {
        guard state.current == nil else { return }
        takeUp(Car(transit: transit, since: now, place: place))
    }

    /// A held car whose plate was misread is read rightly: it stays the same car.
    /// - Returns: false, with nothing changed, if no car is held or this read is not one of it.
    public mutating func correctHeld(_ plate: Plate) -> Bool {
        guard let car = state.current, car.phase == .held, let known = car.plate, known != plate,
            LaneMachine.isSameCar(known, plate)
        else { return false }
        state.current?.plate = plate
        return true
    }

    // MARK: - What cameras and decisions say

    private mutating func read(_ plate: Plate, _ newTransit: UUIDv7, at now: Uptime) -> [Action] {
        if state.approach == .active, state.explainedBy == nil { state.explainedBy = plate }
        guard let car = state.current else {
            return wasJustThrough(plate, at: now) ? [] : begin(plate, newTransit, at: now)
        }
        if case .leaving(_, let isCertain) = car.phase {
            if let known = car.plate, LaneMachine.isSameCar(known, plate) {
                return reversedOut(at: now) + begin(plate, newTransit, at: now)
            }
            state.behind = Sighting(plate: plate, at: now)
            return through(isCertain: isCertain, at: now)
        }
        guard let known = car.plate else { return readAtLast(plate, at: now) }
        if LaneMachine.isSameCar(known, plate) {
            state.current?.hasBackedOff = false
            return []
        }
        switch car.phase {
        case .deciding, .goingThrough, .leaving:
            if !wasJustThrough(plate, at: now) { state.behind = Sighting(plate: plate, at: now) }
            return []
        case .held:
            // The camera sees another car where the held one stood: that one has gone.
            let abandoned = Action.abandoned(transit: car.transit, plate: known, .wentAway)
            return [abandoned] + begin(plate, newTransit, at: now)
        }
    }

    /// The car that nobody had read is read after all.
    private mutating func readAtLast(_ plate: Plate, at now: Uptime) -> [Action] {
        guard let car = state.current, !wasJustThrough(plate, at: now) else { return [] }
        guard car.isUnread, car.phase != .goingThrough else {
            // A person opened for it: there is nothing to decide any more. One that has left the loop is not the one
            // that is read.
            if car.place == .offLoop {
                state.behind = Sighting(plate: plate, at: now)
            } else {
                state.current?.plate = plate
            }
            return []
        }
        state.current?.plate = plate
        state.current?.isUnread = false
        state.current?.phase = .deciding
        state.current?.since = now
        return [.consider(transit: car.transit, plate: plate)]
    }

    private mutating func begin(_ plate: Plate, _ transit: UUIDv7, at now: Uptime) -> [Action] {
        takeUp(Car(transit: transit, plate: plate, since: now, place: place))
        return [.consider(transit: transit, plate: plate)]
    }

    private mutating func letThrough(_ transit: UUIDv7, at now: Uptime) -> [Action] {
        guard let car = state.current, car.transit == transit, car.isUndecided else { return [] }
        state.current?.phase = .goingThrough
        state.current?.since = now
        return [.open(transit: transit)]
    }

    private mutating func tick(_ newTransit: UUIDv7, at now: Uptime) -> [Action] {
        guard let car = state.current else {
            guard let deadline = noPlateDeadline, now >= deadline else { return [] }
            var unread = Car(transit: newTransit, since: now, place: place)
            unread.isUnread = true
            takeUp(unread)
            return [.noPlate(transit: newTransit)]
        }
        if case .leaving(let until, let isCertain) = car.phase {
            return now >= until ? through(isCertain: isCertain, at: now) : []
        }
        if let gone = car.goneSince, now >= gone + settings.turnedBackAfter { return turnedBack(newTransit, at: now) }
        guard let deadline = forgetDeadline, now >= deadline else { return [] }
        return abandon(.wentAway, at: now) + takeUpCarBehind(newTransit: newTransit, at: now)
    }

    // MARK: - Small things all parts use

    private var place: Place { state.approach == .active ? .onLoop : .unseen }

    private mutating func takeUp(_ car: Car) {
        state.current = car
        state.unattendedSince = nil
    }

    /// The lane is free; who stands on the approach loop now has its time to be read.
    mutating func end(at now: Uptime) {
        state.current = nil
        state.unattendedSince = state.approach == .active && settings.noPlateAfter != nil ? now : nil
    }

    /// Gives up the car for which the boom has not opened. One that a person was about to open for is not known to
    /// anybody yet: nothing is said of it.
    mutating func abandon(_ departure: Departure, at now: Uptime) -> [Action] {
        guard let car = state.current else { return [] }
        end(at: now)
        guard car.plate != nil || car.isUnread else { return [] }
        return [.abandoned(transit: car.transit, plate: car.plate, departure)]
    }

    mutating func through(isCertain: Bool, at now: Uptime) -> [Action] {
        guard let car = state.current else { return [] }
        if let plate = car.plate { state.lastThrough = Sighting(plate: plate, at: now) }
        end(at: now)
        return [.through(transit: car.transit, plate: car.plate, isCertain: isCertain)]
    }

    func wasJustThrough(_ plate: Plate, at now: Uptime) -> Bool {
        guard let last = state.lastThrough, now <= last.at + settings.sameCarFor else { return false }
        return LaneMachine.isSameCar(last.plate, plate)
    }

    /// Whether two reads at one lane, seconds apart, are one car: equal, or different in a single character that
    /// cameras take for the other. Two cars of one fleet with consecutive numbers stay two cars.
    static func isSameCar(_ left: Plate, _ right: Plate) -> Bool {
        (PlateLikeness.differences(left, right) ?? .max) <= 1
    }
}
