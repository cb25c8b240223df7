internal import Effects
internal import Payments
internal import Tariffs
internal import Vocabulary
internal import Wire

/// Who may leave, and on what terms.
extension ParkingSite {
    mutating func considerExit(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) {
        guard let stay = lanes[index].transaction?.orders.stay.flatMap({ stays[$0] }) ?? stays[plate] else {
            if lanes[index].transaction?.search == nil, looksFor(.plate(plate), index, at: now) { return }
            return withoutEntryRecord(index, transit, plate, at: now)
        }
        if holdsForChoice(index, transit, plate, at: now) { return }
        lanes[index].transaction?.stay = stay.id
        considerStay(index, transit, stay, at: now)
    }

    /// - Parameter stay: of the car at the lane; one without a plate came in with a ticket.
    mutating func considerStay(_ index: Int, _ transit: UUIDv7, _ stay: Stay, at now: ClockReading) {
        let plate = stay.plate
        if holdsElsewhere(index, transit, stay.id, at: now) { return }
        // By whatever the stay was found: a ticket, or an attendant's word, settles no debt.
        if let debtor = plate ?? lanes[index].transaction?.plate,
            holdsDebtor(index, transit, debtor, scenario.debtors.atExit, at: now)
        {
            return
        }
        if let prepaid = stay.prepaid, prepaid.mayLeave(at: now, boot: boot) {
            if let open = stay.payment, open.progress == .underWay {
                payment(open.charge.payment, .abandoned, at: now)
            }
            return leave(index, transit, .goPaid(plate, prepaid.amount), .letOut, because: "prepaid", at: now)
        }
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
        if leavesFree(index, transit, stay, at: now) { return }
        if holdsForEntryTime(index, transit, stay, at: now) { return }
        guard let quote = price(stay, index, transit, at: now) else { return }
        if quote.total == .zero {
            return leave(index, transit, .goFree(plate), .letOut, because: freeWord(stay, at: now), at: now)
        }
        guard let plate, lanes[index].transaction?.identity.ticket == nil else {
            // No contract stands behind a ticket.
            return hold(index, transit, .payHere, because: "ticket", at: now)
        }
        if lanes[index].transaction?.identity.isOwnerDoubtful == true {
            return hold(index, transit, .payHere, because: "ownerDoubtful", at: now)
        }
        let charge = Charge(
            payment: ids.next(at: now.wall), plate: plate, stay: stay.id, lane: lanes[index].definition.id, quote: quote
        )
        lanes[index].transaction?.payment = charge.payment
        if skipsContract(plate, at: now) {
            return hold(index, transit, .noContract, because: "noContract", at: now)
        }
        guard scenario.payment.takes(.plate) else {
            return fall(
                back: scenario.offlineRefused, charge, index, transit, .offlineNotAllowed, because: "contractNotTaken",
                at: now)
        }
        price(charge, index, transit, at: now)
    }

    /// What the car at the lane is asked for from now on.
    /// - Returns: nil where no price can be computed: the car is held.
    mutating func price(_ stay: Stay, _ index: Int, _ transit: UUIDv7, at now: ClockReading) -> Quote? {
        do {
            let quote = try quote(stay, at: now)
            lanes[index].transaction?.quote = quote
            lanes[index].transaction?.quotedAt = now.uptime
            return quote
        } catch {
            let name = stay.plate?.description ?? "stay \(stay.id)"
            effects.append(.log(.error, "\(lanes[index].definition.id): no quote for \(name): \(error)"))
            hold(index, transit, .conflict, because: "noQuote", at: now)
            return nil
        }
    }

    /// The car stands at the exit again while an earlier payment of it is being asked about.
    private mutating func awaitAgain(_ charge: Charge, _ index: Int, _ transit: UUIDv7) {
        lanes[index].transaction?.payment = charge.payment
        lanes[index].transaction?.quote = charge.quote
        payments[charge.payment]?.lane = index
        payments[charge.payment]?.transit = transit
        payments[charge.payment]?.isAwaitedAgain = true
        show(index, .wait(charge.plate))
    }

    private mutating func withoutEntryRecord(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) {
        if lanes[index].transaction?.identity.elsewhere != nil {
            // It has left by another lane: what stands here is another car, or none.
            return hold(index, transit, .noEntryRecord, because: "leftByOtherLane", at: now)
        }
        if isMatched(index, transit, plate, at: now) { return }
        switch scenario.noEntryRecord {
        case .hold: hold(index, transit, .noEntryRecord, because: "noEntryRecord", at: now)
        case .letOut: leave(index, transit, .goFree(plate), .letOut, because: "noEntryRecord", at: now)
        }
    }

    /// What a stay costs now, by the tariff version that binds it.
    ///
    /// - Parameter pass: the zone of a pass; nil: of the one that counts for the car now, if there is one.
    func quote(_ stay: Stay, at now: ClockReading, pass: Slug? = nil) throws(PriceError) -> Quote {
        if let fixed = fixedQuote(of: stay) { return fixed }
        let began = EntryClock.beginning(of: stay, at: now, boot: boot)
        let tariff = scenario.tariffs.version(began: stay.tariff, entered: began, at: now.wall)
        return try tariff.quote(
            from: began, duration: stay.duration(at: now, boot: boot),
            paidFor: stay.paidThrough == nil ? nil : stay.paidFor, vehicle: stay.vehicle,
            pass: pass ?? passZone(of: stay, at: now))
    }

    /// The grace is that of the tariff by which the car has paid.
    func isWithinGrace(_ paid: Stay.Payment, at now: ClockReading) -> Bool {
        let tariff = scenario.tariffs.version(named: paid.charge.quote.tariff)
        let grace = (tariff ?? scenario.tariffs.version(at: now.wall)).graceAfterPayment
        return paid.age(at: now, boot: boot) <= grace
    }
}
