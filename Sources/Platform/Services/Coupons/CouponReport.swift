internal import Ledger
internal import SQLite
public import Vocabulary

/// What the campaigns have granted and what is left of them, at one moment, for a person or a test.
public struct CouponReport: Equatable, Sendable {
    /// One campaign; budget = left + locked + redeemed + forfeited.
    public struct Campaign: Equatable, Sendable {
        public var id: String
        public var chinese: String, english: String
        public var budget: Fen
        /// Kept for payments that are under way, or were: a lapsed lock is set free when the next coupon is asked for.
        public var locked: Fen
        /// Paid, and not given back.
        public var redeemed: Fen
        /// Given back after refunds, and not granted again.
        public var forfeited: Fen
        public var left: Fen
        /// Coupons that count against the limit, and the limit.
        public var coupons: Int64, mostCoupons: Int64
        /// What its account holds.
        public var balance: Fen
    }

    /// Sorted by name.
    public var campaigns: [Campaign] = []
    /// What does not agree with the coupons and the books, one sentence each; empty, if all is well.
    public var faults: [String] = []

    /// Opens the file read-only and reads it; the platform may be running.
    ///
    /// It reads every coupon: about a second for a million.
    /// - Parameter path: the platform's SQLite file.
    public static func read(_ path: String) throws(PlatformError) -> CouponReport {
        var options = DatabaseOptions()
        options.access = .readOnly
        return try CouponReport(reading: try stored(Database(path: path, options: options)))
    }

    init(reading database: borrowing Database) throws(PlatformError) {
        // One transaction: everything is of the same moment.
        try stored(database.execute("BEGIN"))
        defer { try? database.execute("ROLLBACK") }
        do throws(SQLiteError) {
            // A platform of before there were coupons has no such tables.
            let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('campaigns', 'coupons')"
            guard try database.integer(tables) == 2 else { return }
            try readCampaigns(database)
            try compare(database)
        } catch { throw .store(error) }
    }

    private mutating func readCampaigns(_ database: borrowing Database) throws(SQLiteError) {
        let statement = try database.prepare(
            """
            SELECT campaigns.id, chinese, english, budget, locked, redeemed, forfeited, uses, most_coupons,
                credits_posted - debits_posted
            FROM campaigns JOIN accounts ON accounts.id = campaigns.account ORDER BY campaigns.id
            """)
        try statement.forEach { (row) throws(SQLiteError) in
            let budget = try row.integer(3)
            let (locked, redeemed, forfeited) = (try row.integer(4), try row.integer(5), try row.integer(6))
            campaigns.append(
                Campaign(
                    id: try row.text(0), chinese: try row.text(1), english: try row.text(2), budget: Fen(budget),
                    locked: Fen(locked), redeemed: Fen(redeemed), forfeited: Fen(forfeited),
                    left: Fen(budget - locked - redeemed - forfeited), coupons: try row.integer(7),
                    mostCoupons: try row.integer(8), balance: Fen(try row.integer(9))))
        }
    }

    /// Adds up the coupons anew, and compares with the running totals and the accounts.
    private mutating func compare(_ database: borrowing Database) throws(SQLiteError) {
        let statement = try database.prepare(
            """
            SELECT campaign,
                sum(CASE state WHEN 'locked' THEN amount ELSE 0 END),
                sum(CASE state WHEN 'redeemed' THEN amount - given_back ELSE 0 END),
                sum(CASE WHEN state = 'redeemed' AND refund_rule <> 'restore' THEN given_back
                    WHEN state = 'refunded' AND refund_rule = 'forfeit' THEN amount ELSE 0 END),
                sum(CASE WHEN state IN ('locked', 'redeemed')
                    OR state = 'refunded' AND refund_rule = 'forfeit' THEN 1 ELSE 0 END)
            FROM coupons GROUP BY campaign
            """)
        var sums: [String: [Int64]] = [:]
        try statement.forEach { (row) throws(SQLiteError) in
            sums[try row.text(0)] = [
                try row.integer(1), try row.integer(2), try row.integer(3), try row.integer(4),
            ]
        }
        for campaign in campaigns {
            let totals = [
                campaign.locked.count, campaign.redeemed.count, campaign.forfeited.count, campaign.coupons,
            ]
            let sum = sums[campaign.id] ?? [0, 0, 0, 0]
            if sum != totals {
                faults.append("\(campaign.id): its totals \(totals) are not those of its coupons, \(sum)")
            }
            let expected = Fen(campaign.budget.count - campaign.redeemed.count)
            if campaign.balance != expected {
                faults.append("\(campaign.id): its account holds \(campaign.balance), not \(expected)")
            }
        }
    }
}

extension CouponReport: CustomStringConvertible {
    /// A table for a terminal, in yuan.
    public var description: String {
        guard !campaigns.isEmpty else { return "No campaigns" }
        let heads = ["campaign", "budget", "locked", "redeemed", "forfeited", "left", "coupons"]
        let rows =
            [heads]
            + campaigns.map { campaign in
                [
                    campaign.id, "\(campaign.budget)", "\(campaign.locked)", "\(campaign.redeemed)",
                    "\(campaign.forfeited)", "\(campaign.left)", "\(campaign.coupons)/\(campaign.mostCoupons)",
                ]
            }
        let widths = heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ")
        }
        let verdict =
            faults.isEmpty ? ["Every total agrees with its coupons and its account"] : faults.map { "FAULT \($0)" }
        return (lines + verdict).joined(separator: "\n")
    }
}
