public import Purses
public import Vocabulary
public import Wire

/// All leases of one box: asks for them, says what may be spent, and gives them back. Pure.
///
/// What keeps two boxes from spending the same fen, on this side: nothing is spent before the platform has said that it
/// is set aside; what is spent is on disk, with its record, before anything happens on it; that a lease goes back is on
/// disk before the platform hears it, so that a box which loses power never spends what it has given back.
public struct LeaseKeeper: Hashable, Sendable {
    public enum Action: Equatable, Sendable {
        /// Ask the platform; the answer comes back with this number, or not at all.
        case send(LeaseOrder, ask: UInt64)
        /// Keep this in the journal's state.
        case keep(StateChange)
        /// Keep this, and say ``LeaseKeeper/returnIsDurable(_:at:)`` when it is on disk.
        case keepReturn(StateChange, LeaseID)
        /// Tell the engineer.
        case refused(LeaseID, LeaseRefusal)
    }

    /// What a spend has done: its lease, and the state to write in the same journal write as its record.
    public struct Spend: Equatable, Sendable {
        public var lease: LeaseID
        public var state: StateChange
    }

    private struct Ask: Hashable, Sendable {
        var number: UInt64
        var at: Uptime
    }

    private struct Entry: Hashable, Sendable {
        var lease: FloatLease
        /// The last question, if it is open, and those before it that were not answered, newest last.
        var ask: Ask?
        var earlier: [Ask] = []
        /// When it is asked for, renewed or given back next, if the link is up; nil: nothing is to be done.
        var due: Uptime?
        var lastUse: Uptime
        /// Whether the word that it goes back is on disk.
        var mayReturn = false
        /// The newest question that granted something: an older answer knows less of what was paid elsewhere.
        var newest: UInt64 = 0
        /// Answers to questions up to this one do not know what happened since to money outside the lease.
        var changed: UInt64 = 0
        /// The platform is to be asked anew, because of that.
        var wantsNews = false
        /// How often in a row the platform has lent no more although little is left.
        var fruitless = 0
        /// The platform wants it back, and a payment on it is under way.
        var isRecalled = false

        func isDue(at now: ClockReading) -> Bool { due.map { $0 <= now.uptime } ?? false }
    }

    /// At most so many questions are open at once.
    static let mostAsks = 16
    /// Of so many questions about one lease before the last the answers are still taken: a network slower than the
    /// pause between them must not keep every answer out.
    static let mostEarlier = 3

    /// How long after a question without an answer it is asked again.
    static let askAgainAfter = Uptime.Span.seconds(10)
    /// How long after a refusal it is asked again.
    static let askAfterRefusal = Uptime.Span.seconds(300)
    /// A pause that led to nothing is doubled so often at most: to 80 minutes.
    static let mostFruitless = 5

    public let policy: LeasePolicy
    private let boot: String
    private var entries: [LeaseID: Entry] = [:]
    private var byPurpose: [LeasePurpose: LeaseID] = [:]
    private var asks: UInt64 = 0
    private var isLinkUp = false
    /// Not later than the first moment at which something is due that has not been looked at.
    private var look: Uptime?

    /// - Parameters:
    ///   - boot: names this run of the machine.
    ///   - kept: what an earlier run left in the journal.
    public init(policy: LeasePolicy, boot: String, kept: [FloatLease] = [], at now: ClockReading) {
        self.policy = policy
        self.boot = boot
        for lease in kept.sorted(by: { $0.id < $1.id }) {
            var entry = Entry(lease: lease, lastUse: now.uptime)
            entry.mayReturn = lease.standing == .returning
            // One that may have ended is asked about at once: the answer says how long it lasts.
            entry.due = now.uptime
            entries[lease.id] = entry
            if lease.standing != .returning { byPurpose[lease.purpose] = lease.id }
        }
    }

    /// How many leases there are, asked for, granted or on their way back.
    public var count: Int { entries.count }

    /// What may be spent for a purpose now; zero without a lease.
    public func available(_ purpose: LeasePurpose, at now: ClockReading) -> Fen {
        guard let id = byPurpose[purpose], let lease = entries[id]?.lease, lease.isUsable(at: now, boot: boot) else {
            return .zero
        }
        return lease.rest
    }

    /// When it next wants a tick; nil when it waits for nothing.
    public var nextDeadline: Uptime? { isLinkUp ? look : nil }

    // MARK: - Spending

    /// Takes an amount from the lease of a purpose; it counts as spent from now on, whether or not it is ever written.
    /// - Returns: what is to be written together with the record, before anything happens on it.
    /// - Throws: why nothing may be spent; nothing has changed then.
    public mutating func spend(
        _ amount: Fen, on purpose: LeasePurpose, at now: ClockReading
    ) throws(LeaseShortage) -> Spend {
        precondition(amount > .zero, "nothing is not spent")
        guard let id = byPurpose[purpose], var entry = entries[id], entry.lease.standing == .granted else {
            throw .noLease
        }
        guard entry.lease.isUsable(at: now, boot: boot) else { throw .ended }
        // Money of purses is told apart: nothing of it is spent as if it were one account's.
        guard entry.lease.purses.isEmpty, amount <= entry.lease.rest else { throw .notEnough }
        return spent(amount, &entry, at: now)
    }

    private mutating func spent(_ amount: Fen, _ entry: inout Entry, at now: ClockReading) -> Spend {
        entry.lease.spent = Fen(entry.lease.spent.count + amount.count)
        entry.lease.spends += 1
        entry.lastUse = now.uptime
        let isLow = entry.lease.rest < policy.renewBelow || entry.lease.paymentsLeft == 0
        if entry.ask == nil, isLow, entry.due != nil { entry.due = now.uptime }
        entries[entry.lease.id] = entry
        if entry.isDue(at: now) { look = now.uptime }
        return Spend(lease: entry.lease.id, state: entry.lease.kept)
    }

    // MARK: - Purses

    /// The lease from which may be spent now for a purpose.
    private func usable(_ purpose: LeasePurpose, at now: ClockReading) throws(LeaseShortage) -> FloatLease {
        guard let id = byPurpose[purpose], let lease = entries[id]?.lease, lease.standing == .granted else {
            throw .noLease
        }
        guard lease.isUsable(at: now, boot: boot) else { throw .ended }
        guard lease.paymentsLeft != 0 else { throw .paymentsUsedUp }
        return lease
    }

    /// What a person can spend here of each purse; empty without a usable lease.
    public func states(
        of purpose: LeasePurpose, on occasion: Occasion, by rules: PurseRules, at now: ClockReading
    ) -> [PurseState] {
        guard let lease = try? usable(purpose, at: now) else { return [] }
        return lease.purses.states(on: occasion, by: rules)
    }

    /// Splits a basket over what has been lent of a person's purses; nothing is spent yet.
    ///
    /// Ask this before the platform: what is lent to this box counts there as spent already, so that an online charge
    /// may have to wait until the lease has gone back.
    public func split(
        _ basket: Basket, of purpose: LeasePurpose, guardian: Guardian?, on occasion: Occasion, by rules: PurseRules,
        at now: ClockReading
    ) -> Result<[PurseSpend], LeaseSplitRefusal> {
        let lease: FloatLease
        do throws(LeaseShortage) { lease = try usable(purpose, at: now) } catch { return .failure(.lease(error)) }
        let purses = lease.purses
        return purses.lent(by: rules).split(
            basket, of: purses.states(on: occasion, by: rules),
            guardian: guardian.map { GuardianState($0, used: purses.used(nil, on: occasion)) }, on: occasion
        ).mapError { .purses($0) }
    }

    /// Whether each purse pays of a basket what it would if the lease held all that the person may have in the purses
    /// it is of, and other boxes spent nothing.
    ///
    /// If not, an earlier purse may have the money elsewhere: while the platform can be asked, it knows.
    /// - Parameter spends: what ``split(_:of:guardian:on:by:at:)`` gave.
    public func isFirstChoice(
        _ spends: [PurseSpend], for basket: Basket, of purpose: LeasePurpose, guardian: Guardian?,
        on occasion: Occasion, by rules: PurseRules
    ) -> Bool {
        guard let id = byPurpose[purpose], let purses = entries[id]?.lease.purses.asIfWhole else { return true }
        let whole = purses.lent(by: rules).split(
            basket, of: purses.states(on: occasion, by: rules),
            guardian: guardian.map { GuardianState($0, used: purses.used(nil, on: occasion)) }, on: occasion)
        guard case .success(let best) = whole else { return true }
        return PurseSpend.sums(best) == PurseSpend.sums(spends)
    }

    /// Takes what ``split(_:of:guardian:on:by:at:)`` gave; it counts as spent from now on, whether or not it is ever
    /// written.
    /// - Returns: what is to be written together with the record, before anything happens on it.
    /// - Throws: why nothing may be spent; nothing has changed then.
    public mutating func spend(
        _ spends: [PurseSpend], of purpose: LeasePurpose, on occasion: Occasion, at now: ClockReading
    ) throws(LeaseShortage) -> Spend {
        precondition(!spends.isEmpty, "nothing is not spent")
        let id = try usable(purpose, at: now).id
        guard var entry = entries[id], entry.lease.purses.spend(spends, on: occasion) else { throw .notEnough }
        // The lots have that much, and together they are the lease's amount.
        return spent(Fen(spends.reduce(0) { $0 + $1.amount.count }), &entry, at: now)
    }

    /// What a person has in each purse, on a day: what is left of the lease, and what the platform has said is elsewhere.
    /// - Returns: nil where it has not said, or where what it said is over.
    public func left(of purpose: LeasePurpose, on day: CivilDate) -> PursesLeft? {
        guard let id = byPurpose[purpose] else { return nil }
        return entries[id]?.lease.purses.left(on: day)
    }

    /// The platform has booked, and this box has learnt, that money of a person moved that is not in the lease: what was
    /// said of it before is over, and is asked anew.
    /// - Returns: what is to be written; the question goes out with the next tick.
    public mutating func changedElsewhere(_ purpose: LeasePurpose, at now: ClockReading) -> [StateChange] {
        guard let id = byPurpose[purpose], var entry = entries[id], entry.lease.standing != .returning else {
            return []
        }
        entry.changed = asks
        let isNew = entry.lease.purses.forgetElsewhere()
        if entry.lease.standing == .asked || !entry.lease.purses.isEmpty { entry.wantsNews = true }
        if entry.wantsNews, entry.lease.standing == .granted {
            entry.due = now.uptime
            look = now.uptime
        }
        entries[id] = entry
        return isNew ? [entry.lease.kept] : []
    }

    /// What was just spent may have been paid already, outside the lease, which then keeps its money at the platform: of
    /// this lease nobody can tell any more what is left.
    /// - Returns: what is to be written with the spend, after its own state.
    public mutating func doubt(_ purpose: LeasePurpose) -> [StateChange] {
        guard let id = byPurpose[purpose], entries[id]?.lease.purses.forgetElsewhere(forGood: true) == true else {
            return []
        }
        return entries[id].map { [$0.lease.kept] } ?? []
    }

    /// The platform wants a lease back.
    /// - Parameter isBusy: a payment on it is under way: then it goes back when ``idle(_:at:)`` says that it is over.
    public mutating func recalled(_ id: LeaseID, isBusy: Bool, at now: ClockReading) -> [Action] {
        guard isBusy else { return giveBack(id, at: now) }
        entries[id]?.isRecalled = true
        return []
    }

    /// No payment on a purpose is under way any more.
    public mutating func idle(_ purpose: LeasePurpose, at now: ClockReading) -> [Action] {
        guard let id = byPurpose[purpose], entries[id]?.isRecalled == true else { return [] }
        return giveBack(id, at: now)
    }

    /// Whose lease it is; nil for one that this box does not have.
    public func purpose(of id: LeaseID) -> LeasePurpose? { entries[id]?.lease.purpose }

    /// The write of a spend was refused: its record will never come, and the platform must not wait for it. The money
    /// stays counted as spent until the lease is over.
    public mutating func spendLost(_ id: LeaseID) {
        guard let spends = entries[id]?.lease.spends, spends > 0 else { return }
        entries[id]?.lease.spends = spends - 1
        _ = entries[id]?.lease.purses.forgetElsewhere(forGood: true)
    }

    // MARK: - Asking

    /// Asks for a lease for this purpose, unless there is one, or as many as there may be.
    /// - Parameter id: the id it gets if it is asked for.
    public mutating func want(_ purpose: LeasePurpose, id: LeaseID, at now: ClockReading) -> [Action] {
        guard byPurpose[purpose] == nil, entries.count < policy.most else { return [] }
        let lease = FloatLease(id: id, purpose: purpose, asked: policy.amount, askedSeconds: policy.seconds)
        entries[id] = Entry(lease: lease, due: now.uptime, lastUse: now.uptime)
        byPurpose[purpose] = id
        return [.keep(lease.kept)] + tick(at: now)
    }

    public mutating func linkUp(at now: ClockReading) -> [Action] {
        isLinkUp = true
        return tick(at: now)
    }

    public mutating func linkDown() {
        isLinkUp = false
        for id in entries.keys {
            entries[id]?.ask = nil
            entries[id]?.earlier = []
        }
    }

    /// Does what is due, as far as not too many questions are open: what is left waits for an answer.
    public mutating func tick(at now: ClockReading) -> [Action] {
        guard isLinkUp else { return [] }
        var actions: [Action] = []
        var open = entries.values.count { $0.ask != nil && !$0.isDue(at: now) }
        let due = entries.values.filter { $0.isDue(at: now) }
            .sorted { ($0.due ?? now.uptime, $0.lease.id) < ($1.due ?? now.uptime, $1.lease.id) }
        for entry in due where open < LeaseKeeper.mostAsks {
            let done = sendDue(entry.lease.id, at: now)
            if case .send = done.first { open += 1 }
            actions += done
        }
        look = entries.values.compactMap(\.due).filter { $0 > now.uptime }.min()
        return actions
    }

    /// Gives every lease back: the day is over.
    public mutating func giveAllBack(at now: ClockReading) -> [Action] {
        entries.keys.sorted().flatMap { giveBack($0, at: now) }
    }

    /// The word that a lease goes back is on disk: the platform may hear it.
    public mutating func returnIsDurable(_ id: LeaseID, at now: ClockReading) -> [Action] {
        guard entries[id]?.lease.standing == .returning else { return [] }
        entries[id]?.mayReturn = true
        entries[id]?.due = now.uptime
        return tick(at: now)
    }

    /// The write that a lease goes back was refused: it is tried again later, and nothing is spent meanwhile.
    public mutating func returnLost(_ id: LeaseID, at now: ClockReading) {
        guard entries[id]?.lease.standing == .returning else { return }
        entries[id]?.due = now.uptime + LeaseKeeper.askAfterRefusal
        look = min(look ?? now.uptime + LeaseKeeper.askAfterRefusal, now.uptime + LeaseKeeper.askAfterRefusal)
    }

    /// The platform has every record: what waits to go back can go.
    public mutating func settled(at now: ClockReading) -> [Action] {
        let waiting = entries.values.filter { $0.mayReturn && $0.ask == nil }.map(\.lease.id).sorted()
        for id in waiting { entries[id]?.due = now.uptime }
        return waiting.isEmpty ? [] : tick(at: now)
    }

    private mutating func giveBack(_ id: LeaseID, at now: ClockReading) -> [Action] {
        guard var entry = entries[id], entry.lease.standing != .returning else { return [] }
        entry.lease.standing = .returning
        entry.due = nil
        (entry.ask, entry.earlier) = (nil, [])
        entries[id] = entry
        byPurpose[entry.lease.purpose] = nil
        return [.keepReturn(entry.lease.kept, id)]
    }

    private mutating func sendDue(_ id: LeaseID, at now: ClockReading) -> [Action] {
        guard var entry = entries[id] else { return [] }
        let lease = entry.lease
        let order: LeaseOrder
        switch lease.standing {
        case .asked:
            order = .open(id, lease.purpose, amount: lease.asked, seconds: lease.askedSeconds)
        case .granted where now.uptime - entry.lastUse >= policy.giveBackUnusedAfter:
            return giveBack(id, at: now)
        case .granted:
            // A sum past the range of 64 bits is past what any platform sets aside.
            let amount = (try? lease.spent.adding(policy.amount)) ?? lease.granted
            order = .renew(id, amount: max(amount, lease.granted), seconds: policy.seconds)
        case .returning:
            guard entry.mayReturn else {
                entries[id]?.due = nil
                return [.keepReturn(lease.kept, id)]
            }
            order = .giveBack(id, spends: lease.spends)
        }
        asks += 1
        if let unanswered = entry.ask { entry.earlier = (entry.earlier + [unanswered]).suffix(LeaseKeeper.mostEarlier) }
        entry.ask = Ask(number: asks, at: now.uptime)
        entry.due = now.uptime + LeaseKeeper.askAgainAfter
        entries[id] = entry
        return [.send(order, ask: asks)]
    }

    // MARK: - Answers

    /// - Parameter ask: the number of the question: what is granted counts from when that one was asked.
    public mutating func answer(
        _ id: LeaseID, _ outcome: LeaseOutcome, ask: UInt64, at now: ClockReading
    ) -> [Action] {
        take(id, outcome, ask, at: now) + tick(at: now)
    }

    private mutating func take(
        _ id: LeaseID, _ outcome: LeaseOutcome, _ ask: UInt64, at now: ClockReading
    ) -> [Action] {
        guard var entry = entries[id] else { return [] }
        let asked: Ask
        if let last = entry.ask, last.number == ask {
            asked = last
            (entry.ask, entry.earlier) = (nil, [])
        } else if let index = entry.earlier.firstIndex(where: { $0.number == ask }) {
            asked = entry.earlier.remove(at: index)
            // A newer question is open: of an older one only what cannot change any more is news, and a grant.
            switch outcome {
            case .granted, .returned, .conflict, .refused(.ended): break
            case .refused, .unknown: return []
            }
        } else {
            return []
        }
        switch (outcome, entry.lease.standing) {
        case (.granted(let terms), .asked), (.granted(let terms), .granted):
            let before = entry.lease.granted
            entry.lease.take(
                terms, askedAt: asked.at, boot: boot, isNewest: ask > entry.newest, tells: ask > entry.changed)
            entry.fruitless = entry.lease.granted > before ? 0 : min(entry.fruitless + 1, LeaseKeeper.mostFruitless)
            entry.newest = max(entry.newest, ask)
            if ask > entry.changed || entry.lease.purses.isEmpty { entry.wantsNews = false }
            if entry.ask == nil { entry.due = entry.wantsNews ? now.uptime : nextDue(entry, at: now) }
            entries[id] = entry
            return [.keep(entry.lease.kept)]
        case (.refused(.ended), _), (.returned, _), (.conflict, _), (.refused, .asked):
            return forget(id, outcome)
        case (.refused(.notDrained), .returning):
            // Asked again when the platform has every record.
            entry.due = now.uptime + LeaseKeeper.askAfterRefusal
        case (.refused(let reason), .granted):
            // What was set aside stays so until its end.
            entry.due = entry.lease.isOver(at: now, boot: boot) ? nil : now.uptime + LeaseKeeper.askAfterRefusal
            guard entry.due != nil else { return forget(id, outcome) }
            entries[id] = entry
            return [.refused(id, reason)]
        case (.unknown, _), (.granted, .returning), (.refused, .returning):
            entry.due = now.uptime + LeaseKeeper.askAgainAfter
        }
        entries[id] = entry
        return []
    }

    /// When a lease that was just granted is to be looked at again.
    private func nextDue(_ entry: Entry, at now: ClockReading) -> Uptime {
        // What the platform would not make larger a moment ago it is not asked for at once again.
        if entry.lease.rest < policy.renewBelow || entry.lease.paymentsLeft == 0 {
            let pause = LeaseKeeper.askAfterRefusal.nanoseconds << Int64(max(0, entry.fruitless - 1))
            let end = Uptime(nanoseconds: entry.lease.deadline.nanoseconds - policy.renewBefore.nanoseconds)
            return max(now.uptime + LeaseKeeper.askAfterRefusal, min(now.uptime + Uptime.Span(nanoseconds: pause), end))
        }
        let deadline = entry.lease.deadline
        // Of a lease shorter than that the first half is used before more time is asked for.
        let half = Uptime.Span(nanoseconds: (deadline - now.uptime).nanoseconds / 2)
        let before = max(
            Uptime(nanoseconds: deadline.nanoseconds - policy.renewBefore.nanoseconds), now.uptime + half)
        return max(now.uptime + LeaseKeeper.askAgainAfter, min(before, entry.lastUse + policy.giveBackUnusedAfter))
    }

    private mutating func forget(_ id: LeaseID, _ outcome: LeaseOutcome) -> [Action] {
        guard let entry = entries.removeValue(forKey: id) else { return [] }
        if byPurpose[entry.lease.purpose] == id { byPurpose[entry.lease.purpose] = nil }
        var actions = [Action.keep(entry.lease.removed)]
        if case .refused(let reason) = outcome, reason != .ended { actions.append(.refused(id, reason)) }
        return actions
    }
}
