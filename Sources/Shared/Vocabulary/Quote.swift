/// A price and how it came about, line by line, so that a person and another machine can check it.
public struct Quote: Hashable, Sendable {
    /// One line of a quote.
    public struct Line: Hashable, Sendable {
        /// What the line charges or takes off.
        public enum Kind: String, CaseIterable, Sendable {
            case freePeriod, firstPeriod, unitPeriods, dailyCap
        }

        public var kind: Kind
        /// The time the line covers, in whole minutes.
        public var minutes: Int64
        /// What it adds to the total; negative for a discount or a cap.
        public var amount: Fen

        public init(kind: Kind, minutes: Int64, amount: Fen) {
            self.kind = kind
            self.minutes = minutes
            self.amount = amount
        }
    }

    /// The tariff and its version: `city-centre-2026-1`.
    public var tariff: Slug
    /// When what is charged for began and ended, on the wall clock.
    public var from: WallTime, until: WallTime
    public var lines: [Line]
    /// The sum of the lines; never negative.
    public var total: Fen

    public init(tariff: Slug, from: WallTime, until: WallTime, lines: [Line], total: Fen) {
        self.tariff = tariff
        self.from = from
        self.until = until
        self.lines = lines
        self.total = total
    }
}

/// What is to be charged, to whom, for what. Two charges with the same id and unequal contents are an error.
public struct Charge: Hashable, Sendable {
    public var payment: PaymentID
    /// The plate whose contract pays.
    public var plate: Plate
    public var stay: StayID
    public var lane: LaneID
    public var quote: Quote

    public init(payment: PaymentID, plate: Plate, stay: StayID, lane: LaneID, quote: Quote) {
        self.payment = payment
        self.plate = plate
        self.stay = stay
        self.lane = lane
        self.quote = quote
    }
}

/// What the platform said of a payment.
public enum PaymentOutcome: Hashable, Sendable {
    /// The money has moved.
    case approved
    /// No money has moved, and none will under this id.
    case declined(DeclineReason)
    /// The platform itself does not know yet; ask again.
    case unknown
    /// The payment was undone, or refused before it came: no money is held under this id, and none ever will be.
    case reversed
    /// The platform has never heard of this id.
    case neverSeen
    /// The id was used before with other contents; the earlier payment stands as it was.
    case conflict
}

/// Why a charge was declined.
public enum DeclineReason: String, CaseIterable, Sendable {
    case noContract, suspended, insufficientFunds, overLimit, badRequest
}
