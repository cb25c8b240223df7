internal import Synchronization

/// What the page shows, from the decision loop to any number of browsers.
public final class BoardFeed: Sendable {
    /// At most this many browsers are told of changes; a further one is refused and asks from time to time instead.
    public static let mostListeners = 32

    private struct Content {
        var version: UInt64 = 0
        var json: [UInt8] = Array("{}".utf8)
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var next: UInt64 = 1
    }

    private let content = Mutex(Content())

    public init() {}

    /// Takes what is to be shown from now on; what is shown already changes nothing. Never waits for a browser.
    public func publish(_ json: [UInt8]) {
        let listeners = content.withLock { content -> [AsyncStream<Void>.Continuation] in
            guard content.json != json else { return [] }
            content.json = json
            content.version += 1
            return Array(content.listeners.values)
        }
        for listener in listeners { listener.yield() }
    }

    public var current: (version: UInt64, json: [UInt8]) { content.withLock { ($0.version, $0.json) } }

    /// A stream that has an element whenever it is worth looking; several changes may be one element.
    /// - Returns: nil when too many listen already.
    func listen() -> (id: UInt64, changes: AsyncStream<Void>, nudge: AsyncStream<Void>.Continuation)? {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = content.withLock { content -> UInt64? in
            guard content.listeners.count < BoardFeed.mostListeners else { return nil }
            let id = content.next
            content.next += 1
            content.listeners[id] = continuation
            return id
        }
        return id.map { ($0, stream, continuation) }
    }

    func leave(_ id: UInt64) {
        content.withLock { $0.listeners.removeValue(forKey: id) }?.finish()
    }

    var listenerCount: Int { content.withLock { $0.listeners.count } }
}
