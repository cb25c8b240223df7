internal import Vocabulary
internal import Wire

/// Tells the boxes of a site what has happened at the others; a payment on the phone again and again, until each box
/// has recorded that it knows. Pure.
struct SiteCrier {
    /// The pause before the second time; it doubles from there.
    static let firstPause = Uptime.Span.seconds(5)
    static let longestPause = Uptime.Span.seconds(600)
    /// Payments that are told again at most; of a further one the boxes hear once, and by asking at the exit.
    static let mostPrepayments = 10_000

    private struct Debt {
        var next: Uptime
        var tries = 0
    }

    private var prepayments: [PaymentID: Prepayment] = [:]
    private var debts: [PaymentID: [DeviceID: Debt]] = [:]
    /// When to call ``take(at:)``; nil while every box knows everything.
    private(set) var nextTime: Uptime?

    /// Takes up what has happened.
    /// - Returns: what is to be said once, now.
    mutating func hear(_ news: [SiteNews], at now: Uptime) -> [(DeviceID, Announcement)] {
        var said: [(DeviceID, Announcement)] = []
        for item in news {
            switch item {
            case .tell(let device, let announcement): said.append((device, announcement))
            case .prepaid(let prepayment, let devices):
                guard prepayments.count < Self.mostPrepayments || prepayments[prepayment.payment] != nil else {
                    said += devices.map { ($0, .stayPrepaid(prepayment)) }
                    continue
                }
                prepayments[prepayment.payment] = prepayment
                for device in devices { debts[prepayment.payment, default: [:]][device] = Debt(next: now) }
            case .recorded(let payment, let device):
                debts[payment]?[device] = nil
                if debts[payment]?.isEmpty == true { forget(payment) }
            case .over(let payment): forget(payment)
            }
        }
        if !news.isEmpty { plan() }
        return said
    }

    /// A box has come online: it may have missed what was said.
    mutating func isBack(_ device: DeviceID, at now: Uptime) {
        for payment in debts.keys where debts[payment]?[device] != nil { debts[payment]?[device]?.next = now }
        plan()
    }

    /// What is to be said again now.
    mutating func take(at now: Uptime) -> [(DeviceID, Announcement)] {
        guard let nextTime, now >= nextTime else { return [] }
        var said: [(DeviceID, Announcement)] = []
        for (payment, devices) in debts {
            guard let prepayment = prepayments[payment] else { continue }
            for (device, debt) in devices where now >= debt.next {
                said.append((device, .stayPrepaid(prepayment)))
                let seconds = Self.firstPause.nanoseconds << min(debt.tries, 20)
                debts[payment]?[device] = Debt(
                    next: now + min(Uptime.Span(nanoseconds: seconds), Self.longestPause), tries: debt.tries + 1)
            }
        }
        plan()
        return said.sorted { $0.0 < $1.0 }
    }

    private mutating func forget(_ payment: PaymentID) {
        debts[payment] = nil
        prepayments[payment] = nil
    }

    private mutating func plan() { nextTime = debts.values.flatMap(\.values).map(\.next).min() }
}
