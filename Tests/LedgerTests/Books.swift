import Ledger
import SQLite
import Vocabulary

/// Books in memory with three accounts: `bank` without a limit, `lin` and `wu`, who may not go negative.
final class Books {
    let database: Database
    let ledger: Ledger
    let bank: AccountID, lin: AccountID, wu: AccountID

    init() throws {
        let database = try Database(path: ":memory:")
        try Ledger.createTables(in: database)
        ledger = try Ledger(in: database)
        bank = try ledger.openAccount("bank", mayNotGoNegative: false)
        lin = try ledger.openAccount("lin", mayNotGoNegative: true)
        wu = try ledger.openAccount("wu", mayNotGoNegative: true)
        self.database = database
    }

    func order(
        _ number: UInt64, _ debit: AccountID, _ credit: AccountID, _ amount: Int64, _ code: TransferCode = .charge
    ) -> TransferOrder {
        TransferOrder(
            id: transferID(number), debit: debit, credit: credit, amount: Fen(amount), code: code,
            at: WallTime(milliseconds: 1000))
    }

    func balance(_ id: AccountID) throws -> Int64 { try ledger.account(id).balance.count }
}

/// A payment's transfer id made from a small number.
func transferID(_ number: UInt64) -> TransferID {
    TransferID(payment: PaymentID(at: WallTime(milliseconds: 1_760_000_000_000), random: (0, number)))
}

/// A seeded generator (SplitMix64): the same seed gives the same test.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
