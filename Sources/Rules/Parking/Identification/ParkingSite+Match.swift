internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// An exit whose plate nobody came in with: a camera may have misread it here, or at the entry.
extension ParkingSite {
    /// Who is recorded for what the box itself took for another plate, and why.
    static let matchedBy = (who: "box", why: "matched")

    /// Takes the car for the only one inside whose plate a camera may have taken for this one; where there are several,
    /// or both plates are known, an attendant says which it is.
    /// - Returns: false where no car inside has such a plate.
    mutating func isMatched(_ index: Int, _ transit: UUIDv7, _ plate: Plate, at now: ClockReading) -> Bool {
        let alike = stays.alike(plate, differences: scenario.identification.fuzzyDifferences)
        guard !alike.isEmpty, isJournalHealthy else { return false }
        let seen = lanes[index].seen(plate)?.vehicle
        let fitting = alike.filter { seen == nil || $0.vehicle == seen }
        guard fitting.count == 1, let stay = fitting.first, let entered = stay.plate,
            !(isKnown(plate) && isKnown(entered)), !isDealtWith(stay.id, elsewhereThan: index)
        else {
            lanes[index].transaction?.identity.candidates = alike.prefix(ParkingSite.mostCandidates).map(\.id)
            hold(index, transit, .severalCandidates, because: "severalCandidates", at: now)
            return true
        }
        // A plate that is known otherwise may be another car's: then the one inside is still taken for this one, but no
        // contract pays for it. The driver does, or an attendant says which plate is right.
        let isOwnerDoubtful = isKnown(plate)
        lanes[index].transaction?.identity.isOwnerDoubtful = isOwnerDoubtful
        lanes[index].transaction?.plate = entered
        lanes[index].transaction?.identity.read = plate
        let lane = lanes[index].definition.id
        effects.append(.log(.warning, "\(lane): \(plate) is taken for \(entered), the only one inside that is alike"))
        persist([
            .plateCorrected(
                PlateCorrection(
                    lane: lane, transit: transit, stay: stay.id, before: plate, plate: entered,
                    who: ParkingSite.matchedBy.who, why: ParkingSite.matchedBy.why))
        ])
        considerExit(index, transit, entered, at: now)
        return true
    }

    /// At most so many candidates are listed for the attendant.
    static let mostCandidates = 10

    /// Whether the plate is one that the car park knows of otherwise.
    private func isKnown(_ plate: Plate) -> Bool {
        let holder = Holder(plate: plate)
        return lists.contracts[holder] != nil || lists.permits[holder] != nil
    }

    /// An attendant names the car inside that stands at the exit.
    mutating func stayChosen(_ index: Int, _ id: StayID, _ words: DeskWords, at now: ClockReading) {
        guard isJournalHealthy else { return answer(index, .diskFull) }
        guard lanes[index].definition.direction == .exit else { return answer(index, .wrongDirection) }
        guard let stay = stays[id] else { return answer(index, .noSuchStay) }
        if lanes[index].transaction?.heldFor == .severalStays {
            // Several cars of one plate are inside: whichever it is, its payment is decided as an order.
            return ordered(lanes[index].definition.id, .chooseStay(id), words.who, words.why, at: now)
        }
        guard !isDealtWith(id, elsewhereThan: index) || mayTakeOver(id, index) else {
            return answer(index, .stayIsElsewhere)
        }
        guard let transit = carToIdentify(index, at: now) else { return }
        persist(
            [
                .deskAct(
                    DeskAct(
                        .stayChosen, lane: lanes[index].definition.id,
                        DeskAct.Car(transit: transit, plate: stay.plate, stay: id), who: words.who, why: words.why))
            ], then: .identified(lane: index, transit: transit, .stay(id)))
    }
}
