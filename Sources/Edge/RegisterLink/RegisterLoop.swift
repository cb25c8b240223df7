internal import Host
internal import Register
internal import Vocabulary

/// The desk's book and disk; used by its thread only.
struct RegisterLoop {
    /// How long after a failure the disk is tried again by itself.
    private static let diskPause = Uptime.Span.seconds(5)
    private static let expiryPause = Uptime.Span.seconds(600)

    private let surroundings: RegisterDesk.Surroundings
    private let store: any RegisterStore
    private var book: RegisterBook
    private var isRecovered = false
    /// What changed and is not on disk, the newest of each key; nil for what is to be removed.
    private var pending: [RegisterKey: RegisterEntry?] = [:]
    private var toldFault = false
    private var nextExpiry = Uptime(nanoseconds: 0)

    init(_ surroundings: RegisterDesk.Surroundings) throws(RegisterStoreError) {
        self.surroundings = surroundings
        store = try surroundings.store()
        book = RegisterBook(try store.load())
    }

    mutating func recovered(_ known: Set<PaymentID>) {
        isRecovered = true
        note(book.recovered(known: known))
        _ = keep()
        // The box may have stopped before the site heard of it; to the site it is the same order again.
        for id in book.openCancellations { _ = surroundings.carryOut(.cancel(id)) }
    }

    mutating func told(_ changes: [RegisterChange]) {
        for change in changes { note(book.told(change)) }
        if !changes.isEmpty { _ = keep() }
    }

    mutating func answer(_ what: RegisterDesk.Request.What) -> RegisterDesk.Answer {
        do throws(RegisterFault) {
            switch what {
            case .status(let id): return .success((try book.reply(id), false))
            case .change(let ask, let key): return .success(try take(ask, key))
            }
        } catch { return .failure(error) }
    }

    /// - Returns: when to come again.
    mutating func tick(at now: Uptime) -> Uptime {
        if !pending.isEmpty, !keep() { return now + RegisterLoop.diskPause }
        guard now >= nextExpiry else { return nextExpiry }
        nextExpiry = now + RegisterLoop.expiryPause
        let wall = surroundings.wall()
        // A clock that nothing vouches for could be a year ahead: then nothing is forgotten.
        if wall.isSynchronised {
            for key in book.expire(at: wall.time) { pending.updateValue(nil, forKey: key) }
            _ = keep()
        }
        return nextExpiry
    }

    private mutating func take(
        _ ask: RegisterAsk, _ key: RegisterKey
    ) throws(RegisterFault) -> (reply: RegisterReply, isFresh: Bool) {
        guard isRecovered else { throw .busy }
        let step = try book.take(ask, key: key, id: surroundings.newID(), at: surroundings.wall().time)
        guard step.isFresh else { return (step.reply, false) }
        note(step.entries)
        guard keep() else {
            undo(step)
            throw .disk
        }
        if let order = step.order, !surroundings.carryOut(order) {
            undo(step)
            _ = keep()
            throw .busy
        }
        return (step.reply, true)
    }

    private mutating func undo(_ step: RegisterBook.Step) {
        let (put, remove) = book.undo(step)
        note(put)
        for key in remove { pending.updateValue(nil, forKey: key) }
    }

    private mutating func note(_ entries: [RegisterEntry]) {
        for entry in entries { pending.updateValue(entry, forKey: entry.key) }
    }

    /// Makes everything durable that changed.
    private mutating func keep() -> Bool {
        guard !pending.isEmpty else { return true }
        do throws(RegisterStoreError) {
            try store.write(
                put: pending.values.compactMap { $0 }, remove: pending.filter { $0.value == nil }.map(\.key))
            pending = [:]
            if toldFault { surroundings.tell(nil) }
            toldFault = false
            return true
        } catch {
            if !toldFault { surroundings.tell(error) }
            toldFault = true
            return false
        }
    }
}
