public import Vocabulary

/// The cars inside, found by stay or by plate.
public struct StayBook: Sendable {
    private var byID: [StayID: Stay] = [:]
    /// The stays of one plate, the latest last: more than one where a plate was copied or an exit was missed.
    private var byPlate: [Plate: [StayID]] = [:]

    /// The stays of plates that cameras may take for each other, by what they have in common.
    private var bySkeleton: [String: Set<StayID>] = [:]

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
        if let plate = stay.plate {
            byPlate[plate, default: []].append(stay.id)
            bySkeleton[PlateLikeness.skeleton(plate), default: []].insert(stay.id)
        }
    }

    @discardableResult
    public mutating func remove(_ id: StayID) -> Stay? {
        guard let stay = byID.removeValue(forKey: id) else { return nil }
        if let plate = stay.plate { unlink(id, plate) }
        return stay
    }

    /// The cars inside whose plates a camera may have taken for this one, the earliest entry first; not those that bear
    /// exactly this plate.
    /// - Parameter differences: in how many characters at most.
    public func alike(_ plate: Plate, differences: Int) -> [Stay] {
        guard differences > 0, let near = bySkeleton[PlateLikeness.skeleton(plate)] else { return [] }
        return near.compactMap { byID[$0] }
            .filter { stay in
                guard let other = stay.plate, let count = PlateLikeness.differences(plate, other) else { return false }
                return (1...differences).contains(count)
            }
            .sorted { ($0.entered, $0.id) < ($1.entered, $1.id) }
    }

    private mutating func unlink(_ id: StayID, _ plate: Plate) {
        byPlate[plate]?.removeAll { $0 == id }
        if byPlate[plate]?.isEmpty == true { byPlate[plate] = nil }
        let skeleton = PlateLikeness.skeleton(plate)
        bySkeleton[skeleton]?.remove(id)
        if bySkeleton[skeleton]?.isEmpty == true { bySkeleton[skeleton] = nil }
    }
}
