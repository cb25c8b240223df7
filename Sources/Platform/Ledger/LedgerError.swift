public import SQLite
public import Vocabulary

/// Why the ledger did not do what was asked. Nothing of it was applied.
public enum LedgerError: Error, Equatable, CustomStringConvertible {
    case store(SQLiteError)
    case overflow(AmountOverflow)
    case unknownAccount(AccountID)
    case unknownTransfer(TransferID)
    case amountNotPositive(TransferID, Fen)
    case sameAccount(TransferID, AccountID)
    case insufficientFunds(AccountID, available: Fen, needed: Fen)
    /// The id has been used; the transfer that has it stands as it is.
    case idUsed(TransferID)
    case notPending(TransferID, TransferState)
    case notPosted(TransferID, TransferState)
    /// The account exists with the other rule about going negative.
    case ruleDiffers(AccountID)

    public var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .overflow(let error): "booking a transfer: \(error)"
        case .unknownAccount(let id): "booking a transfer: there is no \(id); open it first"
        case .unknownTransfer(let id): "there is no \(id)"
        case .amountNotPositive(let id, let amount): "\(id) would move \(amount); an amount is more than zero"
        case .sameAccount(let id, let account): "\(id) would debit and credit \(account) alike"
        case .insufficientFunds(let id, let available, let needed):
            "\(id) may not go negative: it has \(available) available, \(needed) was to be taken"
        case .idUsed(let id): "\(id) exists already and stands as it is; a correction needs an id of its own"
        case .notPending(let id, let state): "\(id) is \(state.rawValue); only a pending one can be posted or voided"
        case .notPosted(let id, let state): "\(id) is \(state.rawValue); only a posted one can be reversed"
        case .ruleDiffers(let id): "\(id) exists with another rule about going negative; use another name"
        }
    }
}

/// Makes a call of SQLite; what it throws becomes ``LedgerError/store(_:)``.
func stored<Value>(_ body: @autoclosure () throws(SQLiteError) -> Value) throws(LedgerError) -> Value {
    do { return try body() } catch { throw .store(error) }
}

/// Runs arithmetic on amounts; what it throws becomes ``LedgerError/overflow(_:)``.
func checked(_ body: @autoclosure () throws(AmountOverflow) -> Fen) throws(LedgerError) -> Fen {
    do { return try body() } catch { throw .overflow(error) }
}
