import BenchSupport
import Effects
import Host
import Vocabulary
import Wire

/// The smallest rule core that pays as a car park does, over and over: the charge is on disk before it is asked for,
/// the relay moves on the answer, the records follow.
struct PaymentLoop: EdgeCore {
    /// Nothing comes from outside.
    enum Own: Sendable {}

    private enum Phase {
        case waitingForLink
        case resting(until: Uptime)
        case writing(Charge, WriteToken)
        case asking(Charge, RequestToken, sent: Uptime, queued: Int64, deadline: Uptime)
        case noting(WriteToken)
        case finished
    }

    /// An answer that takes longer than this is asked for again, and counts from the first time.
    private static let askAgainAfter = Uptime.Span.seconds(5)

    private let lane: LaneID
    private let pause: Uptime.Span
    private let results: PaymentResults
    private var records: SampleRecords
    private var phase = Phase.waitingForLink
    private var tokens: UInt64 = 0

    /// - Parameter pause: between the end of one payment and the next; none with 0.
    init(pause: Uptime.Span, results: PaymentResults, at now: ClockReading) throws {
        lane = try LaneID("exit-1")
        records = try SampleRecords(plate: SiteFiles.plate, at: now.wall)
        self.pause = pause
        self.results = results
    }

    var livePayments: Int { if case .asking = phase { 1 } else { 0 } }

    var nextDeadline: Uptime? {
        switch phase {
        case .resting(let until): until
        case .asking(_, _, _, _, let deadline): deadline
        case .waitingForLink, .writing, .noting, .finished: nil
        }
    }

    mutating func handle(_ event: EdgeEvent<Own>, at now: ClockReading) -> [EdgeEffect] {
        switch (phase, event) {
        case (.waitingForLink, .linkUp):
            return begin()
        case (.resting(let until), .tick) where now.uptime >= until:
            return begin()
        case (.writing(let charge, let token), .durable(let written)) where written == token:
            return ask(charge)
        case (.asking(let charge, let token, let sent, let queued, let deadline), .tick) where now.uptime >= deadline:
            phase = .asking(
                charge, token, sent: sent, queued: queued, deadline: now.uptime + PaymentLoop.askAgainAfter)
            return [.send(.charge(charge, code: nil), token, expires: PaymentLoop.askAgainAfter)]
        case (.asking(let charge, let token, let sent, let queued, _), .answer(let answered, let response))
        where answered == token:
            results.add(PaymentResults.Sample(nanoseconds: (BootClock.now() - sent).nanoseconds, queued: queued))
            if response != .payment(charge.payment, .approved) { results.fail("the platform answered \(response)") }
            return open(charge)
        case (.noting(let token), .durable(let written)) where written == token:
            return rest(at: now)
        case (_, .linkDown):
            results.fail("the link to the broker went down")
            phase = .finished
            return []
        default:
            return []
        }
    }

    private mutating func begin() -> [EdgeEffect] {
        let charge = records.charge()
        let token = WriteToken(nextToken())
        phase = .writing(charge, token)
        return [.persist(records: [.payment(.requested, charge, nil)], state: [], token: token)]
    }

    private mutating func ask(_ charge: Charge) -> [EdgeEffect] {
        let token = RequestToken(nextToken())
        let now = BootClock.now()
        phase = .asking(
            charge, token, sent: now, queued: results.queued(), deadline: now + PaymentLoop.askAgainAfter)
        return [.send(.charge(charge, code: nil), token, expires: PaymentLoop.askAgainAfter)]
    }

    private mutating func open(_ charge: Charge) -> [EdgeEffect] {
        let token = WriteToken(nextToken())
        phase = .noting(token)
        return [
            .pulse(output: "relay", .milliseconds(1_000)),
            .persist(
                records: [
                    .decision(
                        transit: charge.payment, lane: lane, plate: charge.plate, stay: charge.stay, verdict: .letOut,
                        reason: "paid"), .payment(.approved, charge, nil),
                ], state: [], token: token),
        ]
    }

    private mutating func rest(at now: ClockReading) -> [EdgeEffect] {
        // Off again: the next call is one of its own, and not the lengthening of this one.
        let effects = [EdgeEffect.release(output: "relay")]
        if results.isFinished {
            phase = .finished
            return effects
        }
        guard pause > .seconds(0) else { return effects + begin() }
        phase = .resting(until: now.uptime + pause)
        return effects
    }

    private mutating func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }
}
