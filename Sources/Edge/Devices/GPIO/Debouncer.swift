internal import Vocabulary

/// Turns the edges of one input into a level that can be trusted. Pure: time is an argument.
///
/// A level counts once it has stayed for the settling time. An input that changes too often in any second is
/// chattering: its level is unknown until it has been quiet for a second (or the settling time, if that is longer).
struct Debouncer: Sendable {
    enum Report: Equatable, Sendable {
        /// The level, and when it began.
        case level(Bool, at: Uptime)
        case chattering(at: Uptime)
    }

    private enum State: Equatable {
        case steady
        /// The line has left the reported level; it counts at `until`.
        case settling(until: Uptime)
        case chattering(quietAt: Uptime)
    }

    private static let window = Uptime.Span.seconds(1)

    private let settling: Uptime.Span
    private let quiet: Uptime.Span
    private var state = State.steady
    /// What the line is, reported or not.
    private(set) var lineLevel: Bool
    private var reported: Bool
    /// When the line took its level.
    private var since: Uptime
    private var latest: Uptime
    private var sampledAt: Uptime
    /// The times of the last edges, a ring as long as the limit: its oldest entry is the edge `limit` edges ago.
    private var edges: [Uptime?]
    private var nextEdge = 0

    /// - Parameters:
    ///   - settlingMilliseconds: 0 reports every change at once.
    ///   - maximumEdgesPerSecond: 1 or more; one more edge than this within a second is chattering.
    ///   - level: the level at the start, taken as reported.
    init(settlingMilliseconds: Int, maximumEdgesPerSecond: Int, level: Bool, at now: Uptime) {
        precondition(settlingMilliseconds >= 0 && maximumEdgesPerSecond >= 1)
        settling = .milliseconds(Int64(settlingMilliseconds))
        quiet = max(settling, Debouncer.window)
        lineLevel = level
        reported = level
        since = now
        latest = now
        sampledAt = now
        edges = Array(repeating: nil, count: maximumEdgesPerSecond)
    }

    /// The instant at which ``advance(to:into:)`` has something to report; nil if only an edge can change anything.
    var deadline: Uptime? {
        switch state {
        case .steady: nil
        case .settling(let until): until
        case .chattering(let quietAt): quietAt
        }
    }

    /// Whether the level is unknown.
    var isChattering: Bool {
        if case .chattering = state { true } else { false }
    }

    /// Takes an edge to `level`; an instant before that of an earlier edge counts as that one.
    mutating func edge(_ level: Bool, at instant: Uptime, into reports: inout [Report]) {
        // It was in the queue while the line was read: what was read is newer.
        guard instant > sampledAt else { return }
        change(to: level, at: max(instant, latest), into: &reports)
    }

    /// Takes the level of the line as read now; a level other than the one known is an edge that was missed.
    mutating func sample(_ level: Bool, at now: Uptime, into reports: inout [Report]) {
        if level != lineLevel { change(to: level, at: max(now, latest), into: &reports) }
        sampledAt = max(sampledAt, now)
    }

    private mutating func change(to level: Bool, at now: Uptime, into reports: inout [Report]) {
        advance(to: now, into: &reports)
        latest = now
        lineLevel = level
        since = now
        let isTooMany = note(edgeAt: now)
        switch state {
        case .chattering:
            state = .chattering(quietAt: now + quiet)
        case .steady, .settling:
            if isTooMany {
                state = .chattering(quietAt: now + quiet)
                reports.append(.chattering(at: now))
            } else if level == reported {
                state = .steady
            } else {
                state = .settling(until: now + settling)
                advance(to: now, into: &reports)
            }
        }
    }

    /// Reports what has settled by `now`.
    mutating func advance(to now: Uptime, into reports: inout [Report]) {
        switch state {
        case .settling(let until) where until <= now:
            state = .steady
            reported = lineLevel
            reports.append(.level(lineLevel, at: since))
        case .chattering(let quietAt) where quietAt <= now:
            state = .steady
            reported = lineLevel
            edges = Array(repeating: nil, count: edges.count)
            reports.append(.level(lineLevel, at: since))
        case .steady, .settling, .chattering:
            return
        }
    }

    /// - Returns: whether more edges than the limit lie within the last second.
    private mutating func note(edgeAt now: Uptime) -> Bool {
        let oldest = edges[nextEdge]
        edges[nextEdge] = now
        nextEdge = (nextEdge + 1) % edges.count
        guard let oldest else { return false }
        return now - oldest < Debouncer.window
    }
}
