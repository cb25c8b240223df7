public import Vocabulary

/// Decides offline charges and counts what was promised since the platform last confirmed. Pure.
public struct OfflineLedger: Hashable, Sendable {
    /// At most this many moments are kept for one account's velocity; a policy may not ask for more.
    public static let mostVelocity: Int64 = 1_000

    /// What one account owes since the last contact.
    private struct Exposure: Hashable, Sendable {
        var amount = Fen.zero
        var count: Int64 = 0

        mutating func add(_ more: Fen) {
            // A sum past the range of 64 bits is past every limit: keep the largest amount there is.
            amount = (try? amount.adding(more)) ?? Fen(.max)
            count += 1
        }
    }

    /// Changed from afar at any time; what was promised before keeps counting.
    public var policy: OfflinePolicy
    private var total = Exposure()
    private var byHolder: [Holder: Exposure] = [:]
    /// When each account was promised something, oldest first.
    private var moments: [Holder: [Uptime]] = [:]

    public init(policy: OfflinePolicy) { self.policy = policy }

    /// Checks every limit and, if none refuses, counts the charge as promised.
    /// - Throws: the first limit that refuses; nothing is counted then.
    public mutating func promise(
        _ amount: Fen, to instrument: Instrument, _ circumstances: OfflineCircumstances, at now: Uptime
    ) throws(OfflineRefusal) {
        guard instrument.kind.canBeDebitedLater, let holder = instrument.holder else { throw .oneShot }
        guard let limits = policy.limits[instrument.kind] else { throw .notAllowed }
        guard !circumstances.isDenied else { throw .denied }
        guard let contractLimit = circumstances.contractLimit else { throw .noContract }
        guard circumstances.withoutContact <= policy.longestWithoutContact else { throw .tooLongWithoutContact }
        guard circumstances.listAge <= limits.longestListAge else { throw .listTooOld }
        guard amount <= limits.perPayment else { throw .overPaymentCap }
        let exposure = byHolder[holder] ?? Exposure()
        guard let sum = try? exposure.amount.adding(amount), sum <= limits.perAccount else { throw .overAccountCap }
        guard sum <= contractLimit else { throw .overContractLimit }
        guard exposure.count < limits.perAccountCount else { throw .overAccountCount }
        guard recent(holder, limits, at: now) < limits.velocityCount else { throw .tooFast }
        guard let boxSum = try? total.amount.adding(amount), boxSum <= policy.perBox else { throw .overBoxCap }
        guard total.count < policy.perBoxCount else { throw .overBoxCount }
        count(amount, holder, at: now)
    }

    /// Counts a promise that an earlier run of the daemon made and the platform has not yet confirmed.
    /// - Parameter now: the start of this run: for the velocity it counts as promised then, the safe side.
    public mutating func recall(_ amount: Fen, of holder: Holder, at now: Uptime) { count(amount, holder, at: now) }

    /// The platform has every promise: counting begins again. The velocity goes on counting.
    public mutating func settled() {
        total = Exposure()
        byHolder = [:]
    }

    /// Whose promises are not yet confirmed.
    public var owing: [Holder] { byHolder.keys.sorted() }

    public func isOwing(_ holder: Holder) -> Bool { byHolder[holder] != nil }

    /// What is promised and not yet confirmed, over all accounts.
    public var outstanding: (amount: Fen, count: Int64) { (total.amount, total.count) }

    private mutating func count(_ amount: Fen, _ holder: Holder, at now: Uptime) {
        byHolder[holder, default: Exposure()].add(amount)
        total.add(amount)
        var kept = moments[holder] ?? []
        if kept.count >= OfflineLedger.mostVelocity { kept.removeFirst() }
        kept.append(now)
        moments[holder] = kept
        forgetOldMoments(at: now)
    }

    private func recent(_ holder: Holder, _ limits: OfflinePolicy.Limits, at now: Uptime) -> Int64 {
        Int64((moments[holder] ?? []).filter { now - $0 < limits.velocityWindow }.count)
    }

    /// Keeps the memory bounded by what was promised within the longest window.
    private mutating func forgetOldMoments(at now: Uptime) {
        guard moments.count > 1_000 else { return }
        let longest = policy.limits.values.map(\.velocityWindow).max() ?? .seconds(0)
        moments = moments.compactMapValues { kept in
            let recent = kept.filter { now - $0 < longest }
            return recent.isEmpty ? nil : recent
        }
    }
}
