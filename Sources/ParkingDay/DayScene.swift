internal import JSONText
internal import Vocabulary

/// One oddity of a day, step by step, and what it comes to.
public struct DayScene: Equatable, Sendable {
    /// What a person calls it; scenes of one name belong together.
    public var name: String
    public var minute: Int64
    public var lane: DayFile.Lane
    public var steps: [DayStep]
    /// How many stays it begins, and how many cars are let out without paying by an attendant.
    public var enters: Int64, waives: Int64
    /// What is paid, one number a payment, in fen: at the lane, on the phone beforehand, and owed.
    public var pays: [Int64], phone: [Int64], owes: [Int64]
    /// What of earlier debts is taken because it is played, one number a debt, in fen.
    public var collects: [Int64]

    init?(
        _ reader: ObjectReader, minute: (String) throws(DayFault) -> Int64,
        lane: (String) throws(DayFault) -> DayFile.Lane
    ) {
        let at = reader.parsed("at", expected: "a time of day", minute)
        let place = reader.parsed("lane", expected: "a lane", lane)
        name = reader.string("name")
        steps = reader.parsedList("steps", count: 1...40, expected: "a step", DayStep.init)
        enters = reader.integer("enters", in: 0...1_000, unit: "cars", default: 0)
        waives = reader.integer("waives", in: 0...100, unit: "cars", default: 0)
        func sums(_ key: String) -> [Int64] {
            reader.optionalIntegers(key, count: 0...10, in: 1...100_000_000, unit: "fen") ?? []
        }
        pays = sums("pays")
        phone = sums("phone")
        owes = sums("owes")
        collects = sums("collects")
        guard let at, let place else { return nil }
        (self.minute, self.lane) = (at, place)
    }
}

/// What a plate may do at the car park, and what stands behind it.
public struct DayPermit: Equatable, Sendable {
    public enum Kind: String, CaseIterable, Sendable { case member, visitor, staff, permitted, barred, special }

    public var plate: String
    public var kind: Kind
    /// Minutes of the day; nil: without a beginning, or an end.
    public var from: Int64?, until: Int64?
    public var graceMinutes: Int64
}

/// A contract of a plate that only scenes use.
public struct DayContract: Equatable, Sendable {
    public var plate: String
    /// What the account holds, and what of it may be promised while the network is cut, in fen.
    public var balance: Int64, offlineLimit: Int64
}

extension DayPermit {
    static func read(_ root: ObjectReader, minute: (String) throws(DayFault) -> Int64) -> [DayPermit] {
        guard root.has("permits") else { return [] }
        return root.objects("permits", count: 0...1_000) { reader in
            let plate = reader.parsed("plate", expected: "a number plate", Plate.init)?.text
            let kind: Kind = reader.choice("kind")
            let from = reader.optionalParsed("from", expected: "a time of day", minute)
            let until = reader.optionalParsed("until", expected: "a time of day", minute)
            let grace = reader.integer("graceMinutes", in: 0...525_600, unit: "minutes", default: 0)
            return plate.map { DayPermit(plate: $0, kind: kind, from: from, until: until, graceMinutes: grace) }
        }
    }
}

extension DayContract {
    static func read(_ root: ObjectReader) -> [DayContract] {
        guard root.has("contracts") else { return [] }
        return root.objects("contracts", count: 0...1_000) { reader in
            let plate = reader.parsed("plate", expected: "a number plate", Plate.init)?.text
            let balance = reader.integer("balance", in: 0...100_000_000, unit: "fen")
            let limit = reader.integer("offlineLimit", in: 0...100_000_000, unit: "fen", default: 0)
            return plate.map { DayContract(plate: $0, balance: balance, offlineLimit: limit) }
        }
    }
}
