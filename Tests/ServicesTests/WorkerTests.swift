import Host
import SQLite
import Services
import TestParts
import Testing
import Vocabulary
import Wire

@Suite struct InboxTests {
    private func message(_ kind: Incoming.Kind, _ number: UInt8, bytes: Int = 1) -> Incoming {
        Incoming(
            kind: kind, device: try! DeviceID("gate-1"), payload: Array(repeating: number, count: bytes),
            correlation: [number])
    }

    @Test("all requests come at once and one batch at a time, each in order of arrival")
    func order() {
        let inbox = Inbox()
        for number: UInt8 in 1...3 {
            #expect(inbox.offer(message(.records, number)))
            #expect(inbox.offer(message(.request, number)))
        }
        let first = inbox.take()
        #expect(first.requests == (1...3).map { message(.request, $0) })
        #expect(first.batch == message(.records, 1))
        #expect(inbox.take().batch == message(.records, 2))
    }

    @Test("each kind has its own bound: waiting batches never push out a request")
    func bounds() {
        let inbox = Inbox(requests: .init(messages: 2, bytes: 100), batches: .init(messages: 9, bytes: 10))
        #expect(inbox.offer(message(.records, 1, bytes: 11)))
        #expect(!inbox.offer(message(.records, 2)))
        #expect(inbox.offer(message(.request, 1)) && inbox.offer(message(.request, 2)))
        #expect(!inbox.offer(message(.request, 3)))
        #expect(inbox.take().requests.count == 2)
        #expect(inbox.offer(message(.records, 2, bytes: 5)) && inbox.offer(message(.records, 3, bytes: 5)))
        #expect(!inbox.offer(message(.records, 4)))
    }

    @Test("a closed inbox takes nothing more, gives what it has, and then says that it is empty")
    func close() {
        let inbox = Inbox()
        #expect(inbox.offer(message(.request, 1)))
        inbox.close()
        #expect(!inbox.offer(message(.request, 2)))
        #expect(inbox.take().requests.count == 1)
        #expect(inbox.take().isEmpty)
    }
}

@Suite struct WorkerTests {
    private let folder = TestFolder(inMemory: true)
    private let box: Box
    init() throws { box = try Box() }

    private func sent(_ queue: BoundedQueue<Outgoing>, _ count: Int) -> [Outgoing] {
        var messages: [Outgoing] = []
        let deadline = BootClock.now() + .seconds(20)
        while messages.count < count {
            let taken = queue.take(until: deadline)
            if taken.isEmpty { break }
            messages += taken
        }
        return messages
    }

    private func request(_ number: UInt64) -> Incoming {
        Incoming(
            kind: .request, device: box.device,
            payload: Request.charge(makeCharge(number, Site.rich, 700), code: nil).payload,
            correlation: [UInt8(number)])
    }

    @Test("requests overtake waiting batches; the answer carries the correlation; the money is in the file")
    func requestsFirst() throws {
        let inbox = Inbox()
        let out = BoundedQueue<Outgoing>(capacity: 100)
        var box = self.box
        for _ in 0..<2 {
            let payload = box.batch([.started(version: "1")])
            #expect(inbox.offer(Incoming(kind: .records, device: box.device, payload: payload)))
        }
        #expect(inbox.offer(request(1)) && inbox.offer(request(2)))
        let late = request(3)
        let path = folder.file("p.db")
        let worker = try PlatformWorker(Site.configuration(path, [box]), inbox: inbox) { message in
            // A payment that comes while a batch is stored goes before the next batch.
            if case .acknowledgement(.through(_, 1)) = message.content { _ = inbox.offer(late) }
            out.offer(message)
        } report: { _ in
        }
        let messages = sent(out, 5)
        #expect(
            messages.map(\.content) == [
                .response(.payment(makeCharge(1, Site.rich, 700).payment, .approved), correlation: [1]),
                .response(.payment(makeCharge(2, Site.rich, 700).payment, .approved), correlation: [2]),
                .acknowledgement(.through(epoch: "e1", sequence: 1)),
                .response(.payment(makeCharge(3, Site.rich, 700).payment, .approved), correlation: [3]),
                .acknowledgement(.through(epoch: "e1", sequence: 2)),
            ])
        #expect(try LedgerReport.read(path).balance(of: "merchant:city") == Fen(2100))
        worker.stop(within: .seconds(5))
    }

    @Test("a new debt is announced to every enrolled box, within a second of its acknowledgement")
    func announced() throws {
        let inbox = Inbox()
        let out = BoundedQueue<Outgoing>(capacity: 100)
        var box = self.box
        let other = try Box("gate-2", seed: 9)
        let payload = box.batch([.debt(makeCharge(1, Site.rich, 700))])
        let worker = try PlatformWorker(Site.configuration(folder.file("p.db"), [box, other]), inbox: inbox) {
            out.offer($0)
        } report: { _ in
        }
        #expect(inbox.offer(Incoming(kind: .records, device: box.device, payload: payload)))
        let began = BootClock.now()
        var messages = sent(out, 3)
        #expect(BootClock.now() - began < .seconds(1))
        #expect(messages.removeFirst().content == .acknowledgement(.through(epoch: "e1", sequence: 1)))
        #expect(
            messages.map(\.content) == [Outgoing.Content](repeating: .announcement(.listChanged(.denials)), count: 2))
        #expect(Set(messages.map(\.device)) == [box.device, other.device])
        worker.stop(within: .seconds(5))
    }

    @Test("debts are tried by the worker itself, without a message")
    func tended() throws {
        let path = folder.file("p.db")
        let site = try Site(database: path, retryAfterHours: [1])
        try site.record(.debt(makeCharge(1, Site.rich, 700)))
        let out = BoundedQueue<Outgoing>(capacity: 100)
        // The debt arose at the site's time, years ago: its try is due when the worker begins.
        let worker = try PlatformWorker(Site.configuration(path, [box]), inbox: Inbox()) {
            out.offer($0)
        } report: { _ in
        }
        #expect(sent(out, 1).map(\.content) == [.announcement(.listChanged(.denials))])
        #expect(try LedgerReport.read(path).balance(of: "contract:rich") == Fen(Site.opening - 700))
        worker.stop(within: .seconds(5))
    }

    @Test("stopping finishes what was accepted and takes nothing more")
    func stop() throws {
        let inbox = Inbox()
        let out = BoundedQueue<Outgoing>(capacity: 1000)
        for number: UInt64 in 1...100 { #expect(inbox.offer(request(number))) }
        let worker = try PlatformWorker(Site.configuration(folder.file("p.db"), [box]), inbox: inbox) {
            out.offer($0)
        } report: { _ in
        }
        worker.stop(within: .seconds(20))
        #expect(out.count == 100)
        #expect(!inbox.offer(request(101)))
    }

    @Test("a store that cannot be opened is said at once, with the reason")
    func cannotOpen() throws {
        let missing = try Site.configuration(folder.file("nowhere/p.db"), [box])
        let error = #expect(throws: PlatformError.self) {
            try PlatformWorker(missing, inbox: Inbox()) { _ in
            } report: { _ in
            }
        }
        #expect(error.map { "\($0)" }?.contains("nowhere/p.db") == true)
    }

    @Test("the log is copied into the file while the store works, and begins anew")
    func tidy() throws {
        let path = folder.file("p.db")
        let store = try PlatformStore(Site.configuration(path, [box]), at: Site.time) { notice in
            #expect(notice.severity == .info, "\(notice)")
        }
        var box = self.box
        let line = box.line(.started(version: String(repeating: "x", count: 600)), sequence: 1)
        var largest = 0
        for _ in 0..<400 {
            let lines = (0..<20).map { box.renumbered(line, Int64($0)) }
            _ = try store.ingest(box.batch(lines: lines), from: box.device, at: Site.time)
            store.tidy()
            largest = max(largest, folder.size(of: "p.db-wal") ?? 0)
        }
        #expect(largest >= 1000 * 4096)
        #expect(largest < 32 << 20)
        #expect((folder.size(of: "p.db") ?? 0) > 2 << 20)
        #expect(try LedgerReport.read(path).streams.map(\.rows) == [8000])
    }
}

@Suite struct StoreFileTests {
    private let folder = TestFolder(inMemory: true)

    @Test("everything is there after a restart, and the rules go on from it")
    func restart() throws {
        let path = folder.file("p.db")
        var box: Box
        do {
            let site = try Site(database: path)
            #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
            try site.record(.payment(.acceptedOffline, makeCharge(2, Site.rich, 30), nil))
            box = site.box
        }
        let site = try Site(database: path)
        site.box = box
        #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
        #expect(try site.query(makeCharge(2, Site.rich, 30)) == .approved)
        #expect(try site.record(.started(version: "2")) == .through(epoch: "e1", sequence: 2))
        #expect(try site.balance("merchant:city") == 730)
        #expect(try LedgerReport.read(path) == site.store.ledgerReport())
    }

    @Test("another program's database, and one of a newer version, are refused and left as they are")
    func foreign() throws {
        let path = folder.file("p.db")
        do {
            let database = try Database(path: path)
            try database.execute("CREATE TABLE songs (title TEXT)")
        }
        #expect(throws: PlatformError.foreignFile(path: path, application: 0)) { try Site(database: path) }
        let newer = folder.file("n.db")
        _ = try Site(database: newer)
        do {
            let database = try Database(path: newer)
            try database.execute("PRAGMA user_version = 6")
        }
        #expect(throws: PlatformError.newerSchema(path: newer, found: 6, known: 5)) { try Site(database: newer) }
    }

    @Test("a store that fails answers unknown, changes nothing, and works again afterwards")
    func full() throws {
        let path = folder.file("p.db")
        var notices: [String] = []
        let site = try Site(database: path) { notices.append("\($0)") }
        do {
            // Another program holds the write lock for good.
            let other = try Database(path: path)
            try other.execute("BEGIN IMMEDIATE")
            let charge = makeCharge(1, Site.rich, 700)
            #expect(try site.charge(charge) == .unknown)
            #expect(throws: PlatformError.self) { try site.record(.debt(charge)) }
            try other.execute("ROLLBACK")
        }
        #expect(notices.contains { $0.contains("1 requests got no decision") })
        #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
    }

    @Test("the report gives payments, balances, records and incidents, and masks plates")
    func report() throws {
        let site = try Site(database: folder.file("p.db"))
        _ = try site.charge(makeCharge(1, Site.rich, 700))
        _ = try site.charge(makeCharge(2, Site.rich, 300))
        _ = try site.charge(makeCharge(3, Site.poor, 5000))
        _ = try site.reverse(makeCharge(2, Site.rich, 300))
        try site.record(.debt(makeCharge(4, Site.stranger, 900)))
        _ = try site.charge(makeCharge(1, Site.rich, 701))
        let report = try LedgerReport.read(folder.file("p.db"))
        #expect(report.payments("approved").count == 1 && report.payments("approved").sum == Fen(700))
        #expect(report.payments("declined").count == 1)
        #expect(report.payments("reversed").sum == Fen(300))
        #expect(report.payments("debt").sum == Fen(900))
        #expect(report.balance(of: "debt:plate:粤B44444") == Fen(-900))
        #expect(report.sumOfBooks == .zero && report.faults.isEmpty)
        #expect(report.contractCount == 3 && report.contractVersion > 0)
        #expect(report.incidents.map(\.code) == [.paymentConflict])
        let text = "\(report)"
        #expect(text.contains("debt:plate 粤B***44") && !text.contains("粤B44444"))
        #expect(text.contains("Sum of the books: 0.00"))
    }

    @Test("the report says so when a row was changed behind the ledger's back")
    func broken() throws {
        let path = folder.file("p.db")
        let site = try Site(database: path)
        _ = try site.charge(makeCharge(1, Site.rich, 700))
        let database = try Database(path: path)
        try database.execute("UPDATE accounts SET credits_posted = 701 WHERE name = 'merchant:city'")
        let report = try LedgerReport.read(path)
        #expect(report.sumOfBooks == Fen(1))
        #expect(report.faults.count == 2)
        #expect("\(report)".contains("FAULT"))
    }
}
