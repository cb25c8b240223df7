internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What every decision about a car has in common.
extension ParkingSite {
    /// Cars that are held for something that is over now get another decision, without backing up first.
    mutating func considerAgain(heldFor reason: Notice.HoldReason, at now: ClockReading) {
        for index in lanes.indices {
            guard let transaction = lanes[index].transaction, transaction.heldFor == reason,
                lanes[index].machine.transit == transaction.transit
            else { continue }
            lanes[index].transaction?.heldFor = nil
            consider(index, transaction.transit, at: now)
        }
    }

    mutating func consider(_ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        if considerByIdentity(index, transit, at: now) { return }
        guard let plate = lanes[index].transaction?.plate else { return }
        switch lanes[index].definition.direction {
        case .entry: considerEntry(index, transit, plate, at: now)
        case .exit: considerExit(index, transit, plate, at: now)
        }
    }

    /// Lets a car out that owes nothing more: the record is on disk before the boom moves.
    mutating func leave(
        _ index: Int, _ transit: UUIDv7, _ notice: Notice, _ verdict: Record.Verdict, because reason: String,
        with more: [Record.Event] = [], at now: ClockReading
    ) {
        guard let transaction = lanes[index].transaction else { return }
        guard isJournalHealthy else { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
        persist(
            [
                .decision(
                    transit: transit, lane: lanes[index].definition.id, plate: transaction.plate,
                    stay: transaction.stay,
                    verdict: verdict, reason: reason)
            ] + more, then: .letThrough(lane: index, transit: transit, notice))
    }

    mutating func hold(
        _ index: Int, _ transit: UUIDv7, _ reason: Notice.HoldReason, because word: String, at now: ClockReading
    ) {
        lanes[index].transaction?.heldFor = reason
        let transaction = lanes[index].transaction
        show(index, offer(index, reason, at: now))
        persist([
            .decision(
                transit: transit, lane: lanes[index].definition.id, plate: transaction?.plate, stay: transaction?.stay,
                verdict: .hold, reason: word)
        ])
        lane(index, .hold(transit: transit), at: now)
    }

    /// Notes that the stay's charge is dealt with: the car may leave on it, within the grace.
    mutating func settle(_ charge: Charge, at now: ClockReading) {
        guard var stay = stay(of: charge) else { return }
        stay.payment = Stay.Payment(
            charge: charge, progress: .settled, at: now.wall, atUptime: now.uptime, boot: boot)
        if stay.paidThrough == nil, stay.entered != charge.quote.began {
            // Priced from another moment than the clock, or nobody, had said: what follows is counted from there too.
            stay.entered = charge.quote.began
            if fixedQuote(of: stay) != nil { stay.boot = ParkingSite.writtenBoot }
        }
        stay.paidThrough = charge.quote.until
        stays.put(stay)
    }

    /// The stay a charge is for, if its car is still inside.
    func stay(of charge: Charge) -> Stay? {
        charge.stay.flatMap { stays[$0] }
    }

    /// What keeps the stay of a charge as it now is.
    func keepStay(of charge: Charge) -> [StateChange] { stay(of: charge).map { [keep($0)] } ?? [] }
}
