public import Vocabulary

/// Keeps a camera that sends without pause from filling the log and the box's queue. Pure: time is an argument.
public struct CameraPace: Hashable, Sendable {
    /// A sign of life, and a refusal, are told so often.
    public static let interval = Uptime.Span.seconds(1)

    private var told: Uptime?
    private var logged: Uptime?
    private var unlogged = 0
    private var fault: String?

    public init() {}

    /// Whether a sign of life is to be told: once a second is often enough.
    public mutating func tells(at now: Uptime) -> Bool {
        if let told, now - told < CameraPace.interval { return false }
        told = now
        return true
    }

    /// - Returns: what to add to the line about a refused message; nil: no line, there was one within a second.
    public mutating func refused(at now: Uptime) -> String? {
        if let logged, now - logged < CameraPace.interval {
            unlogged += 1
            return nil
        }
        defer { (logged, unlogged) = (now, 0) }
        return unlogged == 0 ? "" : " (and \(unlogged) more before)"
    }

    /// Whether the link is down for another reason than at the last attempt.
    public mutating func isNew(_ why: String) -> Bool {
        defer { fault = why }
        return fault != why
    }

    public mutating func isUp() { fault = nil }
}
