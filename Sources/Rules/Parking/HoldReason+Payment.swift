internal import Effects

extension Notice.HoldReason {
    /// Whether a car that an exit holds for this leaves once its stay is paid for by a code or in cash.
    ///
    /// Not where it is unknown which stay is the car's, or since when: nobody can say then what is due.
    var takesPayment: Bool {
        switch self {
        case .declined, .noContract, .insufficientFunds, .noAnswer, .platformUnsure, .offlineNotAllowed, .notConfirmed,
            .payHere, .conflict, .diskFull, .owes:
            true
        case .noEntryRecord, .fakePlate, .severalCandidates, .severalStays, .entryTimeUnknown, .plateNotRead,
            .atOtherLane:
            false
        case .ticketUnreadable, .ticketOfOtherCarPark, .ticketNotValid, .ticketOfOtherCar:
            false
        // At an entry, or at a till.
        case .alreadyInside, .full, .notPermitted, .barred, .passExpired, .passNotYet, .visitorEarly, .visitorLate,
            .denied, .nothingToPay, .badAmount, .refundNeedsNetwork, .refundRefused:
            false
        }
    }
}
