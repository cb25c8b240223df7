internal import Host
public import Vocabulary

/// A message from a box, on its way to the store.
public struct Incoming: Equatable, Sendable {
    public enum Kind: String, Sendable { case request, records, presence, health }

    public var kind: Kind
    /// Taken from the topic.
    public var device: DeviceID
    public var payload: [UInt8]
    /// Comes back with the answer to a request.
    public var correlation: [UInt8]?
    /// The broker had kept it: it may be of any age.
    public var isRetained: Bool

    public init(
        kind: Kind, device: DeviceID, payload: [UInt8], correlation: [UInt8]? = nil, isRetained: Bool = false
    ) {
        self.kind = kind
        self.device = device
        self.payload = payload
        self.correlation = correlation
        self.isRetained = isRetained
    }
}

/// What waits for the store: requests, which go first, batches of records, which wait for their turn, and the boxes'
/// word of how they are.
///
/// Each kind has a bound of its own, so that a region draining its journals cannot push out a payment. Above its bound
/// a message is refused; the box sends it again. Many threads offer, one takes.
public final class Inbox: Sendable {
    /// The most that waits of one kind.
    public struct Bound: Equatable, Sendable {
        public var messages: Int
        /// Of payloads. One message always fits.
        public var bytes: Int

        public init(messages: Int, bytes: Int) {
            self.messages = messages
            self.bytes = bytes
        }
    }

    /// What the store is to do next.
    public struct Work: Sendable {
        /// All requests that were waiting.
        public var requests: [Incoming]
        /// The batch that has waited longest.
        public var batch: Incoming?
        /// All presence and health that was waiting, in the order of its coming.
        public var news: [Incoming]
        /// All that was waiting from payment networks.
        public var words: [AcquirerWord]
        /// All that phones were asking.
        public var asks: [PhoneAsk] = []
        public var isEmpty: Bool {
            requests.isEmpty && batch == nil && news.isEmpty && words.isEmpty && asks.isEmpty
        }
    }

    private struct Line {
        var waiting: [Incoming] = []
        var bytes = 0

        mutating func append(_ message: Incoming, _ bound: Bound) -> Bool {
            guard waiting.count < bound.messages, waiting.isEmpty || bytes + message.payload.count <= bound.bytes
            else { return false }
            waiting.append(message)
            bytes += message.payload.count
            return true
        }

        mutating func takeAll() -> [Incoming] {
            defer { self = Line() }
            return waiting
        }

        mutating func takeFirst() -> Incoming? {
            guard !waiting.isEmpty else { return nil }
            let first = waiting.removeFirst()
            bytes -= first.payload.count
            return first
        }
    }

    private struct Contents {
        var requests = Line()
        var batches = Line()
        var words: [AcquirerWord] = []
        var noticeCount = 0
        var asks: [PhoneAsk] = []
        var news = Line()
        var isConsumerWaiting = false
        var isClosed = false
    }

    private let requestBound: Bound
    private let batchBound: Bound
    private let newsBound: Bound
    private let contents = Monitor(Contents())

    /// - Parameters:
    ///   - requests: default 4,096 of 8 MiB together.
    ///   - batches: default 512 of 64 MiB together.
    ///   - news: default 32,768 of 16 MiB together: a region's boxes that come back at once.
    public init(
        requests: Bound = Bound(messages: 4096, bytes: 8 << 20), batches: Bound = Bound(messages: 512, bytes: 64 << 20),
        news: Bound = Bound(messages: 32_768, bytes: 16 << 20)
    ) {
        newsBound = news
        requestBound = requests
        batchBound = batches
    }

    /// - Returns: false, with the message not taken, above the bound of its kind or after `close`.
    public func offer(_ message: Incoming) -> Bool {
        let (isAccepted, wakes) = contents.withLock { contents in
            guard !contents.isClosed else { return (false, false) }
            let isAccepted =
                switch message.kind {
                case .request: contents.requests.append(message, requestBound)
                case .records: contents.batches.append(message, batchBound)
                case .presence, .health: contents.news.append(message, newsBound)
                }
            let wakes = isAccepted && contents.isConsumerWaiting
            if wakes { contents.isConsumerWaiting = false }
            return (isAccepted, wakes)
        }
        if wakes { contents.wakeOne() }
        return isAccepted
    }

    /// Notices of payment networks that wait at most; a further one is dropped: an open order is asked for anyway.
    public static let mostNotices = 1_024

    /// Takes what comes from payment networks. Answers are as many as calls are under way, which has its own bound.
    public func offer(_ word: AcquirerWord) {
        let wakes = contents.withLock { contents in
            if case .notice = word {
                guard contents.noticeCount < Inbox.mostNotices, !contents.isClosed else { return false }
                contents.noticeCount += 1
            }
            contents.words.append(word)
            defer { contents.isConsumerWaiting = false }
            return contents.isConsumerWaiting
        }
        if wakes { contents.wakeOne() }
    }

    /// Phones that wait at most; a further one is told to come again.
    public static let mostAsks = 1_024

    /// - Returns: false, with the question not taken, above the bound or after `close`.
    public func offer(_ ask: PhoneAsk) -> Bool {
        let (isTaken, wakes) = contents.withLock { contents in
            guard !contents.isClosed, contents.asks.count < Inbox.mostAsks else { return (false, false) }
            contents.asks.append(ask)
            defer { contents.isConsumerWaiting = false }
            return (true, contents.isConsumerWaiting)
        }
        if wakes { contents.wakeOne() }
        return isTaken
    }

    /// Takes all requests, all news and one batch, waiting for a first message if there is none.
    /// - Parameter deadline: nil waits for ever.
    /// - Returns: nothing, when the inbox is closed and empty; nil when the deadline passed first.
    public func take(until deadline: Uptime?) -> Work? {
        contents.wait(until: deadline) { contents -> Work? in
            let work = Work(
                requests: contents.requests.takeAll(), batch: contents.batches.takeFirst(),
                news: contents.news.takeAll(), words: contents.words, asks: contents.asks)
            (contents.words, contents.noticeCount, contents.asks) = ([], 0, [])
            contents.isConsumerWaiting = work.isEmpty && !contents.isClosed
            return contents.isConsumerWaiting ? nil : work
        }
    }

    /// Takes all requests, all news and one batch, waiting for a first message if there is none.
    /// - Returns: nothing, when the inbox is closed and empty.
    public func take() -> Work { take(until: nil) ?? Work(requests: [], batch: nil, news: [], words: []) }

    /// Takes the requests that wait at this moment; none if there are none.
    public func takeRequests() -> [Incoming] { contents.withLock { $0.requests.takeAll() } }

    /// Whether requests wait at this moment.
    public var hasRequests: Bool { contents.withLock { !$0.requests.waiting.isEmpty } }

    /// Whether it refuses all messages.
    public var isClosed: Bool { contents.withLock { $0.isClosed } }

    /// Refuses all further messages; what was accepted before can still be taken.
    public func close() {
        contents.withLock { $0.isClosed = true }
        contents.wakeAll()
    }

    /// Throws away what waits.
    /// - Returns: how many messages that were.
    public func discard() -> Int {
        contents.withLock { contents in
            contents.news = Line()  // the boxes say it again of themselves
            for ask in contents.asks { ask.answer(.refused(.busy)) }
            contents.asks = []
            return contents.requests.takeAll().count + contents.batches.takeAll().count
        }
    }
}
