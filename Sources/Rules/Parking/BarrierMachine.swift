public import Vocabulary

/// Decides when one boom rises and falls. Pure: no clock, I/O or logging.
///
/// It is the second guard after the barrier's own interlock. Every event is first noted, then the whole situation is
/// judged anew, so nothing depends on the order in which sensors report: what was true when an event came and is still
/// true acts in every later phase too.
///
/// - The boom is lowered only when safety loop and photocell (if fitted) are known to have been clear for
///   ``BarrierSettings/clearDelay``, nobody holds it open, no authorised car is still to come and it is in service.
/// - If one of them stops being known clear while it is lowering, or the pressure edge meets something, the lower relay
///   is cut in the same step and the boom raised as soon as the relays have rested.
/// - Raising is always safe and needs nothing but an authorised car or a hold, in service or not.
public struct BarrierMachine: Sendable, Hashable {
    /// How many authorised cars can wait at once. One more still finds the boom open, but is not counted: it is
    /// reported as ``Action/passageUnknown(_:)`` at once.
    public static let maximumWaiting = 8

    /// Which of the two relays is meant.
    public enum Direction: Sendable, Hashable, CaseIterable { case raise, lower }

    /// Something that happened at the barrier.
    public enum Event: Equatable, Sendable, Hashable {
        /// A car may go through. The same transit again does not count twice, it only extends the wait.
        case open(transit: UUIDv7)
        /// The fire contact or an attendant opens the boom and holds it open, or lets go.
        case holdOpen(Bool)
        case safetyLoop(SensorState)
        /// The car on the safety loop has left it backwards: the loop is clear, and the car is still to come.
        case backedOff
        /// An authorised car has gone away before the boom: nobody waits for it any more. Unknown transits do no harm.
        case withdraw(transit: UUIDv7)
        case photocell(SensorState)
        case openLimit(SensorState)
        case closedLimit(SensorState)
        /// The barrier's own pressure edge or current limit met something.
        case obstruction
        /// The same as a contact that is watched, where one is fitted: pressed is ``obstruction`` and keeps the way
        /// from being clear, and so does a fault.
        case obstructionContact(SensorState)
        /// Active while the arm is in its holder.
        case armIntact(SensorState)
        /// ``BarrierMachine/nextDeadline`` has come; at any other time it does no harm.
        case tick
        /// An attendant has looked at the barrier and puts it back in service. It is not lowered within
        /// ``BarrierSettings/noShowLimit`` from then on, because he may still stand under it.
        case serviceReset
    }

    /// Something to be done, in the order given.
    public enum Action: Equatable, Sendable, Hashable {
        /// Energise a relay for this long, then switch it off.
        case pulse(Direction, Uptime.Span)
        /// Switch a relay off at once, in the middle of its pulse.
        case release(Direction)
        /// The car went through: the safety loop was occupied and then clear, with the boom not closed.
        case passed(UUIDv7)
        /// No car came within the no-show limit, or it went away.
        case notPassed(UUIDv7)
        /// Nobody can tell whether the car went through: the safety loop could not count. It is not "did not pass".
        case passageUnknown(UUIDv7)
        /// An alarm begins or ends. ``BarrierAlarm/tailgate`` only ever begins.
        case alarm(BarrierAlarm, active: Bool)
    }

    /// Where the boom is, for people and logs.
    public enum Position: String, Sendable, Hashable, CaseIterable { case closed, raising, open, lowering, unknown }

    public let settings: BarrierSettings
    let rules: BarrierRules
    var state: State

    /// A boom at power-up: its position and all sensors are unknown, nothing moves.
    ///
    /// A closed limit switch that says so makes it closed. Otherwise it is lowered once the no-show limit is over and
    /// the way is clear: at once would be in front of a car that had paid before the restart, and never would leave the
    /// lane open to everybody after each power failure until somebody comes.
    ///
    /// - Parameter now: time since boot.
    public init(settings: BarrierSettings, at now: Uptime) { self.init(settings: settings, rules: .all, at: now) }

    init(settings: BarrierSettings, rules: BarrierRules, at now: Uptime) {
        self.settings = settings
        self.rules = rules
        state = State(phase: .unknown(until: now + settings.noShowLimit), latest: now)
    }

    /// Takes in one event and decides what follows from it.
    ///
    /// - Parameter now: time since boot; an instant before the last one counts as the last one.
    /// - Returns: effects in the order to carry them out; empty if nothing is to be done.
    public mutating func handle(_ event: Event, at now: Uptime) -> [Action] {
        let now = max(now, state.latest)
        let alarmsBefore = state.alarms
        state.latest = now
        state.relays.forgetRested(at: now, deadTime: settings.reverseDeadTime)
        if let end = state.graceEnd, end <= now { state.graceEnd = nil }
        var actions: [Action] = []
        let demand = note(event, at: now, &actions)
        settle(demand, at: now, &actions)
        noteFaults(at: now)
        if state.alarms != alarmsBefore {
            actions += alarmsBefore.subtracting(state.alarms).list.map { .alarm($0, active: false) }
            actions += state.alarms.subtracting(alarmsBefore).list.map { .alarm($0, active: true) }
        }
        return actions
    }

    /// When ``Event/tick`` is due; nil if only an event from outside can change anything. Always later than the last
    /// event's instant.
    public var nextDeadline: Uptime? {
        switch state.phase {
        case .closed: nil
        case .waitingToRaise(let at): at
        case .raising(let until), .lowering(let until): until
        case .open(let until), .unknown(let until): until > state.latest ? until : loweringInstant(notBefore: until)
        }
    }

    /// Where the boom is believed to be. ``Position/raising`` includes the short rest of the relays before it.
    public var position: Position {
        switch state.phase {
        case .closed: .closed
        case .waitingToRaise, .raising: .raising
        case .open: .open
        case .unknown: limits.open == .active ? .open : .unknown
        case .lowering: .lowering
        }
    }

    /// Whether the boom closes by itself after cars; not after a failure, until the service reset.
    public var isInService: Bool { state.isInService }
    /// Whether somebody holds the boom open.
    public var isHeldOpen: Bool { state.isHeldOpen }
    /// The authorised cars that have not gone through yet, in order; at most ``maximumWaiting``.
    public var waitingTransits: [UUIDv7] { state.waiting }
    /// The alarms that have begun and not ended.
    public var activeAlarms: [BarrierAlarm] { state.alarms.list }
}

extension BarrierMachine {
    /// What an event asks of the boom beyond the state it leaves behind.
    enum Demand: Equatable {
        case nothing
        /// Raise, even out of service.
        case raise
        /// Raise even if the boom is thought to be up already: an elapsed time or a stuck switch must not keep it down
        /// in a fire, and a raise pulse does no harm.
        case raiseAnyway
        /// Something is in the way of the boom.
        case obstruction
    }
}
