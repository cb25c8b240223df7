import Services
import Vocabulary

/// The account at the end: what the box did, what the platform holds, and whether the two agree.
struct DemoTable {
    let text: String
    /// How many of the compared figures disagree.
    let differences: Int

    /// - Parameter inside: records that stood in the journal before the morning.
    init(tally: Narrator.Tally, inside: Int64, longestQueue: Int64, report: LedgerReport) {
        func sum(_ payments: [PaymentID: Fen]) -> Fen { payments.values.reduce(Fen.zero) { Fen($0.count + $1.count) } }
        // A payment promised offline after a timeout may have been approved too: one id, one charge.
        let charged = tally.online.merging(tally.offline) { online, _ in online }
        let debts = tally.debts.filter { charged[$0.key] == nil }
        let approved = report.payments("approved"), owed = report.payments("debt")
        let records = tally.records + inside
        let delivered = report.streams.reduce(Int64(0)) { $0 + $1.rows }
        let revenue = report.balance(of: "merchant:city-parking") ?? report.balance(of: "city-parking") ?? .zero
        let rows: [(String, String, String, Bool)] = [
            ("cars in", "\(tally.entered)", "", true),
            ("cars out", "\(tally.left)", "", true),
            ("  free of charge", "\(tally.free)", "", true),
            ("  opened by the attendant", "\(tally.manual)", "", true),
            ("charges", "\(charged.count)", "\(approved.count)", Int64(charged.count) == approved.count),
            ("  yuan", "\(sum(charged))", "\(approved.sum)", sum(charged) == approved.sum),
            ("  of them promised offline", "\(tally.offline.count)", "", true),
            ("debts", "\(debts.count)", "\(owed.count)", Int64(debts.count) == owed.count),
            ("  yuan", "\(sum(debts))", "\(owed.sum)", sum(debts) == owed.sum),
            ("longest queue", "\(longestQueue) records", "", true),
            ("drained", "\(records) records", "\(delivered) records", records == delivered),
            (
                "merchant's account", "\(Fen(sum(charged).count + sum(debts).count))", "\(revenue)",
                Fen(sum(charged).count + sum(debts).count) == revenue
            ),
            ("ledger sum", "0.00", "\(report.sumOfBooks)", report.sumOfBooks == .zero && report.faults.isEmpty),
            ("incidents", "0", "\(report.incidents.count)", report.incidents.isEmpty),
        ]
        differences = rows.filter { !$0.3 }.count
        var lines = ["\(DemoTable.pad("", 28))\(DemoTable.pad("box", 16))platform"]
        for (name, box, platform, agrees) in rows {
            lines.append("\(DemoTable.pad(name, 28))\(DemoTable.pad(box, 16))\(platform)\(agrees ? "" : "   DIFFERS")")
        }
        lines.append("\(DemoTable.pad("differences", 28))\(differences)")
        text = lines.joined(separator: "\n")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
