internal import Vocabulary

/// Compares what a box asks for with what the platform itself makes of it, and notes what does not agree.
final class QuoteCheck {
    /// A box writes the entry down with the very time it then prices from; a second is for rounding.
    static let mostDifference: Int64 = 1_000

    let prices: PriceBook
    private let stays: StayTable
    private let incidents: IncidentBook

    init(_ prices: PriceBook, stays: StayTable, incidents: IncidentBook) {
        self.prices = prices
        self.stays = stays
        self.incidents = incidents
    }

    /// Whether the quote can be reproduced; if not, an incident is noted and no money may be moved on it.
    ///
    /// A quote that contradicts itself passes: it is refused as such.
    func agrees(_ charge: Charge, _ device: DeviceID, at now: WallTime) throws(PlatformError) -> Bool {
        guard Payments.fault(in: charge) == nil else { return true }
        if let fault = prices.fault(in: charge.quote) {
            try incidents.note(
                .quoteNotReproduced, device, subject: charge.payment.description,
                "no money moves on this quote by \(charge.quote.tariff): \(fault)", at: now)
            return false
        }
        return true
    }

    /// Notes where the quote of a record begins otherwise than the stay; the quote stands, for the entry may be the one
    /// that is wrong.
    ///
    /// Only of records, which come in order: a request overtakes the record of an entry's time that has just been set.
    func compareBeginning(of charge: Charge, _ device: DeviceID, at now: WallTime) throws(PlatformError) {
        guard Payments.fault(in: charge) == nil else { return }
        // The price of things begins with no entry: an amount for a lost ticket.
        guard charge.quote.lines.contains(where: { $0.kind != .item }) else { return }
        guard let stay = charge.stay, let entered = try stays.entered(stay) else { return }
        let (difference, overflow) = charge.quote.began.milliseconds.subtractingReportingOverflow(entered.milliseconds)
        if overflow || difference.magnitude > UInt64(QuoteCheck.mostDifference) {
            let words = overflow ? "by ages" : "\(difference.magnitude / 1000) s \(difference > 0 ? "after" : "before")"
            try incidents.note(
                .entryDiffers, device, subject: charge.payment.description,
                "the quote begins \(words) the entry that the box has recorded; the quote stands", at: now)
        }
    }
}
