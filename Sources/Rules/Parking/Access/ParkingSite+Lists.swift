internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// The long lists a box keeps a copy of: who has a contract, who is denied, who may pass.
extension ParkingSite {
    /// Marks the tokens of questions that the lists number themselves.
    private static let askMark: UInt64 = 1 << 63

    /// The number that the lists gave a question.
    static func ask(_ token: RequestToken) -> UInt64 { token.number & ~askMark }

    /// Carries out what the copies of the lists want.
    mutating func perform(_ actions: [ListCopies.Action], at now: ClockReading) {
        for action in actions {
            switch action {
            case .fetch(let kind, let version, let offset, let ask):
                effects.append(
                    .send(
                        .list(kind, version: version, offset: offset), RequestToken(ParkingSite.askMark | ask),
                        expires: ListCopies.askAgainAfter))
            case .keep(let state):
                persist([], state: state)
            case .inUse(let kind, let version, let count):
                effects.append(.log(.info, "list of \(kind.rawValue), version \(version), in use: \(count) entries"))
                if kind == .denials { considerAgain(heldFor: .owes, at: now) }
                if kind == .permits { considerPermitsAgain(at: now) }
            case .refused(let why):
                effects.append(.log(.error, why))
            }
        }
    }
}
