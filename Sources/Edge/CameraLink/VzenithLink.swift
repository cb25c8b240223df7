internal import Host
public import MQTTLink
public import PlateCamera
internal import Vocabulary

/// A Vzenith camera that is heard, and whose output is opened, over an MQTT broker; a session of its own.
public final class VzenithLink: CameraLink {
    private let camera: VzenithMQTT
    private let output: Int
    private let link: MQTTLink
    private let listener: VzenithListener
    private let opener = Monitor<GateOpener?>(nil)

    /// - Parameters:
    ///   - broker: where to connect and as whom; its subscriptions and sizes are set here.
    ///   - output: of the camera's outputs, the one that raises the boom, 0 to 3.
    ///   - backoff: as for ``MQTTLink``.
    /// - Throws: ``MQTTLinkError`` for settings that cannot be used.
    public init(
        camera: VzenithMQTT, output: Int, broker: MQTTLinkConfiguration,
        backoff: @escaping @Sendable (_ failures: Int) -> Duration
    ) throws(MQTTLinkError) {
        precondition((0...3).contains(output), "an output of the camera")
        self.camera = camera
        self.output = output
        var broker = broker
        broker.subscriptions = camera.subscriptions.map { .init($0, .atLeastOnce) }
        // A read comes with its pictures.
        broker.maximumPacketBytes = PlateRead.largestPush + (64 << 10)
        listener = VzenithListener(camera: camera)
        link = try MQTTLink(configuration: broker, handler: listener, backoff: backoff)
    }

    public func start(_ handler: @escaping @Sendable (CameraNews) -> Void) throws {
        listener.hand(to: handler)
        let made = try GateOpener(name: "gate", handler: handler) { [weak self] pulse, until in
            guard let self else { return "the box is stopping" }
            return open(pulse, until)
        }
        opener.withLock { $0 = made }
        try link.start()
    }

    public func open(pulseMilliseconds: Int) {
        guard let opener = opener.withLock({ $0 }) else { return }
        if !opener.order(pulseMilliseconds) { listener.tell(.notOpened("orders wait that were not answered")) }
    }

    public func stop() {
        let opener = self.opener.withLock { $0 }
        opener?.close()
        listener.giveUp()
        link.stop()
        opener?.join()
    }

    private func open(_ pulseMilliseconds: Int, _ until: Uptime) -> String? {
        let id = String(SecureRandom.bits64(), radix: 36)
        let command = camera.openCommand(
            id: id, output: output, pulseMilliseconds: pulseMilliseconds,
            timestamp: WallClock.now().milliseconds / 1_000)
        do throws(MQTTLinkError) {
            try link.publish(
                MQTTMessage(
                    topic: camera.commandTopic, payload: command, expirySeconds: 3, contentType: "application/json"))
        } catch { return error.description }
        switch listener.reply(to: id, until: until) {
        case nil: return "camera \(camera.serial) has not answered; is it connected to the broker?"
        case 200?: return nil
        case let code?: return "camera \(camera.serial) answers with code \(code)"
        }
    }
}

/// Hands the link's calls on, in order, and keeps the answer that is waited for.
private final class VzenithListener: MQTTLinkHandler {
    private struct State {
        var handler: (@Sendable (CameraNews) -> Void)?
        var reply: (id: String, code: Int64)?
        var isGivenUp = false
    }

    private let camera: VzenithMQTT
    private let state = Monitor(State())

    init(camera: VzenithMQTT) { self.camera = camera }

    func hand(to handler: @escaping @Sendable (CameraNews) -> Void) { state.withLock { $0.handler = handler } }

    func giveUp() {
        state.withLock {
            $0.isGivenUp = true
            $0.handler = nil
        }
        state.wakeAll()
    }

    func tell(_ news: CameraNews) { state.withLock { $0.handler }?(news) }

    /// Waits for the camera's answer to a command.
    func reply(to id: String, until: Uptime) -> Int64? {
        let answer = state.wait(until: until) { state -> Int64?? in
            if let reply = state.reply, reply.id == id { return .some(reply.code) }
            return state.isGivenUp ? .some(nil) : nil
        }
        return answer ?? nil
    }

    func linkUp() { tell(.up) }
    func linkDown(_ reason: MQTTLinkDown) { tell(.down(reason.description)) }
    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {}

    func received(_ message: MQTTMessage) {
        switch camera.read(topic: message.topic, payload: message.payload, isRetained: message.retain) {
        case .signal(let signal): tell(.signal(signal))
        case .reply(let id, let code):
            state.withLock { $0.reply = (id, code) }
            state.wakeAll()
        }
    }
}
