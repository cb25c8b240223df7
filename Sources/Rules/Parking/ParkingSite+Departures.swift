internal import Effects
internal import Vocabulary
internal import Wire

/// Cars that left here before anybody here knew that they had come in.
extension ParkingSite {
    /// The car at the lane is through, on no entry but one that a person wrote: an entry that another box recorded, and
    /// that becomes known later, is over.
    /// - Parameter stay: what ended with it.
    /// - Returns: what keeps it.
    mutating func departure(_ index: Int, _ transit: UUIDv7, ending stay: Stay?, at now: ClockReading) -> [StateChange]
    {
        // What a wrong clock calls earlier may be the car's next visit, and a copied plate ends nothing of the real.
        guard now.isSynchronised, lanes[index].definition.direction == .exit,
            let plate = stay.map(\.plate) ?? lanes[index].transaction?.plate, stay.map({ $0.writtenBy != nil }) ?? true,
            lanes[index].seen(plate)?.isFake != true
        else { return [] }
        let departure = Departure(transit: transit, lane: lanes[index].definition.id, plate: plate, at: now.wall)
        let forgotten = departures.note(departure)
        return forgotten.map { .remove(kind: Departure.stateKind, key: $0.transit.description) } + [
            .put(kind: Departure.stateKind, key: transit.description, value: departure.stateValue)
        ]
    }

    /// Ends a stay whose car left here before its entry was known.
    /// - Returns: false where no such car did.
    mutating func endsDeparted(_ note: StayNote) -> Bool {
        let entry = note.entry
        guard entry.isSynchronised, stays[entry.stay] == nil, let plate = entry.plate,
            let departure = departures.end(of: plate, entered: entry.entered)
        else { return false }
        shared.closed(entry.stay)
        effects.append(
            .log(.info, "\(departure.lane): \(plate), which left without an entry record, had come in at \(note.box)"))
        persist(
            [.stayClosed(stay: entry.stay, lane: departure.lane, transit: departure.transit)],
            state: [
                .remove(kind: Departure.stateKind, key: departure.transit.description),
                .put(kind: ParkingSite.closedKind, key: entry.stay.description, value: []),
            ])
        return true
    }
}
