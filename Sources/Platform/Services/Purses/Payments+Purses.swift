internal import Vocabulary
internal import Wire

/// Charges that wait for leases to come back.
extension Payments {
    /// At most so many are looked at in one transaction; the rest waits for the next.
    static let mostWaits: Int64 = 64

    /// Decides what can be decided now, and in any case what has waited long enough; the boxes are told to ask.
    func decideWaits(at now: WallTime) throws(PlatformError) {
        let table = purses.parts.payments
        for (id, wait) in try table.waits(most: Payments.mostWaits) {
            guard let charge = Payments.read(wait.charge) else {
                try table.removeWait(id)
                continue
            }
            try table.removeWait(id)
            let isOver = now >= wait.until
            let said = purses.draftCount
            switch try decide(charge, wait.device, mayWait: !isOver, at: now) {
            case .pending:
                // As it was: not a moment longer for having been looked at.
                try table.removeWait(id)
                try table.insert(wait, id)
                purses.dropDrafts(after: said)
            default: purses.tell(wait.device, .paymentChanged(id))
            }
        }
    }
}
