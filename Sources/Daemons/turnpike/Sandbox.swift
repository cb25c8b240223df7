import Acquiring
import ArgumentParser
import Host
import JSONText
import MQTTLink
import Payments
import Services
import Vocabulary
import Wire

/// What a person does at the sandbox of a payment network.
struct Sandbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays a payer at the platform's sandbox acquirer; no real money moves.",
        subcommands: [SandboxPay.self])
}

/// Pays a code that a box shows, as a payer who has scanned it would.
struct SandboxPay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay", abstract: "Pays a code that a box shows, as a payer who has scanned it would.",
        discussion: """
            The payment is written into the sandbox's own book; the platform is told to look at it, and asks the sandbox \
            itself before it believes anything.
            """)

    @Option(help: ArgumentHelp("The platform's file (JSON5).", valueName: "file"))
    var config: String
    @Option(help: ArgumentHelp("The payment.", valueName: "id"), transform: { try PaymentID($0) })
    var payment: PaymentID?
    @Option(help: ArgumentHelp("What the shown code says, instead of the payment.", valueName: "text"))
    var code: String?

    func validate() throws {
        guard (payment == nil) != (code == nil) else {
            throw ValidationError("say which payment: one of --payment and --code")
        }
    }

    func run() throws {
        let platform = try PlatformConfiguration.read(
            try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        guard let sandbox = platform.acquirers.first(where: { $0.kind == .sandbox && $0.takesShownCodes }) else {
            throw ValidationError("\(config) has no sandbox that takes shown codes: add one to \"acquirers\"")
        }
        let id = try payment ?? MerchantQR(payload: code ?? "").payment
        guard let amount = try SandboxBook(path: sandbox.book).pay(id) else {
            throw ValidationError("nothing is open under \(id): it was never shown, or is paid or closed by now")
        }
        print("\(id): \(amount) yuan paid")
        let notifier = Notifier(topic: Topics.notice(sandbox.name), payload: AcquirerNotice(payment: id).payload)
        guard try notifier.send(host: platform.mqtt.host, port: platform.mqtt.port) else {
            print("the broker did not take the notice; the platform finds out by itself within some seconds")
            return
        }
    }
}

/// Publishes one message and ends.
private final class Notifier: MQTTLinkHandler {
    private let message: MQTTMessage
    private let isDone = Monitor(false)
    private let link = Monitor<MQTTLink?>(nil)

    init(topic: String, payload: [UInt8]) { message = MQTTMessage(topic: topic, payload: payload) }

    /// - Returns: false if the broker did not take it within 5 s.
    func send(host: String, port: Int) throws -> Bool {
        let configuration = MQTTLinkConfiguration(
            host: host, port: port, clientID: "sandbox-\(Hexadecimal.text(SecureRandom.bytes(6)))")
        let link = try MQTTLink(configuration: configuration, handler: self) { _ in .milliseconds(500) }
        self.link.withLock { $0 = link }
        try link.start()
        defer {
            link.stop()
            self.link.withLock { $0 = nil }
        }
        return isDone.wait(until: BootClock.now() + .seconds(5)) { $0 ? true : nil } ?? false
    }

    func linkUp() { _ = try? link.withLock { $0 }?.publish(message) }
    func linkDown(_ reason: MQTTLinkDown) {}
    func received(_ message: MQTTMessage) {}

    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {
        isDone.withLock { $0 = isAccepted }
        isDone.wakeAll()
    }
}
