public import SQLite
public import Vocabulary

/// The sandbox's own book: what a payment network would know of each order. One SQLite file, apart from the platform's,
/// so that the two sets of books can be compared fen for fen.
///
/// What becomes of a payer's code is chosen by its last two digits:
///
/// | digits | what happens |
/// |---|---|
/// | 01 | declined: insufficient funds |
/// | 02 | declined: the code has expired |
/// | 03 | the payer types a password for 3 s, then has paid |
/// | 04 | the payer types a password for 3 s, then cancels |
/// | 05 | paid, but the first answer is "unknown" |
/// | 06 | never arrives: "unknown" first, then there is no such order |
/// | 07 | silence for 20 s; it was paid at once |
/// | 08 | the payer types a password for ever |
/// | 09 | paid; a reversal is refused, a refund is not |
/// | 10 | paid; neither a reversal nor a refund is accepted |
/// | others | paid at once |
///
/// A code is good for one order. WeChat reverses no sooner than 15 s after the payment.
public final class SandboxBook {
    private let database: Database
    private let find: Statement
    private let insert: Statement
    private let update: Statement
    private let used: Statement
    private let findRefund: Statement
    private let insertRefund: Statement

    private struct Order {
        enum State: String { case open, paid, declined, reversed }
        var scheme: String
        /// The last two digits of the code; 0 for a shown code.
        var script: Int64
        var code: Int64?
        var amount: Fen
        var state: State
        var reason: String?
        var refunded = Fen.zero
        /// When it was made, milliseconds.
        var at: Int64
        /// How often it was asked for.
        var asked: Int64 = 0
    }

    /// Opens the book; it is made if there is none.
    /// - Parameter path: a file, or ":memory:".
    public init(path: String) throws(SQLiteError) {
        var options = DatabaseOptions()
        // A sandbox holds no money; it need only outlive its process.
        options.synchronous = .normal
        let database = try Database(path: path, options: options)
        try database.execute(SandboxBook.schema)
        find = try database.prepare(
            "SELECT scheme, script, code, amount, state, reason, refunded, at, asked FROM orders WHERE id = ?")
        insert = try database.prepare(
            "INSERT INTO orders (id, scheme, script, code, amount, state, reason, refunded, at, asked) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0)")
        update = try database.prepare(
            "UPDATE orders SET state = ?, reason = ?, refunded = ?, asked = ? WHERE id = ?")
        used = try database.prepare("SELECT 1 FROM orders WHERE code = ? AND scheme = ?")
        findRefund = try database.prepare("SELECT amount FROM refunds WHERE number = ? AND id = ?")
        insertRefund = try database.prepare("INSERT INTO refunds (number, id, amount) VALUES (?, ?, ?)")
        self.database = database
    }

    private static let schema = """
        CREATE TABLE IF NOT EXISTS orders (
            id BLOB PRIMARY KEY, scheme TEXT NOT NULL, script INTEGER NOT NULL, code INTEGER,
            amount INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, refunded INTEGER NOT NULL,
            at INTEGER NOT NULL, asked INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS codes ON orders (code) WHERE code IS NOT NULL;
        CREATE TABLE IF NOT EXISTS refunds (
            number BLOB NOT NULL, id BLOB NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (number, id)
        ) WITHOUT ROWID;
        """

    /// What the word for a shown code's scheme is.
    public static let shown = "shownCode"

    /// What this network owes the platform of each scheme: paid and not given back.
    public func owed() throws(SQLiteError) -> [String: Fen] {
        let sums = try database.prepare(
            "SELECT scheme, sum(amount - refunded) FROM orders WHERE state = 'paid' GROUP BY scheme")
        var result: [String: Fen] = [:]
        try sums.forEach { (row) throws(SQLiteError) in result[try row.text(0)] = Fen(try row.integer(1)) }
        return result
    }

    /// What is paid under one order and not given back.
    public func held(_ order: PaymentID) throws(SQLiteError) -> Fen {
        guard let order = try read(order), order.state == .paid else { return .zero }
        return (try? order.amount.subtracting(order.refunded)) ?? .zero
    }

    /// What a payer does who scans a shown code.
    /// - Returns: the amount paid; nil if there is no order open under this number.
    public func pay(_ id: PaymentID) throws(SQLiteError) -> Fen? {
        try database.transaction { () throws(SQLiteError) in
            guard var order = try read(id), order.state == .open, order.code == nil else { return nil }
            order.state = .paid
            try write(order, id)
            return order.amount
        }
    }

    /// Answers as a payment network would.
    public func answer(_ call: AcquirerCall, at now: WallTime) throws(SQLiteError) -> AcquirerAnswer {
        try database.transaction { () throws(SQLiteError) in
            switch call {
            case .authorise(let id, let code, let amount): try authorise(id, code, amount, at: now)
            case .open(let id, let amount): try open(id, amount, at: now)
            case .query(let id): try query(id, at: now)
            case .reverse(let id): try reverse(id, at: now)
            case .refund(let id, let number, let amount): try refund(id, number, amount, at: now)
            }
        }
    }

    // MARK: -

    private func authorise(
        _ id: PaymentID, _ code: PayerCode, _ amount: Fen, at now: WallTime
    ) throws(SQLiteError) -> AcquirerAnswer {
        if let order = try read(id) { return try state(of: order, id, at: now) }
        let script = Int64(code.text.suffix(2)) ?? 0
        let print = SandboxBook.fingerprint(code.text)
        let wasUsed = try used.first(print, code.scheme.rawValue) { (row) throws(SQLiteError) in true } ?? false
        if script == 6 { return .unknown }
        var order = Order(
            scheme: code.scheme.rawValue, script: script, code: print, amount: amount, state: .paid,
            at: now.milliseconds)
        switch script {
        case _ where wasUsed: (order.state, order.reason) = (.declined, DeclineReason.codeRefused.rawValue)
        case 1: (order.state, order.reason) = (.declined, DeclineReason.insufficientFunds.rawValue)
        case 2: (order.state, order.reason) = (.declined, DeclineReason.codeRefused.rawValue)
        case 3, 4, 8: order.state = .open
        default: break
        }
        try add(order, id)
        return script == 5 || script == 7 ? .unknown : try state(of: order, id, at: now)
    }

    private func open(_ id: PaymentID, _ amount: Fen, at now: WallTime) throws(SQLiteError) -> AcquirerAnswer {
        if let order = try read(id) { return try state(of: order, id, at: now) }
        try add(
            Order(scheme: SandboxBook.shown, script: 0, amount: amount, state: .open, at: now.milliseconds), id)
        return .pending
    }

    private func query(_ id: PaymentID, at now: WallTime) throws(SQLiteError) -> AcquirerAnswer {
        guard var order = try read(id) else { return .neverSeen }
        order.asked += 1
        try write(order, id)
        if order.script == 7, now.since(WallTime(milliseconds: order.at)) < 20_000 { return .unknown }
        return try state(of: order, id, at: now)
    }

    private func state(of order: Order, _ id: PaymentID, at now: WallTime) throws(SQLiteError) -> AcquirerAnswer {
        var order = order
        if order.state == .open, now.since(WallTime(milliseconds: order.at)) >= 3_000 {
            switch order.script {
            case 3: order.state = .paid
            case 4: (order.state, order.reason) = (.declined, DeclineReason.payerCancelled.rawValue)
            default: break
            }
            try write(order, id)
        }
        return switch order.state {
        case .open: .pending
        case .paid: .approved(order.amount)
        case .declined: .declined(order.reason.flatMap(DeclineReason.init) ?? .codeRefused)
        case .reversed: .reversed
        }
    }

    private func reverse(_ id: PaymentID, at now: WallTime) throws(SQLiteError) -> AcquirerAnswer {
        guard var order = try read(id) else {
            // A late original is refused.
            try add(Order(scheme: "none", script: 0, amount: .zero, state: .reversed, at: now.milliseconds), id)
            return .reversed
        }
        if order.scheme == PayerCode.Scheme.weChat.rawValue, now.since(WallTime(milliseconds: order.at)) < 15_000 {
            return .unknown
        }
        switch order.state {
        case .declined, .reversed: break
        case .paid where order.script == 9 || order.script == 10 || order.refunded > .zero: return .reversalRefused
        case .paid, .open: order.state = .reversed
        }
        try write(order, id)
        return .reversed
    }

    private func refund(
        _ id: PaymentID, _ number: PaymentID, _ amount: Fen, at now: WallTime
    ) throws(SQLiteError) -> AcquirerAnswer {
        let known = try findRefund.first(number.bytes, id.bytes) { (row) throws(SQLiteError) in try row.integer(0) }
        if let known { return known == amount.count ? .refunded : .refundRefused }
        guard var order = try read(id), order.state == .paid, order.script != 10, amount > .zero,
            let sum = try? order.refunded.adding(amount), sum <= order.amount
        else { return .refundRefused }
        order.refunded = sum
        try write(order, id)
        try insertRefund.run(number.bytes, id.bytes, amount.count)
        return .refunded
    }

    private func read(_ id: PaymentID) throws(SQLiteError) -> Order? {
        try find.first(id.bytes) { (row) throws(SQLiteError) in
            Order(
                scheme: try row.text(0), script: try row.integer(1), code: try row.optionalInteger(2),
                amount: Fen(try row.integer(3)), state: Order.State(rawValue: try row.text(4)) ?? .declined,
                reason: try row.optionalText(5), refunded: Fen(try row.integer(6)), at: try row.integer(7),
                asked: try row.integer(8))
        }
    }

    private func add(_ order: Order, _ id: PaymentID) throws(SQLiteError) {
        try insert.run(
            id.bytes, order.scheme, order.script, order.code, order.amount.count, order.state.rawValue, order.reason,
            order.at)
    }

    private func write(_ order: Order, _ id: PaymentID) throws(SQLiteError) {
        try update.run(order.state.rawValue, order.reason, order.refunded.count, order.asked, id.bytes)
    }

    /// FNV-1a: enough to know a code again, and the code itself is kept nowhere.
    private static func fingerprint(_ text: String) -> Int64 {
        Int64(bitPattern: text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    }
}
