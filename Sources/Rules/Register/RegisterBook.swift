public import Vocabulary

/// What registers asked for in the last 24 hours, and what became of it. Pure: time and dice are arguments.
///
/// The same key with the same contents gives the same payment, however often it comes; with other contents it is
/// refused. An entry is kept for 24 hours, and longer while its payment or refund is not final. At ``most`` entries of
/// one door its new requests are refused: forgetting one early could make a payment twice.
public struct RegisterBook: Sendable {
    public static let keyLifeMilliseconds: Int64 = 86_400_000
    /// A register that sells every four seconds all day stays below it.
    public static let most = 20_000

    /// What a request leads to. ``entries`` are made durable before ``order`` is handed on, and that before the answer.
    public struct Step: Sendable {
        public var entries: [RegisterEntry]
        /// Nil for a request that came before, and one that has nothing left to do.
        public var order: RegisterOrder?
        public var reply: RegisterReply
        /// The key is new.
        public var isFresh: Bool
        var before: [RegisterKey: RegisterEntry?]
    }

    private let most: Int
    private var entries: [RegisterKey: RegisterEntry] = [:]
    /// How many there are of each door.
    private var counts: [Slug: Int] = [:]
    /// The keys of payments and refunds, by their ids.
    private var keys: [PaymentID: RegisterKey] = [:]
    /// The refunds of a payment.
    private var refunds: [PaymentID: [PaymentID]] = [:]

    /// - Parameters:
    ///   - entries: what was kept. - most: of entries of a door; 1 or more.
    public init(_ entries: [RegisterEntry] = [], most: Int = RegisterBook.most) {
        precondition(most > 0, "a book has room")
        self.most = most
        for entry in entries { put(entry) }
    }

    public var count: Int { entries.count }

    /// How the payment or refund stands.
    /// - Throws: ``RegisterFault/unknown``.
    public func reply(_ id: PaymentID) throws(RegisterFault) -> RegisterReply {
        guard let key = keys[id], let entry = entries[key] else { throw .unknown }
        switch entry.outcome {
        case .payment(let payment):
            let all = refunds[id] ?? []
            return .payment(
                payment, refunded: sum(all) { $0 == .refunded }, refunding: sum(all) { $0 == .pending })
        case .refund(let refund): return .refund(refund)
        case .cancellation: throw .unknown
        }
    }

    /// Takes a request.
    ///
    /// - Parameter id: for what it begins: a payment or a refund.
    /// - Throws: ``RegisterFault``; nothing is changed then.
    public mutating func take(
        _ ask: RegisterAsk, key: RegisterKey, id: PaymentID, at wall: WallTime
    ) throws(RegisterFault) -> Step {
        if let earlier = entries[key] {
            guard earlier.request == ask.request else { throw .conflict }
            return Step(entries: [], order: nil, reply: try reply(to: earlier), isFresh: false, before: [:])
        }
        guard counts[key.door, default: 0] < most else { throw .full }
        switch ask.request {
        case .start(let sale):
            let payment = RegisterPayment(id: id, sale: sale, state: .accepted)
            let entry = RegisterEntry(key: key, at: wall, request: ask.request, outcome: .payment(payment))
            return try step([entry], order: .start(id, sale, code: ask.code, door: key.door), id: id)
        case .cancel(let payment): return try cancel(payment, ask.request, key, wall)
        case .refund(let payment, let amount, let who, let why):
            try check(refund: amount, of: payment)
            let refund = RegisterRefund(id: id, payment: payment, amount: amount, state: .pending)
            let entry = RegisterEntry(key: key, at: wall, request: ask.request, outcome: .refund(refund))
            return try step(
                [entry], order: .refund(Refund(id: id, payment: payment, amount: amount, who: who, why: why)), id: id)
        }
    }

    /// Takes back a fresh step that could not be made durable, or that the site had no room for.
    ///
    /// - Returns: what is to stand on disk again: entries, and keys of which nothing stays.
    public mutating func undo(_ step: Step) -> (put: [RegisterEntry], remove: [RegisterKey]) {
        var restored: [RegisterEntry] = [], gone: [RegisterKey] = []
        for (key, earlier) in step.before {
            remove(key)
            if let earlier { put(earlier); restored.append(earlier) } else { gone.append(key) }
        }
        return (restored, gone)
    }

    /// What the site tells. What it may not tell in this state, and what is not known here, changes nothing.
    ///
    /// - Returns: the entries to keep.
    public mutating func told(_ change: RegisterChange) -> [RegisterEntry] {
        switch change {
        case .payment(let id, let state, let detail, let payer):
            guard var entry = keys[id].flatMap({ entries[$0] }), case .payment(var payment) = entry.outcome,
                payment.state.allows(state)
            else { return [] }
            let before = payment
            payment.state = state
            payment.detail = detail
            payment.payer = payer ?? payment.payer
            guard payment != before else { return [] }
            entry.outcome = .payment(payment)
            entries[entry.key] = entry
            return [entry]
        case .refund(let id, let state, let detail):
            guard var entry = keys[id].flatMap({ entries[$0] }), case .refund(var refund) = entry.outcome,
                refund.state == .pending, state != .pending
            else { return [] }
            refund.state = state
            refund.detail = detail
            entry.outcome = .refund(refund)
            entries[entry.key] = entry
            return [entry]
        }
    }

    /// After a start of the box, once the site knows what it had begun: what it does not know was never begun, because
    /// the site has a payment on disk before it asks anybody.
    ///
    /// - Parameter known: ids of the payments and refunds that the site has.
    /// - Returns: the entries to keep.
    public mutating func recovered(known: Set<PaymentID>) -> [RegisterEntry] {
        var changed: [RegisterEntry] = []
        for (id, _) in keys.sorted(by: { $0.key < $1.key }) where !known.contains(id) {
            changed += told(.refund(id, .refused, .interrupted))
            if let entry = keys[id].flatMap({ entries[$0] }), case .payment(let payment) = entry.outcome,
                !payment.state.isFinal
            {
                changed += told(.payment(id, .failed, .interrupted))
            }
        }
        return changed
    }

    /// Orders to cancel that the site may not have heard before the box stopped: to be given again, which does no harm.
    public var openCancellations: [PaymentID] {
        entries.values.compactMap { entry in
            if case .payment(let payment) = entry.outcome, payment.state == .cancelling { payment.id } else { nil }
        }.sorted()
    }

    /// Forgets what is over and older than 24 hours. Call it only while the wall clock can be trusted.
    ///
    /// - Returns: the keys to remove.
    public mutating func expire(at wall: WallTime) -> [RegisterKey] {
        let gone = entries.values.filter { entry in
            wall.milliseconds - entry.at.milliseconds >= RegisterBook.keyLifeMilliseconds && isOver(entry)
        }.map(\.key).sorted()
        for key in gone { remove(key) }
        return gone
    }

    // MARK: -

    private func isOver(_ entry: RegisterEntry) -> Bool {
        switch entry.outcome {
        // Its refunds are counted against it.
        case .payment(let payment):
            payment.state.isFinal && (refunds[payment.id] ?? []).allSatisfy { refund($0)?.state != .pending }
        case .refund(let refund): refund.state != .pending
        case .cancellation: true
        }
    }

    private mutating func cancel(
        _ id: PaymentID, _ request: RegisterRequest, _ key: RegisterKey, _ wall: WallTime
    ) throws(RegisterFault) -> Step {
        guard let paymentKey = keys[id], var entry = entries[paymentKey], case .payment(var payment) = entry.outcome
        else { throw .unknown }
        let isMoving = (refunds[id] ?? []).contains { refund($0)?.state != .refused }
        guard !isMoving else {
            throw .notPossible("a part of this payment was refunded: refund the rest of it instead")
        }
        let cancellation = RegisterEntry(key: key, at: wall, request: request, outcome: .cancellation)
        // Where no money is and none will be, there is nothing to do.
        guard payment.state.allows(.cancelling), payment.state != .cancelling else {
            return try step([cancellation], order: nil, id: id)
        }
        payment.state = .cancelling
        payment.detail = nil
        entry.outcome = .payment(payment)
        return try step([cancellation, entry], order: .cancel(id), id: id)
    }

    /// A payment that is not known here may be an older one: the platform decides then.
    private func check(refund amount: Fen, of id: PaymentID) throws(RegisterFault) {
        guard let entry = keys[id].flatMap({ entries[$0] }) else { return }
        guard case .payment(let payment) = entry.outcome else { throw .unknown }
        guard payment.state == .approved else {
            throw .notPossible("only an approved payment can be refunded; this one is \(payment.state.rawValue)")
        }
        let gone = sum(refunds[id] ?? []) { $0 != .refused }
        guard amount.count <= payment.sale.amount.count - gone.count else {
            throw .notPossible("more than is left of this payment: \(payment.sale.amount.count - gone.count) fen")
        }
    }

    private mutating func step(
        _ changed: [RegisterEntry], order: RegisterOrder?, id: PaymentID
    ) throws(RegisterFault) -> Step {
        var before: [RegisterKey: RegisterEntry?] = [:]
        for entry in changed {
            before.updateValue(entries[entry.key], forKey: entry.key)
            put(entry)
        }
        return Step(entries: changed, order: order, reply: try reply(id), isFresh: true, before: before)
    }

    private func reply(to entry: RegisterEntry) throws(RegisterFault) -> RegisterReply {
        switch (entry.outcome, entry.request) {
        case (.payment(let payment), _): try reply(payment.id)
        case (.refund(let refund), _): try reply(refund.id)
        case (.cancellation, .cancel(let id)): try reply(id)
        case (.cancellation, _): throw .unknown
        }
    }

    private func refund(_ id: PaymentID) -> RegisterRefund? {
        guard let entry = keys[id].flatMap({ entries[$0] }), case .refund(let refund) = entry.outcome else {
            return nil
        }
        return refund
    }

    /// Cannot overflow: all refunds together are at most one sale, which is bounded; those of payments that are not
    /// known here are bounded in number and size.
    private func sum(_ ids: [PaymentID], _ counts: (RegisterRefund.State) -> Bool) -> Fen {
        Fen(
            ids.reduce(0) { total, id in refund(id).map { counts($0.state) ? total + $0.amount.count : total } ?? total
            })
    }

    private mutating func put(_ entry: RegisterEntry) {
        let isNew = entries.updateValue(entry, forKey: entry.key) == nil
        if isNew { counts[entry.key.door, default: 0] += 1 }
        switch entry.outcome {
        case .payment(let payment): keys[payment.id] = entry.key
        case .refund(let refund):
            keys[refund.id] = entry.key
            if isNew { refunds[refund.payment, default: []].append(refund.id) }
        case .cancellation: break
        }
    }

    private mutating func remove(_ key: RegisterKey) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        counts[key.door, default: 0] -= 1
        switch entry.outcome {
        case .payment(let payment): keys[payment.id] = nil
        case .refund(let refund):
            keys[refund.id] = nil
            refunds[refund.payment]?.removeAll { $0 == refund.id }
            if refunds[refund.payment]?.isEmpty == true { refunds[refund.payment] = nil }
        case .cancellation: break
        }
    }
}
