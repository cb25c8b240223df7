internal import Host
internal import JSONText
internal import MQTTLink
internal import Vocabulary

/// A face terminal of the family over `mqtt/face/…`: it knows whom it was sent, says who stands before it until that is
/// answered, and remembers everything over a restart. Faces are the ids of people.
public final class FaceTerminalStandIn: Sendable {
    /// How it behaves; may be changed while it runs.
    public struct Manners: Sendable {
        /// How far its clock is ahead of the box's, in seconds.
        public var clockOffSeconds: Int64 = 0
        /// People whose pictures it cannot use.
        public var refuses: Set<String> = []
        /// Whether it answers what it is told.
        public var answers = true
        /// Whether its answers name the message and the people, as newer firmwares do.
        public var namesPeople = true
        /// Real ones repeat after 10 s.
        public var repeatMilliseconds: Int64 = 200
        public var heartbeatMilliseconds: Int64 = 200

        public init() {}
    }

    struct State {
        var manners: Manners
        var people: [String: String] = [:]
        var nextRecord: Int64 = 1
        /// What is not answered yet: numbers and bodies, in order. The first is sent until it is.
        var waiting: [(id: Int64, isStranger: Bool, payload: [UInt8])] = []
        /// When the first of them is sent again.
        var nextSending = Uptime(nanoseconds: 0)
        var nextHeartbeat = Uptime(nanoseconds: 0)
        var isGreeted = false
        var isUp = false
        var isStopped = false
        var sendings = 0
        /// Names of what it was told, oldest first; of the last 10,000.
        var orders: [String] = []
        /// The largest number of people in one batch.
        var largestBatch = 0
    }

    public let id: String
    let state: Monitor<State>
    private let brokerPort: Int
    private let localSeconds: @Sendable () -> Int64
    private let link = Monitor<MQTTLink?>(nil)
    private let beat = Monitor<HostThread?>(nil)

    /// Makes one that is off.
    /// - Parameter localSeconds: the site's time, as the box has it; nil: this machine's, in UTC.
    public init(
        id: String, brokerPort: Int, manners: Manners = Manners(),
        localSeconds: (@Sendable () -> Int64)? = nil
    ) {
        self.id = id
        self.brokerPort = brokerPort
        self.localSeconds = localSeconds ?? { WallClock.now().milliseconds / 1_000 }
        state = Monitor(State(manners: manners))
    }

    deinit {
        // The last to hold it may be its own thread.
        state.withLock { $0.isStopped = true }
        state.wakeAll()
        link.withLock { $0 }?.stop()
    }

    /// Connects, and waits until that is done.
    public func turnOn() throws(StandInError) {
        var configuration = MQTTLinkConfiguration(port: brokerPort, clientID: "face-\(id)")
        configuration.subscriptions = [.init("mqtt/face/\(id)", .atLeastOnce)]
        configuration.will = MQTTMessage(topic: "mqtt/face/basic", payload: FaceTerminalTalk.life("Offline", id, nil))
        let listener = Listener(self)
        let made: MQTTLink
        do throws(MQTTLinkError) {
            made = try MQTTLink(configuration: configuration, handler: listener) { _ in .milliseconds(100) }
        } catch { throw .file(error.description) }
        state.withLock {
            $0.isStopped = false
            $0.isGreeted = false
            $0.isUp = false
            // What was not answered waits for the answer to its greeting, as everything does.
            $0.nextHeartbeat = BootClock.now()
        }
        link.withLock { $0 = made }
        do throws(MQTTLinkError) { try made.start() } catch { throw .file(error.description) }
        let isUp = state.wait(until: BootClock.now() + .seconds(10)) { $0.isUp ? true : nil } ?? false
        guard isUp else { throw .file("a face terminal did not reach its broker") }
        do throws(HostThread.StartError) {
            let thread = try HostThread(name: "face terminal") { [weak self] in
                while let deadline = self?.step(), self?.waits(until: deadline) == true {}
            }
            beat.withLock { $0 = thread }
        } catch { throw .thread(error) }
    }

    /// Goes away; the broker does not tell its last will.
    public func turnOff() {
        state.withLock { $0.isStopped = true }
        state.wakeAll()
        beat.withLock { $0 }?.join()
        beat.withLock { $0 = nil }
        link.withLock { $0 }?.stop()
        link.withLock { $0 = nil }
    }

    /// Off and on again: it keeps its people and what was not answered.
    public func restart() throws(StandInError) {
        turnOff()
        try turnOn()
    }

    /// It was reset to its factory state: it knows nobody and counts from 1 again.
    public func reset() {
        state.withLock {
            $0.people = [:]
            $0.waiting = []
            $0.nextRecord = 1
        }
    }

    /// Changes how it behaves.
    public func behave(_ change: (inout Manners) -> Void) {
        state.withLock { change(&$0.manners) }
        state.wakeAll()
    }

    /// Somebody stands before it: known to it or not.
    /// - Parameters:
    ///   - secondsAgo: when, by its own clock. - isStored: whether it says that it kept the record.
    /// - Returns: the number of the record, or of the stranger's picture.
    @discardableResult
    public func see(_ person: String, similarity: String = "96.5", secondsAgo: Int64 = 0, isStored: Bool = false)
        -> Int64
    {
        let now = localSeconds()
        let number = state.withLock { state in
            let number = state.nextRecord
            state.nextRecord += 1
            let isKnown = state.people[person] != nil
            let seconds = now + state.manners.clockOffSeconds - secondsAgo
            let payload =
                isKnown
                ? FaceTerminalTalk.record(
                    number, id, person, similarity: similarity, localSeconds: seconds, isStored: isStored)
                : FaceTerminalTalk.stranger(number, id, localSeconds: seconds, isStored: isStored)
            state.waiting.append((number, !isKnown, payload))
            if state.waiting.count == 1 { state.nextSending = BootClock.now() }
            return number
        }
        state.wakeAll()
        return number
    }

    /// Publishes any bytes on one of its topics: for what a broken terminal sends.
    public func send(_ bytes: [UInt8], to level: String = "Rec", isRetained: Bool = false) {
        publish("mqtt/face/\(id)/\(level)", bytes, isRetained)
    }

    /// The people it knows, and the pictures' addresses.
    public var people: [String: String] { state.withLock { $0.people } }
    /// How many records and strangers are not answered.
    public var unanswered: Int { state.withLock { $0.waiting.count } }
    /// How often it sent a record or a stranger.
    public var sendings: Int { state.withLock { $0.sendings } }
    /// The names of what it was told: `EditPersonsNew`, `PushAck` ….
    public var orders: [String] { state.withLock { $0.orders } }
    /// The largest number of people in one message.
    public var largestBatch: Int { state.withLock { $0.largestBatch } }

    /// Waits for the state to be as wanted; polls, because answers come on other threads.
    public func wait(seconds: Int64 = 10, _ isIt: @escaping @Sendable (FaceTerminalStandIn) -> Bool) -> Bool {
        let deadline = BootClock.now() + .seconds(seconds)
        while BootClock.now() < deadline {
            if isIt(self) { return true }
            _ = state.wait(until: min(deadline, BootClock.now() + .milliseconds(20))) { _ -> Bool? in nil }
        }
        return isIt(self)
    }

    // MARK: -

    /// Sends what is due.
    /// - Returns: when to come again; nil when it is off.
    private func step() -> Uptime? {
        let now = BootClock.now(), seconds = localSeconds()
        var due: [(topic: String, payload: [UInt8])] = []
        let next = state.withLock { state -> Uptime? in
            if state.isStopped { return nil }
            let pause = Uptime.Span.milliseconds(state.manners.repeatMilliseconds)
            if now >= state.nextHeartbeat {
                state.nextHeartbeat = now + .milliseconds(state.manners.heartbeatMilliseconds)
                let name = state.isGreeted ? "HeartBeat" : "Online"
                let topic = state.isGreeted ? "mqtt/face/heartbeat" : "mqtt/face/basic"
                due.append((topic, FaceTerminalTalk.life(name, id, seconds + state.manners.clockOffSeconds)))
            }
            if state.isGreeted, let first = state.waiting.first, now >= state.nextSending {
                state.nextSending = now + pause
                state.sendings += 1
                due.append(("mqtt/face/\(id)/\(first.isStranger ? "Snap" : "Rec")", first.payload))
            }
            return state.waiting.isEmpty || !state.isGreeted
                ? state.nextHeartbeat : min(state.nextHeartbeat, state.nextSending)
        }
        for message in due { publish(message.topic, message.payload, false) }
        return next
    }

    /// - Returns: false when it is off.
    private func waits(until deadline: Uptime) -> Bool {
        let isStopped = state.wait(until: deadline) { state -> Bool? in
            if state.isStopped { return true }
            let isDue = state.isGreeted && !state.waiting.isEmpty && BootClock.now() >= state.nextSending
            return isDue ? false : nil
        }
        return isStopped != true
    }

    private func publish(_ topic: String, _ payload: [UInt8], _ isRetained: Bool) {
        _ = try? link.withLock { $0 }?.publish(MQTTMessage(topic: topic, payload: payload, retain: isRetained))
    }

    /// What it was told.
    fileprivate func take(_ node: JSONNode) {
        guard let name = node["operator"]?.string else { return }
        let answer = state.withLock { state -> [UInt8]? in
            if state.orders.count < 10_000 { state.orders.append(name) }
            let answer = FaceTerminalTalk.obey(node, name, id, &state)
            return state.manners.answers ? answer : nil
        }
        state.wakeAll()
        if let answer { publish("mqtt/face/\(id)/Ack", answer, false) }
    }

    private final class Listener: MQTTLinkHandler {
        // The terminal owns the link, which keeps this.
        private let terminal: WeakTerminal

        init(_ terminal: FaceTerminalStandIn) { self.terminal = WeakTerminal(terminal) }

        func linkUp() {
            terminal.value?.state.withLock { $0.isUp = true }
            terminal.value?.state.wakeAll()
        }

        func linkDown(_ reason: MQTTLinkDown) { terminal.value?.state.withLock { $0.isGreeted = false } }
        func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {}

        func received(_ message: MQTTMessage) {
            guard let node = try? JSONNode.parse(message.payload, dialect: .json) else { return }
            terminal.value?.take(node)
        }
    }

    private struct WeakTerminal: Sendable {
        weak let value: FaceTerminalStandIn?
        init(_ value: FaceTerminalStandIn) { self.value = value }
    }
}
