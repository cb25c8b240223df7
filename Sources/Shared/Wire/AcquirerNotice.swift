internal import JSONText
public import Vocabulary

/// What a payment network, or what speaks for it here, says of an order: look at it.
///
/// It carries neither state nor amount, because it is never believed: the platform asks the network itself.
public struct AcquirerNotice: Equatable, Sendable {
    public var payment: PaymentID

    public init(payment: PaymentID) { self.payment = payment }

    public var payload: [UInt8] { JSONWriter.object { $0.field("payment", payment.description) } }

    /// - Returns: nil for a payload that names no payment.
    public init?(payload: [UInt8]) {
        guard let node = try? JSONNode.parse(payload, dialect: .json),
            let payment = try? node.parse("payment", PaymentID.init)
        else { return nil }
        self.payment = payment
    }
}
