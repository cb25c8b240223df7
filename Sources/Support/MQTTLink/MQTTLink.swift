internal import Host
public import Vocabulary

/// One lasting connection to an MQTT 5 broker: it connects, subscribes, reconnects, and carries bytes both ways.
///
/// It keeps nothing over a broken connection: what was not acknowledged is published again by the layer above, which
/// has it on disk, with the identifiers that layer gave it. A thread of its own does all work with the network.
public final class MQTTLink: Sendable {
    private enum Phase { case new, running(HostThread), stopped }

    /// The longest that `stop` takes.
    public static let stopLimit = Uptime.Span.seconds(2)

    private let configuration: MQTTLinkConfiguration
    private let outbox: Outbox
    private let handler: any MQTTLinkHandler
    private let backoff: @Sendable (Int) -> Duration
    private let phase = Monitor(Phase.new)

    /// Connects to nothing yet.
    ///
    /// - Parameters:
    ///   - handler: kept until the link is gone.
    ///   - backoff: the pause before the next attempt, given the number of failures in a row (1 or more); called on the
    ///     link's thread. A connection that was up for less than 10 s counts as a failure. Cut to 0...3600 s.
    /// - Throws: `MQTTLinkError.badConfiguration`, and what a will that cannot be published has wrong.
    public init(
        configuration: MQTTLinkConfiguration, handler: any MQTTLinkHandler,
        backoff: @escaping @Sendable (_ failures: Int) -> Duration
    ) throws(MQTTLinkError) {
        try configuration.validate()
        self.configuration = configuration
        self.handler = handler
        self.backoff = backoff
        outbox = Outbox(configuration)
    }

    deinit { outbox.requestStop() }

    /// Starts the thread, which connects at once. Call it once. It makes the process ignore `SIGPIPE`.
    ///
    /// - Throws: `MQTTLinkError.threadNotStarted`.
    public func start() throws(MQTTLinkError) {
        Signals.ignoreBrokenPipe()
        let loop = LinkLoop(configuration: configuration, outbox: outbox, handler: handler, backoff: backoff)
        try phase.withLock { phase throws(MQTTLinkError) in
            guard case .new = phase else { preconditionFailure("a link is started once") }
            do throws(HostThread.StartError) {
                phase = .running(try HostThread(name: "mqtt") { loop.run() })
            } catch {
                throw .threadNotStarted(why: error.description)
            }
        }
    }

    /// Says goodbye to the broker, so that the will is not published, and ends the thread; may be called again.
    ///
    /// Messages accepted and not yet sent are dropped: wait for `published` first where it matters. If the link was up,
    /// `linkDown` comes once more, and after this returns no call comes. It takes 2 s at most. A thread caught in a
    /// name look-up, the one thing that cannot be interrupted, is left behind: it ends by itself and calls nobody.
    /// Not to be called from the handler.
    public func stop() {
        outbox.requestStop()
        let running = phase.withLock { phase -> HostThread? in
            defer { phase = .stopped }
            if case .running(let thread) = phase { return thread }
            return nil
        }
        _ = running?.join(within: Self.stopLimit)
    }

    /// Accepts a message to be sent after those accepted before; callable from any thread, never blocks on the network.
    ///
    /// - Returns: the identifier that `published` will bear, 1 or more; unique among the messages not yet answered.
    /// - Throws: `MQTTLinkError`; the message was then not kept.
    @discardableResult
    public func publish(_ message: MQTTMessage) throws(MQTTLinkError) -> Int32 { try outbox.accept(message) }

    /// Whether `publish` accepts messages at this moment.
    public var isUp: Bool { outbox.isUp }

    /// Messages accepted and not yet answered, and their bytes.
    public var held: (messages: Int, bytes: Int) { outbox.held }
}
