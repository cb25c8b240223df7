internal import Canteen
internal import Journal
internal import Purses
internal import Services
internal import Vocabulary
internal import Wire

/// The judge of a week at a canteen: its own account of who may pass, who passed, and what that comes to.
final class WeekChecker: Checker {
    private struct Place: Hashable {
        var device: DeviceID
        var holder: Holder
    }

    struct Made {
        var charge: Charge
        var device: DeviceID
    }

    let week: WeekFile
    let school: School
    /// What really holds, whatever boxes and platform were told.
    let rules: PurseRules
    var tally = WeekTally()
    /// Nothing goes wrong by chance: what scenes expect must come.
    let isStrict: Bool

    private var helpings: HelpingCheck?
    /// Meals that may be taken and were not: by which payment; nil: nothing was to be paid.
    private var mayPass: [Place: [PaymentID?]] = [:]
    /// The last opening: in which run of its box, and whether the person was seen to go through.
    private var lastOpening: [Place: (run: Int, transit: UUIDv7, isPassed: Bool)] = [:]
    private var lastShown: [Place: Int64] = [:]
    private var holderOf: [UUIDv7: Holder] = [:]
    private var notPassed: Set<UUIDv7> = []
    private(set) var charges: [PaymentID: Made] = [:]
    private var approvedOnce: Set<PaymentID> = []
    private var entitled: Set<PaymentID> = []
    /// By person: visits that were meant to be meals, paid meals taken, and payments that may stand without one.
    private(set) var visits: [Holder: Int] = [:]
    private(set) var taken: [Holder: Int] = [:]
    private(set) var excused: [Holder: Int] = [:]
    private(set) var lastPayment: [Holder: Made] = [:]
    private var runs: [ObjectIdentifier: Int] = [:]
    /// What came in, as the week's file has it, by person, purse and reference.
    private(set) var issued: [PurseLotKey: Int64] = [:]
    private(set) var shown = ShownBalances()

    init(
        _ world: World, _ week: WeekFile, _ school: School, _ rules: PurseRules, _ lane: CanteenLane?,
        isStrict: Bool
    ) {
        (self.week, self.school, self.rules, self.isStrict) = (week, school, rules, isStrict)
        helpings = isStrict ? lane.map { HelpingCheck($0) } : nil
        super.init(world)
    }

    func cameIn(_ money: PurseLotKey, _ fen: Int64) {
        issued[money, default: 0] += fen
        shown.cameIn(fen, money.holder, money.purse, at: world.wall)
    }

    // MARK: - What boxes and platform say

    override func durable(_ box: SimulatedBox, _ records: [Record]) {
        super.durable(box, records)
        let areTold = world.boxes.allSatisfy { world.broker.isConnected($0) }
        for record in records {
            if let fault = helpings?.note(record.event, areTold: areTold) { world.fail(fault) }
            switch record.event {
            case .identified(let identification): holderOf[identification.transit] = identification.holder
            case .leaseSpent(_, let charge, let spends):
                paid(charge, box.device)
                tally.paidFromLease += 1
                tally.note(spends)
                if let holder = charge.instrument.holder { shown.paid(spends, holder, box.device, at: world.wall) }
            case .payment(.acceptedOffline, let charge, _): paid(charge, box.device)
            case .payment(.approved, let charge, _):
                lastPayment[charge.instrument.holder ?? Self.nobody] = Made(charge: charge, device: box.device)
            case .payment(.reversing, let charge, _): undone(charge, box.device)
            case .decision(let transit, _, _, _, let verdict, let reason):
                guard verdict == .letOut || verdict == .admit, ["counted", "free", "mayPass"].contains(reason),
                    let holder = holderOf[transit]
                else { break }
                mayPass[Place(device: box.device, holder: holder), default: []].append(nil)
            case .passage(let transit, _, .notPassed):
                notPassed.insert(transit)
                tally.notPassed += 1
            case .alarm(_, "twoOnOne", true): tally.twoOnOne += 1
            case .refund(let state, let refund, _):
                shown.gaveBack(charges[refund.payment]?.charge.instrument.holder)
                if state == .refunded { tally.refunds += 1 }
            default: break
            }
        }
    }

    private static let nobody = Holder(.member, SchoolWeek.slug("nobody"))

    private func paid(_ charge: Charge, _ device: DeviceID) {
        guard let holder = charge.instrument.holder else { return }
        charges[charge.payment] = Made(charge: charge, device: device)
        lastPayment[holder] = Made(charge: charge, device: device)
        entitle(charge.payment, Place(device: device, holder: holder))
    }

    /// Whatever says so, and however often: one payment is one meal.
    private func entitle(_ payment: PaymentID, _ place: Place) {
        if entitled.insert(payment).inserted { mayPass[place, default: []].append(payment) }
    }

    /// What is given back entitles nobody.
    private func undone(_ charge: Charge, _ device: DeviceID) {
        guard let holder = charge.instrument.holder else { return }
        shown.gaveBack(holder)
        entitled.insert(charge.payment)
        mayPass[Place(device: device, holder: holder)]?.removeAll { $0 == charge.payment }
    }

    override func answered(_ incoming: Incoming, _ response: Response) {
        super.answered(incoming, response)
        if let request = try? Request(payload: incoming.payload), case .charge(let charge, _) = request {
            charges[charge.payment] = Made(charge: charge, device: incoming.device)
        }
        approve(response)
    }

    override func heard(_ response: Response) {
        super.heard(response)
        approve(response)
    }

    private func approve(_ response: Response) {
        guard case .payment(let id, .approved, let receipt) = response, let made = charges[id],
            let holder = made.charge.instrument.holder, approvedOnce.insert(id).inserted
        else { return }
        tally.paidOnline += 1
        tally.note(receipt?.spends ?? [])
        shown.paid(receipt?.spends ?? [], holder, made.device, at: world.wall)
        entitle(id, Place(device: made.device, holder: holder))
    }

    // MARK: - What happens at the gates

    func presents(_ visitor: Visitor, _ gate: VirtualGate) {
        if let holder = visitor.member?.holder {
            lastShown[Place(device: gate.box.device, holder: holder)] = world.now
        }
        guard visitor.tries == 1 else { return }
        runs[ObjectIdentifier(visitor)] = gate.box.run
        if let holder = visitor.member?.holder, !visitor.isDuplicate { visits[holder, default: 0] += 1 }
    }

    /// The turnstile opens: for exactly one meal that is paid, or allowed, and was not taken.
    func opens(_ gate: VirtualGate, _ transit: UUIDv7, _ holder: Holder?, _ visitor: Visitor?) {
        tally.openings += 1
        guard let holder else { return world.fail("\(gate.box.device) opens for nobody") }
        let place = Place(device: gate.box.device, holder: holder)
        // A record that a full disk keeps out for minutes opens when it is written: nobody passes then.
        let longest = VirtualTime.minutes(isStrict ? 2 : 16)
        guard let shown = lastShown[place], world.now - shown < longest else {
            return world.fail("\(gate.box.device) opens for \(holder.key), who is not there")
        }
        let last = lastOpening[place]
        defer { lastOpening[place] = (gate.box.run, transit, false) }
        if var open = mayPass[place], !open.isEmpty {
            visitor?.isPaid = open.removeLast() != nil
            visitor?.isNew = true
            mayPass[place] = open
            return
        }
        visitor?.isPaid = false
        if let last, last.run != gate.box.run || notPassed.contains(last.transit) {
            tally.openedAgain += 1
            // Whoever did not get through the first time takes that meal now.
            if !last.isPassed { visitor?.isPaid = true }
            return
        }
        world.fail("\(gate.box.device) opens for \(holder.key), for whom no record on disk and no approval is left")
    }

    /// What is left, as the person reads it while the way opens.
    func reads(_ screen: LaneScreen, _ holder: Holder, _ gate: VirtualGate) {
        guard isStrict, let fault = shown.fault(in: screen, of: holder, at: gate.box.device) else { return }
        world.fail(fault)
    }

    func passes(_ gate: VirtualGate, _ visitor: Visitor, _ transit: UUIDv7) {
        guard let holder = visitor.member?.holder else { return }
        lastOpening[Place(device: gate.box.device, holder: holder)]?.isPassed = true
        visitor.isThrough = true
        tally.meals += 1
        if visitor.isDuplicate, visitor.isNew {
            world.fail("\(holder.key) showed themselves a second time at \(gate.box.device) and ate twice")
        }
        if visitor.isPaid { taken[holder, default: 0] += 1 }
    }

    func leftHungry(_ visitor: Visitor, _ gate: VirtualGate) {
        tally.hungry += 1
        guard isStrict else { return }
        tally.fault("\(visitor.member?.name ?? "a stranger") got no answer at \(gate.box.device) and left")
    }

    func ends(_ visitor: Visitor, _ gate: VirtualGate) {
        let run = runs.removeValue(forKey: ObjectIdentifier(visitor))
        if let holder = visitor.member?.holder, !visitor.isThrough, !isStrict || run != gate.box.run {
            excused[holder, default: 0] += 1
        }
        if !visitor.isLetIn, let word = visitor.word { tally.refused[word, default: 0] += 1 }
        if let presented = visitor.presented, let answered = visitor.answered {
            tally.waits.append(
                WeekTally.Wait(
                    at: presented, gate: gate.box.index, microseconds: answered - presented,
                    isCut: !world.broker.isConnected(gate.box), isBehindAnother: visitor.isBehindAnother,
                    isLetIn: visitor.isLetIn))
        }
        guard isStrict, let expect = visitor.expect, expect.word != visitor.word ?? "nothing" else { return }
        tally.fault(
            "\(expect.scene): \(visitor.member?.name ?? "a stranger") at \(gate.box.device) was told "
                + "\(visitor.word ?? "nothing"), expected \(expect.word)")
    }

    // MARK: - Checks

    override func check() {
        world.counts.checks += 1
        do {
            let books = try BookReading(world.platform.database)
            for fault in books.faults { world.fail("the books: \(fault)") }
            checkStreams(books)
            try checkIncidents(books)
            let purses = try PurseReading(world.platform.database)
            checkLots(purses)
            checkPayments(purses)
        } catch { world.fail("the checks cannot read the platform's file: \(error)") }
    }

    override func checkAtRest() {
        for box in world.boxes where !box.isSettled {
            world.fail("\(box.device) has not come to rest: \(box.restWords)")
        }
        check()
        guard world.failure == nil else { return }
        do {
            let books = try BookReading(world.platform.database)
            for box in world.boxes {
                let through = books.streams[box.stream]?.through ?? 0
                if through != box.disk.head.sequence {
                    world.fail("\(box.device) has \(box.disk.head.sequence) records, the platform \(through)")
                }
            }
            let purses = try PurseReading(world.platform.database)
            if purses.leased != 0 { world.fail("\(purses.leased) fen are still set aside, and all has come back") }
            checkMeals(books)
            try audit()
        } catch { world.fail("the checks cannot read the platform's file: \(error)") }
    }

    /// What is paid was eaten, and what was eaten is paid; and nobody paid for more than they came for.
    private func checkMeals(_ books: BookReading) {
        var paid: [Holder: Int] = [:]
        for (id, payment) in books.payments where payment.holdsMoney && payment.amount > books.refunded[id] ?? 0 {
            guard let holder = payment.charge?.instrument.holder else { continue }
            paid[holder, default: 0] += 1
        }
        for holder in Set(paid.keys).union(taken.keys).sorted() {
            let (paid, taken) = (paid[holder] ?? 0, taken[holder] ?? 0)
            if paid > visits[holder] ?? 0 {
                world.fail("\(holder.key) came \(visits[holder] ?? 0) times and paid \(paid) meals")
            }
            // What a supervisor gave back was eaten all the same.
            if taken > paid + (tally.corrected[holder] ?? 0) {
                world.fail("\(holder.key) took \(taken) meals and paid \(paid)")
            }
            if paid > taken + (excused[holder] ?? 0) {
                world.fail("\(holder.key) paid \(paid) meals and took \(taken)")
            }
        }
    }

    private func audit() throws {
        guard let store = world.platform.stores.first, let list = store.peopleLists.first else { return }
        let audit = try store.subsidyAudit(
            list, from: week.monday, to: CivilDate(dayNumber: week.monday.dayNumber + 7))
        tally.audit = audit.description
        if let first = audit.violations.first {
            world.fail("the supervisor's proof has \(audit.violations.count) violations: \(first)")
        }
    }

    private func checkIncidents(_ books: BookReading) throws {
        let replaced = world.boxes.reduce(0) { $0 + $1.replacements }
        for incident in books.incidents {
            if incident.code == "newJournal", replaced > 0 { continue }
            world.fail("the platform reports \(incident.code) (\(incident.subject)): \(incident.detail)")
        }
    }
}
