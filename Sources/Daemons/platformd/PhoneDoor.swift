import Host
import Logging
import Payments
import Phone
import QRCode
import Services
import Vocabulary

/// The pages for phones, in front of the store's inbox.
final class PhoneDoor: Sendable {
    private let task: Task<Void, Never>
    private let isOver: Monitor<Bool>

    /// Returns when the port is bound.
    init(_ settings: PhoneSettings, inbox: Inbox, logger: Logger) throws {
        let start = Monitor<Result<Int, any Error>?>(nil)
        let isOver = Monitor(false)
        let server = PhoneServer(
            settings,
            hooks: PhoneServer.Hooks(
                ask: { question in
                    await withCheckedContinuation { continuation in
                        if !inbox.offer(PhoneAsk(question, answer: { continuation.resume(returning: $0) })) {
                            continuation.resume(returning: .refused(.busy))
                        }
                    }
                }, code: { PhoneDoor.picture(of: $0, settings) }), logger: logger
        ) { port in
            start.withLock { $0 = .success(port) }
            start.wakeAll()
        }
        task = Task.detached {
            do { try await server.run() } catch {
                logger.error("the pages for phones ended: \(error)")
                start.withLock { $0 = $0 ?? .failure(error) }
                start.wakeAll()
            }
            isOver.withLock { $0 = true }
            isOver.wakeAll()
        }
        self.isOver = isOver
        switch start.wait(until: BootClock.now() + .seconds(10), { $0 }) {
        case .success(let port): logger.info("pages for phones on http://\(settings.host):\(port)/p/<site>")
        case .failure(let error):
            throw PhoneDoorError(
                text: "the pages for phones cannot be served on \(settings.host):\(settings.port): \(error)")
        case nil:
            throw PhoneDoorError(
                text: "the pages for phones were not served on \(settings.host):\(settings.port) after 10 s")
        }
    }

    /// Takes no more phones, and waits a second at most for those that are there.
    func stop() {
        task.cancel()
        _ = isOver.wait(until: BootClock.now() + .seconds(1)) { $0 ? true : nil }
    }

    private static func picture(of order: PhoneOrderView, _ settings: PhoneSettings) -> [UInt8]? {
        guard let merchant = settings.merchant,
            let code = try? MerchantQR(
                merchant: merchant, amount: order.amount, payment: order.payment, terminal: "phone"),
            let symbol = try? QRSymbol(code.payload)
        else { return nil }
        return Array(symbol.svg(title: "扫码支付 Scan to pay").utf8)
    }
}

private struct PhoneDoorError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
