internal import BoxRules
internal import Effects
internal import Parking
internal import ParkingDay
internal import Services
internal import Shifts
internal import Vocabulary
internal import Wire

/// What scenes need, in virtual time.
extension SimulatedDay {
    private static let attendant = "Attendant Zhao"

    func recordCount(_ name: String) throws(DayFault) -> Int { try box(name).disk.lines.count }

    func records(_ name: String, after count: Int) throws(DayFault) -> [Record.Event] {
        var events: [Record.Event] = []
        for line in try box(name).disk.lines.dropFirst(count) {
            do throws(WireError) { events.append(try Record.parse(line: line).record.event) } catch {
                throw DayFault("\(name) wrote what nobody can read: \(error)")
            }
        }
        return events
    }

    func sensor(_ name: String, _ state: String, _ lane: DayFile.Lane) throws(DayFault) {
        let found = try find(lane)
        switch (name, state) {
        case ("safetyLoop", "active"): found.occupy(true)
        case ("safetyLoop", "clear"): found.occupy(false)
        case ("approachLoop", "active"): found.approach(true)
        case ("approachLoop", "clear"): found.approach(false)
        default:
            found.box.tell(
                .sensor("\(found.id).\(name)", state == "active" ? .active : state == "clear" ? .clear : .faulty))
        }
        run(milliseconds: 200)
    }

    func setBoom(isStuck: Bool, _ lane: DayFile.Lane) throws(DayFault) { try find(lane).isStuck = isStuck }

    func waitUntilDown(_ lane: DayFile.Lane, milliseconds: Int64) throws(DayFault) -> Bool {
        let found = try find(lane)
        return run(atMost: milliseconds) { found.boom == .closed }
    }

    func setCamera(isSilent: Bool, _ lane: DayFile.Lane) throws(DayFault) {
        guard lane.name == Self.fullLane else { throw DayFault("nobody misses the camera of \(lane.name)") }
        if isSilent { silentCameras.insert(lane.box) } else { silentCameras.remove(lane.box) }
    }

    /// A camera on the lane that has everything, as hardware files have them.
    static func cameras(of scenario: ParkingScenario) throws -> [CameraWatch.Camera] {
        try scenario.lanes.filter { $0.id.text == fullLane }.map {
            CameraWatch.Camera(id: try Slug("\($0.id)-camera"), lane: $0.id, silentAfter: .seconds(50))
        }
    }

    /// Every watched camera says that it is there, a third of the time apart after which it is missed.
    func beat() {
        for (name, box) in boxes where !silentCameras.contains(name) {
            if let id = try? Slug("\(Self.fullLane)-camera") { box.tell(.own(.parking(.camera(id, .heard)))) }
        }
        world.after(16_000_000) { [weak self] in self?.beat() }
    }

    func act(_ act: DayAct, _ lane: DayFile.Lane) throws(DayFault) {
        let found = try find(lane)
        guard let event = try Self.event(act, found.id, now: world.wall) else {
            throw DayFault("\(act) cannot be done")
        }
        found.box.tell(.own(.parking(event)))
        run(milliseconds: 100)
    }

    private static func event(_ act: DayAct, _ lane: LaneID, now: WallTime) throws(DayFault) -> ParkingEvent? {
        func plate(_ text: String) throws(DayFault) -> Plate {
            guard let plate = try? Plate(text) else { throw DayFault("\(text) is no plate") }
            return plate
        }
        guard let words = DeskWords(who: attendant, why: "the driver asked") else { return nil }
        switch act {
        case .admit: return .ordered(lane: lane, .admit, who: attendant, why: "known to the house")
        case .passDebtor: return .ordered(lane: lane, .passDebtor, who: attendant, why: "pays tomorrow")
        case .correct(let text):
            return .identity(.plateCorrected(lane: lane, try plate(text), stay: nil, words))
        case .requestTicket: return .identity(.ticketRequested(lane: lane, words))
        case .lostTicket: return .identity(.ticketLost(lane: lane, stay: nil, words))
        case .presentTicket(let text): return .identity(.ticketPresented(lane: lane, text))
        case .nameStay(let text):
            guard let stay = try? StayID(text) else { return nil }
            return .identity(.stayChosen(lane: lane, stay, words))
        case .writeEntry(let text, let minutes):
            let entered = WallTime(milliseconds: now.milliseconds - minutes * 60_000)
            return .identity(.entryWritten(lane: lane, try plate(text), .small, entered: entered, words))
        case .setEntryTime(let text, let minutes):
            guard let stay = try? StayID(text) else { return nil }
            let entered = WallTime(milliseconds: now.milliseconds - minutes * 60_000)
            return .identity(.entryTimeSet(lane: lane, stay, entered: entered, words))
        case .turnsBack(let text): return .identity(.turnedBack(lane: lane, try plate(text)))
        case .reset: return .serviceReset(lane: lane, who: attendant, why: "looked at it")
        case .openShift(let fen): return .shift(.open(who: attendant, float: Fen(fen)))
        case .closeShift(let fen):
            guard let count = count(fen) else { return nil }
            return .shift(.close(who: attendant, count, next: nil, left: nil))
        }
    }

    /// The notes and coins that come to so many fen.
    private static func count(_ fen: Int64) -> CashCount? {
        var (left, pieces) = (fen, [Fen: Int64]())
        for value in CashCount.values {
            pieces[value] = left / value.count
            left %= value.count
        }
        return left == 0 ? try? CashCount(pieces) : nil
    }

    func payOnPhone(_ text: String) throws(DayFault) {
        guard let plate = try? Plate(text), let site = try? Slug("centre") else {
            throw DayFault("\(text) is no plate")
        }
        guard let store = world.platform.stores.first,
            case .due(let stay) = store.answer(.stay(site: site, .plate(plate)), at: world.wall)
        else { throw DayFault("the phone says that nothing is due for \(text)") }
        let asked = PhoneQuestion.payStay(
            site: site, .plate(plate), amount: stay.quote.total, key: "phone-\(text.utf8.count)-\(world.now)")
        guard case .order(let order) = store.answer(asked, at: world.wall) else {
            throw DayFault("the phone got no order for \(text)")
        }
        world.platform.giveOut(store, 0)
        run(milliseconds: 2_000)
        world.network.pay(order.payment)
        for _ in 0..<30 {
            run(milliseconds: 1_000)
            if case .order(let view) = store.answer(.order(order.payment), at: world.wall),
                case .paid = view.state
            {
                world.platform.giveOut(store, 0)
                return run(milliseconds: 15_000)
            }
            world.platform.giveOut(store, 0)
        }
        throw DayFault("the order for \(text) was not paid within half a minute")
    }

    func paySign(_ lane: DayFile.Lane) throws(DayFault) {
        let found = try find(lane)
        run(milliseconds: 2_000)
        guard let order = found.box.view(of: found.id)?.payment else {
            throw DayFault("\(lane.box)/\(lane.name) shows no code to pay")
        }
        world.network.pay(order)
    }

    func sign(_ lane: DayFile.Lane) throws(DayFault) -> String { try find(lane).shown?.english ?? "" }

    func setClockError(_ name: String, minutes: Int64) throws(DayFault) {
        try box(name).wallOffsetMilliseconds = minutes * 60_000
    }
}
