/// What pays.
public enum Instrument: Hashable, Sendable {
    /// The contract of a plate, a member pass, an enrolled face, a closed-loop card: it can be debited later.
    case contract(Holder)
    /// A code that a phone showed once. The code itself is never kept: only whose it is and how it ends.
    case payerCode(PayerCode.Scheme, ending: String)
    /// A code that the box shows; it is paid elsewhere, and the platform says when.
    case shownCode
    /// Money that a person took.
    case cash(takenBy: String)

    /// What an offline policy distinguishes.
    public enum Kind: String, CaseIterable, Sendable {
        case plate, member, face, card, payerCode, shownCode, cash
    }

    public var kind: Kind {
        switch self {
        case .contract(let holder):
            switch holder.kind {
            case .plate: .plate
            case .member: .member
            case .face: .face
            case .card: .card
            }
        case .payerCode: .payerCode
        case .shownCode: .shownCode
        case .cash: .cash
        }
    }

    /// Whose account is debited; nil for what has no account here.
    public var holder: Holder? { if case .contract(let holder) = self { holder } else { nil } }
}

extension Instrument.Kind {
    /// Only what can still be debited later may be promised and queued. A code that was shown is dead the next minute.
    public var canBeDebitedLater: Bool {
        switch self {
        case .plate, .member, .face, .card: true
        case .payerCode, .shownCode, .cash: false
        }
    }
}
