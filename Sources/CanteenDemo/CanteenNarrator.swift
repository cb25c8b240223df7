import DemoParts
import JSONText
import Vocabulary
import Wire

/// Tells what a canteen's box writes into its journal, in words.
enum CanteenNarrator {
    /// - Returns: where it happened and what; nil for what is not told.
    static func words(_ event: Record.Event) -> (place: String, text: String)? {
        switch event {
        case .identified(let who):
            let likeness = who.similarity.map { " (\($0 / 10).\($0 % 10) %)" } ?? ""
            return (who.lane.text, "  \(who.holder) known by \(who.by?.rawValue ?? "an earlier run")\(likeness)")
        case .decision(_, let lane, _, _, .hold, let reason): return (lane.text, "  stays closed: \(reason)")
        case .decision(_, let lane, _, _, .refuse, let reason): return (lane.text, "  given up: \(reason)")
        case .payment(let state, let charge, _): return paid(state, charge).map { (charge.lane.text, "  \($0)") }
        case .leaseSpent(_, let charge, let spends):
            let parts = spends.map { "\($0.purse) \($0.amount)" }.joined(separator: ", ")
            return (
                charge.lane.text,
                "  \(charge.quote.total) yuan from money lent to this box (\(parts)), on disk before it opens"
            )
        case .pulse(_, let lane, let relay, let milliseconds) where relay.hasSuffix(".open"):
            return (lane.text, "  relay \(relay), \(milliseconds) ms")
        case .passage(_, let lane, let seen):
            let words =
                switch seen {
                case .passed: "has passed"
                case .notPassed: "did not pass in time"
                case .unknown: "nobody can tell who passed"
                }
            return (lane.text, "  sensor: \(words)")
        case .refund(let state, let refund, _):
            return ("box", "  \(refund.amount) yuan go back (\(refund.who): \(refund.why)): \(state.rawValue)")
        case .mealUndone(_, let holder, _): return ("box", "  the helping of \(holder) is undone, at every box")
        case .alarm(let lane, let code, true): return (lane.text, "  ALARM \(code)")
        case .alarm(let lane, let code, false): return (lane.text, "  alarm \(code) is over")
        default: return nil
        }
    }

    private static func paid(_ state: Record.PaymentState, _ charge: Charge) -> String? {
        let amount = charge.quote.total
        return switch state {
        case .requested: "\(amount) yuan asked of the platform"
        case .approved: "\(amount) yuan paid, confirmed by the platform"
        case .declined: "declined by the platform"
        case .acceptedOffline: "\(amount) yuan promised"
        case .cashTaken: "\(amount) yuan taken in cash"
        case .reversing: "\(amount) yuan being undone"
        case .reversed: "\(amount) yuan undone, each fen back in its purse"
        case .timedOut: "no answer from the platform"
        case .pending, .unknown, .queried, .conflict: nil
        }
    }
}

extension CanteenRigBox {
    /// A screen in one line: who, what, which purses paid and what is left in them.
    func shown(_ lane: String? = nil) throws -> String {
        let screen = try screen(lane)
        let purses = (screen["purses"]?.array ?? []).map { purse in
            let paid = purse["paid"]?.string.map { "paid \($0)" }, left = purse["left"]?.string.map { "left \($0)" }
            return "\(purse["en"]?.string ?? "?") \([paid, left].compactMap { $0 }.joined(separator: ", "))"
        }
        let who = screen["who"]?.string.map { "\($0): " } ?? ""
        let rest = purses.isEmpty ? "" : "; \(purses.joined(separator: "; "))"
        return "  screen: \(who)\(CanteenRigBox.words(screen))\(rest)"
    }
}
