internal import Host

/// A message on its way to the broker.
struct Outgoing: Sendable {
    let id: Int32
    let message: MQTTMessage
    let bytes: Int
}

/// What publishing threads and the link's thread share.
final class Outbox: Sendable {
    private struct State: Sendable {
        var isUp = false
        var isStopping = false
        /// The link's thread is in `poll` or about to be: it must be woken.
        var isAsleep = false
        var lastID: Int32 = 0
        /// Accepted, and not yet taken by the link's thread.
        var waiting: [Outgoing] = []
        /// Accepted and not yet answered: waiting, taken or in flight.
        var heldMessages = 0
        var heldBytes = 0
    }

    let wakeUp = WakeUp()
    private let state = Monitor(State())
    private let configuration: MQTTLinkConfiguration

    init(_ configuration: MQTTLinkConfiguration) { self.configuration = configuration }

    // MARK: any thread

    func accept(_ message: MQTTMessage) throws(MQTTLinkError) -> Int32 {
        try message.validate(limit: configuration.maximumPacketBytes)
        let bytes = message.packetBytes
        let (id, wakes) = try state.withLock { state throws(MQTTLinkError) -> (Int32, Bool) in
            guard state.isUp, !state.isStopping else { throw .notConnected(broker: configuration.broker) }
            guard state.heldMessages < configuration.maximumQueuedMessages,
                // A single message larger than the bound is let through, or it could never be sent.
                state.heldBytes + bytes <= configuration.maximumQueuedBytes || state.heldMessages == 0
            else { throw .queueFull(messages: state.heldMessages, bytes: state.heldBytes) }
            // Unique among the messages held: there are at most 65,535 of them.
            state.lastID = state.lastID == .max ? 1 : state.lastID + 1
            state.waiting.append(Outgoing(id: state.lastID, message: message, bytes: bytes))
            state.heldMessages += 1
            state.heldBytes += bytes
            let wakes = state.isAsleep
            state.isAsleep = false
            return (state.lastID, wakes)
        }
        if wakes { wakeUp.wake() }
        return id
    }

    var isUp: Bool { state.withLock { $0.isUp } }

    var held: (messages: Int, bytes: Int) { state.withLock { ($0.heldMessages, $0.heldBytes) } }

    func requestStop() {
        state.withLock { $0.isStopping = true }
        wakeUp.wake()
    }

    // MARK: the link's thread

    var isStopping: Bool { state.withLock { $0.isStopping } }

    func open() { state.withLock { $0.isUp = true } }

    /// Forgets every message held.
    ///
    /// - Returns: how many there were.
    func close() -> Int {
        state.withLock { state in
            let count = state.heldMessages
            state.isUp = false
            state.waiting = []
            state.heldMessages = 0
            state.heldBytes = 0
            return count
        }
    }

    func takeWaiting() -> [Outgoing] {
        state.withLock { state in
            var taken: [Outgoing] = []
            swap(&taken, &state.waiting)
            return taken
        }
    }

    func settle(_ outgoing: Outgoing) {
        state.withLock { state in
            state.heldMessages -= 1
            state.heldBytes -= outgoing.bytes
        }
    }

    /// - Returns: false when there is something to do already.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.waiting.isEmpty && !state.isStopping
            return state.isAsleep
        }
    }

    func endSleep() { state.withLock { $0.isAsleep = false } }
}
