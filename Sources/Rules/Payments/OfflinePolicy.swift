public import Vocabulary

/// What a box may promise on its own while the platform cannot be asked. Data of the scenario file.
public struct OfflinePolicy: Hashable, Sendable {
    /// No offline charge at all when false.
    public var isAllowed: Bool
    /// The most one payment may be.
    public var perPayment: Fen
    /// The most one plate may owe since the last contact, in amount and in number.
    public var perPlate: Fen
    public var perPlateCount: Int64
    /// The most the whole box may have promised since the last contact, in amount and in number.
    public var perBox: Fen
    public var perBoxCount: Int64
    /// The longest time without contact in which charges are still promised.
    public var longestWithoutContact: Uptime.Span

    public init(
        isAllowed: Bool, perPayment: Fen, perPlate: Fen, perPlateCount: Int64, perBox: Fen, perBoxCount: Int64,
        longestWithoutContact: Uptime.Span
    ) {
        self.isAllowed = isAllowed
        self.perPayment = perPayment
        self.perPlate = perPlate
        self.perPlateCount = perPlateCount
        self.perBox = perBox
        self.perBoxCount = perBoxCount
        self.longestWithoutContact = longestWithoutContact
    }
}

/// Why an offline charge is not promised.
public enum OfflineRefusal: String, Error, Hashable, Sendable {
    case notAllowed, noContract, overContractLimit, overPaymentCap, overPlateCap, overPlateCount, overBoxCap
    case overBoxCount, tooLongWithoutContact, journalFailing
}

/// Decides offline charges and counts what was promised since the platform last confirmed. Pure.
public struct OfflineLedger: Hashable, Sendable {
    /// What one plate owes since the last contact.
    private struct Exposure: Hashable, Sendable {
        var amount = Fen.zero
        var count: Int64 = 0
    }

    private let policy: OfflinePolicy
    private var total = Exposure()
    private var byPlate: [Plate: Exposure] = [:]

    public init(policy: OfflinePolicy) { self.policy = policy }

    /// Checks every limit and, if none refuses, counts the charge as promised.
    ///
    /// - Parameters:
    ///   - contractLimit: what the contract list allows this plate offline; nil if it is not on the list.
    ///   - withoutContact: how long the platform has been out of reach.
    /// - Throws: the first limit that refuses; nothing is counted then.
    public mutating func promise(
        _ amount: Fen, plate: Plate, contractLimit: Fen?, withoutContact: Uptime.Span
    ) throws(OfflineRefusal) {
        guard policy.isAllowed else { throw .notAllowed }
        guard let contractLimit else { throw .noContract }
        guard withoutContact <= policy.longestWithoutContact else { throw .tooLongWithoutContact }
        guard amount <= policy.perPayment else { throw .overPaymentCap }
        let exposure = byPlate[plate] ?? Exposure()
        guard let plateSum = try? exposure.amount.adding(amount), plateSum <= policy.perPlate else {
            throw .overPlateCap
        }
        guard plateSum <= contractLimit else { throw .overContractLimit }
        guard exposure.count < policy.perPlateCount else { throw .overPlateCount }
        guard let boxSum = try? total.amount.adding(amount), boxSum <= policy.perBox else { throw .overBoxCap }
        guard total.count < policy.perBoxCount else { throw .overBoxCount }
        byPlate[plate] = Exposure(amount: plateSum, count: exposure.count + 1)
        total = Exposure(amount: boxSum, count: total.count + 1)
    }

    /// Counts a promise that an earlier run of the daemon made and the platform has not yet confirmed.
    public mutating func recall(_ amount: Fen, plate: Plate) {
        let exposure = byPlate[plate] ?? Exposure()
        // A sum past the range of 64 bits is past every limit: keep the largest amount there is.
        byPlate[plate] = Exposure(
            amount: (try? exposure.amount.adding(amount)) ?? Fen(.max), count: exposure.count + 1)
        total = Exposure(amount: (try? total.amount.adding(amount)) ?? Fen(.max), count: total.count + 1)
    }

    /// The platform has every promise: counting begins again.
    public mutating func settled() {
        total = Exposure()
        byPlate = [:]
    }

    /// What is promised and not yet confirmed, over all plates.
    public var outstanding: (amount: Fen, count: Int64) { (total.amount, total.count) }
}
