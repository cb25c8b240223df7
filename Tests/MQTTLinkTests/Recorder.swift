import Host
import MQTTLink
import Testing
import Vocabulary

/// What a link told its handler.
enum LinkEvent: Equatable, Sendable {
    case up
    case down(MQTTLinkDown)
    case received(MQTTMessage)
    case published(id: Int32, isAccepted: Bool, reasonCode: UInt8)
}

/// Events came for 30 s, and none was the one that a test waited for.
struct NothingFits: Error {}

/// A handler that keeps what it is told, in order, and can act within a call.
final class Recorder: MQTTLinkHandler {
    private let events = BoundedQueue<LinkEvent>(capacity: 1 << 20)
    private let taken = Monitor<[LinkEvent]>([])
    private let onReceived = Monitor<(@Sendable (MQTTMessage) -> Void)?>(nil)
    private static let patience = Uptime.Span.seconds(30)

    func linkUp() { events.offer(.up) }
    func linkDown(_ reason: MQTTLinkDown) { events.offer(.down(reason)) }
    func received(_ message: MQTTMessage) {
        onReceived.withLock { $0 }?(message)
        events.offer(.received(message))
    }
    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {
        events.offer(.published(id: id, isAccepted: isAccepted, reasonCode: reasonCode))
    }

    func whenReceived(_ action: @escaping @Sendable (MQTTMessage) -> Void) { onReceived.withLock { $0 = action } }

    /// The next event; fails the test when none comes.
    func next(_ location: SourceLocation = #_sourceLocation) throws -> LinkEvent {
        let event = taken.withLock { taken -> LinkEvent? in
            if taken.isEmpty { taken = events.take(until: BootClock.now() + Self.patience).reversed() }
            return taken.popLast()
        }
        return try #require(event, "the link told nothing within 30 s", sourceLocation: location)
    }

    /// Skips events until one fits.
    func next<Result>(
        _ location: SourceLocation = #_sourceLocation, where fits: (LinkEvent) -> Result?
    ) throws -> Result {
        let deadline = BootClock.now() + Self.patience
        while BootClock.now() < deadline {
            if let result = fits(try next(location)) { return result }
        }
        throw NothingFits()
    }

    func nextUp(_ location: SourceLocation = #_sourceLocation) throws {
        try next(location) { $0 == .up ? () : nil }
    }

    func nextDown(_ location: SourceLocation = #_sourceLocation) throws -> MQTTLinkDown {
        try next(location) { if case .down(let reason) = $0 { reason } else { nil } }
    }

    func nextMessage(_ location: SourceLocation = #_sourceLocation) throws -> MQTTMessage {
        try next(location) { if case .received(let message) = $0 { message } else { nil } }
    }

    /// Everything told so far and not yet taken.
    func rest() -> [LinkEvent] {
        taken.withLock { taken in
            defer { taken = [] }
            return taken.reversed() + events.takeAvailable()
        }
    }
}

extension MQTTLink {
    /// A started link with a recorder; retries every 5 ms.
    static func started(
        port: Int, _ clientID: String = "test-\(SecureRandom.bits64())", _ filters: [String] = [],
        _ change: (inout MQTTLinkConfiguration) -> Void = { _ in }
    ) throws -> (MQTTLink, Recorder) {
        var configuration = MQTTLinkConfiguration(port: port, clientID: clientID)
        configuration.subscriptions = filters.map { .init($0, .atLeastOnce) }
        change(&configuration)
        let recorder = Recorder()
        let link = try MQTTLink(configuration: configuration, handler: recorder) { _ in .milliseconds(5) }
        try link.start()
        return (link, recorder)
    }
}
