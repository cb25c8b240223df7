internal import Host
public import Register
public import Vocabulary

/// Where registers' requests meet: both doors ask here, the site is handed orders from here and tells what became of
/// them. A thread of its own owns the book and the disk; nothing here blocks a caller.
public final class RegisterDesk: Sendable {
    /// What a request was answered: the reply, and whether its key was new.
    public typealias Answer = Result<(reply: RegisterReply, isFresh: Bool), RegisterFault>

    /// What surrounds the desk.
    public struct Surroundings: Sendable {
        /// Opens what was kept; called on the desk's thread.
        public var store: @Sendable () throws(RegisterStoreError) -> any RegisterStore
        public var newID: @Sendable () -> PaymentID
        /// The wall clock, and whether it can be trusted.
        public var wall: @Sendable () -> (time: WallTime, isSynchronised: Bool)
        /// Hands an order to the site, once it is durable; false when the site has no room for it: the request is then
        /// as if it had never come. Called on the desk's thread; must not block.
        public var carryOut: @Sendable (RegisterOrder) -> Bool
        /// The disk fails (told once a spell), or works again (nil).
        public var tell: @Sendable (RegisterStoreError?) -> Void

        public init(
            store: @escaping @Sendable () throws(RegisterStoreError) -> any RegisterStore,
            newID: @escaping @Sendable () -> PaymentID,
            wall: @escaping @Sendable () -> (time: WallTime, isSynchronised: Bool),
            carryOut: @escaping @Sendable (RegisterOrder) -> Bool,
            tell: @escaping @Sendable (RegisterStoreError?) -> Void
        ) {
            self.store = store
            self.newID = newID
            self.wall = wall
            self.carryOut = carryOut
            self.tell = tell
        }
    }

    /// More requests than this of one door do not wait: they are answered as busy, so that a register that floods its
    /// line holds up no other.
    public static let mostWaiting = 32

    struct Request: Sendable {
        enum What: Sendable {
            case status(PaymentID)
            case change(RegisterAsk, RegisterKey)
        }

        var what: What
        var door: Slug
        var answer: @Sendable (Answer) -> Void
    }

    private struct Work {
        var requests: [Request] = []
        /// By id: of several changes of one payment the newest counts, so that as many wait as there are payments.
        var changes: [PaymentID: RegisterChange] = [:]
        var known: Set<PaymentID>?
        var isStopped = false
    }

    private let work = Monitor(Work())
    private let thread: HostThread

    /// Reads what was kept and starts the thread. Requests are answered as busy until ``recovered(known:)``.
    /// - Throws: ``RegisterStoreError``, or when there can be no thread.
    public init(_ surroundings: Surroundings) throws {
        let work = self.work
        let opening = Monitor<Result<Void, RegisterStoreError>?>(nil)
        thread = try HostThread(name: "register") {
            var loop: RegisterLoop
            do throws(RegisterStoreError) { loop = try RegisterLoop(surroundings) } catch {
                opening.withLock { $0 = .failure(error) }
                return opening.wakeAll()
            }
            opening.withLock { $0 = .success(()) }
            opening.wakeAll()
            var deadline: Uptime?
            while true {
                let taken = work.wait(until: deadline) { work -> Work? in
                    if work.requests.isEmpty, work.changes.isEmpty, work.known == nil, !work.isStopped { return nil }
                    defer { work = Work(isStopped: work.isStopped) }
                    return work
                }
                if let taken {
                    if let known = taken.known { loop.recovered(known) }
                    loop.told(taken.changes.values.map { $0 })
                    for request in taken.requests {
                        request.answer(taken.isStopped ? .failure(.busy) : loop.answer(request.what))
                    }
                    if taken.isStopped { return }
                }
                deadline = loop.tick(at: BootClock.now())
            }
        }
        try opening.wait(until: nil) { $0 }?.get()
    }

    deinit { stop() }

    /// Asks for something; the answer comes on the desk's thread, or at once when too much waits.
    public func ask(_ ask: RegisterAsk, key: RegisterKey, answer: @escaping @Sendable (Answer) -> Void) {
        put(Request(what: .change(ask, key), door: key.door, answer: answer))
    }

    /// Asks how a payment or refund stands.
    public func status(_ id: PaymentID, door: Slug, answer: @escaping @Sendable (Answer) -> Void) {
        put(Request(what: .status(id), door: door, answer: answer))
    }

    /// The site tells what became of an order; of payments that no register began, nothing is kept.
    public func told(_ change: RegisterChange) {
        work.withLock { work in
            switch change {
            case .payment(let id, let state, let detail, let payer):
                var known = payer
                if payer == nil, case .payment(_, _, _, let earlier)? = work.changes[id] { known = earlier }
                work.changes[id] = .payment(id, state, detail, payer: known)
            case .refund(let id, _, _): work.changes[id] = change
            }
        }
        work.wakeAll()
    }

    /// The site has read its journal: these payments and refunds it has. What it has not was never begun. How those
    /// stand that it has is to be told after this: the box may have stopped before that was kept here.
    public func recovered(known: Set<PaymentID>) {
        work.withLock { $0.known = known }
        work.wakeAll()
    }

    /// Ends the thread; requests that wait are answered as busy.
    public func stop() {
        work.withLock { $0.isStopped = true }
        work.wakeAll()
        if !thread.isCurrent { thread.join() }
    }

    private func put(_ request: Request) {
        let isTaken = work.withLock { work in
            guard !work.isStopped, work.requests.count(where: { $0.door == request.door }) < RegisterDesk.mostWaiting
            else { return false }
            work.requests.append(request)
            return true
        }
        if isTaken { work.wakeAll() } else { request.answer(.failure(.busy)) }
    }
}
