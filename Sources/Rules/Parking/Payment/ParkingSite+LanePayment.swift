internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What the driver of one car may do alone before the attendant is called.
struct PaymentOffer: Hashable, Sendable {
    /// When the sign shows a code by itself.
    var showAt: Uptime?
    /// When the attendant is called.
    var callAt: Uptime?
    /// How many codes were shown by themselves.
    var codes = 0
    var isCalled = false

    /// A payment that begins as soon as the one before it is undone: the driver chose another way.
    struct Next: Hashable, Sendable {
        var instrument: Instrument
        var code: PayerCode?
        var waitsFor: PaymentID
        var until: Uptime
    }

    var next: Next?
}

/// The steps of paying at an exit: the contract, then what the driver can do alone, then the attendant.
extension ParkingSite {
    /// How long after the platform's last word the list still tells who has no contract: it is confirmed more often.
    private static let freshFor = Uptime.Span.seconds(900)

    /// Whether the contract is left out: the scenario does not take it, or the box's own list says there is none.
    func skipsContract(_ plate: Plate, at now: ClockReading) -> Bool {
        guard isLinkUp else { return false }
        guard scenario.payment.takes(.plate) else { return true }
        return scenario.payment.showsCodes && lists.contracts.version > 0
            && lists.contracts[Holder(plate: plate)] == nil
            && lists.withoutContact(at: now) <= ParkingSite.freshFor
    }

    /// Whether the driver can now put right alone what the car is held for.
    private func mayOffer(_ index: Int, _ reason: Notice.HoldReason) -> Bool {
        guard isLinkUp, isJournalHealthy, scenario.payment.leavesDriverAlone, let car = lanes[index].transaction,
            lanes[index].definition.direction == .exit, car.stay != nil, let quote = car.quote, quote.total > .zero
        else { return false }
        switch reason {
        case .noContract, .declined, .insufficientFunds, .notConfirmed, .payHere: return true
        // Of the contract; a debt that has to be paid first has an amount of its own.
        case .owes: return car.owed == nil
        default: return false
        }
    }

    /// What the sign of a held car says; the driver's own steps are begun where there are any.
    mutating func offer(_ index: Int, _ reason: Notice.HoldReason, at now: ClockReading) -> Notice {
        let car = lanes[index].transaction
        let call = Notice.callAttendant(car?.plate, reason, car?.owed ?? car?.quote?.total)
        guard mayOffer(index, reason), var offer = car?.offer else { return call }
        let rules = scenario.payment
        if let delay = rules.shownCodeAfter, rules.showsCodes, offer.codes < LanePayment.mostCodes {
            offer.showAt = now.uptime + delay
        }
        if !offer.isCalled, offer.callAt == nil {
            if let delay = rules.callAttendantAfter { offer.callAt = now.uptime + delay } else { offer.isCalled = true }
        }
        lanes[index].transaction?.offer = offer
        // A code that is shown next would take the words away before they are read.
        if offer.isCalled || (offer.showAt == nil && !rules.takes(.payerCode)) { return call }
        guard rules.takes(.payerCode), let amount = car?.quote?.total else { return .wait(car?.plate) }
        return .showYourCode(car?.plate, amount)
    }

    /// When a lane next wants a tick for a payment.
    func paymentDeadline(_ lane: Lane) -> Uptime? {
        guard let offer = lane.transaction?.offer else { return nil }
        return [offer.showAt, offer.callAt, offer.next?.until].compactMap { $0 }.min()
    }

    mutating func paymentsDue(at now: ClockReading) {
        for index in lanes.indices {
            guard let car = lanes[index].transaction else { continue }
            if let due = car.offer.next?.until, now.uptime >= due { reversalOverdue(index, car, at: now) }
            if let due = car.offer.showAt, now.uptime >= due { showCode(index, at: now) }
            if let due = car.offer.callAt, now.uptime >= due { callAttendant(index, at: now) }
        }
    }

    private mutating func showCode(_ index: Int, at now: ClockReading) {
        lanes[index].transaction?.offer.showAt = nil
        guard let car = lanes[index].transaction, car.heldFor != nil, isLinkUp,
            lanes[index].machine.transit == car.transit
        else { return }
        lanes[index].transaction?.offer.codes += 1
        present(lanes[index].definition.id, .shownCode, code: nil, at: now)
    }

    /// The driver has had time enough: what is offered stays, and the attendant comes.
    private mutating func callAttendant(_ index: Int, at now: ClockReading) {
        lanes[index].transaction?.offer.callAt = nil
        guard let car = lanes[index].transaction, lanes[index].machine.transit == car.transit,
            car.heldFor != nil || isPayerAwaited(car)
        else { return }
        lanes[index].transaction?.offer.isCalled = true
        persist([
            .decision(
                transit: car.transit, lane: lanes[index].definition.id, plate: car.plate, stay: car.stay,
                verdict: .hold, reason: "attendantCalled")
        ])
        if let reason = car.heldFor {
            show(index, .callAttendant(car.plate, reason, car.quote?.total))
        } else if let charge = car.payment.flatMap({ payments[$0]?.machine })?.charge {
            show(index, confirmation(charge, index))
        }
    }

    // MARK: - Another way than the one begun

    /// Whether what is under way for a car waits for its driver, who may still choose another way.
    func isPayerAwaited(_ car: Transaction) -> Bool {
        if car.offer.next != nil { return true }
        guard let active = car.payment.flatMap({ payments[$0] }), active.transit == car.transit else { return false }
        return active.machine.isPayerAwaited
    }

    /// Puts a payment off until what was under way for the car is undone: the driver never pays twice.
    /// - Returns: false if there is nothing to wait for.
    mutating func putOff(_ index: Int, _ instrument: Instrument, _ code: PayerCode?, at now: ClockReading) -> Bool {
        guard let car = lanes[index].transaction, let stay = car.stay else { return false }
        let open = payments.filter { $0.value.machine.charge.stay == stay && $0.value.machine.isReversing }.keys.min()
        guard let open else { return false }
        lanes[index].transaction?.offer.next = PaymentOffer.Next(
            instrument: instrument, code: code, waitsFor: open, until: now.uptime + scenario.timings.answerWithin)
        show(index, .wait(car.plate))
        return true
    }

    /// A payment has come to its end: one that waited for it begins.
    mutating func startNext(after id: PaymentID, at now: ClockReading) {
        for index in lanes.indices {
            guard let car = lanes[index].transaction, let next = car.offer.next, next.waitsFor == id else { continue }
            lanes[index].transaction?.offer.next = nil
            guard lanes[index].machine.transit == car.transit else { continue }
            begin(next.instrument, next.code, index, at: now)
        }
    }

    private mutating func reversalOverdue(_ index: Int, _ car: Transaction, at now: ClockReading) {
        lanes[index].transaction?.offer.next = nil
        guard lanes[index].machine.transit == car.transit else { return }
        hold(index, car.transit, .noAnswer, because: "reversalUnanswered", at: now)
    }
}
