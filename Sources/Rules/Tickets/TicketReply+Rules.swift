public import Wire

extension TicketReply {
    /// What the gate is to make of it; nil: the platform did not decide.
    public var answer: TicketAnswer? {
        switch outcome {
        case .granted: .granted
        case .refused(let why): .refused(TicketRefusal(why))
        case .unknown: nil
        }
    }
}

extension TicketRefusal {
    init(_ why: TicketReply.Refusal) {
        switch why {
        case .notYet: self = .notYet
        case .closedNow: self = .closedNow
        case .over: self = .over
        case .used: self = .used
        case .tooFewLeft(let left): self = .tooFewLeft(left)
        case .groupTooLarge(let most): self = .groupTooLarge(most)
        case .takenBack: self = .takenBack
        case .memoryFull: self = .memoryFull
        case .voided: self = .voided
        case .notSold: self = .notSold
        }
    }

    /// How the platform says it; what only a gate finds is none of its answers.
    public var reply: TicketReply.Refusal? {
        switch self {
        case .notYet: .notYet
        case .closedNow: .closedNow
        case .over: .over
        case .used: .used
        case .tooFewLeft(let left): .tooFewLeft(left)
        case .groupTooLarge(let most): .groupTooLarge(most)
        case .takenBack: .takenBack
        case .memoryFull: .memoryFull
        case .voided: .voided
        case .notSold: .notSold
        case .code, .platformAway, .onceHere, .clockUnsure, .busy: nil
        }
    }
}
