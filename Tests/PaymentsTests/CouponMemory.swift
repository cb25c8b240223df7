import Payments
import Testing
import Vocabulary

/// Coupons kept in memory.
struct CouponMemory: CouponStorage {
    var coupons: [PaymentID: Coupon] = [:]
    var tallies: [Slug: CouponTally]

    init(_ campaigns: [CouponCampaign]) {
        tallies = Dictionary(
            uniqueKeysWithValues: campaigns.map {
                ($0.id, CouponTally(budget: $0.budget, mostCoupons: $0.mostCoupons))
            })
    }

    func coupon(of payment: PaymentID) -> Coupon? { coupons[payment] }
    func tally(of campaign: Slug) -> CouponTally? { tallies[campaign] }

    func uses(of campaign: Slug, by holder: Holder) -> Int64 {
        coupons.values.filter { $0.campaign == campaign && $0.holder == holder }.reduce(0) { $0 + $1.share.uses }
    }

    func overdue(at now: WallTime, most: Int64) -> [Coupon] {
        let locked = coupons.values.filter { $0.state == .locked && $0.until <= now }
        return Array(locked.sorted { ($0.until, $0.payment) < ($1.until, $1.payment) }.prefix(Int(most)))
    }

    mutating func put(_ coupon: Coupon) { coupons[coupon.payment] = coupon }
    mutating func set(_ tally: CouponTally, of campaign: Slug) { tallies[campaign] = tally }
}

/// Dice that always show the same.
struct Loaded: RandomNumberGenerator {
    var word: UInt64
    func next() -> UInt64 { word }
}

/// What the tests of coupons share.
enum Coupons {
    static let begin = WallTime(milliseconds: 1_000_000), end = WallTime(milliseconds: 2_000_000)

    static func campaign(
        _ id: String = "spring", _ discount: CouponCampaign.Discount = .fixed(Fen(300)), budget: Int64 = 1_000,
        change: (inout CouponCampaign) -> Void = { _ in }
    ) -> CouponCampaign {
        var campaign = CouponCampaign(
            id: Fixtures.slug(id), chinese: "春季", english: "Spring", discount: discount, budget: Fen(budget),
            mostCoupons: 100, from: begin, until: end, refundRule: .restore, lockSeconds: 60)
        change(&campaign)
        return campaign
    }

    static func desk(_ campaigns: CouponCampaign...) -> CouponDesk<CouponMemory> {
        CouponDesk(campaigns: campaigns, storage: CouponMemory(campaigns))
    }

    static func payment(_ number: UInt64) -> PaymentID { PaymentID(at: begin, random: (1, number)) }

    static func question(
        _ number: UInt64 = 1, _ total: Int64 = 1_000, holder: Int? = 1, instrument: Instrument.Kind = .plate,
        contents: [UInt8] = [1]
    ) -> CouponQuestion {
        CouponQuestion(
            payment: payment(number), device: Fixtures.slug("gate-1"), contents: contents,
            holder: holder.map { Holder(plate: Fixtures.plate($0)) }, instrument: instrument, total: Fen(total))
    }
}

extension CouponDesk where Storage == CouponMemory {
    /// What a payment is granted; nil if nothing.
    mutating func grant(
        _ question: CouponQuestion, at now: Int64 = Coupons.begin.milliseconds, word: UInt64 = 0
    ) -> Coupon? {
        var dice = Loaded(word: word)
        guard case .granted(let coupon) = offer(question, at: WallTime(milliseconds: now), dice: &dice) else {
            return nil
        }
        return coupon
    }

    /// As ``grant(_:at:word:)``, where a test cannot go on without a coupon.
    mutating func granted(
        _ question: CouponQuestion, at now: Int64 = Coupons.begin.milliseconds, word: UInt64 = 0
    ) throws -> Coupon {
        let coupon = grant(question, at: now, word: word)
        return try #require(coupon)
    }

    mutating func use(
        _ coupon: Coupon, at now: Int64 = Coupons.begin.milliseconds, isLate: Bool = false
    ) -> Standing {
        redeem(coupon.claim, at: WallTime(milliseconds: now), isLate: isLate)
    }

    func left(_ id: String = "spring") -> Int64? { storage.tallies[Fixtures.slug(id)]?.left.count }
}

extension Coupon {
    var claim: CouponClaim {
        CouponClaim(payment: payment, device: device, contents: contents, campaign: campaign, amount: amount)
    }
}
