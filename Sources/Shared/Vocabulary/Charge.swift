/// What is to be charged, to whom, for what. Two charges with the same id and unequal contents are an error.
public struct Charge: Hashable, Sendable {
    public var payment: PaymentID
    public var instrument: Instrument
    /// The car that is paid for, and its stay; nil where no car is.
    public var plate: Plate?
    public var stay: StayID?
    /// The lane, till or desk where it is paid.
    public var lane: LaneID
    public var quote: Quote
    /// The meal that it counts to; nil for what no canteen charges.
    public var meal: Meal?

    public init(
        payment: PaymentID, instrument: Instrument, plate: Plate? = nil, stay: StayID? = nil, lane: LaneID,
        quote: Quote, meal: Meal? = nil
    ) {
        self.payment = payment
        self.instrument = instrument
        self.plate = plate
        self.stay = stay
        self.lane = lane
        self.quote = quote
        self.meal = meal
    }

    /// A charge to the contract of the plate whose stay it is.
    public init(payment: PaymentID, plate: Plate, stay: StayID, lane: LaneID, quote: Quote) {
        self.init(
            payment: payment, instrument: .contract(Holder(plate: plate)), plate: plate, stay: stay, lane: lane,
            quote: quote)
    }

    /// Who owes the money if the payment comes to nothing after the goods are gone; nil if nobody is known.
    public var debtor: Holder? { instrument.holder ?? plate.map(Holder.init(plate:)) }

    /// The payer for a log line: masked.
    public var payerWords: String { instrument.holder.map { "\($0)" } ?? "a \(instrument.kind.rawValue)" }
}
