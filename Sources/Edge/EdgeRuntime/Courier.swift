internal import Host
internal import Journal
internal import MQTTLink
internal import Vocabulary
internal import Wire

/// Reads, signs and sends batches on a thread of its own, so that a drain takes no time from decisions.
final class Courier<Own: Sendable>: Sendable {
    private struct Order: Sendable {
        var first: Int64
        var through: Int64
    }

    /// The delivery machine asks for one batch at a time; more than a few orders cannot wait.
    private let orders = BoundedQueue<Order>(capacity: 16)
    private let thread: HostThread

    init(
        journalPath: String, device: DeviceID, epoch: String, key: BoxKey, link: MQTTLink, queue: LoopQueue<Own>
    ) throws {
        let orders = self.orders
        let topic = Topics(device).records
        // The reader is opened here, so that a journal that cannot be read stops the start; it then lives on the
        // thread.
        let reader = HandedOver(try JournalReader(path: journalPath))
        thread = try HostThread(name: "courier") {
            while true {
                let waiting = orders.take(until: nil)
                if waiting.isEmpty { return }
                for order in waiting {
                    do {
                        let page = try reader.value.records(
                            from: order.first, mostRecords: Batch.mostRecords, mostBytes: Batch.mostBytes)
                        guard let head = page.hash, page.first == order.first else {
                            queue.offer(.batchNotSent("record \(order.first) cannot be read from the journal"))
                            continue
                        }
                        let batch = Batch(
                            device: device, epoch: epoch, first: page.first,
                            previous: try reader.value.hash(before: page.first), head: head, lines: page.lines)
                        try link.publish(MQTTMessage(topic: topic, payload: batch.payload(signedBy: key)))
                        queue.offer(.batchSent(first: batch.first, last: batch.last))
                    } catch {
                        queue.offer(.batchNotSent("\(error)"))
                    }
                }
            }
        }
    }

    func send(first: Int64, through: Int64) { orders.offer(Order(first: first, through: through)) }

    func stop() {
        orders.close()
        thread.join()
    }
}

/// A value that one thread makes and another uses from then on; nobody else touches it.
final class HandedOver<Value>: @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
}
