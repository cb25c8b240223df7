internal import Vocabulary

/// Lets pulses through until there are more in a second than a device sends: then the wire is broken or picks up noise,
/// and none counts until it was quiet for a second. Pure: time is an argument.
struct PulseWatch: Sendable {
    enum Report: Equatable, Sendable {
        case pulse
        /// The first of too many.
        case storm
        case dropped
    }

    private static let window = Uptime.Span.seconds(1)

    /// The times of the last pulses, a ring as long as the limit.
    private var last: [Uptime?]
    private var next = 0
    private var quietAt: Uptime?

    /// - Parameter maximumPerSecond: 1 or more.
    init(maximumPerSecond: Int) {
        precondition(maximumPerSecond >= 1)
        last = Array(repeating: nil, count: maximumPerSecond)
    }

    /// When ``isOver(at:)`` is to be asked; nil while pulses count.
    var deadline: Uptime? { quietAt }

    mutating func take(at now: Uptime) -> Report {
        if let quiet = quietAt {
            quietAt = max(quiet, now + PulseWatch.window)
            return .dropped
        }
        let oldest = last[next]
        last[next] = now
        next = (next + 1) % last.count
        guard let oldest, now - oldest < PulseWatch.window else { return .pulse }
        quietAt = now + PulseWatch.window
        return .storm
    }

    /// - Returns: true once, when it has been quiet for long enough: pulses count again.
    mutating func isOver(at now: Uptime) -> Bool {
        guard let quiet = quietAt, now >= quiet else { return false }
        quietAt = nil
        last = Array(repeating: nil, count: last.count)
        next = 0
        return true
    }
}
