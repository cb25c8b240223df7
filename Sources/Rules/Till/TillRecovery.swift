internal import JSONText
public import Payments
public import Vocabulary
internal import Wire

/// What an earlier run of a till left in the journal.
public struct TillRecovery: Sendable {
    public var lists: ListCopies
    public var leases: [FloatLease] = []
    /// Payments without an outcome, payments being undone, promises the platform has not confirmed.
    public var underWay: [Charge] = [], reversals: [Charge] = [], promises: [Charge] = []
    /// Refunds the platform has not answered.
    public var refunds: [Refund] = []

    /// The kinds under which they stand.
    static let paymentKind = "till-payment", refundKind = "till-refund"
    static let reversalKind = "reversal", promiseKind = "promise"

    /// The kinds of state to read.
    public static let kinds =
        ListCopies.stateKinds(ListCopies.accounts) + [
            FloatLease.stateKind, paymentKind, refundKind, reversalKind, promiseKind,
        ]

    /// - Parameters:
    ///   - kept: by kind, the values by key.
    ///   - lost: gets in words what this version cannot read; it is left in the journal, and never guessed at.
    public init(
        _ kept: [String: [(key: String, value: [UInt8])]], lost: inout [String], at now: ClockReading
    ) {
        lists = ListCopies(ListCopies.accounts, kept: kept, lost: &lost, at: now)
        func values<Value>(_ kind: String, _ read: ([UInt8]) -> Value?) -> [Value] {
            (kept[kind] ?? []).compactMap { _, value in
                if let read = read(value) { return read }
                lost.append("the journal keeps a \(kind) that cannot be read (\(value.count) bytes); it is ignored")
                return nil
            }
        }
        func charge(_ value: [UInt8]) -> Charge? {
            (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Charge($0) }
        }
        leases = values(FloatLease.stateKind) { FloatLease(stateValue: $0) }
        underWay = values(TillRecovery.paymentKind, charge)
        reversals = values(TillRecovery.reversalKind, charge)
        promises = values(TillRecovery.promiseKind, charge)
        refunds = values(TillRecovery.refundKind) { value in
            (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Refund($0) }
        }
    }
}
