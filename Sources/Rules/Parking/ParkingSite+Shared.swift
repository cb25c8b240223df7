internal import Effects
internal import Vocabulary
internal import Wire

/// Cars that came in at another box of the same car park.
extension ParkingSite {
    /// The kind under which the stays stand that ended here and of which the platform may not know yet.
    public static let closedKind = "closedStay"

    // MARK: - The list of the cars inside

    mutating func readStays(after stay: StayID?, at now: ClockReading) {
        guard isLinkUp else { return }
        let token = RequestToken(nextToken())
        shared.asked(token, after: stay, at: now.uptime)
        effects.append(.send(.stays(after: stay), token, expires: SharedStays.askAgainAfter))
    }

    mutating func took(_ page: StayPage, at now: ClockReading) {
        var state: [StateChange] = []
        for note in page.stays where shared.counts(note.entry.stay) && !endsDeparted(note) {
            state += take(note, at: now)
        }
        for id in page.closed where shared.counts(id) { state += endElsewhere(id) }
        if let next = page.next {
            readStays(after: next, at: now)
        } else {
            let isOver = shared.finish(at: now.uptime)
            let over = stays.values.filter { $0.box != nil && isOver($0.id) }.map(\.id)
            for id in over.sorted() { state += endElsewhere(id) }
        }
        if !state.isEmpty { persist([], state: state) }
        considerAgain(heldFor: .noEntryRecord, at: now)
    }

    // MARK: - What is announced

    mutating func heardOpened(_ note: StayNote, at now: ClockReading) {
        guard !shared.closedHere.contains(note.entry.stay) else { return }
        shared.heard(note.entry.stay)
        if endsDeparted(note) { return }
        let state = take(note, at: now)
        if !state.isEmpty { persist([], state: state) }
        considerAgain(heldFor: .noEntryRecord, at: now)
    }

    /// Even of a car that seems to stand at a lane here: who left there was seen to leave.
    mutating func heardClosed(_ id: StayID) {
        shared.heard(id)
        let state = endElsewhere(id)
        if !state.isEmpty { persist([], state: state) }
    }

    /// Takes over what the platform knows of a stay; what this box knows of its payments stays.
    /// - Returns: what keeps it, if anything has changed.
    mutating func take(_ note: StayNote, at now: ClockReading) -> [StateChange] {
        let entry = note.entry
        let known = stays[entry.stay]
        if known == nil, stays.count >= SharedStays.most {
            effects.append(
                .log(.error, "\(stays.count) cars are inside: more of other boxes are looked for at the exit only"))
            return []
        }
        var stay =
            known
            ?? Stay(
                id: entry.stay, plate: entry.plate, vehicle: entry.vehicle, entered: entry.entered,
                tariff: entry.tariff, enteredUptime: Uptime(nanoseconds: 0), boot: "",
                isSynchronised: entry.isSynchronised, writtenBy: entry.writtenBy, box: note.box)
        if known?.box != nil || known == nil {
            (stay.plate, stay.vehicle, stay.entered) = (entry.plate, entry.vehicle, entry.entered)
        } else if let plate = entry.plate {
            // A person has corrected it at another box.
            stay.plate = plate
        }
        if let through = note.paidThrough { stay.paidThrough = max(stay.paidThrough ?? through, through) }
        if let prepaid = note.prepaid { stay.take(prepaid, at: now, boot: boot) }
        guard stay != known else { return [] }
        stays.put(stay)
        return [keep(stay)]
    }

    private mutating func endElsewhere(_ id: StayID) -> [StateChange] {
        guard stays.remove(id) != nil else { return [] }
        return [.remove(kind: Stay.stateKind, key: id.description)]
    }

    // MARK: - Stays that end here

    /// Ends a stay.
    /// - Returns: what is written of it; nil if it is not known any more.
    mutating func close(_ id: StayID, _ lane: LaneID, _ transit: UUIDv7) -> (Record.Event, [StateChange])? {
        guard stays.remove(id) != nil else { return nil }
        shared.closed(id)
        return (
            .stayClosed(stay: id, lane: lane, transit: transit),
            [
                .remove(kind: Stay.stateKind, key: id.description),
                .put(kind: ParkingSite.closedKind, key: id.description, value: []),
            ]
        )
    }

    // MARK: - A car at the exit that nobody here has seen come in

    /// Asks the platform for the stay of a car at the exit.
    /// - Returns: false where there is nobody to ask.
    mutating func looksFor(_ key: StayKey, _ index: Int, at now: ClockReading) -> Bool {
        guard isLinkUp, let wait = scenario.askForStayWithin, let transaction = lanes[index].transaction else {
            return false
        }
        let token = RequestToken(nextToken())
        lanes[index].transaction?.search = Search(
            token: token, until: now.uptime + wait, count: (transaction.search?.count ?? 0) + 1)
        effects.append(.send(.findStay(key), token, expires: wait))
        show(index, .wait(transaction.plate))
        return true
    }

    mutating func found(_ note: StayNote?, _ token: RequestToken, at now: ClockReading) {
        guard let index = lanes.firstIndex(where: { $0.transaction?.search?.token == token }) else { return }
        if let note, !shared.closedHere.contains(note.entry.stay), !endsDeparted(note) {
            let state = take(note, at: now)
            if !state.isEmpty { persist([], state: state) }
            lanes[index].transaction?.stay = note.entry.stay
        }
        searched(index, at: now)
    }

    mutating func searchesOverdue(at now: ClockReading) {
        for index in lanes.indices {
            guard let until = lanes[index].transaction?.search?.until, now.uptime >= until else { continue }
            searched(index, at: now)
        }
    }

    /// Whatever came of it: the car is decided by what is known.
    private mutating func searched(_ index: Int, at now: ClockReading) {
        lanes[index].transaction?.search?.end()
        guard let transit = lanes[index].transaction?.transit, lanes[index].machine.transit == transit,
            !lanes[index].machine.isGoingThrough
        else { return }
        consider(index, transit, at: now)
    }

    /// A question about the car at a lane.
    struct Search {
        private(set) var token: RequestToken?
        private(set) var until: Uptime?
        /// How many questions there were about this car, this one included.
        let count: Int

        init(token: RequestToken, until: Uptime, count: Int) {
            self.token = token
            self.until = until
            self.count = count
        }

        mutating func end() { (token, until) = (nil, nil) }
    }
}
