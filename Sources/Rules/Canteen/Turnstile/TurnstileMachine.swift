public import Vocabulary

/// Decides when one turnstile opens, and what its sensor says of who passed. Pure: no clock, I/O or logging.
///
/// It opens for one, and never for the next before it knows what became of the one before. With a sensor that cannot
/// tell it still opens, since people must eat; who passed is unknown then, and nothing is undone. In an emergency it
/// stays open.
public struct TurnstileMachine: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        /// Who is named by this id may pass.
        case admit(UUIDv7)
        case sensor(SensorState)
        /// The fire alarm stands, or somebody holds the turnstile open; or neither does any more.
        case emergency(Bool)
        case tick
    }

    public enum Action: Hashable, Sendable {
        /// Energise the relay for one person.
        case open(UUIDv7)
        /// Energise the relay until ``release``: a board whose driver dies leaves the way to the turnstile's own fire
        /// contact.
        case hold
        /// De-energise it.
        case release
        /// Still awaiting the one before: ask again when that is over.
        case busy(UUIDv7)
        case passed(UUIDv7)
        case notPassed(UUIDv7)
        /// The sensor could not tell.
        case unknown(UUIDv7)
        /// A second person passed on the opening for this one.
        case twoOnOne(UUIDv7)
        /// Somebody passed while nobody was let in.
        case passedUnopened
        case alarm(TurnstileAlarm, isActive: Bool)
    }

    enum State: Hashable, Sendable {
        case closed
        case open(UUIDv7, until: Uptime)
        case passing(UUIDv7)
        /// Just passed: whoever follows before this moment follows on the same opening.
        case behind(UUIDv7, until: Uptime)
    }

    let settings: TurnstileSettings
    var state = State.closed
    private(set) var sensor = SensorState.unknown
    /// Since when the sensor has been active.
    private var activeSince: Uptime?
    private var isStuck = false
    /// The relay is energised until then: a turnstile takes a second opening only as a second pulse. Nil: it is not.
    private var pulseEnds: Uptime?
    private(set) var isEmergency = false

    public init(_ settings: TurnstileSettings) { self.settings = settings }

    /// Whether what the sensor says can be believed.
    public var isSensorGood: Bool { !isStuck && (sensor == .clear || sensor == .active) }

    /// Whether a person may be let in now.
    public var isReady: Bool {
        guard !isEmergency, pulseEnds == nil else { return false }
        switch state {
        case .closed, .behind: return !isSensorGood || sensor == .clear
        case .open, .passing: return false
        }
    }

    /// Who was let in and is awaited.
    public var awaited: UUIDv7? {
        switch state {
        case .open(let id, _), .passing(let id): id
        case .closed, .behind: nil
        }
    }

    public var nextDeadline: Uptime? {
        var due: [Uptime] = []
        if let activeSince, !isStuck { due.append(activeSince + settings.stuckAfter) }
        if let pulseEnds { due.append(pulseEnds) }
        switch state {
        case .open(_, let until), .behind(_, let until): due.append(until)
        case .closed, .passing: break
        }
        return due.min()
    }

    /// - Parameter now: time since boot; never decreases.
    /// - Returns: effects in the order to carry them out.
    public mutating func handle(_ event: Event, at now: Uptime) -> [Action] {
        // What is due comes before what happens now.
        let due = overdue(at: now)
        switch event {
        case .tick: return due
        case .admit(let id): return due + admit(id, at: now)
        case .sensor(let new): return due + sense(new, at: now)
        case .emergency(let stands): return due + emergency(stands, at: now)
        }
    }

    private mutating func admit(_ id: UUIDv7, at now: Uptime) -> [Action] {
        guard isReady else { return [.busy(id)] }
        state = .open(id, until: now + settings.passWithin)
        pulseEnds = now + settings.pulse + TurnstileMachine.pulseGap
        return [.open(id)]
    }

    /// Between two pulses, so that they are two.
    static let pulseGap = Uptime.Span.milliseconds(50)

    private mutating func overdue(at now: Uptime) -> [Action] {
        var actions: [Action] = []
        if let pulseEnds, now >= pulseEnds { self.pulseEnds = nil }
        if let activeSince, !isStuck, now >= activeSince + settings.stuckAfter {
            isStuck = true
            actions.append(.alarm(.sensorStuck, isActive: true))
            // It was entered, for certain; when it was left nobody can tell.
            if case .passing(let id) = state { actions += passed(id, at: now) }
        }
        switch state {
        case .open(let id, let until) where now >= until:
            state = .closed
            actions.append(isSensorGood ? .notPassed(id) : .unknown(id))
        case .behind(_, let until) where now >= until: state = .closed
        case .closed, .open, .passing, .behind: break
        }
        return actions
    }

    private mutating func sense(_ new: SensorState, at now: Uptime) -> [Action] {
        let old = sensor
        guard new != old else { return [] }
        sensor = new
        var actions: [Action] = []
        activeSince = new == .active ? now : nil
        if isStuck {
            isStuck = false
            actions.append(.alarm(.sensorStuck, isActive: false))
        }
        let (wasFaulty, isFaulty) = (old == .faulty, new == .faulty)
        if wasFaulty != isFaulty { actions.append(.alarm(.sensorFaulty, isActive: isFaulty)) }
        switch new {
        case .active:
            // Of one that has only just spoken nobody knows since when it was active.
            guard old == .clear else { return actions }
            return actions + entered(at: now)
        case .clear:
            if case .passing(let id) = state { actions += passed(id, at: now) }
        case .faulty, .unknown:
            // It was entered: who pays has gone through, or stands in it.
            if case .passing(let id) = state { actions += passed(id, at: now) }
        }
        return actions
    }

    private mutating func entered(at now: Uptime) -> [Action] {
        guard !isEmergency else { return [] }
        switch state {
        case .open(let id, _):
            state = .passing(id)
            return []
        case .behind(let id, _):
            state = .closed
            return [.twoOnOne(id)]
        case .closed: return [.passedUnopened]
        case .passing: return []
        }
    }

    private mutating func passed(_ id: UUIDv7, at now: Uptime) -> [Action] {
        state = .behind(id, until: now + settings.secondWithin)
        return [.passed(id)]
    }

    private mutating func emergency(_ stands: Bool, at now: Uptime) -> [Action] {
        guard stands != isEmergency else { return [] }
        isEmergency = stands
        // Held or released, the relay pulses no more.
        pulseEnds = nil
        guard stands else {
            return [.alarm(.emergency, isActive: false), .release]
        }
        var actions: [Action] = []
        switch state {
        case .open(let id, _), .passing(let id): actions.append(.unknown(id))
        case .closed, .behind: break
        }
        state = .closed
        return actions + [.alarm(.emergency, isActive: true)] + [.hold]
    }
}

/// What is wrong with a turnstile until it is over.
public enum TurnstileAlarm: String, CaseIterable, Hashable, Sendable {
    case sensorFaulty, sensorStuck, emergency

    public var chinese: String {
        switch self {
        case .sensorFaulty: "闸机通行传感器故障"
        case .sensorStuck: "闸机通行传感器常亮，请检查是否被遮挡"
        case .emergency: "紧急放行中"
        }
    }

    public var english: String {
        switch self {
        case .sensorFaulty: "the turnstile's passage sensor is faulty"
        case .sensorStuck: "the turnstile's passage sensor stays active: see what blocks it"
        case .emergency: "the turnstile is held open for an emergency"
        }
    }
}
