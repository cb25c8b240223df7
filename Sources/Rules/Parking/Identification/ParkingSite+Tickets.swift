internal import Effects
internal import Payments
internal import Tariffs
internal import Vocabulary
internal import Wire

/// Cars without a plate that a camera can read: they come in and leave with a ticket, which bears the stay's id.
extension ParkingSite {
    /// - Parameter words: who issues it; nil for the driver's button, which gives one only to a car that stands there
    ///   and cannot be read.
    mutating func ticketRequested(_ index: Int, _ words: DeskWords?, at now: ClockReading) {
        let lane = lanes[index].definition
        guard scenario.identification.issuesTickets else { return answer(index, .noTickets) }
        guard lane.direction == .entry else { return answer(index, .wrongDirection) }
        let isThere = lanes[index].machine.transit != nil || lanes[index].machine.state.approach == .active
        guard words != nil || isThere else { return answer(index, .noCar) }
        guard lanes[index].machine.plate == nil else { return answer(index, .plateIsRead) }
        guard let transit = carToIdentify(index, at: now) else { return }
        if let words, isJournalHealthy {
            persist([
                .deskAct(
                    DeskAct(
                        .ticketIssued, lane: lane.id, DeskAct.Car(transit: transit), who: words.who, why: words.why))
            ])
        }
        var car = Transaction(transit: transit)
        car.identity.takesTicket = true
        lanes[index].transaction = car
        answer(index, .done)
        consider(index, transit, at: now)
    }

    mutating func enterWithTicket(_ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        let lane = lanes[index].definition.id
        guard isJournalHealthy else { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
        guard lanes[index].transaction?.stay == nil else { return }
        if holdsAtEntry(index, transit, nil, leaving: nil, at: now) { return }
        let stay = Stay(
            id: ids.next(at: now.wall), plate: nil, vehicle: lanes[index].transaction?.vehicle ?? .small,
            entered: now.wall, tariff: scenario.tariffs.version(at: now.wall).id, enteredUptime: now.uptime, boot: boot,
            isSynchronised: now.isSynchronised)
        stays.put(stay)
        lanes[index].transaction?.stay = stay.id
        let code = TicketCode.text(stay.id, page: scenario.identification.ticketPage)
        persist(
            [
                .decision(
                    transit: transit, lane: lane, plate: nil, stay: stay.id, verdict: .admit, reason: "ticket"),
                .stayOpened(stay.entry(lane: lane)),
            ], state: [keep(stay)],
            then: .letThrough(
                lane: index, transit: transit,
                ticketPrinters.contains(lane) ? .takePrintedTicket(code: code) : .takeTicket(code: code)),
            undo: Undo(begun: stay.id))
    }

    /// Without paper the sign shows what would have been on it, while the car is there; the attendant is told either
    /// way, until a ticket is printed again.
    mutating func ticketPrinted(_ index: Int, _ code: String, _ why: String?) {
        let lane = lanes[index].definition.id
        let isKnown = boardNotes.alarms[lane]?[ParkingSite.ticketPrinterAlarm] != nil
        if let why {
            effects.append(.log(.error, "\(lane): a ticket was not printed: \(why)"))
            if boardNotes.notices[lane] == .takePrintedTicket(code: code), audience(index) == .car {
                show(index, .takeTicket(code: code))
            }
        }
        guard isKnown != (why != nil) else { return }
        persist([.alarm(lane: lane, code: ParkingSite.ticketPrinterAlarm, isActive: why != nil)])
        effects.append(.fault("\(lane).\(ParkingSite.ticketPrinterAlarm)", why))
        let condition = LaneCondition(
            lane: lane, code: ParkingSite.ticketPrinterAlarm, chinese: "停车票打印机故障或缺纸",
            english: "the ticket printer does not print: look at its paper, cover and cable")
        effects.append(.alarm(condition, isActive: why != nil))
    }

    static let ticketPrinterAlarm = "ticketPrinter"

    /// A ticket at an exit: the stay that it bears is what the car pays for. Anything else changes the
    /// sign only.
    mutating func ticketPresented(_ index: Int, _ text: String, at now: ClockReading) {
        guard lanes[index].definition.direction == .exit else { return answer(index, .wrongDirection) }
        let id: StayID
        do throws(TicketCode.Fault) {
            id = try TicketCode.parse(text, page: scenario.identification.ticketPage)
        } catch {
            switch error {
            case .unreadable: return refuseTicket(index, .ticketUnreadable, .ticketUnreadable)
            case .otherCarPark: return refuseTicket(index, .ticketOfOtherCarPark, .ticketOfOtherCarPark)
            }
        }
        let stay = stays[id]
        guard stay != nil || mayBeElsewhere(id, index), !isDealtWith(id, elsewhereThan: index) else {
            return refuseTicket(index, .ticketNotValid, .ticketNotValid)
        }
        if let read = lanes[index].transaction?.plate, let plate = stay?.plate,
            PlateLikeness.differences(read, plate) == nil
        {
            return refuseTicket(index, .ticketOfOtherCar, .ticketOfOtherCar)
        }
        // Held up to the scanner a second time: it is being dealt with.
        guard lanes[index].transaction?.identity.ticket != id else { return answer(index, .done) }
        guard let transit = carToIdentify(index, at: now) else { return }
        abandonPayment(lane: index, at: now)
        let before = lanes[index].transaction
        var car = Transaction(
            transit: transit, plate: before?.plate, vehicle: before?.vehicle ?? stay?.vehicle ?? .small)
        car.identity.ticket = id
        car.stay = stay?.id
        lanes[index].transaction = car
        _ = lanes[index].machine.correct(car.plate)
        answer(index, .done)
        consider(index, transit, at: now)
    }

    /// Whether another box of the car park may have issued the ticket: the platform is asked then, unless the car at
    /// the lane is known otherwise.
    private func mayBeElsewhere(_ id: StayID, _ index: Int) -> Bool {
        isLinkUp && scenario.askForStayWithin != nil && lanes[index].transaction?.stay == nil
            && !shared.closedHere.contains(id)
    }

    private mutating func refuseTicket(_ index: Int, _ reason: Notice.HoldReason, _ why: DeskAnswer) {
        answer(index, why)
        guard !lanes[index].machine.isGoingThrough else { return }
        let transaction = lanes[index].transaction
        show(index, .callAttendant(transaction?.plate, reason, transaction?.quote?.total))
    }

    // MARK: - Lost

    /// An attendant says that the driver has lost the ticket: the car pays what the rule says. Which stay was the lost
    /// one nobody knows unless it is named; then it is the one that ends.
    mutating func ticketLost(_ index: Int, _ id: StayID?, _ words: DeskWords, at now: ClockReading) {
        guard let rule = scenario.identification.lostTicket else { return answer(index, .noRule) }
        guard lanes[index].definition.direction == .exit else { return answer(index, .wrongDirection) }
        guard isJournalHealthy else { return answer(index, .diskFull) }
        if let id {
            guard stays[id] != nil else { return answer(index, .noSuchStay) }
            guard !isDealtWith(id, elsewhereThan: index) else { return answer(index, .stayIsElsewhere) }
        }
        guard let transit = carToIdentify(index, at: now) else { return }
        let lane = lanes[index].definition.id
        let named = id.flatMap { stays[$0] }
        let vehicle = lanes[index].transaction?.vehicle ?? .small
        let stay: Stay
        if let named {
            stay = named
        } else {
            // The entry that is written is the one that is charged for: the platform compares the two.
            stay = writtenStay(plate: nil, vehicle: vehicle, entered: rule.began(at: now.wall), words, at: now)
        }
        guard let quote = charged(stay, rule, at: now) else { return answer(index, .noPrice) }
        // One that was declared lost before at this lane, for another car or another stay, is given up.
        var state: [StateChange] = []
        var records: [Record.Event] = [
            .deskAct(
                DeskAct(
                    .lostTicket, lane: lane,
                    DeskAct.Car(
                        transit: transit, plate: lanes[index].transaction?.plate ?? stay.plate, stay: stay.id),
                    who: words.who, why: words.why))
        ]
        if let earlier = lanes[index].transaction?.identity.written,
            let (record, change) = close(earlier, lane, transit)
        {
            records.append(record)
            state += change
        }
        if named == nil {
            stays.put(stay)
            // Nobody knows when it came in: the quote by the rule for lost tickets contradicts no entry.
            var entry = stay.entry(lane: lane)
            entry.isSynchronised = false
            records.append(.stayOpened(entry))
            state.append(keep(stay))
        }
        persist(
            records, state: state,
            then: .identified(
                lane: index, transit: transit, .lostTicket(stay.id, quote, isWritten: named == nil)),
            undo: Undo(begun: named == nil ? stay.id : nil))
    }

    private func charged(_ stay: Stay, _ rule: IdentificationSettings.LostTicket, at now: ClockReading) -> Quote? {
        switch rule {
        case .hours:
            var priced = stay
            priced.entered = rule.began(at: now.wall)
            priced.boot = ParkingSite.writtenBoot
            priced.paidThrough = nil
            return try? quote(priced, at: now)
        case .amount(let amount, let list):
            return Quote(
                tariff: list, from: now.wall, until: now.wall,
                lines: [Quote.Line(kind: .item, amount: amount, reference: list)], total: amount)
        }
    }
}

extension IdentificationSettings.LostTicket {
    /// Since when a car without its ticket is charged.
    fileprivate func began(at now: WallTime) -> WallTime {
        switch self {
        case .hours(let hours): WallTime(milliseconds: now.milliseconds &- hours * 3_600_000)
        case .amount: now
        }
    }
}
