import Ledger
import Payments
import Services
import Testing
import Vocabulary
import Wire

/// Random stories on the real tables: offers, charges, reversals and records in any order, doubled, late.
@Suite struct CouponStoryTests {
    @Test(
        "whatever happens, each payment's money and its campaign's part stand or fall together",
        arguments: 1...12)
    func anyOrder(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let campaigns = [
            try CouponSite.campaign("fixed", .fixed(Fen(300)), budget: 1_000) { $0.mostPerHolder = 3 },
            try CouponSite.campaign("random", .drawn(least: Fen(100), most: Fen(500)), budget: 900) {
                $0.lockSeconds = 20
            },
        ]
        let site = try CouponSite(campaigns[0], campaigns[1])
        let plains = (1...6).map { charge($0, 900, $0 % 3 == 0 ? CouponSite.poor : CouponSite.rich) }
        var charges = plains
        var approvals = 0
        for _ in 0..<80 {
            site.now.milliseconds += Int64.random(in: 0...15_000, using: &dice)
            let index = Int.random(in: 0..<6, using: &dice)
            switch Int.random(in: 0..<8, using: &dice) {
            case 0...2:
                let plain = plains[index]
                if let offer = try site.offer(plain) { charges[index] = plain.with(offer) }
            case 3, 4: approvals += try site.charge(charges[index]) == .approved ? 1 : 0
            case 5: _ = try site.reverse(charges[index])
            case 6: try site.record(.payment(.acceptedOffline, charges[index], nil))
            default: try site.record(.debt(charges[index]))
            }
            try check(site)
        }
        #expect(approvals > 0)
    }

    /// The merchant has what payers and campaigns have given, and nothing else.
    private func check(_ site: CouponSite) throws {
        #expect(try site.isSound())
        let report = try site.store.ledgerReport()
        var given: Int64 = 0
        for account in report.accounts {
            switch account.name {
            case "contract:rich": given += CouponSite.opening - account.balance.count
            case "contract:poor": given += 600 - account.balance.count
            case "campaign:fixed": given += 1_000 - account.balance.count
            case "campaign:random": given += 900 - account.balance.count
            case let name where name.hasPrefix("debt:"): given -= account.balance.count
            default: break
            }
        }
        #expect(report.balance(of: "merchant:city")?.count == given)
        let coupons = try site.store.couponReport()
        #expect(coupons.campaigns.allSatisfy { $0.left >= .zero && $0.balance >= $0.left })
        // The full price for each payment that stands, but where nobody was left to pay the discount.
        let standing = report.payments("approved").count + report.payments("debt").count
        let redeemed = coupons.campaigns.reduce(0) { $0 + $1.redeemed.count }
        let paid = report.payments("approved").sum.count + report.payments("debt").sum.count
        #expect(paid + redeemed == given)
        if report.incidents.allSatisfy({ $0.code != .couponUnfunded }) { #expect(given == standing * 900) }
    }
}
