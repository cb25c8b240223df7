internal import SQLite
public import Vocabulary
public import Wire

/// What the purses want of the platform's one thread: charges that wait are decided in time, and boxes hear of it.
extension PlatformStore {
    /// What boxes are to be told since the last call: that a lease is wanted back, that a payment is decided, by which
    /// rules is split.
    public func takePurseNews() -> [(DeviceID, Announcement)] { payments.purses.takeDrafts() }

    /// When the next charge that waits is to be decided at the latest; nil: none waits.
    public func nextWait() throws(PlatformError) -> WallTime? {
        guard !canteens.all.isEmpty else { return nil }
        return try payments.purses.parts.payments.waits(most: 1).first?.wait.until
    }

    /// Decides charges that have waited long enough: durable when it returns.
    public func decideWaits(at now: WallTime) throws(PlatformError) {
        try settling(at: now) { () throws(PlatformError) in }
    }

    /// The versions of the lists of persons, which also other processes change.
    public func peopleVersions() throws(PlatformError) -> [Slug: Int64] { try people.versions() }

    /// What the payer is told; nil where no purses have to do with it, or nothing is decided.
    func receipt(
        of id: PaymentID, _ outcome: PaymentOutcome, for device: DeviceID
    ) throws(PlatformError) -> Receipt? {
        guard canteens[device] != nil else { return nil }
        switch outcome {
        case .approved, .declined: return try payments.purses.receipt(of: id)
        case .pending, .unknown, .reversed, .neverSeen, .conflict: return nil
        }
    }

    /// A box of a canteen has come online: it hears by which rules the platform splits, and if its own are others,
    /// nothing is lent to it.
    func heardRules(of device: DeviceID, _ presence: Presence, at now: WallTime) throws(PlatformError) {
        guard let canteen = canteens[device], case .online(_, _, _, _, let said) = presence else { return }
        let desk = payments.purses
        try desk.parts.payments.setRules(said ?? "", of: device)
        desk.tell(device, .purseRules(digest: canteen.purseRulesDigest))
        let detail =
            "the box splits by other rules than those of \(canteen.id): nothing is lent to it until it has them"
        if let said, said != canteen.purseRulesDigest {
            try incidents.note(.purseRulesDiffer, device, subject: canteen.id.text, detail, at: now)
        } else {
            try incidents.amend(
                .purseRulesDiffer, device, subject: canteen.id.text, detail, isClosed: said != nil, at: now)
        }
    }
}
