import Canteen
import Effects
import Testing
import Vocabulary
import Wire

/// What the platform knows and answers, as far as a canteen's box can see: each id does its work once.
struct PlatformSketch {
    enum Standing: Equatable { case approved, declined, reversed }

    private(set) var payments: [PaymentID: Standing] = [:]
    private(set) var charges: [PaymentID: Charge] = [:]
    private(set) var refunds: [PaymentID: RefundOutcome] = [:]
    private(set) var leases: [LeaseID: (terms: LeaseTerms, isBack: Bool)] = [:]
    private var read = 0

    /// Payments that hold money.
    var holding: [Charge] {
        charges.filter { payments[$0.key] == .approved }.map(\.value).sorted { $0.payment < $1.payment }
    }

    mutating func answer(_ request: Request, declines: Bool, at now: WallTime) -> Response? {
        switch request {
        case .charge(let charge, _):
            if payments[charge.payment] == nil {
                payments[charge.payment] = declines ? .declined : .approved
                charges[charge.payment] = charge
            }
            return .payment(charge.payment, outcome(charge.payment))
        case .query(let id): return .payment(id, outcome(id))
        case .reverse(let id):
            payments[id] = .reversed
            return .payment(id, .reversed)
        case .refund(let refund):
            if refunds[refund.id] == nil {
                let isHeld = payments[refund.payment] == .approved
                refunds[refund.id] = isHeld ? .refunded : .refused(.notCaptured)
                if isHeld { payments[refund.payment] = .reversed }
            }
            return .refund(refund.id, refunds[refund.id] ?? .unknown)
        case .lease(let order): return .lease(order.lease, lease(order, at: now))
        default: return nil
        }
    }

    private func outcome(_ id: PaymentID) -> PaymentOutcome {
        switch payments[id] {
        case nil: .neverSeen
        case .approved: .approved
        case .declined: .declined(.insufficientFunds)
        case .reversed: .reversed
        }
    }

    private mutating func lease(_ order: LeaseOrder, at now: WallTime) -> LeaseOutcome {
        func terms(_ amount: Fen) -> LeaseTerms {
            LeaseTerms(
                amount: amount, expires: WallTime(milliseconds: now.milliseconds + 43_200_000), seconds: 43_200,
                graceSeconds: 3_600, lots: [LeaseLot(purse: Slug.cash, amount: amount)])
        }
        switch order {
        case .open(let id, _, let amount, _), .renew(let id, let amount, _):
            if leases[id]?.isBack == true { return .returned }
            if case .renew = order, leases[id] == nil { return .refused(.ended) }
            let old = leases[id]?.terms.amount ?? .zero
            leases[id] = (terms(max(old, min(amount, Fen(6_000)))), false)
            return .granted(leases[id]!.terms)
        case .giveBack(let id, _):
            leases[id]?.isBack = true
            return .returned
        }
    }

    /// Reads the records that are on the box's disk.
    mutating func read(_ records: [Record.Event]) {
        for record in records.dropFirst(read) {
            switch record {
            case .leaseSpent(_, let charge, _), .payment(.acceptedOffline, let charge, _),
                .payment(.cashTaken, let charge, _):
                charges[charge.payment] = charge
                if payments[charge.payment] != .reversed { payments[charge.payment] = .approved }
            default: break
            }
        }
        read = records.count
    }
}

extension Slug {
    static let cash = slug("cash")
}
