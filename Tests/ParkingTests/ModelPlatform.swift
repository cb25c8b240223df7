import Vocabulary
import Wire

/// An idempotent stand-in for the platform: one id moves money once, and a reversal leaves a tombstone.
struct ModelPlatform {
    enum Standing: Equatable { case approved, declined(DeclineReason), pending, reversed }

    /// What it makes of a charge it has not seen.
    enum Mood { case approves, declines(DeclineReason), doesNotKnow, waitsForPayer }

    private struct Row {
        var standing: Standing
        var charge: Charge?
        /// A record says that the car has left owing this.
        var isClaimed = false
    }

    var mood = Mood.approves
    /// Of codes, where it is another.
    var codeMood: Mood?
    var contracts: [Contract] = []
    var version: Int64 = 1
    var policy: (version: Int64, text: String?) = (0, nil)
    var coupon: CouponOffer?
    var declinesCoupons = false
    var refundOutcome = RefundOutcome.refunded
    private(set) var refunds: [PaymentID: Refund] = [:]
    private(set) var collected: [PaymentID] = []
    var denials: [Denial] = []
    var denialVersion: Int64 = 1
    var permits: [Permit] = []
    var permitVersion: Int64 = 1
    private var rows: [PaymentID: Row] = [:]
    private(set) var faults: [String] = []
    /// The cars inside the car park, by what every box of it has recorded; nil: this platform keeps no car parks.
    var carPark: ModelCarPark?

    /// The charges that somebody pays or owes, each once.
    var standing: [Charge] {
        rows.values.compactMap { $0.standing == .approved || $0.isClaimed ? $0.charge : nil }
    }

    var captured: Int64 { standing.reduce(0) { $0 + $1.quote.total.count } }

    func standing(of id: PaymentID) -> Standing? { rows[id]?.standing }

    /// Every payment that it has seen is as if it had never come.
    mutating func forget() { rows = [:] }

    /// The payer of every payment that waits confirms.
    mutating func payersConfirm() {
        for (id, row) in rows where row.standing == .pending { rows[id]?.standing = .approved }
    }

    mutating func answer(_ request: Request) -> Response {
        switch request {
        case .charge(let charge, _): return .payment(charge.payment, take(charge))
        case .query(let id): return .payment(id, rows[id].map { outcome($0) } ?? .neverSeen)
        case .reverse(let id):
            rows[id, default: Row(standing: .reversed)].standing = .reversed
            return .payment(id, .reversed)
        case .list(.contracts, let wanted, let offset):
            let begin = wanted == version ? min(Int(offset), contracts.count) : 0
            let end = min(begin + 2, contracts.count)
            return .contracts(
                ListPage<Contract>(
                    version: version, digest: ListPage<Contract>.digest(of: contracts), total: Int64(contracts.count),
                    offset: Int64(begin), entries: Array(contracts[begin..<end])))
        case .list(.denials, _, _):
            return .denials(
                ListPage(
                    version: denialVersion, digest: ListPage.digest(of: denials), total: Int64(denials.count),
                    offset: 0, entries: denials))
        case .offlinePolicy: return .offlinePolicy(version: policy.version, policy: policy.text)
        case .refund(let refund):
            refunds[refund.id] = refund
            return .refund(refund.id, refundOutcome)
        case .collect(let id):
            collected.append(id)
            return .payment(id, .approved)
        case .coupon(let charge): return .coupon(charge.payment, coupon)
        case .list(.people, _, _): return .refused(why: "a car park has no list of people")
        case .list(.permits, _, _):
            return .permits(
                ListPage(
                    version: permitVersion, digest: ListPage.digest(of: permits), total: Int64(permits.count),
                    offset: 0, entries: permits))
        case .findStay(let key): return carPark.map { .stay($0.find(key)) } ?? .refused(why: "no car parks")
        case .stays(let after): return carPark.map { .stays($0.page(after: after)) } ?? .refused(why: "no car parks")
        case .lease, .ticket, .ticketFacts, .mealFacts: return .refused(why: "not in this model")
        }
    }

    private mutating func take(_ charge: Charge) -> PaymentOutcome {
        if let row = rows[charge.payment] {
            if let known = row.charge, known != charge { faults.append("one id with two contents") }
            return outcome(row)
        }
        if declinesCoupons, charge.quote.lines.contains(where: { $0.kind == .coupon }) {
            rows[charge.payment] = Row(standing: .declined(.couponGone), charge: charge)
            return .declined(.couponGone)
        }
        if let id = charge.stay, let paid = carPark?.note(id)?.paidThrough, charge.quote.from < paid {
            rows[charge.payment] = Row(standing: .declined(.prepaid), charge: charge)
            return .declined(.prepaid)
        }
        switch charge.instrument.holder == nil ? codeMood ?? mood : mood {
        case .approves:
            rows[charge.payment] = Row(standing: .approved, charge: charge)
            carPark?.paid(charge)
        case .declines(let reason): rows[charge.payment] = Row(standing: .declined(reason), charge: charge)
        case .doesNotKnow: return .unknown
        case .waitsForPayer: rows[charge.payment] = Row(standing: .pending, charge: charge)
        }
        return rows[charge.payment].map { outcome($0) } ?? .unknown
    }

    private func outcome(_ row: Row) -> PaymentOutcome {
        switch row.standing {
        case .approved: .approved
        case .pending: .pending
        case .declined(let reason): .declined(reason)
        case .reversed: .reversed
        }
    }

    /// Takes in a line of the box's journal.
    mutating func ingest(_ record: Record.Event) {
        switch record {
        case .payment(.acceptedOffline, let charge, _), .debt(let charge):
            if let row = rows[charge.payment], row.standing == .reversed {
                faults.append("a car was let out on a payment that had been undone")
            }
            if let known = rows[charge.payment]?.charge, known != charge { faults.append("one id with two contents") }
            rows[charge.payment, default: Row(standing: .declined(.overLimit), charge: charge)].isClaimed = true
        default: break
        }
    }
}
