extension PaymentMachine {
    /// How far a payment is, for who looks on.
    public enum Stage: String, CaseIterable, Sendable {
        /// The platform is asked; the payer has to confirm; nobody knows yet what became of it.
        case asked, pending, asking
        case reversing
        /// It is dealt with, and the car may leave on it.
        case settled
    }

    /// Nil once it has ended.
    public var stage: Stage? {
        switch state {
        case .created, .requested: .asked
        case .pending: .pending
        case .asking: .asking
        case .reversing: .reversing
        case .finished: nil
        }
    }
}
