public import Vocabulary

/// A first-in, first-out queue of bounded length from many threads to one.
///
/// The consumer takes everything that waits in one call, so that work can be grouped. Producers never block: a full
/// queue refuses the element and the producer decides what that means.
public final class BoundedQueue<Element: Sendable>: Sendable {
    private struct Contents {
        var elements: [Element] = []
        var isConsumerWaiting = false
        var isClosed = false
    }

    /// The most elements that can wait.
    public let capacity: Int
    private let contents = Monitor(Contents())

    /// - Parameter capacity: the most elements that can wait; 1 or more.
    public init(capacity: Int) {
        precondition(capacity > 0, "a queue must hold at least one element")
        self.capacity = capacity
    }

    /// Appends an element; callable from any thread, never blocks for long.
    ///
    /// - Returns: false, with the element not taken, when the queue is full or closed.
    @discardableResult
    public func offer(_ element: Element) -> Bool {
        let (isAccepted, wakes) = contents.withLock { contents in
            guard contents.elements.count < capacity, !contents.isClosed else { return (false, false) }
            contents.elements.append(element)
            let wakes = contents.isConsumerWaiting
            // One wake is enough for all that is offered until the consumer has run.
            contents.isConsumerWaiting = false
            return (true, wakes)
        }
        if wakes { contents.wakeOne() }
        return isAccepted
    }

    /// Takes everything that waits, in order of arrival, waiting for a first element if there is none.
    ///
    /// - Parameter deadline: how long to wait; nil waits until something comes or the queue is closed.
    /// - Returns: empty at the deadline, or when the queue is closed and nothing is left in it.
    public func take(until deadline: Uptime?) -> [Element] {
        let taken = contents.wait(until: deadline) { contents -> [Element]? in
            if contents.elements.isEmpty && !contents.isClosed {
                contents.isConsumerWaiting = true
                return nil
            }
            contents.isConsumerWaiting = false
            return exchange(&contents.elements)
        }
        return taken ?? []
    }

    /// Takes everything that waits, without waiting.
    public func takeAvailable() -> [Element] { contents.withLock { exchange(&$0.elements) } }

    /// Refuses all further elements and wakes the consumer, which still gets what was accepted before.
    public func close() {
        contents.withLock { $0.isClosed = true }
        contents.wakeAll()
    }

    /// No element will be accepted any more; what was accepted before may still wait.
    public var isClosed: Bool { contents.withLock { $0.isClosed } }

    /// The number of elements waiting at this moment.
    public var count: Int { contents.withLock { $0.elements.count } }

    private func exchange(_ elements: inout [Element]) -> [Element] {
        var taken: [Element] = []
        swap(&taken, &elements)
        return taken
    }
}
