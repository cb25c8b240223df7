import Payments
import Testing
import Vocabulary
import Wire

/// One box's leases on a clock that the test sets, and the platform's answers as the test gives them.
final class LeaseWorld {
    static let policy = LeasePolicy(
        amount: Fen(5_000), seconds: 3_600, renewBelow: Fen(1_000), renewBefore: .seconds(600),
        giveBackUnusedAfter: .seconds(86_400), most: 3)
    static let purse = LeasePurpose.purse(holder("1")), other = LeasePurpose.purse(holder("2"))

    var now = ClockReading(
        uptime: Uptime(milliseconds: 1_000_000), wall: WallTime(milliseconds: 1_760_000_000_000), isSynchronised: true)
    var keeper: LeaseKeeper
    var sent: [(order: LeaseOrder, ask: UInt64)] = []
    /// What is on disk, and what says that a lease goes back and is not on disk yet.
    var kept: [String: [UInt8]] = [:]
    var unwritten: [(StateChange, LeaseID)] = []

    init(isLinkUp: Bool = true) {
        keeper = LeaseKeeper(policy: LeaseWorld.policy, boot: "boot-1", at: now)
        if isLinkUp { take(keeper.linkUp(at: now)) }
    }

    static func holder(_ name: String) -> Holder { Holder(.card, try! Slug(name)) }

    static func id(_ number: UInt64) -> LeaseID {
        LeaseID(at: WallTime(milliseconds: 1_760_000_000_000), random: (9, number))
    }

    func want(_ purpose: LeasePurpose = purse, _ number: UInt64 = 1) {
        take(keeper.want(purpose, id: LeaseWorld.id(number), at: now))
    }

    /// Answers the last question as the platform would that grants what it is asked.
    func grant(_ amount: Int64 = 5_000, seconds: Int64 = 3_600) {
        answer(
            .granted(
                LeaseTerms(
                    amount: Fen(amount), expires: WallTime(milliseconds: now.wall.milliseconds + 1_000 * seconds),
                    seconds: seconds, graceSeconds: 600)))
    }

    func answer(_ outcome: LeaseOutcome) {
        guard let last = sent.last else { return }
        take(keeper.answer(last.order.lease, outcome, ask: last.ask, at: now))
    }

    func pass(seconds: Int64, wallSeconds: Int64? = nil) {
        now.uptime = now.uptime + .seconds(seconds)
        now.wall.milliseconds += 1_000 * (wallSeconds ?? seconds)
    }

    func tick() { take(keeper.tick(at: now)) }

    /// - Returns: whether it may be spent.
    func spend(_ amount: Int64, on purpose: LeasePurpose = purse) -> Bool {
        guard let spend = try? keeper.spend(Fen(amount), on: purpose, at: now) else { return false }
        keep(spend.state)
        return true
    }

    /// The daemon starts again, after a reboot on another run of the machine.
    func restart(boot: String) {
        unwritten = []
        if boot != "boot-1" { now.uptime = Uptime(milliseconds: 5_000) }
        keeper = LeaseKeeper(
            policy: LeaseWorld.policy, boot: boot, kept: kept.values.compactMap { FloatLease(stateValue: $0) }, at: now)
    }

    func take(_ actions: [LeaseKeeper.Action]) {
        for action in actions {
            switch action {
            case .send(let order, let ask): sent.append((order, ask))
            case .keep(let change): keep(change)
            case .keepReturn(let change, let id): unwritten.append((change, id))
            case .refused: break
            }
        }
    }

    func writeReturns() {
        for (change, id) in unwritten {
            keep(change)
            take(keeper.returnIsDurable(id, at: now))
        }
        unwritten = []
    }

    func keep(_ change: StateChange) {
        switch change {
        case .put(_, let key, let value): kept[key] = value
        case .remove(_, let key): kept[key] = nil
        case .removeAll: kept = [:]
        }
    }
}

@Suite("What a box may spend of money set aside for it")
struct FloatLeaseTests {
    @Test("nothing is spent before the platform has said that it is set aside")
    func notBeforeGrant() {
        let world = LeaseWorld()
        world.want()
        #expect(!world.spend(1))
        world.grant()
        #expect(world.spend(1))
    }

    @Test(
        "a lease is spent to the last fen and not further", arguments: [(4_999, true), (5_000, true), (5_001, false)])
    func lastFen(amount: Int64, isAllowed: Bool) {
        let world = LeaseWorld()
        world.want()
        world.grant()
        #expect(world.spend(amount) == isAllowed)
        #expect(world.keeper.available(LeaseWorld.purse, at: world.now) == Fen(isAllowed ? 5_000 - amount : 5_000))
    }

    @Test("a lease ends by the boot clock, whatever the wall clock says", arguments: [(3_599, true), (3_600, false)])
    func endsByBootClock(seconds: Int64, isAllowed: Bool) {
        for wallSeconds in [-86_400, 0, 86_400] as [Int64] {
            let world = LeaseWorld()
            world.want()
            world.grant()
            world.pass(seconds: seconds, wallSeconds: wallSeconds)
            #expect(world.spend(1) == isAllowed)
        }
    }

    @Test("its time counts from the question, not from the answer")
    func countsFromQuestion() {
        let world = LeaseWorld()
        world.want()
        world.pass(seconds: 9)
        world.grant()
        world.pass(seconds: 3_590)
        #expect(world.spend(1))
        world.pass(seconds: 1)
        #expect(!world.spend(1))
    }

    @Test("the answer to an earlier question counts from when that one was asked, and a refusal of it is no news")
    func earlierAnswer() {
        let world = LeaseWorld()
        world.want()
        world.pass(seconds: 10)
        world.tick()
        #expect(world.sent.count == 2 && world.sent[0].order == world.sent[1].order)
        let terms = LeaseTerms(
            amount: Fen(5_000), expires: WallTime(milliseconds: world.now.wall.milliseconds + 3_600_000),
            seconds: 3_600,
            graceSeconds: 600)
        world.take(world.keeper.answer(LeaseWorld.id(1), .granted(terms), ask: world.sent[0].ask, at: world.now))
        #expect(world.spend(1))
        world.take(world.keeper.answer(LeaseWorld.id(1), .unknown, ask: 99, at: world.now))
        world.pass(seconds: 3_589)
        #expect(world.spend(1))
        world.pass(seconds: 1)
        #expect(!world.spend(1))
        let other = LeaseWorld()
        other.want()
        other.pass(seconds: 10)
        other.tick()
        other.take(
            other.keeper.answer(LeaseWorld.id(1), .refused(.insufficientFunds), ask: other.sent[0].ask, at: other.now))
        #expect(other.keeper.count == 1)
    }

    @Test("after a restart of the daemon the lease goes on, with what was spent")
    func restart() {
        let world = LeaseWorld()
        world.want()
        world.grant()
        #expect(world.spend(4_000))
        world.restart(boot: "boot-1")
        #expect(!world.spend(1_001) && world.spend(1_000))
    }

    @Test(
        "after a reboot only a synchronised clock between grant and end lets it be spent",
        arguments: [
            (-1, true, false), (0, true, true), (3_599, true, true), (3_600, true, false), (10, false, false),
        ] as [(Int64, Bool, Bool)])
    func reboot(secondsAfterGrant: Int64, isSynchronised: Bool, isAllowed: Bool) {
        let world = LeaseWorld()
        world.want()
        world.grant()
        world.pass(seconds: 0, wallSeconds: secondsAfterGrant)
        world.now.isSynchronised = isSynchronised
        world.restart(boot: "boot-2")
        #expect(world.spend(1) == isAllowed)
    }

    @Test("after a reboot the platform's answer says anew how long it lasts")
    func rebootAndAnswer() {
        let world = LeaseWorld()
        world.want()
        world.grant()
        world.now.isSynchronised = false
        world.restart(boot: "boot-2")
        world.take(world.keeper.linkUp(at: world.now))
        #expect(world.sent.last?.order == .renew(LeaseWorld.id(1), amount: Fen(5_000), seconds: 3_600))
        world.grant(seconds: 100)
        #expect(world.spend(1))
        world.pass(seconds: 100)
        #expect(!world.spend(1))
    }

    @Test("more is asked for when less than the level is left", arguments: [(4_000, false), (4_001, true)])
    func renewsBelow(amount: Int64, isAsked: Bool) {
        let world = LeaseWorld()
        world.want()
        world.grant()
        _ = world.spend(amount)
        world.tick()
        let asked: LeaseOrder? = isAsked ? .renew(LeaseWorld.id(1), amount: Fen(5_000 + amount), seconds: 3_600) : nil
        #expect(world.sent.dropFirst().first?.order == asked)
    }

    @Test("more time is asked for before the end", arguments: [(2_999, false), (3_000, true)])
    func renewsBefore(seconds: Int64, isAsked: Bool) {
        let world = LeaseWorld()
        world.want()
        world.grant()
        world.pass(seconds: seconds)
        world.tick()
        #expect((world.sent.count == 2) == isAsked)
    }

    @Test("a lease shorter than the time before its end is renewed at half of it, never in a hot loop")
    func shortLease() {
        let world = LeaseWorld()
        world.want()
        world.grant(seconds: 300)
        #expect(world.keeper.nextDeadline == world.now.uptime + .seconds(150))
        world.grant(seconds: 1)
        let short = LeaseWorld()
        short.want()
        short.grant(seconds: 1)
        #expect(short.keeper.nextDeadline == short.now.uptime + .seconds(10))
    }

    @Test("that a lease goes back is on disk before the platform hears it, and nothing is spent from then on")
    func givesBack() {
        let world = LeaseWorld()
        world.want()
        world.grant()
        #expect(world.spend(100))
        world.take(world.keeper.giveAllBack(at: world.now))
        #expect(!world.spend(1) && world.sent.count == 1)
        world.writeReturns()
        #expect(world.sent.last?.order == .giveBack(LeaseWorld.id(1), spends: 1))
        world.restart(boot: "boot-1")
        #expect(!world.spend(1))
    }

    @Test("a lease whose return never came to disk goes on after a restart: nobody has heard of it")
    func returnNotWritten() {
        let world = LeaseWorld()
        world.want()
        world.grant()
        world.take(world.keeper.giveAllBack(at: world.now))
        world.restart(boot: "boot-1")
        #expect(world.spend(1))
    }

    @Test("a lease whose records have not all come is given back when they have")
    func notDrained() {
        let world = LeaseWorld()
        world.want()
        world.grant()
        _ = world.spend(100)
        world.take(world.keeper.giveAllBack(at: world.now))
        world.writeReturns()
        world.answer(.refused(.notDrained))
        world.tick()
        #expect(world.sent.count == 2)
        world.take(world.keeper.settled(at: world.now))
        #expect(world.sent.last?.order == .giveBack(LeaseWorld.id(1), spends: 1) && world.sent.count == 3)
        world.answer(.returned)
        #expect(world.keeper.count == 0 && world.kept.isEmpty)
    }

    @Test("a spend whose write was refused is not waited for, and its money is not spent again")
    func lostSpend() throws {
        let world = LeaseWorld()
        world.want()
        world.grant()
        let spend = try world.keeper.spend(Fen(3_000), on: LeaseWorld.purse, at: world.now)
        world.keeper.spendLost(spend.lease)
        #expect(!world.spend(2_001))
        world.take(world.keeper.giveAllBack(at: world.now))
        world.writeReturns()
        #expect(world.sent.last?.order == .giveBack(LeaseWorld.id(1), spends: 0))
    }

    @Test("a lease from which nothing is spent for long is given back")
    func unused() {
        let world = LeaseWorld()
        world.want()
        world.grant(seconds: 86_400 * 2)
        world.pass(seconds: 86_399)
        world.tick()
        #expect(world.unwritten.isEmpty)
        world.pass(seconds: 1)
        world.tick()
        #expect(world.unwritten.count == 1)
    }

    @Test("no more leases are asked for than there may be, and one for each purse")
    func bounds() {
        let world = LeaseWorld()
        for number in 1...5 as ClosedRange<UInt64> { world.want(.purse(LeaseWorld.holder("\(number)")), number) }
        world.want(.purse(LeaseWorld.holder("1")), 9)
        #expect(world.keeper.count == 3 && world.sent.count == 3)
    }

    @Test("a lease that ended at the platform is forgotten, and the next visit asks for a new one")
    func ended() {
        let world = LeaseWorld()
        world.want()
        world.grant()
        world.pass(seconds: 3_600)
        world.tick()
        world.answer(.refused(.ended))
        #expect(world.keeper.count == 0 && world.kept.isEmpty)
        world.want(LeaseWorld.purse, 2)
        #expect(world.sent.last?.order.lease == LeaseWorld.id(2))
    }

    @Test("what an earlier version wrote, or a disk damaged, is no lease")
    func garbage() {
        let world = LeaseWorld()
        world.want()
        world.grant()
        let value = world.kept.values.first ?? []
        #expect(FloatLease(stateValue: value)?.stateValue == value)
        for end in 0..<value.count { #expect(FloatLease(stateValue: Array(value[..<end])) == nil) }
    }
}
