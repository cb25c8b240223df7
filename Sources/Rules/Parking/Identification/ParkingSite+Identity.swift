internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Who a car is where its plate does not say it: what people say, and what follows from it.
extension ParkingSite {
    mutating func identity(_ event: IdentityEvent, at now: ClockReading) {
        guard let index = index(of: event.lane) else {
            return effects.append(.log(.error, "there is no lane \(event.lane): what was asked for there is ignored"))
        }
        switch event {
        case .turnedBack(_, let plate): turnedBack(index, plate, at: now)
        case .seenWithoutPlate(_, let camera, let readID): seenWithoutPlate(index, camera, readID, at: now)
        case .plateCorrected(_, let plate, let stay, let words): correct(index, plate, stay, words, at: now)
        case .ticketRequested(_, let words): ticketRequested(index, words, at: now)
        case .ticketPrinted(_, let code, let why): ticketPrinted(index, code, why)
        case .ticketPresented(_, let text): ticketPresented(index, text, at: now)
        case .ticketLost(_, let stay, let words): ticketLost(index, stay, words, at: now)
        case .stayChosen(_, let stay, let words): stayChosen(index, stay, words, at: now)
        case .entryWritten(_, let plate, let vehicle, let entered, let words):
            writeEntry(index, plate, vehicle, entered, words, at: now)
        case .entryTimeSet(_, let stay, let entered, let words): setEntryTime(index, stay, entered, words, at: now)
        case .stayEnded(_, let stay, let words): endStay(index, stay, words, at: now)
        }
    }

    // MARK: - The plate

    private mutating func correct(
        _ index: Int, _ plate: Plate, _ stay: StayID?, _ words: DeskWords, at now: ClockReading
    ) {
        guard isJournalHealthy else { return answer(index, .diskFull) }
        let lane = lanes[index].definition
        // At an entry the stay begins with the decision: what was read is then what is inside.
        if let id = stay ?? (lane.direction == .entry ? lanes[index].transaction?.stay : nil) {
            return correctStay(index, id, plate, words, at: now)
        }
        guard let transit = lanes[index].machine.transit else { return answer(index, .noCar) }
        guard !lanes[index].machine.isGoingThrough else { return answer(index, .alreadyGoing) }
        persist(
            [
                .plateCorrected(
                    PlateCorrection(
                        lane: lane.id, transit: transit, stay: lanes[index].transaction?.stay,
                        before: lanes[index].transaction?.plate, plate: plate, who: words.who, why: words.why))
            ], then: .identified(lane: index, transit: transit, .plate(plate)))
    }

    private mutating func correctStay(
        _ index: Int, _ id: StayID, _ plate: Plate, _ words: DeskWords, at now: ClockReading
    ) {
        guard let before = stays[id] else { return answer(index, .noSuchStay) }
        guard stays[plate] == nil || stays[plate]?.id == id else { return answer(index, .plateIsInside) }
        var stay = before
        stay.plate = plate
        stays.put(stay)
        let lane = lanes[index]
        persist(
            [
                .plateCorrected(
                    PlateCorrection(
                        lane: lane.definition.id, transit: lane.transaction?.stay == id ? lane.machine.transit : nil,
                        stay: id, before: before.plate, plate: plate, who: words.who, why: words.why))
            ], state: [keep(stay)], then: .stayChanged(id), undo: Undo(before: before))
        answer(index, .done)
    }

    // MARK: - What is on disk counts

    /// What a person said of the car at a lane is on disk: the car is decided about anew.
    mutating func identified(_ index: Int, _ transit: UUIDv7, _ what: Identified, at now: ClockReading) {
        guard lanes[index].machine.transit == transit else { return answer(index, .noCar) }
        guard !lanes[index].machine.isGoingThrough else { return answer(index, .alreadyGoing) }
        abandonPayment(lane: index, at: now)
        let before = lanes[index].transaction
        var car = Transaction(transit: transit, plate: before?.plate, vehicle: before?.vehicle ?? .small)
        switch what {
        case .plate(let plate):
            car.plate = plate
            // A person looked at the plate: it is neither a picture nor a copy.
            lanes[index].note(
                PlateVerdict(plate, vehicle: before?.vehicle, isFake: false, reads: 0, isUnanimous: true))
        case .stay(let stay):
            takeOver(stay, index, at: now)
            car.identity.chosen = stay
            car.stay = stay
        case .lostTicket(let stay, let quote, let isWritten):
            car.identity.ticket = stay
            car.identity.fixed = quote
            car.identity.written = isWritten ? stay : nil
            car.stay = stay
        }
        lanes[index].transaction = car
        _ = lanes[index].machine.correct(car.plate)
        answer(index, .done)
        consider(index, transit, at: now)
    }

    /// What a person wrote of a car inside is on disk: every lane where it matters decides anew.
    mutating func stayChanged(_ id: StayID, at now: ClockReading) {
        if let open = stays[id]?.payment, open.progress == .underWay {
            payments[open.charge.payment]?.isAwaitedAgain = false
            payment(open.charge.payment, .abandoned, at: now)
        }
        for index in lanes.indices where lanes[index].definition.direction == .exit {
            guard let transaction = lanes[index].transaction, !lanes[index].machine.isGoingThrough,
                lanes[index].machine.transit == transaction.transit
            else { continue }
            let isWaiting = [.noEntryRecord, .severalCandidates, .entryTimeUnknown].contains(transaction.heldFor)
            guard transaction.stay == id || isWaiting else { continue }
            var car = Transaction(
                transit: transaction.transit, plate: transaction.plate, vehicle: transaction.vehicle)
            car.identity = transaction.identity
            car.identity.candidates = []
            car.identity.isOwnerDoubtful = false
            // What it was matched with may have another plate now.
            car.plate = transaction.identity.read ?? transaction.plate
            lanes[index].transaction = car
            _ = lanes[index].machine.correct(car.plate)
            consider(index, transaction.transit, at: now)
        }
    }

    /// Decides about a car by what is known of it beside its plate.
    /// - Returns: false where the plate decides.
    mutating func considerByIdentity(_ index: Int, _ transit: UUIDv7, at now: ClockReading) -> Bool {
        guard let transaction = lanes[index].transaction else { return false }
        if transaction.identity.takesTicket {
            enterWithTicket(index, transit, at: now)
            return true
        }
        if let id = transaction.identity.ticket ?? transaction.identity.chosen {
            if let stay = stays[id] {
                lanes[index].transaction?.stay = id
                considerStay(index, transit, stay, at: now)
            } else if transaction.search != nil || !looksFor(.stay(id), index, at: now) {
                lanes[index].transaction?.identity.ticket = nil
                lanes[index].transaction?.identity.chosen = nil
                answer(index, .ticketNotValid)
                hold(index, transit, .ticketNotValid, because: "ticketNotValid", at: now)
            }
            return true
        }
        return holdsFake(index, transit, at: now)
    }

    /// The lane has a car with a plate to decide about: a new one, or one that was read at last. Whose ticket is being
    /// dealt with goes on by that, whatever its plate is.
    mutating func takeUp(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) {
        if let known = lanes[index].transaction, known.transit == transit,
            known.identity.ticket != nil || known.identity.takesTicket
        {
            if known.heldFor != nil { lane(index, .hold(transit: transit), at: now) }
            return
        }
        lanes[index].transaction = Transaction(
            transit: transit, plate: plate, vehicle: lanes[index].vehicle(of: plate))
        consider(index, transit, at: now)
    }

    /// The stay that ends although its car never passed: an entry that was not made, or a ticket declared lost by a car
    /// that went away again.
    func stayThatNeverWas(_ index: Int) -> StayID? {
        let transaction = lanes[index].transaction
        switch lanes[index].definition.direction {
        case .entry: return transaction?.stay
        case .exit: return transaction?.identity.written
        }
    }

    /// The price that a rule fixes for the car at a lane; nil where the tariff says it.
    func fixedQuote(of stay: Stay) -> Quote? {
        for lane in lanes where lane.transaction?.stay == stay.id {
            if let fixed = lane.transaction?.identity.fixed { return fixed }
        }
        return nil
    }

    /// The car at the lane, or one that no camera has seen and of which a person speaks.
    /// - Returns: nil, with the answer given, where the boom opens for it already.
    mutating func carToIdentify(_ index: Int, at now: ClockReading) -> UUIDv7? {
        guard !lanes[index].machine.isGoingThrough else {
            answer(index, .alreadyGoing)
            return nil
        }
        if let transit = lanes[index].machine.transit { return transit }
        let transit = ids.next(at: now.wall)
        lanes[index].machine.expectUnread(transit, at: now.uptime)
        lanes[index].transaction = Transaction(transit: transit)
        return transit
    }
}
