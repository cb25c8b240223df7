internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What a stay would leave unpaid if its car were gone now.
extension ParkingSite {
    enum Due: Hashable {
        case nothing
        /// Its clock is not to be trusted, or what became of a payment is still being asked.
        case unknown
        /// More than nothing.
        case quote(Quote)

        /// What goes on record; nil: nobody can say.
        var amount: Fen? {
            switch self {
            case .nothing: .zero
            case .unknown: nil
            case .quote(let quote): quote.total
            }
        }
    }

    /// By the rules of the exit: what is settled holds within its grace, and nobody owes by a clock that was wrong.
    func due(_ stay: Stay, at now: ClockReading) -> Due {
        if let prepaid = stay.prepaid, prepaid.mayLeave(at: now, boot: boot) { return .nothing }
        if let payment = stay.payment {
            switch payment.progress {
            case .settled: if isWithinGrace(payment, at: now) { return .nothing }
            case .underWay: return .unknown
            }
        }
        if case .free = terms(of: stay, at: now) { return .nothing }
        if fixedQuote(of: stay) == nil,
            EntryClock.fault(in: stay, at: now, boot: boot, scenario.identification) != nil
        {
            return .unknown
        }
        guard let quote = try? quote(stay, at: now) else { return .unknown }
        return quote.total > .zero ? .quote(quote) : .nothing
    }

    /// The debt of the owner of a car that has left without paying.
    /// - Returns: nil where nobody is known who could owe it.
    mutating func debt(for quote: Quote, of stay: Stay, _ index: Int, at now: ClockReading) -> Charge? {
        guard let plate = stay.plate ?? lanes[index].transaction?.plate else { return nil }
        return Charge(
            payment: ids.next(at: now.wall), plate: plate, stay: stay.id, lane: lanes[index].definition.id,
            quote: quote)
    }
}
