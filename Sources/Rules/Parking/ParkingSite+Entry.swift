internal import Effects
internal import Payments
internal import Tariffs
internal import Vocabulary
internal import Wire

/// Who may come in.
extension ParkingSite {
    mutating func considerEntry(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) {
        let lane = lanes[index].definition.id
        guard isJournalHealthy else { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
        let inside = stays[plate]
        let isAdmitted = lanes[index].transaction?.orders.isAdmitted == true
        if inside != nil {
            raiseInside(index, plate)
            if scenario.alreadyInside == .hold, !isAdmitted {
                return hold(index, transit, .alreadyInside, because: "alreadyInside", at: now)
            }
        }
        // With both admitted, an attendant says at the exit which stay is whose.
        let leaving = scenario.alreadyInside == .beginAnew ? inside : nil
        if holdsAtEntry(index, transit, plate, leaving: leaving, at: now) { return }
        if holdsDebtor(index, transit, plate, scenario.debtors.atEntry, at: now) { return }
        let begun = beginStay(index, transit, plate, leaving: leaving, writtenBy: nil, at: now)
        let stay = begun.stay
        persist(
            begun.ended + [
                .decision(transit: transit, lane: lane, plate: plate, stay: stay.id, verdict: .admit, reason: "entry"),
                .stayOpened(stay.entry(lane: lane)),
            ], state: begun.state,
            then: .letThrough(lane: index, transit: transit, welcome(plate, stay.vehicle, at: now)),
            undo: begun.undo)
    }

    /// A stay that begins, and what ends with it.
    struct Begun {
        var stay: Stay
        var ended: [Record.Event]
        var state: [StateChange]
        var undo: Undo
    }

    /// Begins the stay of the car at an entry; what is written of it is the caller's.
    /// - Parameters:
    ///   - leaving: the stay of its plate that ends with it.
    ///   - writtenBy: who let it in, if a person did and not the rules.
    mutating func beginStay(
        _ index: Int, _ transit: UUIDv7, _ plate: Plate, leaving: Stay?, writtenBy: String?, at now: ClockReading
    ) -> Begun {
        // A payment that an earlier run left behind is not given up: the boom may have opened on it in the moment
        // before the power went, and the car that stands outside again has left on it. What became of it is still asked for.
        if let payment = leaving?.payment, payment.progress == .underWay,
            payments[payment.charge.payment]?.transit != nil
        {
            self.payment(payment.charge.payment, .abandoned, at: now)
        }
        let stay = Stay(
            id: ids.next(at: now.wall), plate: plate, vehicle: lanes[index].transaction?.vehicle ?? .small,
            entered: now.wall, tariff: scenario.tariffs.version(at: now.wall).id, enteredUptime: now.uptime, boot: boot,
            isSynchronised: now.isSynchronised, writtenBy: writtenBy)
        var begun = Begun(stay: stay, ended: [], state: [], undo: Undo(before: leaving, begun: stay.id))
        if let leaving, let (record, change) = close(leaving.id, lanes[index].definition.id, transit) {
            begun.ended = [record]
            begun.state = change
        }
        stays.put(stay)
        lanes[index].transaction?.stay = stay.id
        begun.state.append(keep(stay))
        return begun
    }

    /// The exit of the car inside was missed, or one of two plates is a copy. Once for each car.
    private mutating func raiseInside(_ index: Int, _ plate: Plate) {
        guard lanes[index].transaction?.orders.isInsideRaised == false else { return }
        lanes[index].transaction?.orders.isInsideRaised = true
        let lane = lanes[index].definition.id
        effects.append(
            .log(.warning, "\(lane): \(plate) is inside already; its exit was missed, or the plate is a copy"))
        raise(index, .plateAlreadyInside)
    }
}
