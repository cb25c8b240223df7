import Services
import Testing
import Vocabulary
import Wire

/// A platform in memory that sets money aside for two boxes, and two purses and a buyer.
final class LeaseSite {
    static let rich = try! Holder("card:1"), poor = try! Holder("card:2"), suspended = try! Holder("card:3")
    static let stranger = try! Holder("card:4"), seller = try! Holder("member:farmer")
    static let buyer = try! Slug("buyer")
    static let opening: Int64 = 10_000

    let store: PlatformStore
    var boxes: [Box]
    var time = WallTime(milliseconds: 1_760_000_000_000)

    init(
        mostPerPurse: Int64 = 5_000, percent: Int64 = 50, mostPerBox: Int64 = 100_000, database: String = ":memory:",
        _ opened: [Box]? = nil
    ) throws {
        boxes = try opened ?? [Box("till-1"), Box("till-2", seed: 9)]
        let limits = LeaseLimits(
            mostPerPurse: Fen(mostPerPurse), pursePercent: percent, mostPerPayout: Fen(8_000),
            mostPerBox: Fen(mostPerBox), mostSeconds: 3_600, graceSeconds: 600,
            payouts: [LeaseSite.buyer: [boxes[0].device]])
        func contract(_ holder: Holder, _ account: String, _ opening: Int64, _ status: ContractStatus = .active)
            -> PlatformConfiguration.SignedContract
        {
            .init(
                holder: holder, account: try! Slug(account), openingBalance: Fen(opening), offlineLimit: Fen(5_000),
                status: status)
        }
        var configuration = PlatformConfiguration(
            database: database, mqtt: .init(host: "127.0.0.1", port: 1883), merchant: try Slug("canteen"),
            devices: boxes.map(\.enrolment),
            contracts: [
                contract(LeaseSite.rich, "rich", LeaseSite.opening), contract(LeaseSite.poor, "poor", 300),
                contract(LeaseSite.suspended, "suspended", LeaseSite.opening, .suspended),
                contract(try Holder("member:buyer"), "buyer", LeaseSite.opening),
            ], tariffs: [.items(try Slug("lunch"))])
        configuration.leases = limits
        store = try PlatformStore(configuration, at: time, report: { _ in })
    }

    static func id(_ number: UInt64) -> LeaseID {
        LeaseID(at: WallTime(milliseconds: 1_760_000_000_000), random: (5, number))
    }

    static func charge(_ number: UInt64, _ amount: Int64, _ holder: Holder = rich) -> Charge {
        let at = WallTime(milliseconds: 1_760_000_000_000)
        return Charge(
            payment: PaymentID(at: at, random: (6, number)), instrument: .contract(holder),
            lane: try! LaneID("till-1"),
            quote: Quote(
                tariff: try! Slug("lunch"), from: at, until: at, lines: [.init(kind: .item, amount: Fen(amount))],
                total: Fen(amount)))
    }

    static func payout(_ number: UInt64, _ amount: Int64) -> Payout {
        let charge = charge(number, amount)
        return Payout(payment: charge.payment, payee: seller, lane: charge.lane, quote: charge.quote)
    }

    func ask(_ order: LeaseOrder, box: Int = 0) throws -> LeaseOutcome {
        let answer = store.answer([boxes[box].request(.lease(order))], at: time)[0]
        guard case .lease(order.lease, let outcome) = answer else { throw Unexpected(response: answer) }
        return outcome
    }

    /// - Returns: how much has been set aside, or nil.
    func open(
        _ number: UInt64, _ amount: Int64 = 2_000, _ purpose: LeasePurpose = .purse(rich), seconds: Int64 = 3_600,
        box: Int = 0
    ) throws -> Int64? {
        let outcome = try ask(.open(LeaseSite.id(number), purpose, amount: Fen(amount), seconds: seconds), box: box)
        guard case .granted(let terms) = outcome else { return nil }
        return terms.amount.count
    }

    func pay(_ charge: Charge, box: Int = 0) throws -> PaymentOutcome {
        let answer = store.answer([boxes[box].request(.charge(charge, code: nil))], at: time)[0]
        guard case .payment(_, let outcome, _) = answer else { throw Unexpected(response: answer) }
        return outcome
    }

    func record(_ events: Record.Event..., box: Int = 0) throws {
        _ = try store.ingest(boxes[box].batch(events), from: boxes[box].device, at: time)
    }

    func pass(seconds: Int64) throws {
        time.milliseconds += 1_000 * seconds
        try store.returnLeases(at: time)
    }

    func balance(_ name: String) throws -> Int64 { try store.ledgerReport().balance(of: name)?.count ?? 0 }

    func incidents() throws -> [Incident.Code] { try store.ledgerReport().incidents.map(\.code) }

    func isSound() throws -> Bool {
        let report = try store.ledgerReport()
        return report.faults.isEmpty && report.sumOfBooks == .zero
    }
}

@Suite("Money set aside for one box")
struct LeaseTests {
    typealias Site = LeaseSite

    @Test("from the grant on the purse has that much less, for whoever asks")
    func setAside() throws {
        let site = try Site(percent: 100)
        #expect(try site.open(1, 4_000) == 4_000)
        #expect(try site.balance("contract:rich") == 6_000)
        #expect(try site.pay(Site.charge(1, 6_001), box: 1) == .declined(.insufficientFunds))
        #expect(try site.pay(Site.charge(2, 6_000), box: 1) == .approved)
        #expect(try site.isSound())
    }

    @Test(
        "as much is granted as lease, share and box allow",
        arguments: [(2_000, 2_000), (5_000, 5_000), (5_001, 5_000), (9_000, 5_000)] as [(Int64, Int64)])
    func capped(asked: Int64, granted: Int64) throws {
        #expect(try Site().open(1, asked) == granted)
        #expect(try Site(percent: 10).open(1, asked) == min(granted, 1_000))
        #expect(try Site(mostPerBox: 1_500).open(1, asked) == 1_500)
    }

    @Test("who has no contract, no money or no leave gets nothing set aside")
    func refused() throws {
        let site = try Site(percent: 100)
        func ask(_ purpose: LeasePurpose, box: Int = 0) throws -> LeaseOutcome {
            try site.ask(.open(Site.id(1), purpose, amount: Fen(1_000), seconds: 60), box: box)
        }
        #expect(try ask(.purse(Site.stranger)) == .refused(.noContract))
        #expect(try ask(.purse(Site.suspended)) == .refused(.suspended))
        #expect(try ask(.payout(buyer: Site.buyer), box: 1) == .refused(.notAllowed))
        #expect(try ask(.payout(buyer: try Slug("nobody"))) == .refused(.notAllowed))
        #expect(try site.open(2, 300, .purse(Site.poor)) == 300)
        #expect(try ask(.purse(Site.poor)) == .refused(.insufficientFunds))
        #expect(
            try Site(mostPerPurse: 0).ask(.open(Site.id(1), .purse(Site.rich), amount: Fen(1), seconds: 60))
                == .refused(.notAllowed))
    }

    @Test("an order that comes twice sets money aside once; the same id with another order is a conflict")
    func idempotent() throws {
        let site = try Site()
        for _ in 0..<3 { #expect(try site.open(1, 2_000) == 2_000) }
        for _ in 0..<3 {
            let outcome = try site.ask(.renew(Site.id(1), amount: Fen(3_000), seconds: 60))
            guard case .granted(let terms) = outcome else { throw Unexpected(response: nil) }
            #expect(terms.amount == Fen(3_000))
        }
        #expect(try site.balance("lease:till-1:contract:rich") == 3_000)
        #expect(try site.ask(.open(Site.id(1), .purse(Site.rich), amount: Fen(1), seconds: 3_600)) == .conflict)
        #expect(try site.ask(.renew(Site.id(1), amount: Fen(9_000), seconds: 60), box: 1) == .conflict)
        #expect(try site.ask(.giveBack(Site.id(1), spends: 0), box: 1) == .conflict)
        #expect(try site.balance("lease:till-1:contract:rich") == 3_000)
        #expect(try site.incidents() == [.leaseConflict, .foreignLease])
    }

    @Test("what a box spends is posted from its lease when the record comes, once")
    func spend() throws {
        let site = try Site()
        _ = try site.open(1, 2_000)
        try site.record(.leaseSpent(Site.id(1), Site.charge(1, 700)), .leaseSpent(Site.id(1), Site.charge(1, 700)))
        #expect(try site.balance("lease:till-1:contract:rich") == 1_300)
        #expect(try site.balance("merchant:canteen") == 700)
        #expect(try site.pay(Site.charge(1, 700)) == .approved)
        #expect(try site.balance("merchant:canteen") == 700 && site.isSound())
    }

    @Test("a payment that was approved online and then taken from the lease under the same id moves its money once")
    func approvedBefore() throws {
        let site = try Site()
        _ = try site.open(1, 2_000)
        #expect(try site.pay(Site.charge(1, 700)) == .approved)
        try site.record(.leaseSpent(Site.id(1), Site.charge(1, 700)))
        #expect(try site.balance("lease:till-1:contract:rich") == 2_000)
        #expect(try site.balance("merchant:canteen") == 700)
        #expect(try site.ask(.giveBack(Site.id(1), spends: 1)) == .returned)
        #expect(try site.balance("contract:rich") == Site.opening - 700)
    }

    @Test(
        "the rest goes back when the end and the grace are over, and a record within the grace is honoured",
        arguments: [(3_600 + 599, true), (3_600 + 600, false)] as [(Int64, Bool)])
    func grace(seconds: Int64, isHonoured: Bool) throws {
        let site = try Site()
        _ = try site.open(1, 2_000)
        try site.pass(seconds: seconds)
        #expect(try site.balance("lease:till-1:contract:rich") == (isHonoured ? 2_000 : 0))
        try site.record(.leaseSpent(Site.id(1), Site.charge(1, 700)))
        // The purse pays what comes later still, and somebody looks at it.
        #expect(try site.incidents() == (isHonoured ? [] : [.leaseOver]))
        try site.pass(seconds: 10_000)
        #expect(try site.balance("contract:rich") == Site.opening - 700 && site.balance("merchant:canteen") == 700)
        #expect(try site.isSound())
    }

    @Test("what comes after the return and finds the purse empty is owed by its holder, and no other money is touched")
    func lateAndPoor() throws {
        let site = try Site(percent: 100)
        _ = try site.open(1, 300, .purse(Site.poor))
        try site.pass(seconds: 5_000)
        #expect(try site.pay(Site.charge(1, 300, Site.poor), box: 1) == .approved)
        try site.record(.leaseSpent(Site.id(1), Site.charge(2, 200, Site.poor)))
        #expect(try site.balance("debt:card:2") == -200 && site.balance("contract:poor") == 0)
        #expect(try site.balance("contract:rich") == Site.opening && site.isSound())
    }

    @Test("more than the lease holds, another box's lease, another purse's and one never granted are told from a spend")
    func wrongSpends() throws {
        let site = try Site()
        _ = try site.open(1, 1_000)
        _ = try site.open(2, 1_000, box: 1)
        try site.record(.leaseSpent(Site.id(1), Site.charge(1, 1_001)))
        try site.record(.leaseSpent(Site.id(2), Site.charge(2, 10)))
        try site.record(.leaseSpent(Site.id(1), Site.charge(3, 10, Site.poor)))
        try site.record(.leaseSpent(Site.id(9), Site.charge(4, 10)))
        #expect(try site.incidents() == [.leaseOverspent, .foreignLease, .leaseConflict, .unknownLease])
        #expect(try site.balance("lease:till-1:contract:rich") == 1_000)
        #expect(try site.balance("lease:till-2:contract:rich") == 1_000)
        // Each was eaten all the same: its holder's purse pays.
        #expect(try site.balance("contract:rich") == 8_000 - 1_021 && site.balance("contract:poor") == 290)
        #expect(try site.isSound())
    }

    @Test("a lease goes back early only when every record of it has come")
    func giveBack() throws {
        let site = try Site()
        _ = try site.open(1, 2_000)
        #expect(try site.ask(.giveBack(Site.id(1), spends: 1)) == .refused(.notDrained))
        try site.record(.leaseSpent(Site.id(1), Site.charge(1, 700)))
        #expect(try site.ask(.giveBack(Site.id(1), spends: 1)) == .returned)
        #expect(try site.ask(.giveBack(Site.id(1), spends: 1)) == .returned)
        #expect(try site.balance("contract:rich") == Site.opening - 700)
        #expect(try site.open(1, 2_000) == nil)
        #expect(try site.ask(.renew(Site.id(1), amount: Fen(2_000), seconds: 60)) == .refused(.ended))
    }

    @Test("a return that overtakes its order leaves word that refuses the order")
    func tombstone() throws {
        let site = try Site()
        #expect(try site.ask(.giveBack(Site.id(1), spends: 0)) == .returned)
        #expect(try site.ask(.open(Site.id(1), .purse(Site.rich), amount: Fen(1_000), seconds: 60)) == .refused(.ended))
        #expect(try site.balance("contract:rich") == Site.opening)
    }

    @Test("a renewal makes the lease last longer, and an older one that comes late does not make it shorter")
    func renew() throws {
        let site = try Site()
        _ = try site.open(1, 2_000, seconds: 3_600)
        _ = try site.ask(.renew(Site.id(1), amount: Fen(2_000), seconds: 10))
        try site.pass(seconds: 4_199)
        #expect(try site.balance("lease:till-1:contract:rich") == 2_000)
        _ = try site.ask(.renew(Site.id(1), amount: Fen(2_000), seconds: 3_600))
        try site.pass(seconds: 4_199)
        #expect(try site.balance("lease:till-1:contract:rich") == 2_000)
        try site.pass(seconds: 1)
        #expect(try site.balance("lease:till-1:contract:rich") == 0)
    }

    @Test("what comes back of a payment made from a lease goes to the purse, whether or not the lease is over")
    func reversed() throws {
        for isOver in [false, true] {
            let site = try Site()
            _ = try site.open(1, 2_000)
            try site.record(.leaseSpent(Site.id(1), Site.charge(1, 700)))
            if isOver { try site.pass(seconds: 5_000) }
            let answer = site.store.answer(
                [site.boxes[0].request(.reverse(Site.charge(1, 700).payment))], at: site.time)
            #expect(answer == [.payment(Site.charge(1, 700).payment, .reversed)])
            #expect(try site.balance("lease:till-1:contract:rich") == (isOver ? 0 : 1_300))
            try site.pass(seconds: 5_000)
            #expect(try site.balance("contract:rich") == Site.opening && site.isSound())
        }
    }

    @Test("a refund of a payment made from a lease goes to the purse")
    func refunded() throws {
        let site = try Site()
        _ = try site.open(1, 2_000)
        try site.record(.leaseSpent(Site.id(1), Site.charge(1, 700)))
        let refund = Refund(
            id: Site.charge(9, 1).payment, payment: Site.charge(1, 700).payment, amount: Fen(200), who: "li",
            why: "cold")
        #expect(
            site.store.answer([site.boxes[0].request(.refund(refund))], at: site.time)
                == [.refund(refund.id, .refunded)])
        try site.pass(seconds: 5_000)
        #expect(try site.balance("contract:rich") == Site.opening - 500 && site.isSound())
    }

    @Test("a quote that the platform cannot reproduce moves nothing out of a lease")
    func wrongQuote() throws {
        let site = try Site()
        _ = try site.open(1, 2_000)
        var charge = Site.charge(1, 700)
        charge.quote.tariff = try Slug("dinner")
        try site.record(.leaseSpent(Site.id(1), charge))
        #expect(try site.balance("lease:till-1:contract:rich") == 2_000 && site.balance("merchant:canteen") == 0)
        #expect(try site.incidents().contains(.quoteNotReproduced))
    }

    @Test("a payout is the seller's from the record on, out of the buyer's money; what the lease lacks the buyer owes")
    func payouts() throws {
        let site = try Site()
        #expect(try site.open(1, 9_000, .payout(buyer: Site.buyer)) == 8_000)
        #expect(try site.balance("contract:buyer") == 2_000)
        try site.record(.leasePaidOut(Site.id(1), Site.payout(1, 5_000)))
        try site.record(.leasePaidOut(Site.id(1), Site.payout(1, 5_000)))
        #expect(try site.balance("payable:member:farmer") == 5_000 && site.incidents().isEmpty)
        try site.record(.leasePaidOut(Site.id(1), Site.payout(1, 1)))
        #expect(try site.incidents() == [.paymentConflict])
        try site.record(.leasePaidOut(Site.id(1), Site.payout(2, 3_001)))
        #expect(try site.balance("payable:member:farmer") == 8_001 && site.balance("owed:buyer") == -3_001)
        try site.record(.leasePaidOut(Site.id(7), Site.payout(3, 10)))
        #expect(try site.balance("payable:member:farmer") == 8_001)
        #expect(try site.ask(.giveBack(Site.id(1), spends: 4)) == .returned)
        #expect(try site.balance("contract:buyer") == 5_000 && site.isSound())
    }

    @Test("after a wiped disk a box may open another lease, but not any number of them")
    func wipedDisk() throws {
        let site = try Site(percent: 100)
        for number in 1...3 as ClosedRange<UInt64> { #expect(try site.open(number, 100) == 100) }
        #expect(try site.ask(.open(Site.id(4), .purse(Site.rich), amount: Fen(1), seconds: 60)) == .refused(.overLimit))
        #expect(try site.open(5, 100, box: 1) == 100)
    }
}
