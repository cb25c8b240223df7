import Delivery
import Host
import Logging
import MQTTLink
import Services
import Synchronization
import Vocabulary
import Wire

/// Puts the store's worker behind an MQTT link: messages in, answers out.
final class PlatformDaemon: Sendable {
    private let worker: PlatformWorker
    private let link: MQTTLink
    private let logger: Logger
    private let phone: PhoneDoor?

    init(_ configuration: PlatformConfiguration, logger: Logger) throws {
        if let file = configuration.rehearsalClock {
            try RehearsalClock(file).begin()
            logger.critical("REHEARSAL: the wall clock is that of \(file); neither money nor records are real")
        }
        let inbox = Inbox()
        let report: @Sendable (PlatformNotice) -> Void = { notice in
            switch notice.severity {
            case .info: logger.info("\(notice)")
            case .warning: logger.warning("\(notice)")
            case .error: logger.error("\(notice)")
            }
        }
        var mqtt = MQTTLinkConfiguration(
            host: configuration.mqtt.host, port: configuration.mqtt.port,
            clientID: "platform-\(Hexadecimal.text(SecureRandom.bytes(6)))")
        mqtt.subscriptions =
            Topics.sharedSubscriptions.map { .init($0, .atLeastOnce) } + [
                .init(Topics.presenceSubscription, .atLeastOnce)
            ]
        if !configuration.acquirers.isEmpty {
            mqtt.subscriptions.append(.init(Topics.noticeSubscription, .atLeastOnce))
        }
        let backoff = Backoff(first: .milliseconds(200), longest: .seconds(10))
        let listener = PlatformListener(inbox: inbox, logger: logger, report: report)
        let link = try MQTTLink(configuration: mqtt, handler: listener) { failures in
            .nanoseconds(backoff.wait(attempt: failures, dice: SecureRandom.bits64()).nanoseconds)
        }
        worker = try PlatformWorker(
            configuration, inbox: inbox, send: { PlatformDaemon.send($0, link, logger) }, report: report)
        // A box that stayed connected while this daemon was away does not know that its lists may be others.
        listener.whenUp { for device in configuration.devices { PlatformDaemon.announce(device.id, link, logger) } }
        try link.start()
        phone = try configuration.http.map { try PhoneDoor($0, inbox: inbox, logger: logger) }
        self.link = link
        self.logger = logger
    }

    /// Takes nothing more, finishes what it has, and ends; 5 s at most with a disk that works.
    func stop() {
        phone?.stop()
        worker.stop(within: .seconds(2))
        link.stop()
        logger.info("stopped; everything answered is on disk")
    }

    private static func announce(_ device: DeviceID, _ link: MQTTLink, _ logger: Logger) {
        let news = ListKind.allCases.map { Announcement.listChanged($0) } + [.policyChanged]
        for announcement in news {
            let message = MQTTMessage(topic: Topics(device).event, payload: announcement.payload)
            do throws(MQTTLinkError) { try link.publish(message) } catch {
                // The box asks by itself within ten minutes.
                logger.debug("\(device) was not told of \(announcement): \(error)")
            }
        }
    }

    private static func send(_ outgoing: Outgoing, _ link: MQTTLink, _ logger: Logger) {
        let topics = Topics(outgoing.device)
        let message =
            switch outgoing.content {
            case .response(let response, let correlation):
                MQTTMessage(topic: topics.response, payload: response.payload, correlation: correlation)
            case .acknowledgement(let acknowledgement):
                MQTTMessage(topic: topics.acknowledgement, payload: acknowledgement.payload)
            case .announcement(let announcement):
                MQTTMessage(topic: topics.event, payload: announcement.payload)
            }
        do throws(MQTTLinkError) { try link.publish(message) } catch {
            // The box asks again under the same id, sends the batch again, or asks for a list by itself.
            logger.warning("a message for \(outgoing.device) was not sent: \(error)")
        }
    }
}

/// Sorts what the boxes send.
private final class PlatformListener: MQTTLinkHandler {
    private let inbox: Inbox
    private let logger: Logger
    private let report: @Sendable (PlatformNotice) -> Void
    private let dropped = Atomic(0)
    private let greeting = Mutex<(@Sendable () -> Void)?>(nil)

    init(inbox: Inbox, logger: Logger, report: @escaping @Sendable (PlatformNotice) -> Void) {
        self.inbox = inbox
        self.logger = logger
        self.report = report
    }

    func whenUp(_ greet: @escaping @Sendable () -> Void) { greeting.withLock { $0 = greet } }

    func linkUp() {
        logger.info("link up")
        greeting.withLock { $0 }?()
    }

    func linkDown(_ reason: MQTTLinkDown) { logger.warning("link down: \(reason)") }
    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {}

    /// A message that is lost here by a power cut is sent again by its box: nothing was answered yet.
    func received(_ message: MQTTMessage) {
        let arrival = Arrival(
            topic: message.topic, payload: message.payload, responseTopic: message.responseTopic,
            correlation: message.correlation, isRetained: message.retain)
        switch arrival {
        case .work(let incoming): take(incoming)
        case .notice(let order): inbox.offer(.notice(order))
        case .ignored(let why): logger.warning("ignored: \(why)")
        }
    }

    private func take(_ incoming: Incoming) {
        // After `stop` a message that still comes in is not too much, only too late: its box sends it again.
        guard !inbox.offer(incoming), !inbox.isClosed else { return }
        let total = dropped.wrappingAdd(1, ordering: .relaxed).newValue
        // A flood must not fill the log as well.
        if total.isPowerOfTen { report(.dropped(incoming.kind, incoming.device, total: total)) }
    }
}

extension Int {
    fileprivate var isPowerOfTen: Bool {
        var rest = self
        while rest >= 10, rest % 10 == 0 { rest /= 10 }
        return rest == 1
    }
}
