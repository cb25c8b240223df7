internal import Effects
internal import Tariffs
internal import Vocabulary
internal import Wire

/// Entries that a person writes, and entries whose time nobody knows.
extension ParkingSite {
    /// The name of the run of the machine that a written entry belongs to: none, only the wall clock counts for it.
    static let writtenBoot = "written"

    mutating func writtenStay(
        plate: Plate?, vehicle: VehicleClass, entered: WallTime, _ words: DeskWords, at now: ClockReading
    ) -> Stay {
        Stay(
            id: ids.next(at: now.wall), plate: plate, vehicle: vehicle, entered: entered,
            tariff: scenario.tariffs.version(at: entered).id, enteredUptime: Uptime(nanoseconds: 0),
            boot: ParkingSite.writtenBoot, isSynchronised: true, writtenBy: words.who)
    }

    private func fault(_ entered: WallTime, at now: ClockReading, days: Int64) -> DeskAnswer? {
        if entered > now.wall { return .timeInFuture }
        switch EntryClock.fault(in: entered, at: now, longestDays: days) {
        case nil: return nil
        case .inTheFuture: return .timeInFuture
        case .beforeAllBoxes, .tooLongAgo, .notSynchronised: return .timeTooLongAgo
        }
    }

    /// An attendant writes down a car that the lanes missed.
    mutating func writeEntry(
        _ index: Int, _ plate: Plate, _ vehicle: VehicleClass, _ entered: WallTime, _ words: DeskWords,
        at now: ClockReading
    ) {
        guard isJournalHealthy else { return answer(index, .diskFull) }
        if let fault = fault(entered, at: now, days: scenario.identification.writtenEntryDays) {
            return answer(index, fault)
        }
        guard stays[plate] == nil else { return answer(index, .plateIsInside) }
        let stay = writtenStay(plate: plate, vehicle: vehicle, entered: entered, words, at: now)
        stays.put(stay)
        let lane = lanes[index].definition.id
        persist(
            [
                .deskAct(
                    DeskAct(
                        .entryWritten, lane: lane, DeskAct.Car(plate: plate, stay: stay.id), entered: entered,
                        who: words.who, why: words.why)),
                .stayOpened(stay.entry(lane: lane)),
            ], state: [keep(stay)], then: .stayChanged(stay.id), undo: Undo(begun: stay.id))
        answer(index, .done)
    }

    /// An attendant says when a car inside came in.
    mutating func setEntryTime(
        _ index: Int, _ id: StayID, _ entered: WallTime, _ words: DeskWords, at now: ClockReading
    ) {
        guard isJournalHealthy else { return answer(index, .diskFull) }
        guard let before = stays[id] else { return answer(index, .noSuchStay) }
        if let fault = fault(entered, at: now, days: scenario.identification.longestStayDays) {
            return answer(index, fault)
        }
        var stay = before
        stay.entered = entered
        stay.boot = ParkingSite.writtenBoot
        stay.isSynchronised = true
        stay.writtenBy = words.who
        stays.put(stay)
        persist(
            [
                .deskAct(
                    DeskAct(
                        .entryTimeSet, lane: lanes[index].definition.id, DeskAct.Car(plate: stay.plate, stay: id),
                        before: before.entered, entered: entered, who: words.who, why: words.why))
            ], state: [keep(stay)], then: .stayChanged(id), undo: Undo(before: before))
        answer(index, .done)
    }

    /// Holds a car of which nobody knows how long it was inside: a clock that was wrong charges nobody.
    mutating func holdsForEntryTime(_ index: Int, _ transit: UUIDv7, _ stay: Stay, at now: ClockReading) -> Bool {
        guard lanes[index].transaction?.identity.fixed == nil,
            let fault = EntryClock.fault(in: stay, at: now, boot: boot, scenario.identification)
        else { return false }
        effects.append(
            .log(.error, "\(lanes[index].definition.id): the entry of stay \(stay.id) is not known: \(fault.rawValue)"))
        hold(index, transit, .entryTimeUnknown, because: "entryTimeUnknown-\(fault.rawValue)", at: now)
        return true
    }
}
