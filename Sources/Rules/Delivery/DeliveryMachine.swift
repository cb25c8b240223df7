public import Vocabulary
public import Wire

/// Moves the journal's records to the platform: windowed batches, cumulative acknowledgement, rewind. Pure.
///
/// A record counts as delivered only on the platform's own acknowledgement. Nothing is ever given up: not by age, not
/// by count, not after any number of tries. What is bounded is how much is under way at once.
public struct DeliveryMachine: Hashable, Sendable {
    /// At most this many batches under way at once.
    public static let window = 4
    /// How long a drain holds back for live payments before it goes on all the same.
    static let longestHold = Uptime.Span.seconds(3)
    /// How long after a gap the first few batches are sent again.
    static let gapPause = Uptime.Span.milliseconds(50)

    public enum Event: Equatable, Sendable {
        case linkUp, linkDown
        /// Records up to this sequence number are on disk.
        case durable(through: Int64)
        /// The batch that was asked for left, with these records.
        case sent(first: Int64, last: Int64)
        /// The batch that was asked for could not leave (the link fell, its queue was full).
        case notSent
        case acknowledgement(Acknowledgement)
        /// How many payments wait for their first answer.
        case livePayments(Int)
        case tick
    }

    public enum Action: Hashable, Sendable {
        /// Read, sign and send one batch from this record on, no further than `through`; answer with `.sent`.
        case send(first: Int64, through: Int64)
        /// The platform has everything through this record: the journal may note it.
        case acknowledged(through: Int64)
        /// The platform refused a batch, and why; it is kept and sent again after a pause.
        case refused(sequence: Int64, because: String)
        /// The platform lost records it had acknowledged (restored from a backup); they are sent again.
        case rewound(to: Int64)
    }

    private let epoch: String
    private let resendAfter: Uptime.Span
    private let refusedBackoff: Backoff
    private var isLinkUp = false
    private var durable: Int64
    public private(set) var acknowledged: Int64
    /// The first record that is not under way.
    private var next: Int64
    /// The last record of each batch under way, oldest first.
    private var underWay: [Int64] = []
    private var isReading = false
    private var progress = Uptime(nanoseconds: 0)
    private var pausedUntil: Uptime?
    private var refusals = 0
    /// Gaps reported since the last acknowledgement.
    private var gaps = 0
    private var live = 0
    /// While payments wait, no batch leaves before this instant; nil once it has come.
    private var heldUntil: Uptime?

    /// - Parameters:
    ///   - epoch: the journal's; acknowledgements of another are ignored.
    ///   - acknowledged: what an earlier run knew to be acknowledged.
    ///   - durable: the last record on disk.
    ///   - resendAfter: how long without any acknowledgement before everything under way is sent again.
    public init(
        epoch: String, acknowledged: Int64, durable: Int64, resendAfter: Uptime.Span = .seconds(10),
        refusedBackoff: Backoff = Backoff(first: .seconds(1), longest: .seconds(60))
    ) {
        self.epoch = epoch
        self.acknowledged = acknowledged
        self.durable = durable
        self.resendAfter = resendAfter
        self.refusedBackoff = refusedBackoff
        next = acknowledged + 1
    }

    /// The last record known to be on disk.
    public var durableThrough: Int64 { durable }

    /// How many records the platform has not yet confirmed.
    public var queued: Int64 { durable - acknowledged }

    /// When the machine next wants a tick.
    public var nextDeadline: Uptime? {
        guard isLinkUp else { return nil }
        if let pausedUntil { return pausedUntil }
        let resend = underWay.isEmpty ? nil : progress + resendAfter
        guard let heldUntil, next <= durable else { return resend }
        return min(resend ?? heldUntil, heldUntil)
    }

    /// - Parameter dice: 64 random bits, for the pause after a refusal.
    public mutating func handle(_ event: Event, at now: Uptime, dice: UInt64) -> [Action] {
        if let until = heldUntil, now >= until { heldUntil = nil }
        switch event {
        case .linkUp, .linkDown:
            isLinkUp = event == .linkUp
            pausedUntil = nil
            rewind(to: acknowledged + 1, at: now)
        case .durable(let through):
            durable = max(durable, through)
        case .sent(let first, let last):
            isReading = false
            // A batch read before a rewind is not counted; the platform takes it as a repeat or answers with a gap.
            if isLinkUp, first == next, last >= first {
                if underWay.isEmpty { progress = now }
                underWay.append(last)
                next = last + 1
            }
        case .notSent:
            isReading = false
            if isLinkUp { pause(until: now + refusedBackoff.wait(attempt: 1, dice: dice)) }
        case .livePayments(let count):
            if live == 0, count > 0 { heldUntil = now + DeliveryMachine.longestHold }
            if count == 0 { heldUntil = nil }
            live = count
        case .tick:
            tick(at: now)
        case .acknowledgement(let acknowledgement):
            return apply(acknowledgement, at: now, dice: dice) + fill(at: now)
        }
        return fill(at: now)
    }

    private mutating func tick(at now: Uptime) {
        if let until = pausedUntil, now >= until { pausedUntil = nil }
        guard isLinkUp, pausedUntil == nil, !underWay.isEmpty, now >= progress + resendAfter else { return }
        rewind(to: acknowledged + 1, at: now)
    }

    private mutating func apply(_ acknowledgement: Acknowledgement, at now: Uptime, dice: UInt64) -> [Action] {
        switch acknowledgement {
        case .through(epoch, let sequence):
            guard sequence > acknowledged, sequence <= durable else { return [] }
            acknowledged = sequence
            refusals = 0
            gaps = 0
            progress = now
            underWay.removeAll { $0 <= sequence }
            if next <= sequence { next = sequence + 1 }
            return [.acknowledged(through: sequence)]
        case .expected(epoch, let sequence, let reason):
            guard sequence >= 1, sequence <= durable + 1 else { return [] }
            var actions: [Action] = []
            if sequence <= acknowledged {
                acknowledged = sequence - 1
                actions.append(.rewound(to: sequence))
            }
            // A record counts as delivered only by a `through`. What the platform has before the expected record may be
            // another box's, if this disk was copied: sent again, it is confirmed at once, or refused as a fork.
            rewind(to: acknowledged + 1, at: now)
            if reason == "gap" {
                // Each other batch under way may say the same: one rewind is enough, soon. It never shortens the pause
                // after a refusal, and gaps that do not end are no reason to try faster.
                gaps += 1
                let fruitless = gaps - DeliveryMachine.window
                pause(
                    until: now
                        + (fruitless > 0
                            ? refusedBackoff.wait(attempt: fruitless, dice: dice) : DeliveryMachine.gapPause))
            } else {
                refusals += 1
                pause(until: now + refusedBackoff.wait(attempt: refusals, dice: dice))
                actions.append(.refused(sequence: sequence, because: reason))
            }
            return actions
        case .through, .expected:
            return []
        }
    }

    private mutating func rewind(to sequence: Int64, at now: Uptime) {
        next = sequence
        underWay = []
        progress = now
    }

    private mutating func pause(until instant: Uptime) { pausedUntil = max(pausedUntil ?? instant, instant) }

    private mutating func fill(at now: Uptime) -> [Action] {
        guard isLinkUp, !isReading, pausedUntil == nil, next <= durable, underWay.count < DeliveryMachine.window else {
            return []
        }
        // Any hold that is over was forgotten when this event came in.
        guard heldUntil == nil else { return [] }
        isReading = true
        return [.send(first: next, through: durable)]
    }
}
