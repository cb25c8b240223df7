internal import Effects
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
        /// Cars inside that the car at the lane may be: an attendant says which, or none.
        public var candidates: [Candidate] = []
        /// What came of the last thing that was asked for at the lane.
        public var answer: DeskAnswer?
    }

    /// A car inside, as an attendant is shown it.
    public struct Candidate: Equatable, Sendable {
        public var stay: StayID
        /// With its middle hidden; the attendant compares what is left with the car.
        public var maskedPlate: String
        public var vehicle: VehicleClass
        public var entered: WallTime
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
        view.answer = lanes[index].answer?.code
        var candidates = (transaction?.identity.candidates ?? []).compactMap { stays[$0] }
        if transaction?.heldFor == .severalStays, let plate = transaction?.plate { candidates = stays.all(of: plate) }
        view.candidates = candidates.map { stay in
            Candidate(
                stay: stay.id, maskedPlate: stay.plate?.masked ?? "", vehicle: stay.vehicle, entered: stay.entered)
        }
        return view
    }
}
