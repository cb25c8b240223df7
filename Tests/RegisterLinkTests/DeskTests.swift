import Host
import Register
import RegisterLink
import StandIns
import Synchronization
import Testing
import Vocabulary

@Suite("The desk behind the registers' doors", .serialized)
struct DeskTests {
    private let rig: RegisterRig

    init() throws { rig = try RegisterRig() }

    @Test("an order is on disk before the site hears of it, and the site hears it once")
    func durable() throws {
        defer { rig.stop() }
        let payment = try #require(try rig.pay(1_250, key: "a").payment)
        #expect(try rig.pay(1_250, key: "a").payment?.id == payment.id)
        #expect(rig.orders.count == 1)
        #expect(try rig.pay(1_251, key: "a").fault == .conflict)
        // A new run knows the key, and that the site never began it.
        try rig.start()
        let again = try #require(try rig.pay(1_250, key: "a").payment)
        #expect(again.id == payment.id && again.state == .failed && again.detail == .interrupted)
        #expect(rig.orders.count == 1)
    }

    @Test("what the site knows goes on after a start, and its outcome is kept over the next")
    func goesOn() throws {
        defer { rig.stop() }
        let payment = try #require(try rig.pay(1_250, key: "a").payment)
        rig.desk.told(.payment(payment.id, .pending))
        try rig.start(known: [payment.id])
        #expect([.pending, .accepted].contains(rig.state(payment.id)))
        rig.desk.told(.payment(payment.id, .approved, payer: "张*三"))
        #expect(rig.state(payment.id) == .approved)
        try rig.start()
        let again = try #require(try rig.pay(1_250, key: "a").payment)
        #expect(again.state == .approved && again.payer == "张*三")
    }

    @Test("a cancellation that the box may not have heard is ordered again after a start")
    func cancels() throws {
        defer { rig.stop() }
        let payment = try #require(try rig.pay(1, key: "a").payment)
        #expect(try rig.ask(RegisterAsk(.cancel(payment.id)), key: "c").payment?.state == .cancelling)
        #expect(rig.orders.last == .cancel(payment.id))
        try rig.start(known: [payment.id])
        #expect(rig.state(payment.id) == .cancelling)
        #expect(rig.orders.count == 3 && rig.orders.last == .cancel(payment.id))
    }

    @Test("without the disk nothing is begun, it is told once, and afterwards the same key begins")
    func noDisk() throws {
        defer { rig.stop() }
        rig.isFull.store(true, ordering: .relaxed)
        #expect(try rig.pay(1, key: "a").fault == .disk)
        #expect(try rig.pay(1, key: "a").fault == .disk)
        #expect(rig.orders.isEmpty)
        #expect(rig.site.withLock { $0.told.count } == 1)
        rig.isFull.store(false, ordering: .relaxed)
        #expect(try rig.pay(1, key: "a").payment?.state == .accepted)
        #expect(rig.orders.count == 1 && rig.site.withLock { $0.told.last == .some(nil) })
    }

    @Test("a site without room leaves no trace, also not on the disk")
    func noRoom() throws {
        defer { rig.stop() }
        rig.site.withLock { $0.hasRoom = false }
        #expect(try rig.pay(1, key: "a").fault == .busy)
        try rig.start()
        rig.site.withLock { $0.hasRoom = true }
        #expect(try rig.pay(2, key: "a").payment?.state == .accepted)
    }

    @Test("before the site has read its journal every request is answered as busy")
    func early() throws {
        defer { rig.stop() }
        try rig.start(recovers: false)
        #expect(try rig.pay(1, key: "a").fault == .busy)
        rig.desk.recovered(known: [])
        #expect(try rig.pay(1, key: "a").payment?.state == .accepted)
    }

    @Test("a flood is answered as busy and never waits; what was taken is ordered, and another register is served")
    func flood() throws {
        defer { rig.stop() }
        let answers = Monitor<[Bool]>([])
        let door = try Slug("http")
        for number in 0..<1_000 {
            rig.desk.ask(
                RegisterAsk(.start(RegisterSale(amount: Fen(1)))), key: try RegisterKey(door: door, "\(number)")
            ) { answer in
                answers.withLock { $0.append((try? answer.get()) != nil) }
                answers.wakeAll()
            }
        }
        let other = Monitor<RegisterFault??>(nil)
        rig.desk.ask(
            RegisterAsk(.start(RegisterSale(amount: Fen(1)))), key: try RegisterKey(door: try Slug("line-1"), "1")
        ) { answer in
            other.withLock { if case .failure(let fault) = answer { $0 = .some(fault) } else { $0 = .some(nil) } }
            other.wakeAll()
        }
        #expect(other.wait(until: BootClock.now() + .seconds(20)) { $0 } == .some(nil))
        let all = try #require(answers.wait(until: BootClock.now() + .seconds(20)) { $0.count == 1_000 ? $0 : nil })
        #expect(all.count { $0 } == rig.orders.count - 1 && rig.orders.count >= RegisterDesk.mostWaiting)
    }

    @Test("a file that another program damaged is refused as a whole, and the token is made once, for its owner")
    func files() throws {
        rig.stop()
        let folder = try TemporaryFolder("turnpike-register")
        let token = try RegisterToken.read(in: folder.path)
        #expect(token.count == 64)
        #expect(try RegisterToken.read(in: folder.path) == token)
        #expect((try? PrivateFile.read(RegisterToken.path(in: folder.path))) != nil)
        try folder.write("short\n", to: "register.token")
        #expect(throws: RegisterStoreError.self) { try RegisterToken.read(in: folder.path) }
        try folder.write("no database at all, but some text that is long enough", to: "register.db")
        #expect(throws: RegisterStoreError.self) { try RegisterFile(folder: folder.path).load() }
    }
}
