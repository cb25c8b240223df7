import Acquiring
import Host
import JSONText
import SQLite
import Services
import TestParts
import Testing
import Vocabulary
import Wire

@Suite struct AcquirerWorkerTests {
    private let folder = TestFolder(inMemory: true)
    private let box: Box
    init() throws { box = try Box() }

    private func start(_ inbox: Inbox, _ out: BoundedQueue<Outgoing>) throws -> PlatformWorker {
        var configuration = try Site.configuration(folder.file("p.db"), [box])
        configuration.acquirers = [
            AcquirerSettings(
                name: try Slug("sandbox"), schemes: [.alipay], takesShownCodes: true, book: folder.file("sandbox.db"))
        ]
        return try PlatformWorker(configuration, inbox: inbox) {
            out.offer($0)
        } report: { _ in
        }
    }

    private func next(_ out: BoundedQueue<Outgoing>) -> Outgoing.Content? {
        out.take(until: BootClock.now() + .seconds(20)).first?.content
    }

    private func offer(_ request: Request, _ inbox: Inbox, _ correlation: UInt8) {
        #expect(
            inbox.offer(
                Incoming(kind: .request, device: box.device, payload: request.payload, correlation: [correlation])))
    }

    @Test("a network that answers at once saves the box a second question")
    func answeredAtOnce() throws {
        let (inbox, out) = (Inbox(), BoundedQueue<Outgoing>(capacity: 100))
        let worker = try start(inbox, out)
        let payment = try CodeCharge(1)
        offer(.charge(payment.charge, code: payment.code), inbox, 1)
        #expect(next(out) == .response(.payment(payment.id, .approved), correlation: [1]))
        let refund = payment.refund(1, 300)
        offer(.refund(refund), inbox, 2)
        #expect(next(out) == .response(.refund(refund.id, .refunded), correlation: [2]))
        worker.stop(within: .seconds(5))
        #expect(try LedgerReport.read(folder.file("p.db")).balance(of: "acquirer:alipay") == Fen(-400))
        #expect(try SandboxBook(path: folder.file("sandbox.db")).owed() == ["alipay": Fen(400)])
    }

    @Test("when a shown code is paid its box is told, and then hears the end of it")
    func shown() throws {
        let (inbox, out) = (Inbox(), BoundedQueue<Outgoing>(capacity: 100))
        let worker = try start(inbox, out)
        let payment = CodeCharge(shown: 1)
        offer(.charge(payment.charge, code: nil), inbox, 1)
        #expect(next(out) == .response(.payment(payment.id, .pending), correlation: [1]))
        #expect(try SandboxBook(path: folder.file("sandbox.db")).pay(payment.id) == Fen(700))
        inbox.offer(.notice(payment.id))
        #expect(next(out) == .announcement(.paymentChanged(payment.id)))
        offer(.query(payment.id), inbox, 2)
        #expect(next(out) == .response(.payment(payment.id, .approved), correlation: [2]))
        worker.stop(within: .seconds(5))
    }

    @Test("an order that an earlier run has left open is settled by the next one, without any box asking")
    func leftOpen() throws {
        let payment = CodeCharge(shown: 1)
        do {
            let (inbox, out) = (Inbox(), BoundedQueue<Outgoing>(capacity: 100))
            let worker = try start(inbox, out)
            offer(.charge(payment.charge, code: nil), inbox, 1)
            #expect(next(out) == .response(.payment(payment.id, .pending), correlation: [1]))
            worker.stop(within: .seconds(5))
        }
        #expect(try SandboxBook(path: folder.file("sandbox.db")).pay(payment.id) == Fen(700))
        let (inbox, out) = (Inbox(), BoundedQueue<Outgoing>(capacity: 100))
        let worker = try start(inbox, out)
        #expect(next(out) == .announcement(.paymentChanged(payment.id)))
        worker.stop(within: .seconds(5))
    }

    @Test("a notice on a network's topic is a reason to ask; one that names no payment is ignored")
    func arrival() throws {
        let topic = Topics.notice(try Slug("sandbox"))
        let id = CodeCharge(shown: 1).id
        let notice = AcquirerNotice(payment: id)
        #expect(
            Arrival(topic: topic, payload: notice.payload, responseTopic: nil, correlation: nil) == .notice(id))
        guard case .ignored = Arrival(topic: topic, payload: [], responseTopic: nil, correlation: nil) else {
            Issue.record("an empty notice is not ignored")
            return
        }
    }

    @Test("the file's acquirers are read; a scheme at two of them, and an unknown one, are named")
    func configuration() throws {
        func read(_ acquirers: String) throws -> PlatformConfiguration {
            try PlatformConfiguration.read(
                Array(
                    """
                    { kind: "platform", database: "p.db", mqtt: { port: 1883 }, merchant: "city",
                      tariffs: [ { id: "till", kind: "items" } ], acquirers: \(acquirers) }
                    """.utf8), file: "platform.json5", folder: "/etc/turnpike")
        }
        let read1 = try read("[{ kind: \"sandbox\", schemes: [\"weChat\", \"alipay\"], shownCodes: true }]")
        #expect(
            read1.acquirers == [
                AcquirerSettings(
                    name: try Slug("sandbox"), schemes: [.weChat, .alipay], takesShownCodes: true,
                    book: "/etc/turnpike/sandbox.db")
            ])
        let findings = #expect(throws: Findings.self) {
            try read(
                "[{ kind: \"sandbox\", schemes: [\"alipay\", \"bitcoin\"] }, "
                    + "{ kind: \"sandbox\", schemes: [\"alipay\"] }]")
        }
        let text = findings.map { "\($0)" } ?? ""
        #expect(text.contains("bitcoin") && text.contains("alipay a second time"))
        #expect(text.contains("sandbox a second time"))
    }
}
