public import Vocabulary

/// The cars inside, found by stay or by plate.
public struct StayBook: Sendable {
    private var byID: [StayID: Stay] = [:]
    /// The stays of one plate, the latest last: more than one where a plate was copied or an exit was missed.
    private var byPlate: [Plate: [StayID]] = [:]

    public init(_ stays: [Stay] = []) { for stay in stays { put(stay) } }

    /// How many cars are inside.
    public var count: Int { byID.count }

    public var values: some Sequence<Stay> { byID.values }

    public subscript(id: StayID) -> Stay? { byID[id] }

    /// The latest stay of the car with this plate.
    public subscript(plate: Plate) -> Stay? { byPlate[plate]?.last.flatMap { byID[$0] } }

    /// Every stay of cars with this plate, the latest last.
    public func all(of plate: Plate) -> [Stay] { (byPlate[plate] ?? []).compactMap { byID[$0] } }

    /// Takes a stay up, or takes over what has changed of it.
    public mutating func put(_ stay: Stay) {
        let before = byID.updateValue(stay, forKey: stay.id)
        guard before == nil || before?.plate != stay.plate else { return }
        if let plate = before?.plate { unlink(stay.id, plate) }
        if let plate = stay.plate { byPlate[plate, default: []].append(stay.id) }
    }

    @discardableResult
    public mutating func remove(_ id: StayID) -> Stay? {
        guard let stay = byID.removeValue(forKey: id) else { return nil }
        if let plate = stay.plate { unlink(id, plate) }
        return stay
    }

    private mutating func unlink(_ id: StayID, _ plate: Plate) {
        byPlate[plate]?.removeAll { $0 == id }
        if byPlate[plate]?.isEmpty == true { byPlate[plate] = nil }
    }
}
