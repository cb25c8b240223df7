public import Vocabulary

extension ParkingSite {
    /// What a lane is about, for who watches the box from outside and judges it.
    public struct LaneView: Equatable, Sendable {
        /// The cars the boom is open, or opens, for.
        public var awaited: [UUIDv7]
        /// The car that is being dealt with, and the payment made or under way for it.
        public var transit: UUIDv7?
        public var payment: PaymentID?
        /// The payment its stay is settled by, if it is.
        public var settledBy: PaymentID?
    }

    /// - Returns: nil for a lane the scenario does not have.
    public func view(of lane: LaneID) -> LaneView? {
        guard let index = index(of: lane) else { return nil }
        let transaction = lanes[index].transaction
        var view = LaneView(
            awaited: lanes[index].barrier.waitingTransits, transit: transaction?.transit, payment: transaction?.payment)
        if let transaction, let stay = transaction.stay.flatMap({ stays[$0] }), let payment = stay.payment,
            payment.progress == .settled
        {
            view.settledBy = payment.charge.payment
        }
        return view
    }
}
