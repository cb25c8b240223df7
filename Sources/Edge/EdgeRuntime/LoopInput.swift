internal import GPIO
internal import Host
internal import Journal
internal import MQTTLink
internal import Vocabulary

/// What the threads around the decision loop tell it; `Own` is the rule core's own event.
enum LoopInput<Own: Sendable>: Sendable {
    case own(Own)
    case gpio(GPIOEvent)
    case linkUp
    case linkDown(String)
    case message(MQTTMessage)
    case durable(through: Int64)
    case journalFailed(JournalError)
    case disk(DiskLevel)
    case batchSent(first: Int64, last: Int64)
    case batchNotSent(String)
    case stop
}

/// The one way into the decision loop.
///
/// It holds ``capacity`` inputs. What comes from outside (cameras, the page) is refused at ``outsideCapacity`` already,
/// so that word of durability and answers of the platform always find room; if even they do not, the loop is stuck, and
/// stopping feeds no watchdog.
final class LoopQueue<Own: Sendable>: Sendable {
    static var capacity: Int { 65_536 }
    static var outsideCapacity: Int { 4_096 }
    private let queue = BoundedQueue<LoopInput<Own>>(capacity: LoopQueue.capacity)

    /// - Returns: false when the loop is too far behind to take more.
    func offerFromOutside(_ own: Own) -> Bool {
        guard queue.count < LoopQueue.outsideCapacity else { return false }
        return queue.offer(.own(own))
    }

    func offer(_ input: LoopInput<Own>) {
        guard queue.offer(input) || queue.isClosed else {
            fatalError("the decision loop has \(LoopQueue.capacity) inputs waiting and takes none: it is stuck")
        }
    }

    var source: BoundedQueue<LoopInput<Own>> { queue }
}

/// Hands the link's calls to the loop, in order. It keeps nothing and decides nothing.
final class LinkListener<Own: Sendable>: MQTTLinkHandler {
    private let queue: LoopQueue<Own>
    init(queue: LoopQueue<Own>) { self.queue = queue }

    func linkUp() { queue.offer(.linkUp) }
    func linkDown(_ reason: MQTTLinkDown) { queue.offer(.linkDown(reason.description)) }

    /// Nothing that comes down is lost for good by a power cut here: an answer is asked for again under its id, an
    /// acknowledgement follows on the next batch. So it need not be on disk before the broker gets its own.
    func received(_ message: MQTTMessage) { queue.offer(.message(message)) }

    /// The broker's acknowledgement means nothing to us: only the platform's counts.
    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {}
}

/// Hands the journal's calls to the loop, in order.
final class JournalListener<Own: Sendable>: JournalHandler {
    private let queue: LoopQueue<Own>
    init(queue: LoopQueue<Own>) { self.queue = queue }

    func durable(through sequence: Int64) { queue.offer(.durable(through: sequence)) }
    func failed(_ error: JournalError) { queue.offer(.journalFailed(error)) }
    func disk(_ level: DiskLevel) { queue.offer(.disk(level)) }
}
