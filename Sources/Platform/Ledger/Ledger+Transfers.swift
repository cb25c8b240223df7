internal import SQLite
public import Vocabulary

extension Ledger {
    /// Moves money at once.
    /// - Throws: ``LedgerError``; nothing has been written then, unless it is ``LedgerError/store(_:)``, after which
    ///   the caller's transaction must be rolled back.
    public func post(_ order: TransferOrder) throws(LedgerError) { try book(order, .posted) }

    /// Reserves money: the debited account cannot spend it, the credited one does not have it yet.
    /// - Parameter expires: when ``expirePending(at:most:)`` may lapse it; nil: never.
    /// - Throws: as ``post(_:)``.
    public func begin(_ order: TransferOrder, expires: WallTime? = nil) throws(LedgerError) {
        try book(order, .pending, expires: expires)
    }

    /// Moves the money that a pending transfer has reserved.
    /// - Throws: ``LedgerError/notPending(_:_:)``, ``LedgerError/unknownTransfer(_:)``, or as ``post(_:)``.
    public func postPending(_ id: TransferID) throws(LedgerError) { try settle(id, as: .posted) }

    /// Sets free the money that a pending transfer has reserved.
    /// - Throws: as ``postPending(_:)``.
    public func voidPending(_ id: TransferID) throws(LedgerError) { try settle(id, as: .voided) }

    /// Lapses pending transfers whose time has come.
    /// - Parameter most: how many at once; the rest waits for the next call.
    /// - Returns: which, the longest overdue first.
    public func expirePending(at now: WallTime, most: Int64 = 1000) throws(LedgerError) -> [TransferID] {
        var ids: [TransferID] = []
        try stored(
            expiredTransfers.forEach(now.milliseconds, most) { (row) throws(SQLiteError) in
                if let id = TransferID(bytes: try row.bytes(0)) { ids.append(id) }
            })
        for id in ids { try settle(id, as: .expired) }
        return ids
    }

    /// Takes a posted transfer back by a new, opposite one that is linked to it.
    ///
    /// If the account that would give the money back may not go negative and lacks it, the reversal is refused.
    /// - Returns: the id of the new transfer, always the same for the same `id`.
    /// - Throws: ``LedgerError/idUsed(_:)`` when it has been reversed before, ``LedgerError/notPosted(_:_:)``,
    ///   ``LedgerError/unknownTransfer(_:)``, or as ``post(_:)``.
    @discardableResult
    public func reverse(_ id: TransferID, at now: WallTime) throws(LedgerError) -> TransferID {
        guard let transfer = try transfer(id) else { throw .unknownTransfer(id) }
        guard transfer.state == .posted else { throw .notPosted(id, transfer.state) }
        let opposite = TransferOrder(
            id: id.reversal, debit: transfer.order.credit, credit: transfer.order.debit, amount: transfer.order.amount,
            code: .reversal, at: now)
        try book(opposite, .posted, reverses: id)
        return opposite.id
    }

    /// - Returns: nil if there is no transfer of this id.
    public func transfer(_ id: TransferID) throws(LedgerError) -> Transfer? {
        try stored(transferByID.first(id.bytes, read: Ledger.readTransfer))
    }

    // MARK: -

    /// Checks everything before it writes anything: a refused transfer leaves no trace in the caller's transaction.
    private func book(
        _ order: TransferOrder, _ state: TransferState, reverses: TransferID? = nil, expires: WallTime? = nil
    ) throws(LedgerError) {
        guard order.amount > .zero else { throw .amountNotPositive(order.id, order.amount) }
        guard order.debit != order.credit else { throw .sameAccount(order.id, order.debit) }
        var (debit, credit) = (try account(order.debit), try account(order.credit))
        guard !debit.mayNotGoNegative || debit.available >= order.amount else {
            if try transfer(order.id) != nil { throw .idUsed(order.id) }
            throw .insufficientFunds(debit.id, available: debit.available, needed: order.amount)
        }
        if state == .posted {
            debit.debitsPosted = try checked(debit.debitsPosted.adding(order.amount))
            credit.creditsPosted = try checked(credit.creditsPosted.adding(order.amount))
        } else {
            debit.debitsPending = try checked(debit.debitsPending.adding(order.amount))
            credit.creditsPending = try checked(credit.creditsPending.adding(order.amount))
        }
        let inserted = try stored(
            insertTransfer.first(
                order.id.bytes, order.debit.row, order.credit.row, order.amount.count, state.rawValue,
                order.code.rawValue, order.at.milliseconds, reverses?.bytes, expires?.milliseconds
            ) { (row) throws(SQLiteError) in try row.integer(0) })
        guard inserted != nil else { throw .idUsed(order.id) }
        try write(debit)
        try write(credit)
    }

    /// A pending transfer's only change.
    private func settle(_ id: TransferID, as state: TransferState) throws(LedgerError) {
        guard let transfer = try transfer(id) else { throw .unknownTransfer(id) }
        guard transfer.state == .pending else { throw .notPending(id, transfer.state) }
        let amount = transfer.order.amount
        var (debit, credit) = (try account(transfer.order.debit), try account(transfer.order.credit))
        debit.debitsPending = try checked(debit.debitsPending.subtracting(amount))
        credit.creditsPending = try checked(credit.creditsPending.subtracting(amount))
        if state == .posted {
            debit.debitsPosted = try checked(debit.debitsPosted.adding(amount))
            credit.creditsPosted = try checked(credit.creditsPosted.adding(amount))
        }
        try stored(setState.run(state.rawValue, id.bytes))
        try write(debit)
        try write(credit)
    }

    private func write(_ account: Account) throws(LedgerError) {
        try stored(
            setTotals.run(
                account.debitsPosted.count, account.creditsPosted.count, account.debitsPending.count,
                account.creditsPending.count, account.id.row))
    }

    static func readTransfer(_ row: borrowing Statement) throws(SQLiteError) -> Transfer {
        func damaged(_ column: String) -> SQLiteError {
            SQLiteError(
                operation: "read a transfer", path: "", extendedCode: 11,
                message: "its column \(column) has a value this version does not know")
        }
        guard let id = TransferID(bytes: try row.bytes(0)) else { throw damaged("id") }
        guard let code = TransferCode(rawValue: try row.text(4)) else { throw damaged("code") }
        guard let state = TransferState(rawValue: try row.text(6)) else { throw damaged("state") }
        let order = TransferOrder(
            id: id, debit: AccountID(row: try row.integer(1)), credit: AccountID(row: try row.integer(2)),
            amount: Fen(try row.integer(3)), code: code, at: WallTime(milliseconds: try row.integer(5)))
        return Transfer(
            order: order, state: state, reverses: try row.optionalBytes(7).flatMap(TransferID.init(bytes:)),
            expires: try row.optionalInteger(8).map(WallTime.init(milliseconds:)))
    }
}
