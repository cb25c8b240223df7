internal import Canteen
internal import Effects
internal import Parking
internal import Vocabulary

/// The rules that one simulated box runs: a car park's, or a canteen's.
enum SimulatedCore: EdgeCore {
    enum Own: Sendable {
        case parking(ParkingEvent)
        case till(CanteenEvent)
    }

    case parking(ParkingSite)
    case till(CanteenSite)
    /// Taken out for the moment of a decision, so that the site is changed where it is and not in a copy.
    case absent

    mutating func handle(_ event: EdgeEvent<Own>, at now: ClockReading) -> [EdgeEffect] {
        switch self {
        case .parking(var site):
            self = .absent
            defer { self = .parking(site) }
            return site.handle(event.map { if case .parking(let own) = $0 { own } else { nil } }, at: now)
        case .till(var site):
            self = .absent
            defer { self = .till(site) }
            return site.handle(event.map { if case .till(let own) = $0 { own } else { nil } }, at: now)
        case .absent: preconditionFailure("no decision within a decision")
        }
    }

    var nextDeadline: Uptime? {
        switch self {
        case .parking(let site): site.nextDeadline
        case .till(let site): site.nextDeadline
        case .absent: nil
        }
    }

    var purseRulesDigest: String? {
        if case .till(let site) = self { site.purseRulesDigest } else { nil }
    }

    var livePayments: Int {
        switch self {
        case .parking(let site): site.livePayments
        case .till(let site): site.livePayments
        case .absent: 0
        }
    }
}

extension EdgeEvent {
    /// The same event for another core; an own event must be one of that core's.
    fileprivate func map<New: Sendable>(_ own: (Own) -> New?) -> EdgeEvent<New> {
        switch self {
        case .tick: return .tick
        case .linkUp: return .linkUp
        case .linkDown: return .linkDown
        case .answer(let token, let response): return .answer(token, response)
        case .announced(let announcement): return .announced(announcement)
        case .durable(let token): return .durable(token)
        case .lost(let token): return .lost(token)
        case .settledWithPlatform: return .settledWithPlatform
        case .journal(let isHealthy): return .journal(isHealthy: isHealthy)
        case .disk(let level): return .disk(level)
        case .sensor(let name, let state): return .sensor(name, state)
        case .own(let value):
            guard let new = own(value) else { preconditionFailure("an event of another kind of box") }
            return .own(new)
        }
    }
}
