import Canteen
import Effects
import JSONText
import Payments
import Testing
import Vocabulary
import Wire

@Suite("A till")
struct TillTests {
    static let open = ["turnstile", "buzzer"]

    @Test("an approved payment opens at once, and is written after")
    func approved() {
        let world = CanteenWorld()
        world.key()
        #expect(world.shown.last == .due(Fen(800)))
        world.show()
        world.isDiskSlow = true
        world.answer(.approved)
        #expect(world.pulses == Self.open && world.shown.last == .thanks(Fen(800)))
        #expect(!world.records.contains { $0.kind == "pulse" })
        world.sync()
        #expect(world.records.filter { $0.kind == "pulse" }.count == 2)
    }

    @Test("nothing is asked before the charge is on disk")
    func durableFirst() {
        let world = CanteenWorld()
        world.isDiskSlow = true
        world.key()
        world.show()
        #expect(!world.sent.contains { $0.request.payment != nil })
        world.sync()
        #expect(world.sent.last?.request.payment != nil)
    }

    @Test("who has paid online has a lease asked for, and pays from it while the network is gone")
    func lease() {
        let world = CanteenWorld()
        world.lease()
        world.tell(.linkDown)
        world.key(2_900)
        world.isDiskSlow = true
        world.show()
        #expect(world.pulses.isEmpty)
        world.sync()
        #expect(world.pulses == Self.open && world.booked == ["lease"] && world.shown.last == .thanks(Fen(2_900)))
    }

    @Test("when the lease does not cover it, it is promised within the policy, and then declined politely")
    func leaseThenPromise() {
        let world = CanteenWorld()
        world.lease(1_000)
        world.tell(.linkDown)
        for amount in [900, 800, 800, 100, 1] as [Int64] {
            world.key(amount)
            world.show()
            world.order(.cancel)
        }
        // 900 of the lease; 800 as a promise; the next passes the contract's 15 yuan; 100 fit the lease again; then
        // neither has room.
        #expect(world.booked == ["lease", "promise", "lease", "promise"])
        #expect(world.shown.contains(.notPaid(.offlineNotAllowed, Fen(800))))
    }

    @Test("who is on no list, and what can be shown only once, is declined while the network is gone")
    func declinedOffline() throws {
        let world = CanteenWorld()
        world.tell(.linkDown)
        world.key()
        world.show(CanteenWorld.stranger)
        world.tell(.own(.scanned(world.lane, try PayerCode("130000000000000003"))))
        world.order(.showCode)
        // This till has no code to show, whatever the network does.
        #expect(
            world.shown.suffix(3) == [
                .notPaid(.offlineNotAllowed, Fen(800)), .notPaid(.offlineNotAllowed, Fen(800)),
                .notPaid(.declined, Fen(800)),
            ])
        #expect(world.pulses.isEmpty && world.booked.isEmpty)
        world.order(.cash)
        #expect(world.pulses == Self.open && world.booked == ["cash"])
    }

    @Test("a denied holder's lease is not spent")
    func denied() {
        let world = CanteenWorld()
        world.lease(for: CanteenWorld.denied)
        world.tell(.linkDown)
        world.key()
        world.show(CanteenWorld.denied)
        #expect(world.shown.last == .notPaid(.denied, Fen(800)) && world.booked.isEmpty)
    }

    @Test("no answer in time: the lease pays under the same id, and nothing more is asked of it")
    func timedOut() throws {
        let world = CanteenWorld()
        world.lease()
        world.key()
        world.show()
        let asked = try #require(world.sent.last?.request.payment)
        world.pass(seconds: 2)
        #expect(world.booked == ["lease"] && world.pulses == Self.open)
        let spent = world.records.compactMap {
            if case .leaseSpent(_, let charge, _) = $0 { charge.payment } else { nil }
        }
        #expect(spent == [asked] && world.site.livePayments == 0)
        world.answer(.approved)
        world.restart()
        world.tell(.linkUp)
        #expect(!world.sent.contains { $0.request.isReversal } && world.pulses == Self.open)
    }

    @Test("what is missing in the purse because it was set aside for this till is taken from its lease, under a new id")
    func insufficientButLeased() throws {
        let world = CanteenWorld()
        world.lease()
        world.key()
        world.show()
        let asked = try #require(world.sent.last?.request.payment)
        world.answer(.declined(.insufficientFunds))
        let spent = world.records.compactMap {
            if case .leaseSpent(_, let charge, _) = $0 { charge.payment } else { nil }
        }
        #expect(spent.count == 1 && spent != [asked] && world.pulses == Self.open)
    }

    @Test("a declined instrument leaves the sale, and another may be shown")
    func another() {
        let world = CanteenWorld()
        world.key()
        world.show()
        world.answer(.declined(.suspended))
        #expect(world.shown.last == .notPaid(.declined, Fen(800)))
        world.show(CanteenWorld.other)
        world.answer(.approved)
        #expect(world.pulses == Self.open)
    }

    @Test("another instrument after no answer undoes the first, until the platform confirms it")
    func undoes() throws {
        let world = CanteenWorld()
        world.key()
        world.show(CanteenWorld.stranger)
        let first = try #require(world.sent.last?.request.payment)
        world.pass(seconds: 2)
        #expect(world.shown.last == .notPaid(.noAnswer, Fen(800)))
        world.show(CanteenWorld.other)
        #expect(world.sent.contains { $0.request == .reverse(first) })
        let second = try #require(world.sent.last?.request.payment)
        #expect(second != first)
        world.tell(.answer(RequestToken(0), .payment(first, .approved)))
        #expect(world.pulses.isEmpty)
        world.tell(.answer(RequestToken(0), .payment(second, .approved)))
        #expect(world.pulses == Self.open)
    }

    @Test("a late approval serves the customer who still waits")
    func lateApproval() {
        let world = CanteenWorld()
        world.key()
        world.show(CanteenWorld.stranger)
        world.pass(seconds: 2)
        world.answer(.approved)
        #expect(world.pulses == Self.open)
    }

    @Test("a sale given up while its payment is asked is undone, and opens nothing")
    func cancelled() throws {
        let world = CanteenWorld()
        world.key()
        world.show()
        world.order(.cancel)
        #expect(world.sent.last?.request.isReversal == true && world.shown.last == .cancelled)
        world.answer(.approved)
        #expect(world.pulses.isEmpty)
        world.restart()
        world.tell(.linkUp)
        #expect(world.sent.contains { $0.request.isReversal })
    }

    @Test("after a power cut in the middle of a payment the platform is asked what became of it")
    func restart() throws {
        let world = CanteenWorld()
        world.key()
        world.show()
        let id = try #require(world.sent.last?.request.payment)
        world.restart()
        world.tell(.linkUp)
        #expect(world.sent.contains { $0.request == .query(id) })
        world.answer(.neverSeen)
        #expect(world.sent.last?.request == .reverse(id))
    }

    @Test("a write that the disk refuses opens nothing, and what was asked under its id is undone")
    func refusedWrite() throws {
        let world = CanteenWorld()
        world.lease()
        world.key()
        world.show()
        let id = try #require(world.sent.last?.request.payment)
        world.refusesWrites = true
        world.pass(seconds: 2)
        #expect(world.pulses.isEmpty && world.shown.contains(.notPaid(.diskFull, Fen(800))))
        #expect(world.sent.contains { $0.request == .reverse(id) })
        world.refusesWrites = false
        world.key()
        world.show()
        world.answer(.approved)
        #expect(world.pulses == Self.open)
    }

    @Test("a failing disk sells nothing")
    func failingDisk() {
        let world = CanteenWorld()
        world.tell(.journal(isHealthy: false))
        world.key()
        world.show()
        world.order(.cash)
        #expect(world.shown.suffix(2) == [.notPaid(.diskFull, Fen(800)), .notPaid(.diskFull, Fen(800))])
        #expect(world.pulses.isEmpty && !world.sent.contains { $0.request.payment != nil })
    }

    @Test("a nearly full disk sells nothing offline, and goes on selling online")
    func nearlyFullDisk() {
        let world = CanteenWorld()
        world.lease()
        world.tell(.disk(.critical))
        world.tell(.linkDown)
        world.key()
        world.show()
        #expect(world.shown.last == .notPaid(.diskFull, Fen(800)) && world.booked.isEmpty)
        world.tell(.linkUp)
        world.show()
        world.answer(.approved)
        #expect(world.pulses == Self.open)
    }

    @Test("a refund is on disk before it is asked for, is asked for again after a restart, and never without a network")
    func refund() throws {
        let world = CanteenWorld()
        let order = TillOrder.refund(
            PaymentID(at: world.now.wall, random: (1, 1)), Fen(300), why: "wrong dish")
        world.tell(.linkDown)
        world.order(order)
        #expect(world.shown.last == .notPaid(.refundNeedsNetwork, nil) && world.records.isEmpty)
        world.tell(.linkUp)
        world.isDiskSlow = true
        world.order(order)
        #expect(!world.sent.contains { if case .refund = $0.request { true } else { false } })
        world.sync()
        let asked = try #require(world.sent.last?.request)
        guard case .refund(let refund) = asked else { throw WrongRequest(request: asked) }
        world.isDiskSlow = false
        world.restart()
        world.tell(.linkUp)
        // The platform has every record of the run before: now it can be asked.
        world.tell(.settledWithPlatform)
        #expect(world.sent.last?.request == asked)
        world.tell(.answer(RequestToken(0), .refund(refund.id, .refunded)))
        #expect(world.shown.last == .refunded(Fen(300)))
        #expect(world.records.last == .refund(.refunded, refund, nil))
        world.pass(seconds: 60)
        #expect(world.sent.filter { $0.request == asked }.count == 2)
    }

    struct WrongRequest: Error { let request: Request }

    @Test("at the day's end leases go back, once that is on disk")
    func closed() {
        let world = CanteenWorld()
        world.lease()
        world.isDiskSlow = true
        world.order(.closeDay)
        let count = world.sent.count
        world.sync()
        guard case .lease(.giveBack(_, spends: 0)) = world.sent.last?.request else {
            return #expect(Bool(false), "no return is sent: \(world.sent.dropFirst(count))")
        }
        world.tell(.linkDown)
        world.key(2_000)
        world.show()
        #expect(world.booked.isEmpty)
    }

    @Test("when another journal speaks under this till's name, nothing more is spent from its leases")
    func contested() {
        let world = CanteenWorld()
        world.lease()
        world.tell(.announced(.journalContested))
        world.tell(.linkDown)
        world.key(2_000)
        world.show()
        #expect(world.booked.isEmpty)
    }

    @Test(
        "an amount that makes no sense is not sold",
        arguments: [[], [0], [-1], [900, -100], [10_001], [.max, .max], Array(repeating: 1, count: 51)] as [[Int64]])
    func badAmounts(amounts: [Int64]) {
        let world = CanteenWorld()
        world.order(.keyed(amounts.map { SaleLine(amount: Fen($0)) }))
        #expect(world.shown == [.notPaid(.badAmount, nil)])
        world.order(.cash)
        #expect(world.shown.last == .notPaid(.nothingToPay, nil))
        world.key(10_000)
        #expect(world.shown.last == .due(Fen(10_000)))
    }

    @Test("what the customer reads is there in both languages")
    func notices() {
        let reasons = Notice.HoldReason.allCases.map { Notice.notPaid($0, Fen(1_234)) }
        for notice in reasons + [.due(Fen(1)), .oneMoment, .thanks(Fen(1)), .thanksLater(Fen(1)), .cancelled] {
            #expect(notice.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
            #expect(notice.english.utf8.allSatisfy { $0 < 0x80 } && notice.english.count > 5)
        }
        #expect(Notice.notPaid(.noAnswer, Fen(1_234)).english.hasSuffix("Please pay another way"))
    }
}
