internal import Ledger
internal import Payments
internal import SQLite
internal import Vocabulary
internal import Wire

/// The coupons of the platform: grants them, and lets the campaign's account pay its part of a captured payment.
///
/// Every call stands inside one transaction of the caller's, the one in which the payment itself is decided.
final class CouponRegister {
    private var desk: CouponDesk<CouponTable>
    private var dice: any RandomNumberGenerator
    private let table: CouponTable
    private let ledger: Ledger
    private let incidents: IncidentBook
    private let merchant: AccountID

    init(
        _ campaigns: [CouponCampaign], table: CouponTable, ledger: Ledger, incidents: IncidentBook,
        merchant: AccountID, dice: any RandomNumberGenerator
    ) {
        desk = CouponDesk(campaigns: campaigns, storage: table)
        self.dice = dice
        self.table = table
        self.ledger = ledger
        self.incidents = incidents
        self.merchant = merchant
    }

    // MARK: - Granting

    /// The best coupon for a charge that has none yet; it is kept for this payment.
    func offer(_ charge: Charge, from device: DeviceID, at now: WallTime) throws(PlatformError) -> CouponOffer? {
        let question = CouponQuestion(
            payment: charge.payment, device: device, contents: charge.canonical, holder: charge.debtor,
            instrument: charge.instrument.kind, total: charge.quote.total)
        switch try desk.offer(question, at: now, dice: &dice) {
        case .nothing: return nil
        case .conflict:
            try incidents.note(
                .paymentConflict, device, subject: charge.payment.description,
                "a coupon was asked for under an id that has one for other contents; that one stands", at: now)
            return nil
        case .granted(let coupon):
            guard let campaign = try table.campaign(coupon.campaign) else { return nil }
            return CouponOffer(
                campaign: coupon.campaign, discount: coupon.amount, chinese: campaign.chinese,
                english: campaign.english)
        }
    }

    /// Gives up the lock of a payment that will not use it.
    func release(_ payment: PaymentID) throws(PlatformError) { try desk.release(payment) }

    // MARK: - Redeeming

    /// Whether a quote has at most one coupon line, which names a campaign and takes something off.
    static func isWellFormed(_ quote: Quote) -> Bool {
        let lines = quote.lines.filter { $0.kind == .coupon }
        return lines.count <= 1 && lines.allSatisfy { $0.reference != nil && $0.amount < .zero }
            && (try? quote.withoutCoupons()) != nil
    }

    /// What the coupon line of a charge claims; nil if it has none.
    static func claim(in charge: Charge, from device: DeviceID) -> CouponClaim? {
        guard let line = charge.quote.lines.first(where: { $0.kind == .coupon }), let campaign = line.reference,
            let plain = try? charge.quote.withoutCoupons(), let amount = try? Fen.zero.subtracting(line.amount)
        else { return nil }
        var whole = charge
        whole.quote = plain
        return CouponClaim(
            payment: charge.payment, device: device, contents: whole.canonical, campaign: campaign, amount: amount)
    }

    /// Whether the coupon that a charge counts on is still kept for it.
    /// - Parameter isLate: the car has left on it.
    func isGood(_ claim: CouponClaim, at now: WallTime, isLate: Bool) throws(PlatformError) -> Bool {
        switch try desk.check(claim, at: now, isLate: isLate) {
        case .before: return true
        case .gone: return false
        case .good(let coupon):
            guard let campaign = try table.campaign(coupon.campaign) else { return false }
            return try booked(ledger.account(campaign.account)).available >= coupon.amount
        }
    }

    /// Uses up the coupon and pays its amount from the campaign's account to the merchant's, once.
    ///
    /// Where it is gone, which only a late claim may be, the merchant goes without, and an incident says so.
    func redeem(_ claim: CouponClaim, at now: WallTime, isLate: Bool) throws(PlatformError) {
        guard try isGood(claim, at: now, isLate: isLate) else {
            precondition(isLate, "a coupon is redeemed that was not looked at")
            return try incidents.note(
                .couponUnfunded, claim.device, subject: claim.payment.description,
                "a car has left on a coupon of \(claim.campaign) that was gone: its \(claim.amount) were not paid",
                at: now)
        }
        guard case .good(let coupon) = try desk.redeem(claim, at: now, isLate: isLate),
            let campaign = try table.campaign(coupon.campaign)
        else { return }
        try booked(
            ledger.post(
                TransferOrder(
                    id: TransferID(couponOf: claim.payment), debit: campaign.account, credit: merchant,
                    amount: coupon.amount, code: .coupon, at: now)))
    }

    // MARK: - Giving back

    /// Takes back what the campaign has paid for a payment that is undone; or sets its lock free.
    func undo(_ payment: PaymentID, at now: WallTime) throws(PlatformError) {
        guard let coupon = try desk.undo(payment) else { return }
        let transfer = TransferID(couponOf: payment)
        guard coupon.givenBack > .zero else {
            _ = try booked(ledger.reverse(transfer, at: now))
            return
        }
        let rest = Fen(coupon.amount.count - coupon.givenBack.count)
        if rest > .zero { try giveBack(rest, to: coupon.campaign, transfer.reversal, at: now) }
    }

    /// Gives the campaign back its part of what is refunded, in the transaction of the refund itself.
    /// - Parameters:
    ///   - refund: the refund's own id.
    ///   - refunded: what the payer has got back in all, this refund included; at most `captured`.
    ///   - captured: what the payer has paid, more than zero.
    func refund(
        _ refund: PaymentID, of payment: PaymentID, refunded: Fen, captured: Fen, at now: WallTime
    ) throws(PlatformError) {
        guard let back = try desk.refund(payment, refunded: refunded, of: captured) else { return }
        try giveBack(back.amount, to: back.campaign, TransferID(couponOf: refund), at: now)
    }

    private func giveBack(
        _ amount: Fen, to campaign: Slug, _ transfer: TransferID, at now: WallTime
    ) throws(PlatformError) {
        guard let account = try table.campaign(campaign)?.account else { return }
        try booked(
            ledger.post(
                TransferOrder(
                    id: transfer, debit: merchant, credit: account, amount: amount, code: .couponReturn, at: now)))
    }

    // MARK: - Configuring

    /// Opens and funds the account of each campaign that is new. Call it inside a transaction.
    ///
    /// What was funded once stands: a budget is money, and corrections are new campaigns.
    static func configure(
        _ campaigns: [CouponCampaign], _ table: CouponTable, _ ledger: Ledger, bank: AccountID, at now: WallTime,
        _ report: (PlatformNotice) -> Void
    ) throws(PlatformError) {
        for campaign in campaigns {
            if let tally = try table.tally(of: campaign.id) {
                if tally.budget != campaign.budget {
                    report(.budgetDiffers(campaign: campaign.id, booked: tally.budget, configured: campaign.budget))
                }
                try table.update(campaign)
                continue
            }
            let account = try booked(ledger.openAccount("campaign:\(campaign.id)", mayNotGoNegative: true))
            try booked(
                ledger.post(
                    TransferOrder(
                        id: TransferID(openingOf: account), debit: bank, credit: account, amount: campaign.budget,
                        code: .opening, at: now)))
            try table.add(campaign, account: account)
        }
    }
}
