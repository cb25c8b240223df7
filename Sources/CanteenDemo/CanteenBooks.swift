import DemoParts
import Journal
package import Services
package import Vocabulary
package import Wire

/// The account at the end: what the boxes' journals say, what the platform holds, and whether the two agree.
package struct CanteenBooks {
    package struct Line: Sendable {
        package var what: String
        package var boxes: String, platform: String

        package var agrees: Bool { boxes == platform }
    }

    package private(set) var lines: [Line] = []

    package var differences: Int { lines.reduce(0) { $0 + ($1.agrees ? 0 : 1) } }

    package var text: String {
        let heads = ["", "boxes", "platform"]
        let rows = [heads] + lines.map { [$0.what, $0.boxes, $0.agrees ? $0.platform : "\($0.platform)  DIFFERS"] }
        let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            (0..<2).map { row[$0] + String(repeating: " ", count: widths[$0] - row[$0].count + 2) }.joined() + row[2]
        }.joined(separator: "\n") + "\n\n\(differences) difference\(differences == 1 ? "" : "s")"
    }

    /// What boxes have taken, by payment id: so that what is recorded twice counts once.
    package struct Taken {
        package var online: [PaymentID: Charge] = [:]
        package var lent: [PaymentID: Charge] = [:]
        package var promised: [PaymentID: Charge] = [:]
        package var cash: [PaymentID: Charge] = [:]
        package var reversed: Set<PaymentID> = []
        package var refunds: [PaymentID: Fen] = [:]

        package init(_ events: [Record.Event]) {
            for event in events {
                switch event {
                case .payment(.approved, let charge, _): online[charge.payment] = charge
                case .payment(.acceptedOffline, let charge, _): promised[charge.payment] = charge
                case .payment(.cashTaken, let charge, _): cash[charge.payment] = charge
                case .payment(.reversed, let charge, _): reversed.insert(charge.payment)
                case .leaseSpent(_, let charge, _): lent[charge.payment] = charge
                case .refund(.refunded, let refund, _): refunds[refund.id] = refund.amount
                default: break
                }
            }
        }

        /// Everything that was taken and not reversed.
        package var charges: [PaymentID: Charge] {
            let all = [lent, promised, cash].reduce(online) { $0.merging($1) { first, _ in first } }
            return all.filter { !reversed.contains($0.key) }
        }
    }

    /// - Parameters:
    ///   - records: those of each box.
    ///   - violations: what the supervisor's proof has found.
    package init(_ records: [[Record.Event]], report: LedgerReport, violations: [String]) {
        let taken = Taken(records.flatMap { $0 })
        let charges = taken.charges
        func sum(_ amounts: some Sequence<Fen>) -> Fen { Fen(amounts.reduce(0) { $0 + $1.count }) }
        let total = sum(charges.values.map(\.quote.total)), returned = sum(taken.refunds.values)
        let approved = report.payments("approved")
        let merchant = report.balance(of: "merchant:school-catering") ?? report.balance(of: "school-catering")
        func line(_ what: String, _ boxes: String, _ platform: String) {
            lines.append(Line(what: what, boxes: boxes, platform: platform))
        }
        line("records", "\(records.reduce(0) { $0 + $1.count })", "\(report.streams.reduce(0) { $0 + $1.rows })")
        line("meals and sales paid", "\(charges.count)", "\(approved.count)")
        line("their sum, yuan", "\(total)", "\(approved.sum)")
        line("reversed", "\(taken.reversed.count)", "\(report.payments("reversed").count)")
        line(
            "kept by the canteen after refunds, yuan", "\(Fen(total.count - returned.count))",
            "\(merchant ?? .zero)")
        line("sum of all books", "0.00", "\(report.sumOfBooks)")
        line("totals and lots that do not agree", "0", "\(report.faults.count + report.purseFaults.count)")
        line("subsidies spent against their rules", "0", "\(violations.count)")
    }
}

extension CanteenRig {
    /// Waits until everything is delivered, ends the daemons, and compares.
    package func settle() throws -> CanteenBooks {
        try waitUntilDelivered()
        try wait("nothing is being undone any more", seconds: 30) {
            let records = try boxes.map { try $0.records() }
            return records.allSatisfy { CanteenBooks.isSettled($0) }
        }
        try waitUntilDelivered()
        end()
        for box in boxes {
            let verification = try box.verify()
            guard verification.firstBreak == nil else {
                throw DemoError("the journal of \(box.name) is broken: \(verification)")
            }
        }
        return CanteenBooks(
            try boxes.map { try $0.records() }, report: try report(), violations: try violations())
    }
}

extension CanteenBooks {
    /// Whether every reversal and refund that was begun has come to its end.
    static func isSettled(_ events: [Record.Event]) -> Bool {
        var open: Set<PaymentID> = []
        for event in events {
            switch event {
            case .payment(.reversing, let charge, _): open.insert(charge.payment)
            case .payment(.reversed, let charge, _): open.remove(charge.payment)
            case .refund(.requested, let refund, _): open.insert(refund.id)
            case .refund(_, let refund, _): open.remove(refund.id)
            default: break
            }
        }
        return open.isEmpty
    }
}
