import DemoParts
import Synchronization
import Vocabulary
import Wire

/// Tells what the box writes into its journal, as it is written, and counts it.
final class Narrator: Sendable {
    /// What the journal holds by the end.
    struct Tally: Sendable {
        var entered = 0
        var left = 0
        var free = 0
        var held = 0
        var manual = 0
        /// By payment id: so that what is recorded twice counts once.
        var online: [PaymentID: Fen] = [:]
        var offline: [PaymentID: Fen] = [:]
        var debts: [PaymentID: Fen] = [:]
        var records: Int64 = 0
    }

    private let story = Story()
    private let tally = Mutex(Tally())

    /// Begins to follow a journal, from record `from` on.
    func follow(_ path: String, from: Int64) throws { try story.follow(path, from: from) { self.tell($0) } }

    /// Tells the rest and ends.
    func finish() -> Tally {
        story.finish()
        return tally.withLock { $0 }
    }

    /// Prints a line of the story.
    func say(_ place: String, _ text: String) { story.say(place, text) }

    private func tell(_ event: Record.Event) {
        tally.withLock { $0.records += 1 }
        switch event {
        case .started, .stayClosed: break
        case .plateCorrected(let correction):
            say(correction.lane.text, "  \(correction.who) corrects the plate to \(correction.plate.text)")
        case .deskAct(let act): say(act.lane.text, "  \(act.who), \(act.kind.rawValue): \(act.why)")
        case .stayPrepaid(let stay, _): say("box", "stay \(stay) was paid for on the phone")
        case .stayOpened: tally.withLock { $0.entered += 1 }
        case .decision(_, let lane, let plate, _, let verdict, let reason): decided(lane, plate, verdict, reason)
        case .hostPays(_, let lane, _, _, let quote): say(lane.text, "  the host pays \(quote.total) yuan")
        case .payment(let state, let charge, _): paid(state, charge)
        case .pulse(_, let lane, let relay, let milliseconds):
            say(lane.text, "  relay \(relay), \(milliseconds) ms")
        case .passage(_, let lane, let passage):
            if passage == .passed, lane.text.hasPrefix("exit") { tally.withLock { $0.left += 1 } }
            say(lane.text, "  loop: the car \(passage == .passed ? "is through" : "did not pass")")
        case .identified, .mealUndone, .ticket: break
        case .debt(let charge):
            tally.withLock { $0.debts[charge.payment] = charge.quote.total }
            say(charge.lane.text, "  debt of \(charge.quote.total) yuan recorded, on disk before the boom moves")
        case .policyChanged(let version, let why):
            say("box", "offline policy \(version) " + (why.map { "refused: \($0)" } ?? "in force"))
        case .leaseGivenBack: say("box", "gives money back that was set aside for it")
        case .leaseSpent(_, let charge, _):
            say(charge.lane.text, "  \(charge.quote.total) yuan paid from money set aside for this box")
        case .leasePaidOut(_, let payout):
            say(payout.lane.text, "  \(payout.quote.total) yuan paid out of money set aside for this box")
        case .refund(let state, let refund, _):
            say("", "  refund of \(refund.amount) yuan by \(refund.who): \(state.rawValue)")
        case .manualOpening(let opening):
            tally.withLock { $0.manual += 1 }
            let unpaid = opening.unpaid.map { $0 > .zero ? ", \($0) yuan not paid" : "" } ?? ""
            say(opening.lane.text, "  opened by \(opening.who): \(opening.reason)\(unpaid)")
        case .shiftOpened(let opening):
            say("desk", "  shift of \(opening.who) begins, \(opening.float) yuan in the drawer")
        case .shiftClosed(let closing):
            say("desk", "  shift of \(closing.opening.who) ends, \(closing.counted) yuan counted")
        case .alarm(let lane, let code, let isActive): say(lane.text, "  alarm \(code) \(isActive ? "begins" : "ends")")
        case .boxAlarm(let code, let isActive): say("box", "alarm \(code) \(isActive ? "begins" : "ends")")
        case .journalReplaced(_, _, let why, let file): say("box", "new journal, \(file) set aside: \(why)")
        }
    }

    private func decided(_ lane: LaneID, _ plate: Plate?, _ verdict: Record.Verdict, _ reason: String) {
        let words =
            switch (verdict, reason) {
            case (.admit, _): "may enter"
            case (.letOut, "free"): "leaves free of charge"
            case (.letOut, "paid"): "may leave: paid"
            case (.letOut, _): "may leave: \(reason)"
            case (.letOutOnDebt, _): "may leave and owes (\(reason))"
            case (.hold, _): "is held: \(reason)"
            case (.refuse, _): "went away: \(reason)"
            }
        tally.withLock {
            if verdict == .hold { $0.held += 1 }
            if verdict == .letOut, reason == "free" { $0.free += 1 }
        }
        say(lane.text, "  \(plate?.text ?? "unknown car") \(words)")
    }

    private func paid(_ state: Record.PaymentState, _ charge: Charge) {
        let amount = charge.quote.total
        let words =
            switch state {
            case .requested: "quoted \(amount) yuan for \(stayed(charge)); asking the platform"
            case .approved: "paid \(amount) yuan, confirmed by the platform"
            case .declined: "declined by the platform"
            case .pending: "the payer has to confirm on the phone"
            case .queried: "asking the platform what became of it"
            case .cashTaken: "\(amount) yuan taken in cash"
            case .unknown: "the platform does not know yet; asked again"
            case .timedOut: "no answer from the platform"
            case .acceptedOffline:
                "\(amount) yuan for \(stayed(charge)) promised offline, on disk before the boom moves"
            case .reversing: "being undone"
            case .reversed: "undone"
            case .conflict: "refused: the id was used before"
            }
        tally.withLock {
            if state == .approved { $0.online[charge.payment] = amount }
            if state == .acceptedOffline { $0.offline[charge.payment] = amount }
        }
        say(charge.lane.text, "  \(charge.plate?.text ?? "") \(words)")
    }

    private func stayed(_ charge: Charge) -> String {
        let minutes = (charge.quote.until.milliseconds - charge.quote.from.milliseconds) / 60_000
        return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
