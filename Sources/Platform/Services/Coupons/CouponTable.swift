internal import Ledger
internal import Payments
internal import SQLite
internal import Vocabulary

/// The tables of campaigns and coupons. Every call that writes stands inside one transaction of the caller's.
final class CouponTable: CouponStorage {
    private let byPayment: Statement
    private let tallyByID: Statement
    private let usesByHolder: Statement
    private let overdueLocks: Statement
    private let upsert: Statement
    private let setShare: Statement
    private let campaignByID: Statement
    private let insertCampaign: Statement
    private let updateCampaign: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        let columns =
            "payment, device, contents, holder, campaign, amount, draw, state, until, refund_rule, given_back"
        byPayment = try database.prepare("SELECT \(columns) FROM coupons WHERE payment = ?")
        tallyByID = try database.prepare(
            "SELECT budget, most_coupons, locked, redeemed, forfeited, uses FROM campaigns WHERE id = ?")
        usesByHolder = try database.prepare(
            "SELECT sum(uses) FROM coupons WHERE campaign = ? AND holder = ? AND uses > 0")
        overdueLocks = try database.prepare(
            "SELECT \(columns) FROM coupons WHERE state = 'locked' AND until <= ? ORDER BY until LIMIT ?")
        upsert = try database.prepare(
            """
            INSERT INTO coupons (\(columns), uses) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (payment) DO UPDATE
            SET campaign = excluded.campaign, amount = excluded.amount, draw = excluded.draw, state = excluded.state,
                until = excluded.until, refund_rule = excluded.refund_rule, given_back = excluded.given_back,
                uses = excluded.uses
            """)
        setShare = try database.prepare(
            "UPDATE campaigns SET locked = ?, redeemed = ?, forfeited = ?, uses = ? WHERE id = ?")
        campaignByID = try database.prepare("SELECT account, chinese, english FROM campaigns WHERE id = ?")
        insertCampaign = try database.prepare(
            "INSERT INTO campaigns (id, account, chinese, english, budget, most_coupons) VALUES (?, ?, ?, ?, ?, ?)")
        updateCampaign = try database.prepare(
            "UPDATE campaigns SET chinese = ?, english = ?, most_coupons = ? WHERE id = ?")
    }

    /// The CHECKs repeat what the rules make sure of, so that a fault in them stops a commit instead of a budget.
    static let schema = """
        CREATE TABLE IF NOT EXISTS campaigns (
            id TEXT PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES accounts (id),
            chinese TEXT NOT NULL,
            english TEXT NOT NULL,
            budget INTEGER NOT NULL CHECK (budget > 0),
            most_coupons INTEGER NOT NULL CHECK (most_coupons > 0),
            locked INTEGER NOT NULL DEFAULT 0 CHECK (locked >= 0),
            redeemed INTEGER NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
            forfeited INTEGER NOT NULL DEFAULT 0 CHECK (forfeited >= 0),
            uses INTEGER NOT NULL DEFAULT 0 CHECK (uses >= 0),
            CHECK (locked + redeemed + forfeited <= budget)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS coupons (
            number INTEGER PRIMARY KEY,
            payment BLOB NOT NULL UNIQUE CHECK (length(payment) = 16),
            device TEXT NOT NULL,
            contents BLOB NOT NULL,
            holder TEXT,
            campaign TEXT NOT NULL REFERENCES campaigns (id),
            amount INTEGER NOT NULL CHECK (amount > 0),
            draw INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('locked', 'redeemed', 'released', 'undone', 'refunded')),
            until INTEGER NOT NULL,
            refund_rule TEXT NOT NULL CHECK (refund_rule IN ('restore', 'forfeit', 'restoreIfFull')),
            given_back INTEGER NOT NULL CHECK (given_back BETWEEN 0 AND amount),
            uses INTEGER NOT NULL CHECK (uses IN (0, 1))
        );
        CREATE INDEX IF NOT EXISTS coupon_locks ON coupons (until) WHERE state = 'locked';
        CREATE INDEX IF NOT EXISTS coupon_uses ON coupons (campaign, holder) WHERE uses > 0;
        """

    // MARK: - Coupons

    func coupon(of payment: PaymentID) throws(PlatformError) -> Coupon? {
        try stored(byPayment.first(payment.bytes, read: CouponTable.readCoupon))
    }

    func tally(of campaign: Slug) throws(PlatformError) -> CouponTally? {
        try stored(
            tallyByID.first(campaign.text) { (row) throws(SQLiteError) in
                CouponTally(
                    budget: Fen(try row.integer(0)), mostCoupons: try row.integer(1),
                    share: CouponShare(
                        locked: Fen(try row.integer(2)), redeemed: Fen(try row.integer(3)),
                        forfeited: Fen(try row.integer(4)), uses: try row.integer(5)))
            })
    }

    func uses(of campaign: Slug, by holder: Holder) throws(PlatformError) -> Int64 {
        let sum = try stored(
            usesByHolder.first(campaign.text, holder.text) { (row) throws(SQLiteError) in try row.optionalInteger(0) })
        return (sum ?? nil) ?? 0
    }

    func overdue(at now: WallTime, most: Int64) throws(PlatformError) -> [Coupon] {
        var coupons: [Coupon] = []
        try stored(
            overdueLocks.forEach(now.milliseconds, most) { (row) throws(SQLiteError) in
                coupons.append(try CouponTable.readCoupon(row))
            })
        return coupons
    }

    func put(_ coupon: Coupon) throws(PlatformError) {
        try stored(
            upsert.run(
                coupon.payment.bytes, coupon.device.text, coupon.contents, coupon.holder?.text, coupon.campaign.text,
                coupon.amount.count, Int64(bitPattern: coupon.draw), coupon.state.rawValue, coupon.until.milliseconds,
                coupon.refundRule.rawValue, coupon.givenBack.count, coupon.share.uses))
    }

    func set(_ tally: CouponTally, of campaign: Slug) throws(PlatformError) {
        let share = tally.share
        try stored(
            setShare.run(share.locked.count, share.redeemed.count, share.forfeited.count, share.uses, campaign.text))
    }

    private static func readCoupon(_ row: borrowing Statement) throws(SQLiteError) -> Coupon {
        let holder = try row.optionalText(3)
        guard let payment = PaymentID(bytes: try row.bytes(0)), let device = try? Slug(try row.text(1)),
            let campaign = try? Slug(try row.text(4)), let state = Coupon.State(rawValue: try row.text(7)),
            let rule = CouponCampaign.RefundRule(rawValue: try row.text(9))
        else {
            throw SQLiteError(
                operation: "read a coupon", path: "", extendedCode: 11,
                message: "its payment, device, campaign, state or refund rule is not one this version knows")
        }
        return Coupon(
            payment: payment, device: device, contents: try row.bytes(2), holder: holder.flatMap { try? Holder($0) },
            campaign: campaign, amount: Fen(try row.integer(5)), draw: UInt64(bitPattern: try row.integer(6)),
            state: state, until: WallTime(milliseconds: try row.integer(8)), refundRule: rule,
            givenBack: Fen(try row.integer(10)))
    }

    // MARK: - Campaigns

    /// What is kept of a campaign beside its tally.
    struct Campaign {
        var account: AccountID
        var chinese: String, english: String
    }

    func campaign(_ id: Slug) throws(PlatformError) -> Campaign? {
        try stored(
            campaignByID.first(id.text) { (row) throws(SQLiteError) in
                Campaign(
                    account: AccountID(row: try row.integer(0)), chinese: try row.text(1), english: try row.text(2))
            })
    }

    func add(_ campaign: CouponCampaign, account: AccountID) throws(PlatformError) {
        try stored(
            insertCampaign.run(
                campaign.id.text, account.row, campaign.chinese, campaign.english, campaign.budget.count,
                campaign.mostCoupons))
    }

    /// Takes over what may change; the budget is what was booked.
    func update(_ campaign: CouponCampaign) throws(PlatformError) {
        try stored(
            updateCampaign.run(campaign.chinese, campaign.english, campaign.mostCoupons, campaign.id.text))
    }
}
