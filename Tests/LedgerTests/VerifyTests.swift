import Ledger
import SQLite
import Testing
import Vocabulary

@Suite struct VerifyTests {
    /// What a hand with the sqlite3 shell might do to the books, and what verify must then say.
    static let breakages: [(sql: String, fault: @Sendable (Books) -> LedgerFault)] = [
        (
            "UPDATE accounts SET credits_posted = credits_posted + 1 WHERE name = 'wu'",
            { .totalOff($0.wu, .creditsPosted, stored: Fen(201), derived: Fen(200)) }
        ),
        (
            "UPDATE accounts SET debits_pending = 0 WHERE name = 'lin'",
            { .totalOff($0.lin, .debitsPending, stored: .zero, derived: Fen(30)) }
        ),
        (
            "UPDATE transfers SET amount = amount - 1 WHERE code = 'opening'",
            { .totalOff($0.bank, .debitsPosted, stored: Fen(515), derived: Fen(514)) }
        ),
        (
            "DELETE FROM transfers WHERE state = 'pending'",
            { .totalOff($0.wu, .creditsPending, stored: Fen(30), derived: .zero) }
        ),
        (
            "UPDATE transfers SET debit = 77 WHERE code = 'opening'",
            { _ in .accountMissing(transferID(1), AccountID(row: 77)) }
        ),
        ("UPDATE transfers SET reverses = id WHERE code = 'reversal'", { _ in .reversalOff(transferID(3).reversal) }),
        ("UPDATE accounts SET debits_posted = 516 WHERE name = 'bank'", { _ in .booksOff(sum: Fen(-1)) }),
        (
            "UPDATE accounts SET credits_posted = 0 WHERE name = 'lin'",
            { .wentNegative($0.lin, balance: Fen(-245)) }
        ),
    ]

    @Test("a row changed behind the ledger's back is found and named", arguments: breakages.indices)
    func broken(index: Int) throws {
        let books = try Books()
        try books.ledger.post(books.order(1, books.bank, books.lin, 500, .opening))
        try books.ledger.post(books.order(2, books.lin, books.wu, 200))
        try books.ledger.begin(books.order(4, books.lin, books.wu, 30))
        try books.ledger.post(books.order(3, books.lin, books.bank, 15))
        try books.ledger.reverse(transferID(3), at: WallTime(milliseconds: 2000))
        #expect(try books.ledger.verify() == [])
        let (sql, fault) = VerifyTests.breakages[index]
        try books.database.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; \(sql)")
        #expect(try books.ledger.verify().contains(fault(books)))
    }

    @Test("random operations keep the invariants and agree with a model", arguments: 1...6)
    func randomOperations(seed: UInt64) throws {
        let books = try Books()
        var dice = Dice(state: seed)
        var model = Model()
        for step in 0..<400 {
            let accounts = [books.bank, books.lin, books.wu]
            let (debit, credit) = (accounts.randomElement(using: &dice)!, accounts.randomElement(using: &dice)!)
            let number = UInt64.random(in: 0..<120, using: &dice)
            let order = books.order(number, debit, credit, Int64.random(in: -1...300, using: &dice))
            let choice = Int.random(in: 0..<6, using: &dice)
            try books.database.transaction(failure: { LedgerError.store($0) }) { () throws(LedgerError) in
                do throws(LedgerError) {
                    switch choice {
                    case 0, 1: try books.ledger.post(order)
                    case 2: try books.ledger.begin(order)
                    case 3: try books.ledger.postPending(order.id)
                    case 4: try books.ledger.voidPending(order.id)
                    default: try books.ledger.reverse(order.id, at: order.at)
                    }
                } catch {
                    // A refusal is committed as well: it must have left no trace.
                    if case .store = error { throw error }
                    return
                }
                model.apply(choice, order)
            }
            if step % 20 == 0 { #expect(try books.ledger.verify() == []) }
            for account in accounts {
                #expect(try books.balance(account) == model.balances[account, default: 0])
            }
        }
        #expect(try books.ledger.verify() == [])
        #expect(model.applied > 50)
        #expect(try books.balance(books.lin) >= 0 && books.balance(books.wu) >= 0)
    }
}

/// The plainest account of what an accepted operation does to the balances.
private struct Model {
    var balances: [AccountID: Int64] = [:]
    var orders: [TransferID: TransferOrder] = [:]
    var applied = 0

    mutating func apply(_ choice: Int, _ order: TransferOrder) {
        applied += 1
        switch choice {
        case 0, 1:
            orders[order.id] = order
            move(order, order.amount.count)
        case 2: orders[order.id] = order
        case 3: move(orders[order.id]!, orders[order.id]!.amount.count)
        case 4: break
        default: move(orders[order.id]!, -orders[order.id]!.amount.count)
        }
    }

    private mutating func move(_ order: TransferOrder, _ amount: Int64) {
        balances[order.debit, default: 0] -= amount
        balances[order.credit, default: 0] += amount
    }
}
