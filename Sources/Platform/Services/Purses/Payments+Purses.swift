internal import Vocabulary
internal import Wire

/// Charges that wait for leases to come back.
extension Payments {
    /// At most so many are looked at in one transaction; the rest waits for the next.
    static let mostWaits: Int64 = 64

    /// Decides what can be decided now, and in any case what has waited long enough; the boxes are told to ask.
    func decideWaits(at now: WallTime) throws(PlatformError) {
        let waits = purses.parts.payments
        for (id, wait) in try waits.waits(most: Payments.mostWaits) {
            try waits.removeWait(id)
            guard let charge = Payments.read(wait.charge) else { continue }
            // Decided by a record meanwhile: a second row would fail, and with it what everybody asks.
            guard try table.find(id) == nil else {
                purses.tell(wait.device, .paymentChanged(id))
                continue
            }
            let isOver = now >= wait.until
            let said = purses.draftCount
            switch try decide(charge, wait.device, mayWait: !isOver, at: now) {
            case .pending:
                // As it was: not a moment longer for having been looked at.
                try waits.removeWait(id)
                try waits.insert(wait, id)
                purses.dropDrafts(after: said)
            default: purses.tell(wait.device, .paymentChanged(id))
            }
        }
    }
}
