public import Effects
internal import Payments
public import Purses
internal import Tickets
public import Vocabulary
internal import Wire

/// A canteen's tills and turnstiles at one box: who eats, what it costs, which money pays, and who passes. It decides;
/// it does nothing itself.
///
/// What the platform has not confirmed is on disk before anything opens; what it has confirmed opens first. While the
/// platform cannot be asked, a person is charged to what was lent to this box for them, by the same rules; then as a
/// promise within the offline policy; else it is declined politely.
public struct CanteenSite: EdgeCore {
    /// At most so many lines in a sale, and refunds at once.
    static let mostLines = 50, mostRefunds = 16
    /// So many people are asked leases for in one go.
    static let mostAsks = 64

    let scenario: CanteenScenario
    let rules: PurseRules?
    public let purseRulesDigest: String?
    var lanes: [LaneState]
    var payments: [PaymentID: PaymentMachine] = [:]
    /// Payments that an earlier run began.
    var leftOver: Set<PaymentID> = []
    /// What purses paid and what is left in them, as the platform has just said of a payment.
    var receipt: (id: PaymentID, receipt: Receipt)?
    var refunds: [PaymentID: OpenRefund] = [:]
    var offline: OfflineLedger
    var lists: ListCopies
    var people: PeopleIndex
    var leases: LeaseKeeper?
    var notes: MealNotes
    /// How far it is known what was eaten at the canteen's other boxes.
    var mealCursor: FactCursor
    var stock: MenuStock
    var book: TillBook
    /// Who passes on a ticket; nil: no lane takes any.
    var tickets: TicketDesk?
    var meal: Meal
    /// When the next meal begins or this one ends.
    var mealChange: Uptime?
    /// When leases are asked for the people who are expected; how many of them were.
    var askAhead: Uptime?
    var askedAhead = 0
    var records: TerminalRecords
    var registers = RegisterNotes()
    var continuations: [WriteToken: Continuation] = [:]
    var tokens: UInt64 = 0
    var ids: IDMaker
    var isLinkUp = false
    var isJournalHealthy = true
    /// Whether there is a record that moves money and that the platform may not have.
    var isRecordOpen = false
    /// The platform splits by other rules, as it has said last, also to an earlier run.
    var doRulesDiffer = false
    var isDifferenceTold = false
    /// Somebody holds the turnstiles open; and the fire contacts that are closed.
    var isHeldOpen = false
    var alarmInputs: Set<String> = []
    var alarms: [LaneID: Set<TurnstileAlarm>] = [:]
    var diskLevel = DiskLevel.ok
    /// Filled by one call of `handle`, and handed out at its end.
    var effects: [EdgeEffect] = []

    /// - Parameters:
    ///   - rules: what the scenario's file of purse rules says.
    ///   - device: the box's name, which its tickets' uses bear; nil: the scenario's.
    ///   - boot: names this run of the machine (the kernel's boot id).
    ///   - recovered: what an earlier run left in the journal.
    public init(
        scenario: CanteenScenario, rules: PurseRules? = nil, device: DeviceID? = nil, boot: String, ids: IDMaker,
        now: ClockReading,
        recovered: CanteenRecovery? = nil
    ) {
        self.scenario = scenario
        self.rules = rules
        purseRulesDigest = rules.map { ContentDigest.of($0.canonical) }
        self.ids = ids
        lanes = scenario.lanes.map { LaneState($0) }
        offline = OfflineLedger(policy: scenario.offline)
        lists = recovered?.lists ?? ListCopies(CanteenRecovery.lists, at: now)
        people = PeopleIndex(lists.people.all)
        leases = scenario.leases.map { LeaseKeeper(policy: $0, boot: boot, kept: recovered?.leases ?? [], at: now) }
        notes = MealNotes(duplicateWithin: scenario.waits.duplicate)
        mealCursor = FactCursor(kind: MealsElsewhere.throughKind, through: recovered?.mealsThrough ?? 0)
        records = TerminalRecords(freshFor: scenario.waits.recordFresh)
        meal = scenario.calendar.meal(at: now.wall)
        stock = MenuStock(scenario.stock, meal: meal)
        book = TillBook(meal: meal)
        tickets = scenario.tickets.map { TicketDesk($0, device ?? scenario.id, scenario.calendar.zone, recovered) }
        if let recovered { take(recovered, at: now) }
        planMeal(at: now)
    }

    private mutating func take(_ recovered: CanteenRecovery, at now: ClockReading) {
        for (key, value) in recovered.notes { _ = notes.recall(key: key, stateValue: value) }
        for fact in recovered.mealsElsewhere { _ = notes.told(fact) }
        registers = recovered.registers
        isHeldOpen = recovered.isHeldOpen
        let going = Set((recovered.underWay + recovered.reversals).map(\.payment))
        registers.interrupt { going.contains($0) }
        if let value = recovered.stock, let kept = MenuStock(scenario.stock, stateValue: value) { stock = kept }
        if let kept = recovered.book { book = kept }
        if let digest = recovered.platformRules, rules != nil { doRulesDiffer = digest != purseRulesDigest }
        // What was sold at a meal that is over by now is closed by the first look at the clock.
        meal = book.current.meal
        if stock.meal != meal { _ = stock.begin(meal) }
        for charge in recovered.underWay {
            payments[charge.payment] = .leftOver(charge: charge, timings: scenario.timings, isReversing: false)
            leftOver.insert(charge.payment)
        }
        for charge in recovered.reversals {
            payments[charge.payment] = .leftOver(charge: charge, timings: scenario.timings, isReversing: true)
        }
        for charge in recovered.promises {
            if let holder = charge.instrument.holder {
                offline.recall(charge.quote.total, of: holder, at: now.uptime)
            }
        }
        // Which records the platform has is not known before it says so.
        isRecordOpen = true
        for refund in recovered.refunds {
            refunds[refund.id] = OpenRefund(refund: refund, due: now.uptime, waitsForRecords: true)
        }
    }

    public mutating func handle(_ event: EdgeEvent<CanteenEvent>, at now: ClockReading) -> [EdgeEffect] {
        effects = []
        roll(at: now)
        recoverTickets(at: now)
        if isHeldOpen { emergency(at: now) }
        // An earlier run may have heard of it.
        if doRulesDiffer != isDifferenceTold { rulesDiffer(doRulesDiffer) }
        switch event {
        case .tick: tick(at: now)
        case .linkUp: linkUp(at: now)
        case .linkDown: linkDown(at: now)
        case .answer(let token, let response): answer(token, response, at: now)
        case .announced(let announcement): announced(announcement, at: now)
        case .durable(let token): durable(token, at: now)
        case .lost(let token): lost(token, at: now)
        case .journal(let isHealthy): isJournalHealthy = isHealthy
        case .disk(let level): diskLevel = level
        case .settledWithPlatform: settled(at: now)
        case .sensor(let name, let state): sensor(name, state, at: now)
        case .own(let event): own(event, at: now)
        }
        keepRegisters()
        defer { effects = [] }
        return effects
    }

    /// What became of registers' orders is kept with the first write of the decision: what that tells of a payment is
    /// there or not, and of one that is not there the platform is asked again. What a write itself says of an order
    /// comes later, and counts.
    private mutating func keepRegisters() {
        persistFirst(registers.takeChanges())
    }

    private mutating func own(_ event: CanteenEvent, at now: ClockReading) {
        switch event {
        case .expected(let holders): for holder in holders { wantLease(holder, at: now) }
        case .presented(let lane, let presentation):
            withLane(lane) { site, index in site.presented(index, presentation, at: now) }
        case .notKnown(let lane, let why): withLane(lane) { site, index in site.notKnown(index, why, at: now) }
        case .scanned(let lane, let code): withLane(lane) { site, index in site.scanned(index, code, at: now) }
        case .registered(let order): registered(order, at: now)
        case .weighed(let lane, let weight): withLane(lane) { site, index in site.weighed(index, weight, at: now) }
        case .ordered(let lane, let order, let clerk, let seen):
            withLane(lane) { site, index in
                if site.isStill(seen, index, at: now) { site.ordered(index, order, clerk, at: now) }
            }
        case .ticket(let lane, let code, let people):
            withLane(lane) { site, index in site.ticketShown(index, code, people: people, at: now) }
        }
    }

    private mutating func withLane(_ id: LaneID, _ body: (inout CanteenSite, Int) -> Void) {
        guard let index = lanes.firstIndex(where: { $0.settings.id == id }) else {
            return effects.append(.log(.warning, "something happened at \(id), which is no lane of this box"))
        }
        body(&self, index)
    }

    private mutating func linkUp(at now: ClockReading) {
        isLinkUp = true
        for id in payments.keys.sorted() { payment(id, .linkUp, at: now) }
        perform(lists.linkUp(at: now), at: now)
        perform(leases?.linkUp(at: now) ?? [])
        askRefunds(at: now)
        mealsLink(isUp: true, at: now)
        ticketsLink(isUp: true, at: now)
    }

    private mutating func linkDown(at now: ClockReading) {
        isLinkUp = false
        lists.linkDown()
        leases?.linkDown()
        mealsLink(isUp: false, at: now)
        ticketsLink(isUp: false, at: now)
        for id in payments.keys.sorted() { payment(id, .linkDown, at: now) }
    }

    private mutating func settled(at now: ClockReading) {
        isRecordOpen = false
        perform(leases?.settled(at: now) ?? [])
        for id in refunds.keys { refunds[id]?.waitsForRecords = false }
        askRefunds(at: now)
        guard offline.outstanding.count > 0 else { return }
        let changes = offline.owing.flatMap { movedElsewhere($0, at: now) }
        offline.settled()
        persist([], state: [.removeAll(kind: CanteenRecovery.promiseKind)] + changes)
    }

    // MARK: - Time

    public var nextDeadline: Uptime? {
        var due = [lists.nextDeadline, leases?.nextDeadline, mealChange, askAhead].compactMap { $0 }
        due += [tickets?.nextDeadline, mealCursor.due].compactMap { $0 }
        if isLinkUp { due += refunds.values.filter { !$0.waitsForRecords }.compactMap(\.due) }
        due += payments.values.compactMap(\.nextDeadline)
        for lane in lanes {
            due += [lane.guest?.until, lane.screenUntil, lane.turnstile?.nextDeadline].compactMap { $0 }
        }
        return due.min()
    }

    /// How many payments wait for their first answer; a drain holds back meanwhile.
    public var livePayments: Int { payments.values.reduce(0) { $0 + ($1.isLive ? 1 : 0) } }

    private mutating func tick(at now: ClockReading) {
        for (id, machine) in payments.sorted(by: { $0.key < $1.key }) {
            if let deadline = machine.nextDeadline, now.uptime >= deadline { payment(id, .tick, at: now) }
        }
        perform(lists.tick(at: now), at: now)
        perform(leases?.tick(at: now) ?? [])
        askRefunds(at: now)
        askForMeals(at: now)
        tickTickets(at: now)
        for index in lanes.indices { tickLane(index, at: now) }
        if let due = askAhead, now.uptime >= due { askForPeople(at: now) }
        if let due = mealChange, now.uptime >= due { planMeal(at: now) }
    }

    /// Another meal than at the last look: reports close, stocks begin again, old meals are forgotten.
    private mutating func roll(at now: ClockReading) {
        let new = scenario.calendar.meal(at: now.wall)
        // A clock that nobody has set, and that stands before what was sold last, cannot be right.
        guard new != meal, now.isSynchronised || new.day >= meal.day else { return }
        meal = new
        var changes: [StateChange] = []
        if book.begin(new, closedBy: nil, at: now.wall) { changes.append(book.keptReports) }
        changes.append(book.kept)
        if stock.begin(new) { changes.append(stock.kept) }
        // By a clock that nobody has set, and that may be years ahead, nobody's meal is forgotten.
        if now.isSynchronised { changes += notes.forget(before: CivilDate(dayNumber: new.day.dayNumber - 1)) }
        persist([], state: changes)
        forgetTickets(at: now)
        planMeal(at: now)
    }

    mutating func planMeal(at now: ClockReading) {
        func due(_ wall: WallTime) -> Uptime {
            now.uptime + .milliseconds(max(1, wall.milliseconds &- now.wall.milliseconds))
        }
        let change = scenario.calendar.change(after: now.wall)
        mealChange = change.map(due)
        guard let ahead = scenario.leasesAhead, let change, leases != nil,
            scenario.calendar.meal(at: change).period != nil
        else { return askAhead = nil }
        askedAhead = 0
        let start = WallTime(milliseconds: change.milliseconds &- ahead.milliseconds)
        askAhead = start > now.wall ? due(start) : now.uptime
    }

    // MARK: - Small things all parts use

    mutating func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }

    mutating func persist(_ records: [Record.Event], state: [StateChange] = [], then: Continuation? = nil) {
        var token: WriteToken?
        if let then {
            let made = WriteToken(nextToken())
            continuations[made] = then
            token = made
        }
        effects.append(.persist(records: records, state: state, token: token))
    }

    /// Writes with the decision's first write, so that what it tells of is never on disk without this.
    mutating func persistFirst(_ changes: [StateChange]) {
        guard !changes.isEmpty else { return }
        for index in effects.indices {
            guard case .persist(let records, let state, let token) = effects[index] else { continue }
            return effects[index] = .persist(records: records, state: changes + state, token: token)
        }
        persist([], state: changes)
    }

    /// Tells the person at a lane.
    mutating func say(_ lane: Int, _ word: CanteenWord, at now: ClockReading) {
        var screen = LaneScreen()
        screen.number = lanes[lane].screen.number + 1
        screen.word = word
        if let sale = lanes[lane].sale {
            screen.name = sale.guest?.name
            screen.lines = sale.lines
            screen.total = sale.quote.total
            screen.shares = sale.served?.entry.shares ?? []
            screen.balances = sale.served?.left?.balances ?? []
            screen.balancesAsOf = sale.served?.left?.asOf
        } else {
            screen.name = lanes[lane].guest?.guest.name
        }
        lanes[lane].screen = screen
        lanes[lane].screenUntil = now.uptime + scenario.waits.result
        if let notice = word.notice { effects.append(.show(lane: lanes[lane].settings.id, notice)) }
    }
}
