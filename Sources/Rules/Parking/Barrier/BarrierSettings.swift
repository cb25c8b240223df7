public import Vocabulary

/// How one boom is driven and what is fitted to it. Every value has been checked.
public struct BarrierSettings: Sendable, Hashable {
    /// What a pulse may last.
    public static let pulseRange = Uptime.Span.milliseconds(50)...Uptime.Span.milliseconds(2_000)
    /// What ``travelLimit`` may be.
    public static let travelRange = Uptime.Span.milliseconds(500)...Uptime.Span.seconds(60)
    /// What ``noShowLimit`` may be.
    public static let noShowRange = Uptime.Span.seconds(1)...Uptime.Span.seconds(600)
    /// What ``clearDelay`` may be.
    public static let clearDelayRange = Uptime.Span.milliseconds(100)...Uptime.Span.seconds(60)
    /// What ``reverseDeadTime`` may be; not 0, because a relay's contact needs some milliseconds to fall off.
    public static let deadTimeRange = Uptime.Span.milliseconds(20)...Uptime.Span.seconds(5)
    /// What ``obstructionRetries`` may be.
    public static let retryRange = 0...10
    /// What ``stuckMovements`` may be.
    public static let stuckRange = 1...10

    /// How long the raise relay is energised; 50 to 2,000 ms.
    public let raisePulse: Uptime.Span
    /// How long the lower relay is energised; 50 to 2,000 ms.
    public let lowerPulse: Uptime.Span
    /// How long after a pulse the boom may take to get there; 500 ms to 60 s. Without a limit switch it is the evidence
    /// itself: a boom is taken to be there when this time is over.
    public let travelLimit: Uptime.Span
    /// How long the boom stays open for a car that does not come; 1 to 600 s. A boom whose position is not known waits
    /// as long before it is lowered.
    public let noShowLimit: Uptime.Span
    /// How long safety loop and photocell must have been clear before the boom is lowered; 100 ms to 60 s.
    public let clearDelay: Uptime.Span
    /// The least time between the end of one relay's pulse and the start of the next one; 20 ms to 5 s. Relays are
    /// switched a little after each decision: it must be longer than that takes.
    public let reverseDeadTime: Uptime.Span
    /// A switch tells when the boom is fully up.
    public let hasOpenLimit: Bool
    /// A switch tells when the boom is fully down.
    public let hasClosedLimit: Bool
    /// A photocell watches the lane beside the safety loop.
    public let hasPhotocell: Bool
    /// The pressure edge is wired to the box as a contact, so that a broken one is seen.
    public let hasObstruction: Bool
    /// A contact tells whether the arm is in its holder.
    public let hasArmContact: Bool
    /// A loop before the boom, on which a car stands while it waits, and which it leaves only when it is on the safety
    /// loop or goes back.
    public let hasApproachLoop: Bool
    /// How often closing is tried again after an obstruction, or after the boom did not get down in time, before it is
    /// left open and out of service; 0 to 10. Counted anew when the boom has closed.
    public let obstructionRetries: Int
    /// After how many movements in a row a limit switch that should have changed and did not is taken for faulty; 1 to
    /// 10.
    public let stuckMovements: Int
    /// The barrier closes by itself, and is never closed by us: a camera's output raises it, over a network, and what
    /// was sent over a network cannot be taken back when a car comes. Where no safety loop of ours sees the lane
    /// either, a car counts as gone through, not proven, when ``noShowLimit`` is over.
    public let closesItself: Bool

    /// Checks and keeps the settings. What guards the way has no default: a forgotten photocell would never be asked.
    ///
    /// - Throws: ``BarrierSettingsError`` for the first value that does not do.
    public init(
        raisePulse: Uptime.Span = .milliseconds(500), lowerPulse: Uptime.Span = .milliseconds(500),
        travelLimit: Uptime.Span = .seconds(6), noShowLimit: Uptime.Span = .seconds(30),
        clearDelay: Uptime.Span = .milliseconds(500), reverseDeadTime: Uptime.Span = .milliseconds(100),
        hasOpenLimit: Bool, hasClosedLimit: Bool, hasPhotocell: Bool, hasObstruction: Bool = false,
        hasArmContact: Bool = false, hasApproachLoop: Bool = false, obstructionRetries: Int = 3,
        stuckMovements: Int = 3, closesItself: Bool = false
    ) throws(BarrierSettingsError) {
        let checks: [(BarrierSettingsError.Setting, Uptime.Span, ClosedRange<Uptime.Span>)] = [
            (.raisePulse, raisePulse, Self.pulseRange), (.lowerPulse, lowerPulse, Self.pulseRange),
            (.travelLimit, travelLimit, Self.travelRange), (.noShowLimit, noShowLimit, Self.noShowRange),
            (.clearDelay, clearDelay, Self.clearDelayRange), (.reverseDeadTime, reverseDeadTime, Self.deadTimeRange),
        ]
        for (setting, value, range) in checks where !range.contains(value) {
            throw .outOfRange(setting, found: value, allowed: range)
        }
        guard Self.retryRange.contains(obstructionRetries) else { throw .retriesOutOfRange(found: obstructionRetries) }
        guard Self.stuckRange.contains(stuckMovements) else { throw .stuckOutOfRange(found: stuckMovements) }
        // A travel that is over must leave both relays off and rested, so that the next movement can start at once.
        let shortest = Uptime.Span(
            nanoseconds: max(raisePulse, lowerPulse).nanoseconds + reverseDeadTime.nanoseconds)
        guard travelLimit >= shortest else { throw .travelTooShort(found: travelLimit, atLeast: shortest) }
        self.raisePulse = raisePulse
        self.lowerPulse = lowerPulse
        self.travelLimit = travelLimit
        self.noShowLimit = noShowLimit
        self.clearDelay = clearDelay
        self.reverseDeadTime = reverseDeadTime
        self.hasOpenLimit = hasOpenLimit
        self.hasClosedLimit = hasClosedLimit
        self.hasPhotocell = hasPhotocell
        self.hasObstruction = hasObstruction
        self.hasArmContact = hasArmContact
        self.hasApproachLoop = hasApproachLoop
        self.obstructionRetries = obstructionRetries
        self.stuckMovements = stuckMovements
        self.closesItself = closesItself
    }
}

/// A setting with which a boom cannot be driven safely.
public enum BarrierSettingsError: Error, Equatable, CustomStringConvertible {
    /// Which setting is meant, by its name in ``BarrierSettings``.
    public enum Setting: String, Sendable {
        case raisePulse, lowerPulse, travelLimit, noShowLimit, clearDelay, reverseDeadTime
    }

    case outOfRange(Setting, found: Uptime.Span, allowed: ClosedRange<Uptime.Span>)
    case retriesOutOfRange(found: Int)
    case stuckOutOfRange(found: Int)
    case travelTooShort(found: Uptime.Span, atLeast: Uptime.Span)

    public var description: String {
        switch self {
        case .outOfRange(let setting, let found, let allowed):
            "barrier setting \(setting.rawValue) is \(found.milliseconds) ms; "
                + "use \(allowed.lowerBound.milliseconds) to \(allowed.upperBound.milliseconds) ms"
        case .retriesOutOfRange(let found):
            "barrier setting obstructionRetries is \(found); use \(BarrierSettings.retryRange.lowerBound) to "
                + "\(BarrierSettings.retryRange.upperBound)"
        case .stuckOutOfRange(let found):
            "barrier setting stuckMovements is \(found); use \(BarrierSettings.stuckRange.lowerBound) to "
                + "\(BarrierSettings.stuckRange.upperBound)"
        case .travelTooShort(let found, let atLeast):
            "barrier setting travelLimit is \(found.milliseconds) ms; use at least \(atLeast.milliseconds) ms, "
                + "the longer pulse and reverseDeadTime together"
        }
    }
}
