import Acquiring
import Services
import TestParts
import Vocabulary
import Wire

/// A platform whose box charges payers' codes.
final class CodeSite: NetworkedSite {
    let folder = TestFolder(inMemory: true)
    let book: SandboxBook
    var store: PlatformStore
    var box: Box
    let other: Box
    var time = Site.time
    /// How often each order was authorised or opened.
    var begun: [PaymentID: Int] = [:]
    /// Tasks that nobody has carried out yet.
    var tasks: [AcquirerTask] = []

    init() throws {
        box = try Box()
        other = try Box("gate-2", seed: 9)
        book = try SandboxBook(path: ":memory:")
        store = try CodeSite.open(folder.file("p.db"), box, other, at: time)
    }

    private static func open(_ path: String, _ box: Box, _ other: Box, at now: WallTime) throws -> PlatformStore {
        var configuration = try Site.configuration(path, [box, other])
        configuration.acquirers = [
            AcquirerSettings(
                name: try Slug("sandbox"), schemes: [.weChat, .alipay], takesShownCodes: true, book: "unused")
        ]
        return try PlatformStore(configuration, at: now) { _ in }
    }

    /// The platform's process ends and begins again; tasks and answers on their way are lost.
    func restart() throws {
        tasks = []
        store = try CodeSite.open(folder.file("p.db"), box, other, at: time)
    }

    // MARK: - Asking

    func charge(_ payment: CodeCharge, from other: Box? = nil) throws -> PaymentOutcome {
        try outcome(ask(.charge(payment.charge, code: payment.code), from: other))
    }

    func query(_ payment: CodeCharge, from other: Box? = nil) throws -> PaymentOutcome {
        try outcome(ask(.query(payment.charge.payment), from: other))
    }

    func reverse(_ payment: CodeCharge, from other: Box? = nil) throws -> PaymentOutcome {
        try outcome(ask(.reverse(payment.charge.payment), from: other))
    }

    func refund(_ refund: Refund, from other: Box? = nil) throws -> RefundOutcome {
        let response = try ask(.refund(refund), from: other)
        guard case .refund(refund.id, let outcome) = response else { throw Unexpected(response: response) }
        return outcome
    }

    func record(_ events: Record.Event...) throws {
        _ = try store.ingest(box.batch(events), from: box.device, at: time)
    }

    private func outcome(_ response: Response) throws -> PaymentOutcome {
        guard case .payment(_, let outcome, _) = response else { throw Unexpected(response: response) }
        return outcome
    }

    func begins(_ call: AcquirerCall) {
        switch call {
        case .authorise(let id, _, _), .open(let id, _): begun[id, default: 0] += 1
        case .query, .reverse, .refund: break
        }
    }
}

/// A charge by a code; the same arguments give the same.
struct CodeCharge {
    var charge: Charge
    var code: PayerCode?

    /// - Parameter script: what the network does, see `SandboxBook`.
    init(_ number: UInt64, _ script: String = "00", _ amount: Int64 = 700, scheme: PayerCode.Scheme = .alipay) throws {
        let digits = String(100_000_000_000 + number)
        let code = try PayerCode((scheme == .weChat ? "1388" : "2588") + digits + script)
        charge = makeCharge(number, Site.stranger, amount)
        charge.instrument = .payerCode(scheme, ending: String(code.text.suffix(4)))
        self.code = code
    }

    init(shown number: UInt64, _ amount: Int64 = 700) {
        charge = makeCharge(number, Site.stranger, amount)
        charge.instrument = .shownCode
    }

    var id: PaymentID { charge.payment }

    func refund(_ number: UInt64, _ amount: Int64, why: String = "overcharged") -> Refund {
        makeRefund(number, of: charge, amount, why: why)
    }
}

func makeRefund(_ number: UInt64, of charge: Charge, _ amount: Int64, why: String = "overcharged") -> Refund {
    Refund(
        id: PaymentID(at: Site.time, random: (3, number)), payment: charge.payment, amount: Fen(amount), who: "wang",
        why: why)
}
