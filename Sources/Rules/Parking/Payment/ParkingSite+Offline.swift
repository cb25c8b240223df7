internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What is promised while the platform cannot be asked, and what happens to a car whose payment is not approved.
extension ParkingSite {
    /// - Returns: the limit that refuses, or nil when the charge is promised and counted.
    private mutating func promise(_ charge: Charge, at now: ClockReading) -> OfflineRefusal? {
        guard isJournalHealthy else { return .journalFailing }
        guard diskLevel < .critical else { return .diskNearlyFull }
        do throws(OfflineRefusal) {
            let circumstances = lists.circumstances(of: charge.instrument.holder, at: now)
            try offline.promise(charge.quote.total, to: charge.instrument, circumstances, at: now.uptime)
            return nil
        } catch {
            return error
        }
    }

    /// Promises the charge while the platform cannot be asked, if every limit allows; else what the scenario says.
    mutating func chargeOffline(_ charge: Charge, _ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        let refusal = promise(charge, at: now)
        if refusal == .journalFailing { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
        if let refusal {
            effects.append(
                .log(
                    .info,
                    "\(charge.lane): no offline charge for \(charge.payerWords), \(charge.quote.total) yuan: "
                        + refusal.rawValue
                ))
            return fall(
                back: scenario.fallback(offlineRefused: charge.instrument.kind), charge, index, transit,
                refusal == .diskNearlyFull ? .diskFull : .offlineNotAllowed, because: refusal.rawValue, at: now)
        }
        let undo = undo(charge.stay, payment: charge.payment)
        settle(charge, at: now)
        let lane = lanes[index].definition.id
        persist(
            [
                .payment(.acceptedOffline, charge, nil),
                .decision(
                    transit: transit, lane: lane, plate: charge.plate, stay: charge.stay, verdict: .letOut,
                    reason: "chargedOffline"),
            ],
            state: keepStay(of: charge) + [
                .put(kind: ParkingSite.promiseKind, key: charge.payment.description, value: charge.canonical)
            ],
            then: .letThrough(lane: index, transit: transit, .goOffline(charge.plate, charge.quote.total)), undo: undo)
        payment(charge.payment, .settledByRecord, at: now)
    }

    /// What the scenario says when a payment cannot simply be approved.
    mutating func fall(
        back fallback: ParkingScenario.Fallback, _ charge: Charge, _ index: Int, _ transit: UUIDv7,
        _ reason: Notice.HoldReason, because word: String, at now: ClockReading
    ) {
        switch fallback {
        case .hold:
            hold(index, transit, reason, because: word, at: now)
        case .chargeOffline:
            chargeOffline(charge, index, transit, at: now)
        case .letOutOnDebt where charge.debtor == nil:
            // Nobody is known who could owe it.
            hold(index, transit, reason, because: word, at: now)
        case .letOutOnDebt:
            guard isJournalHealthy else { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
            let undo = undo(charge.stay, payment: charge.payment)
            settle(charge, at: now)
            persist(
                [
                    .debt(charge),
                    .decision(
                        transit: transit, lane: lanes[index].definition.id, plate: charge.plate, stay: charge.stay,
                        verdict: .letOutOnDebt, reason: word),
                ], state: keepStay(of: charge),
                then: .letThrough(lane: index, transit: transit, .goOnDebt(charge.plate, charge.quote.total)),
                undo: undo)
            payment(charge.payment, .settledByRecord, at: now)
        }
    }
}
