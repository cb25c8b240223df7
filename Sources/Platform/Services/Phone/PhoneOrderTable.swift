internal import SQLite
internal import Vocabulary

/// An order that somebody has made on the phone; its id is the payment's.
struct PhoneOrder: Equatable {
    enum Kind: Equatable {
        /// A part of a stay.
        case stay(StayID)
        /// Months of a pass.
        case pass(PassPlan.ID, plate: Plate, months: Int64)
    }

    var payment: PaymentID
    /// What the browser sends again with a form that is sent twice.
    var key: String
    var site: Slug
    var kind: Kind
    var made: WallTime
    /// When its payment was known and had its effect; nil: not yet, or it was given back at once.
    var applied: WallTime?
    /// Until when a car may leave on it, or a pass holds by it.
    var until: WallTime?
    /// It is being given back, or was.
    var isGivenBack = false
}

extension PassPlan { typealias ID = Slug }

/// The table of orders made on the phone.
final class PhoneOrderTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS phone_orders (
            payment BLOB PRIMARY KEY CHECK (length(payment) = 16),
            key TEXT NOT NULL UNIQUE,
            site TEXT NOT NULL,
            stay BLOB,
            plan TEXT,
            plate TEXT,
            months INTEGER,
            made INTEGER NOT NULL,
            applied INTEGER,
            until INTEGER,
            given_back INTEGER NOT NULL CHECK (given_back IN (0, 1))
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS phone_orders_of_stay ON phone_orders (stay) WHERE stay IS NOT NULL;
        CREATE TABLE IF NOT EXISTS prepaid_notices (
            payment BLOB NOT NULL CHECK (length(payment) = 16),
            device TEXT NOT NULL,
            PRIMARY KEY (payment, device)
        ) WITHOUT ROWID;
        """

    private static let columns =
        "payment, key, site, stay, plan, plate, months, made, applied, until, given_back"
    private let byID: Statement
    private let byKey: Statement
    private let byStay: Statement
    private let insertRow: Statement
    private let updateRow: Statement
    private let insertNotice: Statement
    private let removeNotice: Statement
    private let removeNotices: Statement
    private let allNotices: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        byID = try database.prepare("SELECT \(Self.columns) FROM phone_orders WHERE payment = ?")
        byKey = try database.prepare("SELECT \(Self.columns) FROM phone_orders WHERE key = ?")
        byStay = try database.prepare("SELECT \(Self.columns) FROM phone_orders WHERE stay = ? ORDER BY payment")
        insertRow = try database.prepare(
            "INSERT INTO phone_orders (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        updateRow = try database.prepare(
            "UPDATE phone_orders SET applied = ?, until = ?, given_back = ? WHERE payment = ?")
        insertNotice = try database.prepare("INSERT OR IGNORE INTO prepaid_notices (payment, device) VALUES (?, ?)")
        removeNotice = try database.prepare("DELETE FROM prepaid_notices WHERE payment = ? AND device = ?")
        removeNotices = try database.prepare("DELETE FROM prepaid_notices WHERE payment = ?")
        allNotices = try database.prepare("SELECT payment, device FROM prepaid_notices ORDER BY payment, device")
    }

    func find(_ id: PaymentID) throws(PlatformError) -> PhoneOrder? {
        try stored(byID.first(id.bytes, read: Self.read)) ?? nil
    }

    func find(key: String) throws(PlatformError) -> PhoneOrder? { try stored(byKey.first(key, read: Self.read)) ?? nil }

    /// Every order for a stay, the oldest first.
    func all(of stay: StayID) throws(PlatformError) -> [PhoneOrder] {
        var all: [PhoneOrder] = []
        try stored(
            byStay.forEach(stay.bytes) { (row) throws(SQLiteError) in
                if let order = try Self.read(row) { all.append(order) }
            })
        return all
    }

    func insert(_ order: PhoneOrder) throws(PlatformError) {
        var (stay, plan, plate, months): (StayID?, Slug?, Plate?, Int64?) = (nil, nil, nil, nil)
        switch order.kind {
        case .stay(let id): stay = id
        case .pass(let id, let of, let count): (plan, plate, months) = (id, of, count)
        }
        try stored(
            insertRow.run(
                order.payment.bytes, order.key, order.site.text, stay?.bytes, plan?.text, plate?.text, months,
                order.made.milliseconds, order.applied?.milliseconds, order.until?.milliseconds,
                Int64(order.isGivenBack ? 1 : 0)))
    }

    func update(_ order: PhoneOrder) throws(PlatformError) {
        try stored(
            updateRow.run(
                order.applied?.milliseconds, order.until?.milliseconds, Int64(order.isGivenBack ? 1 : 0),
                order.payment.bytes))
    }

    // MARK: - What boxes have not recorded yet

    func tell(_ payment: PaymentID, _ device: DeviceID) throws(PlatformError) {
        try stored(insertNotice.run(payment.bytes, device.text))
    }

    func told(_ payment: PaymentID, _ device: DeviceID) throws(PlatformError) {
        try stored(removeNotice.run(payment.bytes, device.text))
    }

    func tellNobody(of payment: PaymentID) throws(PlatformError) { try stored(removeNotices.run(payment.bytes)) }

    func notices() throws(PlatformError) -> [(payment: PaymentID, device: DeviceID)] {
        var all: [(PaymentID, DeviceID)] = []
        try stored(
            allNotices.forEach { (row) throws(SQLiteError) in
                guard let payment = PaymentID(bytes: try row.bytes(0)), let device = try? DeviceID(try row.text(1))
                else { return }
                all.append((payment, device))
            })
        return all
    }

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> PhoneOrder? {
        guard let payment = PaymentID(bytes: try row.bytes(0)), let site = try? Slug(try row.text(2)) else {
            return nil
        }
        let kind: PhoneOrder.Kind
        if let stay = try row.optionalBytes(3).flatMap(StayID.init(bytes:)) {
            kind = .stay(stay)
        } else if let plan = try row.optionalText(4).flatMap({ try? Slug($0) }),
            let plate = try row.optionalText(5).flatMap({ try? Plate($0) }), let months = try row.optionalInteger(6)
        {
            kind = .pass(plan, plate: plate, months: months)
        } else {
            return nil
        }
        return PhoneOrder(
            payment: payment, key: try row.text(1), site: site, kind: kind,
            made: WallTime(milliseconds: try row.integer(7)),
            applied: try row.optionalInteger(8).map { WallTime(milliseconds: $0) },
            until: try row.optionalInteger(9).map { WallTime(milliseconds: $0) }, isGivenBack: try row.integer(10) != 0)
    }
}
