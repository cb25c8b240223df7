internal import SQLite
public import Vocabulary

/// Something in the books that cannot be.
public enum LedgerFault: Equatable, Sendable, CustomStringConvertible {
    /// The four totals of an account.
    public enum Total: String, CaseIterable, Sendable {
        case debitsPosted, creditsPosted, debitsPending, creditsPending
    }

    /// An account's total is not the sum of its transfers.
    case totalOff(AccountID, Total, stored: Fen, derived: Fen)
    /// A transfer names an account that is not there.
    case accountMissing(TransferID, AccountID)
    /// An account that may not go negative has done so.
    case wentNegative(AccountID, balance: Fen)
    /// A reversal is not the opposite of the transfer it takes back, or that one was never posted.
    case reversalOff(TransferID)
    /// The balances of all accounts together are not zero.
    case booksOff(sum: Fen)
    /// The sums leave the range of 64 bits.
    case overflow(AmountOverflow)

    public var description: String {
        switch self {
        case .totalOff(let account, let total, let stored, let derived):
            "\(account): \(total.rawValue) is \(stored), its transfers make \(derived)"
        case .accountMissing(let id, let account): "\(id) names \(account), which is not there"
        case .wentNegative(let account, let balance): "\(account) may not go negative and stands at \(balance)"
        case .reversalOff(let id): "\(id) is not the opposite of the transfer it takes back"
        case .booksOff(let sum): "the books sum to \(sum), not to zero"
        case .overflow(let error): "\(error)"
        }
    }
}

extension Ledger {
    /// Derives every total from the transfers alone and compares.
    ///
    /// It reads all rows: about a second for a million transfers. Call it inside a transaction, so that it sees one
    /// state of the books.
    /// - Returns: every fault found, in the order of the accounts' names, then of the transfers; empty: all is well.
    public func verify() throws(LedgerError) -> [LedgerFault] {
        let accounts = try accounts()
        var derived: [AccountID: Totals] = [:]
        for account in accounts { derived[account.id] = Totals() }
        var transferFaults: [LedgerFault] = []
        var reversals: [Transfer] = []
        try stored(
            allTransfers.forEach { (row) throws(SQLiteError) in
                let transfer = try Ledger.readTransfer(row)
                if transfer.reverses != nil || transfer.order.code == .reversal { reversals.append(transfer) }
                transferFaults += Ledger.add(transfer, to: &derived)
            })
        for reversal in reversals where try !isOpposite(reversal) {
            transferFaults.append(.reversalOff(reversal.order.id))
        }
        return accounts.flatMap { Ledger.compare($0, derived[$0.id] ?? Totals()) } + transferFaults
            + Ledger.sum(of: accounts)
    }

    /// The balances of all accounts together: zero, unless the books are broken.
    public static func sumOfBooks(_ accounts: [Account]) throws(AmountOverflow) -> Fen {
        // Taking each account's balance at once keeps the running sum small; its range is that of one balance.
        var sum = Fen.zero
        for account in accounts {
            sum = try sum.adding(try account.creditsPosted.subtracting(account.debitsPosted))
        }
        return sum
    }

    // MARK: -

    private struct Totals {
        var debitsPosted = Fen.zero, creditsPosted = Fen.zero, debitsPending = Fen.zero, creditsPending = Fen.zero

        subscript(total: LedgerFault.Total) -> Fen {
            switch total {
            case .debitsPosted: debitsPosted
            case .creditsPosted: creditsPosted
            case .debitsPending: debitsPending
            case .creditsPending: creditsPending
            }
        }
    }

    private static func add(_ transfer: Transfer, to totals: inout [AccountID: Totals]) -> [LedgerFault] {
        let order = transfer.order
        guard var debit = totals[order.debit] else { return [.accountMissing(order.id, order.debit)] }
        guard var credit = totals[order.credit] else { return [.accountMissing(order.id, order.credit)] }
        do throws(AmountOverflow) {
            switch transfer.state {
            case .posted:
                debit.debitsPosted = try debit.debitsPosted.adding(order.amount)
                credit.creditsPosted = try credit.creditsPosted.adding(order.amount)
            case .pending:
                debit.debitsPending = try debit.debitsPending.adding(order.amount)
                credit.creditsPending = try credit.creditsPending.adding(order.amount)
            case .voided, .expired: break
            }
        } catch { return [.overflow(error)] }
        totals[order.debit] = debit
        totals[order.credit] = credit
        return []
    }

    private static func compare(_ account: Account, _ derived: Totals) -> [LedgerFault] {
        let stored = Totals(
            debitsPosted: account.debitsPosted, creditsPosted: account.creditsPosted,
            debitsPending: account.debitsPending, creditsPending: account.creditsPending)
        var faults = LedgerFault.Total.allCases.compactMap { total in
            stored[total] == derived[total]
                ? nil : LedgerFault.totalOff(account.id, total, stored: stored[total], derived: derived[total])
        }
        if account.mayNotGoNegative, account.available < .zero {
            faults.append(.wentNegative(account.id, balance: account.available))
        }
        return faults
    }

    private func isOpposite(_ reversal: Transfer) throws(LedgerError) -> Bool {
        guard let id = reversal.reverses, let original = try transfer(id) else { return false }
        return original.state == .posted && reversal.state == .posted && reversal.order.id == id.reversal
            && reversal.order.debit == original.order.credit && reversal.order.credit == original.order.debit
            && reversal.order.amount == original.order.amount
    }

    private static func sum(of accounts: [Account]) -> [LedgerFault] {
        do throws(AmountOverflow) {
            let sum = try sumOfBooks(accounts)
            return sum == .zero ? [] : [.booksOff(sum: sum)]
        } catch { return [.overflow(error)] }
    }
}
