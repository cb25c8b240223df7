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
            entered: now.wall, tariff: scenario.tariffs.version(at: now.wall).id, enteredUptime: now.uptime, boot: boot,
            isSynchronised: now.isSynchronised)
        let undo = Undo(before: inside, begun: stay.id)
        if let inside, let (record, change) = close(inside.id, lane, transit) {
            records.append(record)
            state += change
        }
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
}
