import Vocabulary
import Wire

/// What a platform knows of the cars inside one car park of several boxes.
struct ModelCarPark {
    private(set) var notes: [StayID: StayNote] = [:]
    private(set) var ended: [StayID: DeviceID] = [:]
    var prepaid: [StayID: Prepayment] = [:]
    /// How many stays a page has.
    var pageSize = 2

    func note(_ id: StayID) -> StayNote? {
        guard var note = notes[id], ended[id] == nil else { return nil }
        note.prepaid = prepaid[id]
        if let paid = prepaid[id] { note.paidThrough = max(note.paidThrough ?? paid.through, paid.through) }
        return note
    }

    var inside: [StayID] { notes.keys.filter { ended[$0] == nil }.sorted() }

    func find(_ key: StayKey) -> StayNote? {
        switch key {
        case .stay(let id): note(id)
        case .plate(let plate): inside.last { notes[$0]?.entry.plate == plate }.flatMap { note($0) }
        }
    }

    func page(after: StayID?) -> StayPage {
        let rest = inside.filter { id in after.map { id > $0 } ?? true }
        let listed = rest.prefix(pageSize)
        return StayPage(
            stays: listed.compactMap { note($0) }, closed: after == nil ? Array(ended.keys.sorted()) : [],
            next: rest.count > listed.count ? listed.last : nil)
    }

    /// Takes in a record of one box.
    /// - Returns: what the other boxes are told.
    mutating func ingest(_ record: Record.Event, from box: DeviceID) -> Announcement? {
        switch record {
        case .stayOpened(let entry):
            guard ended[entry.stay] == nil else { return nil }
            notes[entry.stay] = StayNote(box: box, entry: entry)
            return note(entry.stay).map { .stayOpened($0) }
        case .stayClosed(let id, _, _):
            guard ended.updateValue(box, forKey: id) == nil else { return nil }
            return .stayClosed(id)
        case .payment(.acceptedOffline, let charge, _), .payment(.approved, let charge, _), .debt(let charge):
            paid(charge)
            return nil
        default: return nil
        }
    }

    mutating func paid(_ charge: Charge) {
        guard let id = charge.stay else { return }
        let before = notes[id]?.paidThrough ?? charge.quote.until
        notes[id]?.paidThrough = max(before, charge.quote.until)
    }
}
