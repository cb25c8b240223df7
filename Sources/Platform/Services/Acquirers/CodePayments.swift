public import Acquiring
internal import Ledger
internal import SQLite
internal import Vocabulary
internal import Wire

/// A call to be made at a payment network, outside every transaction.
public struct AcquirerTask: Equatable, Sendable {
    public var route: AcquirerRoute
    public var call: AcquirerCall
}

/// What a network said to a task.
public struct AcquirerResult: Equatable, Sendable {
    public var task: AcquirerTask
    public var answer: AcquirerAnswer

    public init(task: AcquirerTask, answer: AcquirerAnswer) {
        self.task = task
        self.answer = answer
    }
}

/// Payments by a code, which a payment network decides.
///
/// What is to be asked is decided and committed first (the payment's row says `asking`), then asked outside the
/// transaction, and what the network says is booked in a second one. The code itself is in no table: after a crash
/// between the two an order is asked for by its number, never authorised a second time.
final class CodePayments {
    private let payments: Payments
    private let orders: AcquirerOrderTable
    private let routes: Set<AcquirerRoute>
    /// Orders with a call under way: no second one is begun meanwhile.
    private(set) var underWay: Set<PaymentID> = []
    /// Calls that the transaction under way has decided on.
    private(set) var drafts: [AcquirerTask] = []

    init(
        in database: borrowing Database, payments: Payments, acquirers: [AcquirerSettings]
    ) throws(SQLiteError) {
        orders = try AcquirerOrderTable(in: database)
        self.payments = payments
        routes = Set(
            acquirers.flatMap { $0.schemes.map(AcquirerRoute.init) + ($0.takesShownCodes ? [AcquirerRoute(nil)] : []) })
    }

    // MARK: - Requests

    /// Begins a payment; its network is asked when the transaction is committed.
    func charge(
        _ charge: Charge, code: PayerCode?, from device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> PaymentOutcome {
        let id = charge.payment
        if let row = try payments.table.find(id) {
            guard try payments.isSame(row, charge, device, at: now) else { return .conflict }
            return try outcome(of: id, row)
        }
        if let reason = try obstacle(to: charge, code, device, at: now) {
            try payments.coupons.release(id)
            try payments.table.insert(payments.row(.declined, .declined(reason), charge, device), id, at: now)
            return .declined(reason)
        }
        guard charge.quote.total > .zero, let route = AcquirerRoute(charge.instrument) else {
            let row = payments.row(.approved, nil, charge, device)
            try payments.table.insert(row, id, at: now)
            try payments.captured(row, at: now)
            return .approved
        }
        try payments.table.insert(payments.row(.asking, nil, charge, device), id, at: now)
        let amount = charge.quote.total
        let order = AcquirerOrder(
            amount: amount, isShown: route.scheme == nil, at: now, AcquirerTimings(route.scheme))
        try orders.insert(AcquirerOrderRow(route: route, device: device, order: order), id)
        draft(route, code.map { .authorise(id, code: $0, amount: amount) } ?? .open(id, amount: amount))
        return .unknown
    }

    /// What became of a payment by code; its network is asked, if that is not certain.
    /// - Returns: nil if there is no order of this id.
    func query(_ id: PaymentID, from device: DeviceID, at now: WallTime) throws(PlatformError) -> PaymentOutcome? {
        guard let row = try orders.find(id) else { return nil }
        guard row.device == device else { return .conflict }
        return try drive(id, row, .wanted, at: now)
    }

    /// Undoes a payment by code; certain, and answered so, only when its network has confirmed it.
    /// - Returns: nil if there is no order of this id that may hold money.
    func reverse(_ id: PaymentID, from device: DeviceID, at now: WallTime) throws(PlatformError) -> PaymentOutcome? {
        guard let row = try orders.find(id), row.order.phase != .declined, row.order.phase != .reversed else {
            return nil
        }
        guard row.device == device else {
            try payments.foreign(id, device, at: now)
            return .conflict
        }
        // Which part is to be undone is known only when no refund is under way.
        guard try payments.refunds.sums(of: id).asking == .zero else { return .unknown }
        return try drive(id, row, .undo, at: now) == .reversed ? .reversed : .unknown
    }

    /// The network, or somebody in its name, says that something changed: only the network's own answer is believed.
    func notice(_ id: PaymentID, at now: WallTime) throws(PlatformError) {
        guard let row = try orders.find(id) else { return }
        _ = try drive(id, row, .wanted, at: now)
    }

    // MARK: - The network's side

    /// Books what a network said.
    /// - Returns: what the box is to be told, if that is news.
    func take(_ result: AcquirerResult, at now: WallTime) throws(PlatformError) -> (DeviceID, PaymentOutcome)? {
        let id = result.task.call.order
        underWay.remove(id)
        guard let row = try orders.find(id) else { return nil }
        return (row.device, try drive(id, row, .answered(result.answer), at: now))
    }

    /// A task that nobody could take on: it is decided anew when it is due again.
    func giveUp(_ task: AcquirerTask) { underWay.remove(task.call.order) }

    /// Decides on calls that are due.
    /// - Parameter most: orders looked at in one turn; the others wait for the next.
    func turn(at now: WallTime, most: Int64 = 64) throws(PlatformError) {
        let horizon = AcquirerTimings().longestPause
        for id in try orders.due(at: now, horizon: horizon, most: most) where !underWay.contains(id) {
            guard let row = try orders.find(id) else { continue }
            _ = try drive(id, row, .due, at: now)
        }
    }

    /// The calls that the committed transaction has decided on.
    func takeDrafts() -> [AcquirerTask] {
        defer { drafts = [] }
        return drafts
    }

    /// The transaction was not committed.
    func dropDrafts() {
        for task in drafts { underWay.remove(task.call.order) }
        drafts = []
    }

    /// What was given back in part is part of the order's life.
    func refunded(_ id: PaymentID, _ amount: Fen) throws(PlatformError) {
        guard var order = try orders.find(id)?.order, let sum = try? order.refunded.adding(amount) else { return }
        order.refunded = sum
        try orders.update(order, id)
    }

    /// The way to the network that holds a payment's money; nil where no network has to do with it.
    func route(of id: PaymentID) throws(PlatformError) -> (route: AcquirerRoute, isCaptured: Bool)? {
        guard let row = try orders.find(id) else { return nil }
        return (row.route, row.order.phase == .captured)
    }

    /// Whether an order is being undone.
    func isReversing(_ id: PaymentID) throws(PlatformError) -> Bool {
        guard let phase = try orders.find(id)?.order.phase else { return false }
        return [.reversing, .refunding].contains(phase)
    }

    // MARK: -

    /// Why a network is not asked at all.
    private func obstacle(
        to charge: Charge, _ code: PayerCode?, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> DeclineReason? {
        guard let route = AcquirerRoute(charge.instrument), routes.contains(route) else { return .notSupported }
        if case .payerCode(let scheme, let ending) = charge.instrument {
            // A box that was restarted does not have the code any more.
            guard let code else { return .codeRefused }
            guard code.scheme == scheme, code.text.hasSuffix(ending) else { return .badRequest }
        } else if code != nil {
            return .badRequest
        }
        return try payments.obstacle(to: charge, device, at: now)
    }

    private func draft(_ route: AcquirerRoute, _ call: AcquirerCall) {
        underWay.insert(call.order)
        drafts.append(AcquirerTask(route: route, call: call))
    }

    private func drive(
        _ id: PaymentID, _ known: AcquirerOrderRow, _ event: AcquirerOrder.Event, at now: WallTime
    ) throws(PlatformError) -> PaymentOutcome {
        var (order, route, timings) = (known.order, known.route, known.timings)
        // While a call is under way its answer comes first.
        var actions = event == .wanted && underWay.contains(id) ? [] : order.handle(event, at: now, timings)
        if !underWay.contains(id), !actions.contains(where: AcquirerTask.isCall) {
            actions += order.handle(.due, at: now, timings)
        }
        for action in actions {
            switch action {
            case .query: draft(route, .query(id))
            case .reverse: draft(route, .reverse(id))
            case .refund(let rest): draft(route, .refund(id, refund: id, amount: rest))
            case .capture: try capture(id, route, order.amount, at: now)
            case .hold(let paid): try hold(id, route, paid, at: now)
            case .decline(let reason): try payments.declined(id, reason, at: now)
            case .undone: try payments.undone(id, at: now)
            case .trouble(let trouble):
                try payments.incidents.note(
                    .acquirerSurprise, known.device, subject: id.description, trouble.words, at: now)
            }
        }
        if order != known.order { try orders.update(order, id) }
        guard let row = try payments.table.find(id) else { return .neverSeen }
        return outcome(order, row)
    }

    private func outcome(of id: PaymentID, _ row: PaymentRow) throws(PlatformError) -> PaymentOutcome {
        guard let order = try orders.find(id)?.order else { return row.outcome }
        return outcome(order, row)
    }

    private func outcome(_ order: AcquirerOrder, _ row: PaymentRow) -> PaymentOutcome {
        switch order.phase {
        case .pending: .pending
        case .asking, .reversing, .refunding: .unknown
        case .captured, .declined, .reversed, .held: row.outcome
        }
    }

    private func capture(
        _ id: PaymentID, _ route: AcquirerRoute, _ amount: Fen, at now: WallTime
    ) throws(PlatformError) {
        guard var row = try payments.table.find(id), row.state != .approved, row.state != .debt else { return }
        // What the network owes us: it goes below zero until the network settles.
        let account = try booked(
            payments.ledger.openAccount("acquirer:\(route.word)", mayNotGoNegative: false))
        try booked(
            payments.ledger.post(
                TransferOrder(
                    id: TransferID(payment: id), debit: account, credit: payments.merchant, amount: amount,
                    code: .charge, at: now)))
        (row.state, row.amount) = (.approved, amount)
        try payments.table.update(row, id, at: now)
        try payments.captured(row, at: now)
    }

    /// The network keeps money that was to be undone: the books must say so, and a person must see to it.
    private func hold(_ id: PaymentID, _ route: AcquirerRoute, _ paid: Fen, at now: WallTime) throws(PlatformError) {
        try capture(id, route, paid, at: now)
        guard let row = try payments.table.find(id) else { return }
        try payments.incidents.note(
            .notReversible, row.device, subject: id.description,
            "the payment network gives \(paid) back neither by reversal nor by refund: settle it with the payer",
            at: now)
    }
}

extension AcquirerTask {
    static func isCall(_ action: AcquirerOrder.Action) -> Bool {
        switch action {
        case .query, .reverse, .refund: true
        case .capture, .decline, .undone, .hold, .trouble: false
        }
    }
}

extension AcquirerOrder.Trouble {
    var words: String {
        switch self {
        case .wrongAmount(let paid): "the payer paid \(paid), which is not the amount asked for; it is being undone"
        case .lateApproval: "the payment network took money for a payment that was over; it is being undone"
        }
    }
}
