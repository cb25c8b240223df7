internal import Ledger
internal import Vocabulary
internal import Wire

/// Money that a person took at a box.
extension Payments {
    static func cashAccount(_ device: DeviceID) -> String { "cash:\(device)" }

    /// A box records that a person took the money. It is in the drawer whatever the platform thinks of it, so it is
    /// booked, also where the id was declined or undone before; only a quote that contradicts itself is not.
    func cashTaken(_ charge: Charge, from device: DeviceID, at now: WallTime) throws(PlatformError) {
        let id = charge.payment
        // It has been served while it waited.
        try purses.parts.payments.removeWait(id)
        let known = try table.find(id)
        if let known {
            guard try isSame(known, charge, device, at: now), known.state == .declined || known.state == .reversed
            else { return }
        }
        guard Payments.fault(in: charge) == nil, case .cash = charge.instrument else {
            guard known == nil else { return }
            try unpayable(id, device, "cash was taken on a quote that does not add up", at: now)
            return try table.insert(row(.declined, .declined(.badRequest), charge, device), id, at: now)
        }
        if known?.state == .reversed {
            let isBooked = try booked(ledger.transfer(TransferID(payment: id))) != nil
            try incidents.note(
                .acceptedAfterReversal, device, subject: id.description,
                isBooked
                    ? "cash was recorded again for a payment that was taken and given back; nothing more is booked"
                    : "cash was taken for a payment that had been undone before; it is booked", at: now)
            // A payment moves its money once.
            if isBooked { return }
        }
        if charge.quote.total > .zero {
            let drawer = try booked(
                ledger.openAccount(Payments.cashAccount(device), mayNotGoNegative: false))
            try booked(
                ledger.post(
                    TransferOrder(
                        id: TransferID(payment: id), debit: drawer, credit: merchant, amount: charge.quote.total,
                        code: .charge,
                        at: now)))
        }
        // A price that the platform does not reproduce is reported; the money lies in the drawer all the same.
        _ = try quotes.agrees(charge, device, at: now)
        try useCoupon(of: charge, device, isLate: true, at: now)
        let taken = row(.approved, nil, charge, device)
        if known == nil { try table.insert(taken, id, at: now) } else { try table.update(taken, id, at: now) }
    }
}
