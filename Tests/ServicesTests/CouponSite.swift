import Payments
import Services
import Vocabulary
import Wire

/// A platform with one box, three holders and some campaigns, whose clock stands still until it is told.
final class CouponSite {
    static let rich = Holder(plate: try! Plate("粤B11111")), poor = Holder(plate: try! Plate("粤B22222"))
    static let begin = WallTime(milliseconds: 1_760_000_000_000)
    static let opening: Int64 = 100_000

    private(set) var store: PlatformStore
    private(set) var box: Box
    private let configuration: PlatformConfiguration
    var now = CouponSite.begin

    init(
        _ campaigns: CouponCampaign..., database: String = ":memory:",
        notices: @escaping (PlatformNotice) -> Void = { _ in }
    ) throws {
        box = try Box()
        configuration = PlatformConfiguration(
            database: database, mqtt: .init(host: "127.0.0.1", port: 1883), merchant: try Slug("city"),
            devices: [box.enrolment, try Box("gate-2", seed: 9).enrolment],
            contracts: [
                .init(
                    holder: CouponSite.rich, account: try Slug("rich"), openingBalance: Fen(CouponSite.opening),
                    offlineLimit: .zero),
                .init(
                    holder: CouponSite.poor, account: try Slug("poor"), openingBalance: Fen(600), offlineLimit: .zero),
            ], campaigns: campaigns, tariffs: [.items(try Slug("city-2026"))])
        store = try PlatformStore(configuration, at: now, dice: Dice(state: 1), report: notices)
    }

    /// Ends the platform and opens its file again.
    func restart() throws {
        store = try PlatformStore(configuration, at: now, dice: Dice(state: 2), report: { _ in })
    }

    static func campaign(
        _ id: String = "spring", _ discount: CouponCampaign.Discount = .fixed(Fen(300)), budget: Int64 = 1_000,
        change: (inout CouponCampaign) -> Void = { _ in }
    ) throws -> CouponCampaign {
        var campaign = CouponCampaign(
            id: try Slug(id), chinese: "春季立减", english: "Spring discount", discount: discount, budget: Fen(budget),
            mostCoupons: 100, from: begin, until: WallTime(milliseconds: begin.milliseconds + 3_600_000),
            refundRule: .restore, lockSeconds: 60)
        change(&campaign)
        return campaign
    }

    // MARK: - Asking

    func charge(_ charge: Charge) throws -> PaymentOutcome {
        guard case .payment(_, let outcome, _) = try ask(.charge(charge, code: nil)) else {
            throw Unexpected(response: nil)
        }
        return outcome
    }

    func reverse(_ charge: Charge) throws -> PaymentOutcome {
        guard case .payment(_, let outcome, _) = try ask(.reverse(charge.payment)) else {
            throw Unexpected(response: nil)
        }
        return outcome
    }

    func offer(_ charge: Charge, from other: Box? = nil) throws -> CouponOffer? {
        let answer = try ask(.coupon(charge), from: other)
        guard case .coupon(charge.payment, let offer) = answer else { throw Unexpected(response: answer) }
        return offer
    }

    /// The charge with the coupon that the platform offers for it.
    func couponed(_ charge: Charge) throws -> Charge {
        guard let offer = try offer(charge) else { throw Unexpected(response: .coupon(charge.payment, nil)) }
        return charge.with(offer)
    }

    func record(_ events: Record.Event...) throws {
        _ = try store.ingest(box.batch(events), from: box.device, at: now)
    }

    private func ask(_ request: Request, from other: Box? = nil) throws -> Response {
        let answers = store.answer([(other ?? box).request(request)], at: now)
        guard answers.count == 1 else { throw Unexpected(response: nil) }
        return answers[0]
    }

    // MARK: - Looking

    func balance(_ name: String) throws -> Int64? { try store.ledgerReport().balance(of: name)?.count }

    func incidents() throws -> [Incident.Code] { try store.ledgerReport().incidents.map(\.code) }

    func campaign(_ id: String = "spring") throws -> CouponReport.Campaign? {
        try store.couponReport().campaigns.first { $0.id == id }
    }

    func left(_ id: String = "spring") throws -> Int64? { try campaign(id)?.left.count }

    /// Whether books and campaigns agree with everything that was booked.
    func isSound() throws -> Bool {
        let (ledger, coupons) = (try store.ledgerReport(), try store.couponReport())
        return ledger.faults.isEmpty && ledger.sumOfBooks == .zero && coupons.faults.isEmpty
    }
}

extension Charge {
    /// With the line that a coupon adds.
    func with(_ offer: CouponOffer) -> Charge { with(offer.campaign, offer.discount) }

    func with(_ campaign: Slug?, _ discount: Fen) -> Charge {
        var charge = self
        charge.quote.lines.append(.init(kind: .coupon, amount: Fen(-discount.count), reference: campaign))
        charge.quote.total = Fen(charge.quote.total.count - discount.count)
        return charge
    }
}

/// The charge of a holder, by a small number.
func charge(_ number: UInt64, _ amount: Int64 = 1_000, _ holder: Holder = CouponSite.rich) -> Charge {
    makeCharge(number, holder.plate!, amount)
}
