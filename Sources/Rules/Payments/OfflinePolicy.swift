public import Vocabulary

/// What a box may promise on its own while the platform cannot be asked. Data of the scenario file, or of the platform.
public struct OfflinePolicy: Hashable, Sendable {
    /// The limits of one kind of instrument.
    public struct Limits: Hashable, Sendable {
        /// The most one payment may be.
        public var perPayment: Fen
        /// The most one account may owe since the last contact, in amount and in number.
        public var perAccount: Fen
        public var perAccountCount: Int64
        /// The longest the list of contracts may not have been confirmed.
        public var longestListAge: Uptime.Span
        /// At most this many promises to one account within ``velocityWindow``, confirmed or not.
        public var velocityCount: Int64
        public var velocityWindow: Uptime.Span
        /// What happens to who is refused; nil: what the scenario says for all.
        public var whenRefused: WhenRefused?

        public init(
            perPayment: Fen, perAccount: Fen, perAccountCount: Int64, longestListAge: Uptime.Span,
            velocityCount: Int64, velocityWindow: Uptime.Span, whenRefused: WhenRefused? = nil
        ) {
            self.perPayment = perPayment
            self.perAccount = perAccount
            self.perAccountCount = perAccountCount
            self.longestListAge = longestListAge
            self.velocityCount = velocityCount
            self.velocityWindow = velocityWindow
            self.whenRefused = whenRefused
        }
    }

    /// What happens when the policy refuses.
    public enum WhenRefused: String, CaseIterable, Sendable {
        /// The customer goes on and owes the amount.
        case letOutOnDebt
        /// Hold, and call a person.
        case hold
        /// The instrument is declined; another may be shown.
        case decline
    }

    /// By kind; a kind that is not here is not allowed offline. One-shot kinds never are, whatever stands here.
    public var limits: [Instrument.Kind: Limits]
    /// The most the whole box may have promised since the last contact, in amount and in number.
    public var perBox: Fen
    public var perBoxCount: Int64
    /// The longest time without contact in which charges are still promised.
    public var longestWithoutContact: Uptime.Span

    public init(
        limits: [Instrument.Kind: Limits], perBox: Fen, perBoxCount: Int64, longestWithoutContact: Uptime.Span
    ) {
        self.limits = limits
        self.perBox = perBox
        self.perBoxCount = perBoxCount
        self.longestWithoutContact = longestWithoutContact
    }
}

/// Why an offline charge is not promised.
public enum OfflineRefusal: String, Error, Hashable, Sendable, CaseIterable {
    case notAllowed, oneShot, denied, noContract, listTooOld, tooLongWithoutContact, overPaymentCap, overAccountCap
    case overContractLimit, overAccountCount, tooFast, overBoxCap, overBoxCount, journalFailing, diskNearlyFull
}

/// What a box knows at the moment in which it is asked for a promise.
public struct OfflineCircumstances: Hashable, Sendable {
    /// What the list of contracts allows this holder offline; nil if it is not on the list.
    public var contractLimit: Fen?
    /// Whether the denial list names the holder.
    public var isDenied: Bool
    /// How long ago the platform last confirmed the list.
    public var listAge: Uptime.Span
    /// How long the platform has been out of reach.
    public var withoutContact: Uptime.Span

    public init(contractLimit: Fen?, isDenied: Bool, listAge: Uptime.Span, withoutContact: Uptime.Span) {
        self.contractLimit = contractLimit
        self.isDenied = isDenied
        self.listAge = listAge
        self.withoutContact = withoutContact
    }
}
