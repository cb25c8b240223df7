internal import Effects
internal import Payments
public import Vocabulary
internal import Wire

/// What an attendant decides about the car that is held at a lane.
public enum AttendantOrder: Hashable, Sendable {
    /// It may come in, although the rules hold it.
    case admit
    /// It may pass, although its owner owes for earlier visits.
    case passDebtor
    /// It leaves without paying.
    case waive
    /// This stay is the car's, of several of its plate.
    case chooseStay(StayID)
}

/// What has been ordered for one car, and what has been said of it.
struct CarOrders: Hashable, Sendable {
    var isAdmitted = false
    var isDebtPassed = false
    var stay: StayID?
    /// An alarm is raised once for each car.
    var isBarredRaised = false, isInsideRaised = false
    /// A person has raised the boom for it.
    var isOpenedByHand = false
}

/// An attendant's decisions: who and why are on disk before anything follows.
extension ParkingSite {
    mutating func ordered(_ id: LaneID, _ order: AttendantOrder, _ who: String, _ why: String, at now: ClockReading) {
        guard let index = index(of: id) else {
            return effects.append(.log(.error, "there is no lane \(id): what was ordered there is not carried out"))
        }
        guard isSomething(who), isSomething(why) else { return answer(index, .noReason) }
        guard let transaction = lanes[index].transaction,
            lanes[index].machine.transit == transaction.transit, fits(order, index, transaction)
        else { return answer(index, .notHeld) }
        guard isJournalHealthy else {
            answer(index, .diskFull)
            return show(index, .callAttendant(transaction.plate, .diskFull, nil))
        }
        let act = DeskAct(
            order.kind, lane: id,
            DeskAct.Car(
                transit: transaction.transit, plate: transaction.plate, stay: order.stay ?? transaction.stay),
            amount: order == .passDebtor ? transaction.owed : order == .waive ? transaction.quote?.total : nil,
            who: who, why: why)
        if order == .waive { return waive(index, transaction, act, at: now) }
        // Until it is on disk no second order applies to the car.
        lanes[index].transaction?.heldFor = nil
        persist([.deskAct(act)], then: .ordered(lane: index, transit: transaction.transit, order))
    }

    private func isSomething(_ text: String) -> Bool { text.contains { !$0.isWhitespace } }

    func fits(_ order: AttendantOrder, _ index: Int, _ car: Transaction) -> Bool {
        let isEntry = lanes[index].definition.direction == .entry
        switch order {
        case .admit:
            switch car.heldFor {
            case .notPermitted, .barred, .full, .passExpired, .passNotYet, .visitorEarly, .visitorLate, .alreadyInside:
                return isEntry
            default: return false
            }
        case .passDebtor: return car.heldFor == .owes && car.owed != nil
        case .waive: return !isEntry && (car.heldFor != nil || isPayerAwaited(car))
        case .chooseStay(let stay):
            return !isEntry && car.heldFor == .severalStays && stays[stay] != nil && stays[stay]?.plate == car.plate
        }
    }

    /// The order is on disk: the car gets another decision.
    mutating func carryOut(_ order: AttendantOrder, _ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        guard lanes[index].transaction?.transit == transit, lanes[index].machine.transit == transit else { return }
        switch order {
        case .admit: lanes[index].transaction?.orders.isAdmitted = true
        case .passDebtor: lanes[index].transaction?.orders.isDebtPassed = true
        case .chooseStay(let stay): lanes[index].transaction?.orders.stay = stay
        case .waive: return
        }
        lanes[index].transaction?.owed = nil
        consider(index, transit, at: now)
    }

    /// What was under way is undone, and the stay costs nothing up to now.
    private mutating func waive(_ index: Int, _ car: Transaction, _ act: DeskAct, at now: ClockReading) {
        abandonPayment(lane: index, at: now)
        lanes[index].transaction?.heldFor = nil
        let undo = undo(car.stay, payment: nil)
        var state: [StateChange] = []
        if var stay = car.stay.flatMap({ stays[$0] }), let quote = car.quote {
            stay.paidThrough = quote.until
            stays.put(stay)
            state = [keep(stay)]
        }
        persist(
            [
                .deskAct(act),
                .decision(
                    transit: car.transit, lane: act.lane, plate: car.plate, stay: car.stay, verdict: .letOut,
                    reason: "waived"),
            ], state: state, then: .letThrough(lane: index, transit: car.transit, .goFree(car.plate)), undo: undo)
    }

    /// Whether the box knows which stay is the car's; if there are several, an attendant has to say.
    mutating func holdsForChoice(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) -> Bool {
        guard lanes[index].transaction?.orders.stay == nil, stays.all(of: plate).count > 1 else { return false }
        hold(index, transit, .severalStays, because: "severalStays", at: now)
        return true
    }
}

extension AttendantOrder {
    var kind: DeskAct.Kind {
        switch self {
        case .admit: .admitted
        case .passDebtor: .debtorPassed
        case .waive: .waived
        case .chooseStay: .stayChosen
        }
    }

    var stay: StayID? { if case .chooseStay(let stay) = self { stay } else { nil } }
}
