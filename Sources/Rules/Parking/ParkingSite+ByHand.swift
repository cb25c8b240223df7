internal import Effects
internal import Vocabulary
internal import Wire

/// Booms that a person raises: what that means for the car's stay stands in the same write as who did it, and why.
extension ParkingSite {
    mutating func openedByHand(_ id: LaneID, _ who: String, _ reason: String, at now: ClockReading) {
        guard let index = index(of: id) else { return }
        guard ManualOpening.isNamed(who), ManualOpening.isNamed(reason) else {
            return answer(index, .noReason)
        }
        let transit = lanes[index].machine.transit ?? ids.next(at: now.wall)
        if lanes[index].machine.transit == nil {
            // The lane takes the car it does not know under the transit that the record names.
            lanes[index].machine.expectByHand(transit, at: now.uptime)
        }
        lanes[index].transaction?.heldFor = nil
        abandonPayment(lane: index, at: now)
        let opening = HandOpening(
            lane: id, transit: transit, plate: lanes[index].transaction?.plate, stay: lanes[index].transaction?.stay,
            who: who, reason: reason)
        switch lanes[index].definition.direction {
        case .entry: openEntry(index, transit, opening, at: now)
        case .exit: openExit(index, transit, opening, at: now)
        }
    }

    /// The boom opens for this car already: by a decision, or because a person asked before.
    private func isOpenedFor(_ index: Int) -> Bool {
        lanes[index].machine.isGoingThrough || lanes[index].transaction?.orders.isOpenedByHand == true
    }

    /// A car whose plate is known is inside from now on; of one that nobody read there is no entry.
    private mutating func openEntry(_ index: Int, _ transit: UUIDv7, _ opening: HandOpening, at now: ClockReading) {
        guard let plate = opening.plate, opening.stay == nil else {
            persist(
                [.manualOpening(opening)], then: .letThrough(lane: index, transit: transit, .goManual))
            return
        }
        let leaving = scenario.alreadyInside == .beginAnew ? stays[plate] : nil
        let begun = beginStay(index, transit, plate, leaving: leaving, writtenBy: opening.who, at: now)
        var opening = opening
        opening.stay = begun.stay.id
        persist(
            [.manualOpening(opening)] + begun.ended + [.stayOpened(begun.stay.entry(lane: opening.lane))],
            state: begun.state, then: .letThrough(lane: index, transit: transit, .goManual), undo: begun.undo)
    }

    /// What the stay leaves unpaid is on record, and is owed where the scenario says so. Who presses twice has said it
    /// once.
    private mutating func openExit(_ index: Int, _ transit: UUIDv7, _ opening: HandOpening, at now: ClockReading) {
        var opening = opening
        var records: [Record.Event] = []
        var state: [StateChange] = []
        var undo: Undo?
        if let stay = opening.stay.flatMap({ stays[$0] }) {
            let due = isOpenedFor(index) ? Due.nothing : due(stay, at: now)
            opening.unpaid = due.amount
            lanes[index].transaction?.orders.isOpenedByHand = true
            if case .quote(let quote) = due, scenario.leftUnpaid.openedByHand == .debt,
                let debt = debt(for: quote, of: stay, index, at: now)
            {
                undo = self.undo(stay.id, payment: nil)
                settle(debt, at: now)
                records = [.debt(debt)]
                state = keepStay(of: debt)
            }
        }
        persist(
            [.manualOpening(opening)] + records, state: state,
            then: .letThrough(lane: index, transit: transit, .goManual), undo: undo)
    }

    /// A car has left behind another, through the boom that was open for that one, before it had paid.
    mutating func tailgatedOut(_ index: Int, _ transit: UUIDv7, _ stay: Stay, at now: ClockReading) {
        let lane = lanes[index].definition.id
        let due = due(stay, at: now)
        var reason = LaneMachine.Departure.tailgated.rawValue
        var records: [Record.Event] = []
        var state: [StateChange] = []
        switch scenario.leftUnpaid.tailgated {
        case .debt:
            if case .quote(let quote) = due {
                if let debt = debt(for: quote, of: stay, index, at: now) {
                    records.append(.debt(debt))
                } else {
                    reason += "-unpaid-\(quote.total.count)"
                }
            }
            if let (record, change) = close(stay.id, lane, transit) {
                records.append(record)
                state = change
            }
        case .free:
            if due != .nothing { reason += "-unpaid" + (due.amount.map { "-\($0.count)" } ?? "") }
        }
        let decision = Record.Event.decision(
            transit: transit, lane: lane, plate: lanes[index].transaction?.plate, stay: stay.id, verdict: .refuse,
            reason: reason)
        neverEntered(index, transit, after: [decision] + records, state: state)
    }
}
