internal import Vocabulary
internal import Wire

/// Tells every box that a list has changed: soon, not too often, and not all at once. Pure.
///
/// A change is told at once if the last round is over a second old, and with the next round otherwise; a round goes to
/// the boxes in portions, so that ten thousand of them do not fill the link's queue. A box that is not reached learns
/// it when it asks by itself.
struct ListCrier {
    /// Between the beginnings of two rounds, at least.
    static let leastPause = Uptime.Span.milliseconds(900)
    /// At most this many boxes are told in one go, and so long is the pause between two.
    static let portion = 256
    static let portionPause = Uptime.Span.milliseconds(50)

    private let devices: [DeviceID]
    private var hasChanged = false
    /// The boxes from this one on are still to be told in this round; at the end: no round is under way.
    private var next: Int
    /// Nothing is said before.
    private var notBefore: Uptime?
    private var roundBegan: Uptime?

    init(_ devices: [DeviceID]) {
        self.devices = devices
        next = devices.count
    }

    /// The list has another version. Boxes that this round has told already are told again.
    mutating func changed() { hasChanged = !devices.isEmpty }

    /// When to ask ``take(at:)`` again; nil: after a change.
    var nextTime: Uptime? { hasChanged || next < devices.count ? notBefore ?? Uptime(nanoseconds: 0) : nil }

    /// The boxes to be told now; none before ``nextTime``.
    mutating func take(at now: Uptime) -> ArraySlice<DeviceID> {
        if let notBefore, now < notBefore { return [] }
        if next == devices.count {
            guard hasChanged else { return [] }
            hasChanged = false
            next = 0
            roundBegan = now
        }
        let portion = devices[next..<min(next + ListCrier.portion, devices.count)]
        next = portion.endIndex
        let pause = now + ListCrier.portionPause
        let round = (roundBegan ?? now) + ListCrier.leastPause
        notBefore = next == devices.count ? max(pause, round) : pause
        return portion
    }
}
