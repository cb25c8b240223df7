internal import Effects
internal import Payments
internal import Shifts
internal import Vocabulary
internal import Wire

/// Payments by other means than the plate's contract: a code on the driver's phone, a code on the sign, cash.
extension ParkingSite {
    /// The car that is held at an exit and may be paid for there.
    private func payable(_ id: LaneID, _ kind: Instrument.Kind) -> (index: Int, Transaction, Stay)? {
        guard scenario.payment.takes(kind), let index = index(of: id),
            lanes[index].definition.direction == .exit, let transaction = lanes[index].transaction,
            mayPay(transaction), lanes[index].machine.transit == transaction.transit,
            let stay = transaction.stay.flatMap({ stays[$0] })
        else { return nil }
        return (index, transaction, stay)
    }

    /// Whether money for its stay settles what the car waits for. A debt of earlier visits is not the stay's: whoever
    /// has to pay that first does not leave on this.
    func mayPay(_ car: Transaction) -> Bool {
        guard let reason = car.heldFor else { return isPayerAwaited(car) }
        return reason.takesPayment && car.owed == nil
    }

    /// The driver showed a code, or asks for the one on the sign. Only online: a code is dead the next minute.
    mutating func present(_ id: LaneID, _ instrument: Instrument, code: PayerCode?, at now: ClockReading) {
        guard let (index, transaction, _) = payable(id, instrument.kind) else {
            return answer(id, .notPayable)
        }
        guard isLinkUp else {
            answer(index, .noNetwork)
            return show(index, .noNetwork(transaction.plate))
        }
        answer(index, .begun)
        let active = transaction.payment.flatMap { payments[$0] }
        if transaction.heldFor == nil, active?.machine.isPaid(by: instrument, code) == true { return }
        lanes[index].transaction?.heldFor = nil
        abandonPayment(lane: index, at: now)
        begin(instrument, code, index, at: now)
    }

    /// Begins what the driver chose, once what was under way for the car is undone.
    mutating func begin(_ instrument: Instrument, _ code: PayerCode?, _ index: Int, at now: ClockReading) {
        guard !putOff(index, instrument, code, at: now), let transaction = lanes[index].transaction,
            let stay = transaction.stay.flatMap({ stays[$0] }),
            let charge = freshCharge(index, stay, instrument, at: now)
        else { return }
        lanes[index].transaction?.offer.showAt = nil
        lanes[index].transaction?.code = code
        price(charge, index, transaction.transit, at: now)
    }

    /// An attendant took the amount that the sign shows.
    /// - Parameter amount: what was taken; nil if nobody has said.
    mutating func cashTaken(_ id: LaneID, _ who: String, _ amount: Fen?, at now: ClockReading) {
        guard let (index, transaction, stay) = payable(id, .cash) else {
            return answer(id, .notPayable)
        }
        guard isJournalHealthy else {
            answer(index, .diskFull)
            return show(index, .callAttendant(transaction.plate, .diskFull, nil))
        }
        if let refusal = cashRefusal {
            return answer(id, BoardWords(chinese: refusal.chinese, english: refusal.english))
        }
        if let amount, asksAgain(amount, index, stay, at: now) { return }
        lanes[index].transaction?.heldFor = nil
        guard let charge = freshCharge(index, stay, .cash(takenBy: who), at: now) else { return }
        let undo = undo(charge.stay, payment: charge.payment)
        settle(charge, at: now)
        let shiftsBefore = shifts
        let opened = shiftForCash(who, at: now)
        persist(
            (opened?.records ?? []) + [
                .payment(.cashTaken, charge, nil),
                .decision(
                    transit: transaction.transit, lane: id, plate: charge.plate, stay: charge.stay, verdict: .letOut,
                    reason: "cash"),
            ], state: (opened?.state ?? []) + keepStay(of: charge),
            then: .letThrough(
                lane: index, transit: transaction.transit, .goPaid(charge.plate, charge.quote.total)), undo: undo,
            shiftsBefore: opened == nil ? nil : shiftsBefore)
    }

    /// The quote that the lane shows while its price holds for cash: not one that a coupon made lower.
    private func standingQuote(_ index: Int, at now: ClockReading) -> Quote? {
        guard let car = lanes[index].transaction, let quote = car.quote, let quotedAt = car.quotedAt,
            now.uptime - quotedAt <= scenario.payment.priceHoldsFor,
            !quote.lines.contains(where: { $0.kind == .coupon })
        else { return nil }
        return quote
    }

    /// Nobody pays another amount than the lane asks for: what was taken must be the price that holds, or that of now.
    /// - Returns: false where it is; else the lane shows what is due, and the attendant is told.
    private mutating func asksAgain(_ amount: Fen, _ index: Int, _ stay: Stay, at now: ClockReading) -> Bool {
        guard let transaction = lanes[index].transaction else { return true }
        guard let due = standingQuote(index, at: now) ?? price(stay, index, transaction.transit, at: now) else {
            answer(index, .noPrice)
            return true
        }
        guard due.total != amount else { return false }
        if let reason = transaction.heldFor { show(index, .callAttendant(transaction.plate, reason, due.total)) }
        answer(lanes[index].definition.id, .due(due.total, not: amount))
        return true
    }

    /// A new charge for the held car: in cash at the price that holds, else at that of this moment. What was under way
    /// for it is undone.
    /// - Returns: nil when nothing is to be paid any more, and the car is let out; or when nobody can say what, and it
    ///   is held.
    private mutating func freshCharge(
        _ index: Int, _ stay: Stay, _ instrument: Instrument, at now: ClockReading
    ) -> Charge? {
        abandonPayment(lane: index, at: now)
        guard let transit = lanes[index].transaction?.transit else { return nil }
        let stay = stays[stay.id] ?? stay
        let isNamed = lanes[index].transaction.flatMap { $0.identity.ticket ?? $0.identity.chosen } != nil
        if !isNamed, holdsFake(index, transit, at: now) { return nil }
        if holdsForEntryTime(index, transit, stay, at: now) { return nil }
        let standing = instrument.kind == .cash ? standingQuote(index, at: now) : nil
        guard let quote = standing ?? price(stay, index, transit, at: now) else {
            answer(index, .noPrice)
            return nil
        }
        guard quote.total > .zero else {
            leave(index, transit, .goFree(stay.plate), .letOut, because: freeWord(stay, at: now), at: now)
            return nil
        }
        let charge = Charge(
            payment: ids.next(at: now.wall), instrument: instrument, plate: stay.plate, stay: stay.id,
            lane: lanes[index].definition.id, quote: quote)
        lanes[index].transaction?.payment = charge.payment
        return charge
    }

    /// What the sign shows while the payer confirms: the code to scan, where the box shows one.
    func confirmation(_ charge: Charge, _ index: Int) -> Notice {
        guard charge.instrument == .shownCode, let merchant = scenario.merchantQR,
            let code = try? MerchantQR(
                merchant: merchant, amount: charge.quote.total, payment: charge.payment,
                terminal: String(charge.lane.text.prefix(25)))
        else { return .confirm(charge.plate, charge.quote.total) }
        if lanes[index].transaction?.offer.isCalled == true {
            return .scanOrCall(charge.plate, charge.quote.total, code: code.payload)
        }
        return scenario.payment.showsCodes && scenario.payment.takes(.payerCode)
            ? .scanOrShow(charge.plate, charge.quote.total, code: code.payload)
            : .scanToPay(charge.plate, charge.quote.total, code: code.payload)
    }

    // MARK: - Whom an order is meant for

    /// What is to be carried out: nothing where an order is meant for a car that stands there no longer.
    mutating func meant(_ event: EdgeEvent<ParkingEvent>) -> EdgeEvent<ParkingEvent>? {
        guard case .own(.forCar(let lane, let transit, let order)) = event else { return event }
        if let index = index(of: lane), lanes[index].machine.transit == transit { return .own(order) }
        effects.append(.log(.warning, "\(lane): the car that an order is meant for stands there no longer: not done"))
        answer(lane, .otherCar)
        return nil
    }

    // MARK: - Coupons

    /// Asks which coupon fits, where the scenario says so; else, or without an answer in time, the price stands.
    mutating func price(_ charge: Charge, _ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        guard let wait = scenario.payment.couponWithin, isLinkUp, charge.instrument.kind != .cash else {
            return begin(charge, wasAsked: false, index, transit, at: now)
        }
        lanes[index].transaction?.coupon = AwaitedCoupon(charge: charge, until: now.uptime + wait)
        effects.append(.send(.coupon(charge), RequestToken(nextToken()), expires: wait))
    }

    mutating func couponAnswered(_ id: PaymentID, _ offer: CouponOffer?, at now: ClockReading) {
        for index in lanes.indices {
            guard let waiting = lanes[index].transaction?.coupon, waiting.charge.payment == id else { continue }
            beginPriced(index, waiting.charge, offer, at: now)
        }
    }

    /// Goes on without the coupons that did not come in time.
    mutating func couponsOverdue(at now: ClockReading) {
        for index in lanes.indices {
            guard let waiting = lanes[index].transaction?.coupon, now.uptime >= waiting.until else { continue }
            beginPriced(index, waiting.charge, nil, at: now)
        }
    }

    private mutating func beginPriced(_ index: Int, _ charge: Charge, _ offer: CouponOffer?, at now: ClockReading) {
        lanes[index].transaction?.coupon = nil
        guard let transit = lanes[index].transaction?.transit, lanes[index].machine.transit == transit,
            !lanes[index].machine.isGoingThrough
        else { return }
        var priced = charge
        if let offer, offer.discount > .zero, offer.discount <= charge.quote.total,
            let total = try? charge.quote.total.subtracting(offer.discount)
        {
            priced.quote.lines.append(
                Quote.Line(kind: .coupon, amount: Fen(-offer.discount.count), reference: offer.campaign))
            priced.quote.total = total
            show(index, .coupon(charge.plate, total, chinese: offer.chinese, english: offer.english))
        }
        begin(priced, wasAsked: false, index, transit, at: now)
    }

    /// The coupon is gone: the same car once more, at the full price, under an id of its own.
    mutating func withoutCoupon(_ charge: Charge, _ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        guard
            var plain = (try? charge.quote.withoutCoupons()).map({ quote in
                var charge = charge
                charge.quote = quote
                return charge
            })
        else { return hold(index, transit, .conflict, because: "noQuote", at: now) }
        plain.payment = ids.next(at: now.wall)
        begin(plain, wasAsked: false, index, transit, at: now)
    }
}
