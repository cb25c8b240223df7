internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Who may enter, who may leave, and on what terms.
extension ParkingSite {
    private mutating func considerEntry(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) {
        let lane = lanes[index].definition.id
        guard isJournalHealthy else { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
        var records: [Record.Event] = []
        var state: [StateChange] = []
        let inside = stays[plate]
        if let inside {
            guard scenario.alreadyInside == .beginAnew else {
                return hold(index, transit, .alreadyInside, because: "alreadyInside", at: now)
            }
            effects.append(
                .log(.warning, "\(lane): \(plate) is inside already; its exit was missed, or the plate is a copy"))
            records.append(.alarm(lane: lane, code: "plateAlreadyInside", isActive: true))
            records.append(.stayClosed(stay: inside.id, lane: lane, transit: transit))
            state.append(.remove(kind: Stay.stateKind, key: inside.id.description))
            // One that an earlier run left behind is not given up: the boom may have opened on it in the moment before
            // the power went, and the car that stands outside again has left on it. What became of it is still asked
            // for.
            if let payment = inside.payment, payment.progress == .underWay,
                payments[payment.charge.payment]?.transit != nil
            {
                self.payment(payment.charge.payment, .abandoned, at: now)
            }
        }
        if holdsDebtor(index, transit, plate, scenario.debtors.atEntry, at: now) { return }
        let stay = Stay(
            id: ids.next(at: now.wall), plate: plate, vehicle: lanes[index].transaction?.vehicle ?? .small,
            entered: now.wall, tariff: scenario.tariff.id, enteredUptime: now.uptime, boot: boot,
            isSynchronised: now.isSynchronised)
        let undo = Undo(before: inside, begun: stay.id)
        if let inside { stays.remove(inside.id) }
        stays.put(stay)
        lanes[index].transaction?.stay = stay.id
        records.append(
            .decision(transit: transit, lane: lane, plate: plate, stay: stay.id, verdict: .admit, reason: "entry"))
        records.append(.stayOpened(stay.entry(lane: lane)))
        persist(
            records, state: state + [keep(stay)],
            then: .letThrough(
                lane: index, transit: transit, debt(of: plate).map { .owes(plate, $0.owed) } ?? .welcome(plate)),
            undo: undo)
    }

    private mutating func considerExit(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) {
        guard let stay = stays[plate] else { return withoutEntryRecord(index, transit, plate, at: now) }
        lanes[index].transaction?.stay = stay.id
        if holdsDebtor(index, transit, plate, scenario.debtors.atExit, at: now) { return }
        if let paid = stay.payment, paid.progress == .settled, isWithinGrace(paid, at: now) {
            let notice = Notice.goPaid(plate, paid.charge.quote.total)
            return leave(index, transit, notice, .letOut, because: "paidBefore", at: now)
        }
        if let open = stay.payment, open.progress == .underWay {
            // The same stay, the same charge, the same id: whatever became of it, the money moves once.
            if open.charge.instrument.holder == nil, payments[open.charge.payment] != nil, isLinkUp {
                // The code is gone; what became of it is being asked.
                return awaitAgain(open.charge, index, transit)
            }
            return begin(open.charge, wasAsked: true, index, transit, at: now)
        }
        let quote: Quote
        do { quote = try self.quote(stay, at: now) } catch {
            effects.append(.log(.error, "\(lanes[index].definition.id): no quote for \(plate): \(error)"))
            return hold(index, transit, .conflict, because: "noQuote", at: now)
        }
        lanes[index].transaction?.quote = quote
        if quote.total == .zero {
            return leave(
                index, transit, .goFree(plate), .letOut, because: stay.paidThrough == nil ? "free" : "paidBefore",
                at: now)
        }
        let charge = Charge(
            payment: ids.next(at: now.wall), plate: plate, stay: stay.id, lane: lanes[index].definition.id, quote: quote
        )
        lanes[index].transaction?.payment = charge.payment
        price(charge, index, transit, at: now)
    }

    /// The car stands at the exit again while an earlier payment of it is being asked about.
    private mutating func awaitAgain(_ charge: Charge, _ index: Int, _ transit: UUIDv7) {
        lanes[index].transaction?.payment = charge.payment
        lanes[index].transaction?.quote = charge.quote
        payments[charge.payment]?.lane = index
        payments[charge.payment]?.transit = transit
        payments[charge.payment]?.isAwaitedAgain = true
        if let plate = charge.plate { show(index, .wait(plate)) }
    }

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
        guard let plate = lanes[index].transaction?.plate else { return }
        switch lanes[index].definition.direction {
        case .entry: considerEntry(index, transit, plate, at: now)
        case .exit: considerExit(index, transit, plate, at: now)
        }
    }

    func quote(_ stay: Stay, at now: ClockReading) throws(AmountOverflow) -> Quote {
        let duration = stay.duration(at: now, boot: boot)
        guard stay.paidThrough != nil else { return try scenario.tariff.quote(from: stay.entered, duration: duration) }
        return try scenario.tariff.quote(from: stay.entered, duration: duration, paidFor: stay.paidFor)
    }

    private func isWithinGrace(_ paid: Stay.Payment, at now: ClockReading) -> Bool {
        paid.age(at: now, boot: boot) <= scenario.graceAfterPayment
    }

    private mutating func withoutEntryRecord(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) {
        switch scenario.noEntryRecord {
        case .hold: hold(index, transit, .noEntryRecord, because: "noEntryRecord", at: now)
        case .letOut: leave(index, transit, .goFree(plate), .letOut, because: "noEntryRecord", at: now)
        }
    }

    /// Lets a car out that owes nothing more: the record is on disk before the boom moves.
    mutating func leave(
        _ index: Int, _ transit: UUIDv7, _ notice: Notice, _ verdict: Record.Verdict, because reason: String,
        at now: ClockReading
    ) {
        guard let transaction = lanes[index].transaction else { return }
        guard isJournalHealthy else { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
        persist(
            [
                .decision(
                    transit: transit, lane: lanes[index].definition.id, plate: transaction.plate,
                    stay: transaction.stay,
                    verdict: verdict, reason: reason)
            ], then: .letThrough(lane: index, transit: transit, notice))
    }

    mutating func hold(
        _ index: Int, _ transit: UUIDv7, _ reason: Notice.HoldReason, because word: String, at now: ClockReading
    ) {
        lanes[index].transaction?.heldFor = reason
        let transaction = lanes[index].transaction
        show(index, .callAttendant(transaction?.plate, reason, transaction?.owed ?? transaction?.quote?.total))
        persist([
            .decision(
                transit: transit, lane: lanes[index].definition.id, plate: transaction?.plate, stay: transaction?.stay,
                verdict: .hold, reason: word)
        ])
        lane(index, .hold(transit: transit), at: now)
    }

    /// - Returns: the limit that refuses, or nil when the charge is promised and counted.
    private mutating func promise(_ charge: Charge, at now: ClockReading) -> OfflineRefusal? {
        guard isJournalHealthy else { return .journalFailing }
        guard diskLevel < .critical else { return .diskNearlyFull }
        do throws(OfflineRefusal) {
            let holder = charge.instrument.holder
            try offline.promise(
                charge.quote.total, to: charge.instrument,
                OfflineCircumstances(
                    contractLimit: holder.flatMap { contracts[$0]?.offlineLimit },
                    isDenied: holder.map { denials[$0] != nil } ?? true, listAge: withoutContact(at: now),
                    withoutContact: withoutContact(at: now)), at: now.uptime)
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

    /// Notes that the stay's charge is dealt with: the car may leave on it, within the grace.
    mutating func settle(_ charge: Charge, at now: ClockReading) {
        guard var stay = stay(of: charge) else { return }
        stay.payment = Stay.Payment(
            charge: charge, progress: .settled, at: now.wall, atUptime: now.uptime, boot: boot)
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
