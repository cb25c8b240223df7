internal import Vocabulary

/// When the pulses of the two relays of a boom end, as commanded.
struct BarrierRelays: Sendable, Hashable {
    /// The end of the last pulse; nil when it is so long ago that it does not matter any more.
    private var raiseEnd: Uptime?
    private var lowerEnd: Uptime?

    func isOn(_ direction: BarrierMachine.Direction, at now: Uptime) -> Bool {
        guard let end = end(of: direction) else { return false }
        return end > now
    }

    /// The end of the last pulse in this direction, past or to come; nil if it does not matter any more.
    func end(of direction: BarrierMachine.Direction) -> Uptime? {
        switch direction {
        case .raise: raiseEnd
        case .lower: lowerEnd
        }
    }

    mutating func setEnd(of direction: BarrierMachine.Direction, _ end: Uptime?) {
        switch direction {
        case .raise: raiseEnd = end
        case .lower: lowerEnd = end
        }
    }

    /// The first instant at which both relays are off and have been off for the dead time; nil if that is so already.
    func rested(deadTime: Uptime.Span) -> Uptime? {
        switch (raiseEnd, lowerEnd) {
        case (let raise?, let lower?): max(raise, lower) + deadTime
        case (let end?, nil), (nil, let end?): end + deadTime
        case (nil, nil): nil
        }
    }

    /// Forgets pulses that ended at least the dead time ago.
    mutating func forgetRested(at now: Uptime, deadTime: Uptime.Span) {
        if let end = raiseEnd, end + deadTime <= now { raiseEnd = nil }
        if let end = lowerEnd, end + deadTime <= now { lowerEnd = nil }
    }

    mutating func shift(by span: Uptime.Span) {
        raiseEnd = raiseEnd.map { $0 + span }
        lowerEnd = lowerEnd.map { $0 + span }
    }
}
