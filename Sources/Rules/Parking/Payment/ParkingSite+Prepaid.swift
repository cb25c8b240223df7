internal import Effects
public import Vocabulary
internal import Wire

/// Stays that were paid for on the phone, before the exit.
extension ParkingSite {
    /// So often the platform is asked about one car.
    static let mostSearches = 3

    /// The platform says so, and says it again until the record has come.
    mutating func heardPrepaid(_ prepayment: Prepayment, at now: ClockReading) {
        guard var stay = stays[prepayment.stay] else {
            // Either the car has left, or this box has yet to hear of it; the stay's note will bear it.
            return effects.append(.log(.info, "stay \(prepayment.stay), of which this box does not know, is prepaid"))
        }
        stay.take(prepayment, at: now, boot: boot)
        stays.put(stay)
        persist([.stayPrepaid(stay: stay.id, payment: prepayment.payment)], state: [keep(stay)])
        // The car may stand at the exit already, waiting for somebody to pay.
        for index in lanes.indices {
            guard let transaction = lanes[index].transaction, transaction.stay == stay.id,
                transaction.heldFor != nil || isPayerAwaited(transaction),
                lanes[index].machine.transit == transaction.transit
            else { continue }
            abandonPayment(lane: index, at: now)
            lanes[index].transaction?.heldFor = nil
            lanes[index].transaction?.payment = nil
            consider(index, transaction.transit, at: now)
        }
    }

    /// The platform declined a charge: minutes of it have been paid for on the phone. It tells which.
    /// - Returns: false where it has told before and nothing came of it: something is wrong then.
    mutating func asksWhatIsPrepaid(_ charge: Charge, _ index: Int, at now: ClockReading) -> Bool {
        guard let id = charge.stay, (lanes[index].transaction?.search?.count ?? 0) < ParkingSite.mostSearches else {
            return false
        }
        return looksFor(.stay(id), index, at: now)
    }
}

extension Stay {
    /// What its driver has paid on the phone, and how long that holds.
    public struct Prepaid: Hashable, Sendable {
        public var payment: PaymentID
        public var amount: Fen
        public var at: WallTime, leaveBy: WallTime
        /// When this box heard of it, and in which run of the machine.
        public var heard: Uptime
        public var boot: String

        /// Whether the car may leave without paying more.
        ///
        /// The driver was told a time, and that time holds. On a box whose wall clock is ahead it is the span that he
        /// was given, from when this box heard of it.
        func mayLeave(at now: ClockReading, boot: String) -> Bool {
            if now.wall <= leaveBy { return true }
            let (span, overflow) = leaveBy.milliseconds.subtractingReportingOverflow(at.milliseconds)
            return !overflow && EntryClock.isOneRun(self.boot, boot) && now.uptime - heard <= .milliseconds(span)
        }
    }

    /// Notes a prepayment; one that is known already changes nothing.
    mutating func take(_ prepayment: Prepayment, at now: ClockReading, boot: String) {
        guard prepaid?.payment != prepayment.payment else { return }
        // An older one that comes late is of no use any more.
        if let prepaid, prepaid.at > prepayment.at { return }
        prepaid = Prepaid(
            payment: prepayment.payment, amount: prepayment.amount, at: prepayment.at, leaveBy: prepayment.leaveBy,
            heard: now.uptime, boot: boot)
        paidThrough = max(paidThrough ?? prepayment.through, prepayment.through)
    }
}
