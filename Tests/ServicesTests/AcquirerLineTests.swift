import Acquiring
import Services
import Testing
import Vocabulary
import Wire

@Suite("The platform's line to the payment networks")
struct AcquirerLineTests {
    private let line: LineSite
    init() throws { line = try LineSite() }

    @Test("a network that answers at once saves the box a second question: its first is answered with the outcome")
    func prompt() throws {
        let payment = try CodeCharge(1)
        try line.ask(.charge(payment.charge, code: payment.code), "first")
        #expect(line.sent.isEmpty)
        try line.pass(1_999)
        try line.networkAnswers()
        #expect(line.sent == [line.response(payment, .approved, "first")])
        try line.pass(10_000)
        #expect(line.sent.count == 1)
    }

    @Test("a box waits two seconds for a network, not more; when it does answer the box is told to ask again")
    func late() throws {
        let payment = try CodeCharge(1)
        try line.ask(.charge(payment.charge, code: payment.code), "first")
        try line.pass(1_999)
        #expect(line.sent.isEmpty)
        try line.pass(1)
        #expect(line.sent == [line.response(payment, .unknown, "first")])
        try line.networkAnswers()
        #expect(line.sent.dropFirst() == [line.announcement(payment)])
    }

    @Test("each question is answered at its own time, and all that are kept when the network answers")
    func several() throws {
        let payment = try CodeCharge(1)
        try line.ask(.charge(payment.charge, code: payment.code), "first")
        try line.pass(1_500)
        try line.ask(.query(payment.id), "second")
        try line.pass(500)
        #expect(line.sent == [line.response(payment, .unknown, "first")])
        try line.networkAnswers()
        #expect(line.sent.dropFirst() == [line.response(payment, .approved, "second")])
    }

    @Test("what no network has to be asked for is answered at once")
    func atOnce() throws {
        var payment = try CodeCharge(1)
        payment.code = nil
        try line.ask(.charge(payment.charge, code: nil), "first")
        #expect(line.sent == [line.response(payment, .declined(.codeRefused), "first")])
    }

    @Test("a reversal that its network takes only later is made when it does, although nobody asks again")
    func laterReversal() throws {
        let payment = try CodeCharge(1, scheme: .weChat)
        try line.ask(.charge(payment.charge, code: payment.code), "first")
        try line.networkAnswers()
        // The line has nothing open and is not turned any more.
        try line.pass(2_000)
        #expect(line.line.due == nil)
        try line.ask(.reverse(payment.id), "second")
        try line.pass(30_000, answering: true)
        #expect(try line.site.balance("merchant:city") == 0)
        #expect(try line.site.isSound())
    }

    @Test("a call that nobody can take on is made at a later turn")
    func refusedTask() throws {
        let payment = try CodeCharge(1)
        line.isFull.value = true
        try line.ask(.charge(payment.charge, code: payment.code), "first")
        line.isFull.value = false
        try line.pass(120_000, answering: true)
        #expect(line.sent.count > 1)
        #expect(try line.site.isSound())
    }
}

/// A line between a store and a network, with its time in the test's hands.
private final class LineSite {
    final class Box<Value> {
        var value: Value
        init(_ value: Value) { self.value = value }
    }

    let site: CodeSite
    var line: AcquirerLine
    let isFull = Box(false)
    private let tasks = Box<[AcquirerTask]>([])
    private let outgoing = Box<[Outgoing]>([])

    var sent: [Outgoing] { outgoing.value }
    private var uptime: Uptime {
        Uptime(nanoseconds: (site.time.milliseconds - Site.time.milliseconds + 1_000) * 1_000_000)
    }

    init() throws {
        site = try CodeSite()
        let (tasks, outgoing, isFull) = (tasks, outgoing, isFull)
        line = AcquirerLine(
            at: Uptime(nanoseconds: 0),
            offer: { task in
                guard !isFull.value else { return false }
                tasks.value.append(task)
                return true
            }, send: { outgoing.value.append($0) }, report: { Issue.record("\($0)") })
        line.turn(site.store, at: uptime, wall: site.time)
    }

    func ask(_ request: Request, _ correlation: String) throws {
        var incoming = site.box.request(request)
        incoming.correlation = Array(correlation.utf8)
        let responses = site.store.answer([incoming], at: site.time)
        line.answer([incoming], responses, site.store, at: uptime)
    }

    func networkAnswers() throws {
        let words = try tasks.value.map {
            AcquirerWord.result(AcquirerResult(task: $0, answer: try site.book.answer($0.call, at: site.time)))
        }
        tasks.value = []
        line.take(words, site.store, at: uptime, wall: site.time)
    }

    /// Lets time pass; the line is turned when it wants to be, and at no other time.
    func pass(_ milliseconds: Int64, answering: Bool = false) throws {
        let end = site.time.milliseconds + milliseconds
        while site.time.milliseconds < end {
            site.time.milliseconds += 1
            if let due = line.due, uptime >= due { line.turn(site.store, at: uptime, wall: site.time) }
            if answering { try networkAnswers() }
        }
    }

    func response(_ payment: CodeCharge, _ outcome: PaymentOutcome, _ correlation: String) -> Outgoing {
        Outgoing(
            device: site.box.device,
            content: .response(.payment(payment.id, outcome), correlation: Array(correlation.utf8)))
    }

    func announcement(_ payment: CodeCharge) -> Outgoing {
        Outgoing(device: site.box.device, content: .announcement(.paymentChanged(payment.id)))
    }
}
