internal import SQLite
internal import Vocabulary
internal import Wire

/// What the platform knows of one payment id.
///
/// The transfer with the payment's own id is what the charge has moved, from the contract's account or, for a car that
/// had left, from its owner's debt account. A debt that the box has recorded is a transfer of its own. At any time at
/// most one of the two stands. What is collected for a debt is a further transfer, from the contract's account to the
/// owner's debt account.
struct PaymentRow: Equatable {
    enum State: String {
        /// The contract has paid, or the payment network, or a person has taken cash.
        case approved
        /// A payment network is asked; nothing has moved here.
        case asking
        /// Nothing was moved.
        case declined
        /// What was moved has been taken back, or nothing ever was and nothing will be.
        case reversed
        /// The car has left and its owner owes the amount.
        case debt
        /// The car had left, and its owner has paid what was owed.
        case collected
    }

    var state: State
    /// Why the contract does not pay; for a debt also: it was undone.
    var reason: Reason?
    /// A box has recorded that the car left owing this: the debt stands whenever the payment does not.
    var isClaimed: Bool
    /// What it was charged for; nil for an id that was reversed before it came.
    var charge: [UInt8]?
    var amount: Fen
    /// The box that made the id: no other one may use it.
    var device: DeviceID

    enum Reason: Equatable {
        case declined(DeclineReason)
        case undone

        init?(_ word: String) {
            if word == "undone" { self = .undone; return }
            guard let reason = DeclineReason(rawValue: word) else { return nil }
            self = .declined(reason)
        }

        var word: String {
            switch self {
            case .declined(let reason): reason.rawValue
            case .undone: "undone"
            }
        }
    }

    /// What a box is told of this payment. Of a payment that was undone it hears nothing else ever after, also where
    /// the debt stands or was collected: that is the answer to another question, ``Payments/collect(_:from:at:)``.
    var outcome: PaymentOutcome {
        switch (state, reason) {
        case (.asking, _): .unknown
        case (.reversed, _), (.debt, .undone), (.collected, .undone): .reversed
        case (.approved, _), (.collected, _): .approved
        case (.declined, .declined(let reason)), (.debt, .declined(let reason)): .declined(reason)
        case (.declined, _), (.debt, nil): .declined(.badRequest)
        }
    }
}

/// The table of payments.
final class PaymentTable {
    /// What the payments pay for of each stay.
    let stays: StayPayments
    private let byID: Statement
    private let insertRow: Statement
    private let updateRow: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        stays = try StayPayments(in: database)
        byID = try database.prepare(
            "SELECT state, reason, claimed, charge, amount, device FROM payments WHERE id = ?")
        insertRow = try database.prepare(
            """
            INSERT INTO payments (state, reason, claimed, charge, amount, device, id, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        updateRow = try database.prepare(
            "UPDATE payments SET state = ?, reason = ?, claimed = ?, charge = ?, amount = ?, at = ? WHERE id = ?")
    }

    func find(_ id: PaymentID) throws(PlatformError) -> PaymentRow? {
        try stored(
            byID.first(id.bytes) { (row) throws(SQLiteError) in
                guard let state = PaymentRow.State(rawValue: try row.text(0)), let device = try? Slug(try row.text(5))
                else {
                    throw SQLiteError(
                        operation: "read a payment", path: "", extendedCode: 11,
                        message: "its state or device is not one this version knows")
                }
                return PaymentRow(
                    state: state, reason: try row.optionalText(1).flatMap(PaymentRow.Reason.init),
                    isClaimed: try row.integer(2) != 0, charge: try row.optionalBytes(3),
                    amount: Fen(try row.integer(4)), device: device)
            })
    }

    func insert(_ row: PaymentRow, _ id: PaymentID, at now: WallTime) throws(PlatformError) {
        try stored(
            insertRow.run(
                row.state.rawValue, row.reason?.word, Int64(row.isClaimed ? 1 : 0), row.charge, row.amount.count,
                row.device.text, id.bytes, now.milliseconds))
        try stays.written(row, id, isNew: true)
    }

    /// - Parameter now: when it last changed.
    func update(_ row: PaymentRow, _ id: PaymentID, at now: WallTime) throws(PlatformError) {
        try stored(
            updateRow.run(
                row.state.rawValue, row.reason?.word, Int64(row.isClaimed ? 1 : 0), row.charge, row.amount.count,
                now.milliseconds, id.bytes))
        try stays.written(row, id, isNew: false)
    }
}
