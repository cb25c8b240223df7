internal import Vocabulary

/// The sensors of one lane, by the names under which a board wires them: `exit-1.safetyLoop`.
public enum LaneSensor: String, CaseIterable, Hashable, Sendable {
    case approachLoop, safetyLoop, photocell, openLimit, closedLimit, obstruction, armIntact

    /// It sees cars, so one that sees one for ever is broken.
    var canBeStuck: Bool {
        switch self {
        case .approachLoop, .safetyLoop, .photocell, .obstruction: true
        case .openLimit, .closedLimit, .armIntact: false
        }
    }
}

/// Decides what a sensor is worth: one that reports a fault (chattering, a broken wire), or that has been occupied for
/// too long, is faulty, and stays so until it has behaved for a while. Pure.
struct SensorWatch: Hashable, Sendable {
    enum Fault: Hashable {
        /// The sensor's line says so itself.
        case reported
        /// It was occupied for longer than any car explains; only a clear reading shows that it works.
        case stuck
    }

    /// What the line says.
    private(set) var raw = SensorState.unknown
    private(set) var fault: Fault?
    /// Since when it has been occupied, or has last been explained by a car.
    private(set) var occupiedSince: Uptime?
    /// Since when a faulty sensor has behaved.
    private(set) var soundSince: Uptime?

    /// What is to be believed.
    var reading: SensorState { fault == nil ? raw : .faulty }

    mutating func hear(_ reading: SensorState, at now: Uptime) {
        let before = raw
        raw = reading
        switch reading {
        case .unknown: self = SensorWatch()
        case .faulty: (fault, occupiedSince, soundSince) = (.reported, nil, nil)
        case .clear:
            occupiedSince = nil
            if fault != nil { soundSince = soundSince ?? now }
        case .active:
            if before != .active { occupiedSince = fault == nil ? now : nil }
            switch fault {
            case .stuck: soundSince = nil
            case .reported: soundSince = soundSince ?? now
            case nil: break
            }
        }
    }

    /// A car is known that may well stand on it: the time counts from here.
    mutating func explain(at now: Uptime) { if occupiedSince != nil { occupiedSince = now } }

    /// A person has looked at it: what it says now is believed.
    mutating func vouch(at now: Uptime) {
        guard fault != nil, raw != .faulty else { return }
        (fault, soundSince, occupiedSince) = (nil, nil, raw == .active ? now : nil)
    }

    /// - Parameter stuckAfter: nil for a sensor that may be active for ever.
    mutating func advance(to now: Uptime, stuckAfter: Uptime.Span?, recoversAfter: Uptime.Span) {
        if let since = soundSince, now >= since + recoversAfter {
            (fault, soundSince, occupiedSince) = (nil, nil, raw == .active ? now : nil)
        }
        if let stuckAfter, let since = occupiedSince, now >= since + stuckAfter {
            (fault, occupiedSince) = (.stuck, nil)
        }
    }

    func deadline(stuckAfter: Uptime.Span?, recoversAfter: Uptime.Span) -> Uptime? {
        if let soundSince { return soundSince + recoversAfter }
        if let stuckAfter, let occupiedSince { return occupiedSince + stuckAfter }
        return nil
    }

    /// All instants moved by a span, for a comparison of states.
    func moved(by span: Uptime.Span, canBeStuck: Bool) -> SensorWatch {
        var result = self
        result.occupiedSince = canBeStuck ? occupiedSince.map { $0 + span } : nil
        result.soundSince = soundSince.map { $0 + span }
        return result
    }
}
