import Ledger
import SQLite
import Testing
import Vocabulary

@Suite struct LedgerTests {
    let books: Books
    init() throws { books = try Books() }

    @Test("a posted transfer moves the amount from one account to the other")
    func post() throws {
        try books.ledger.post(books.order(1, books.bank, books.lin, 700))
        #expect(try books.balance(books.bank) == -700)
        #expect(try books.balance(books.lin) == 700)
        #expect(try books.ledger.transfer(transferID(1))?.state == .posted)
        #expect(try books.ledger.verify() == [])
    }

    @Test("an account that may not go negative gives what it has and not a fen more", arguments: [499, 500, 501])
    func limit(amount: Int64) throws {
        try books.ledger.post(books.order(1, books.bank, books.lin, 500))
        let order = books.order(2, books.lin, books.wu, amount)
        if amount <= 500 {
            try books.ledger.post(order)
            #expect(try books.balance(books.wu) == amount)
        } else {
            #expect(throws: LedgerError.insufficientFunds(books.lin, available: Fen(500), needed: Fen(amount))) {
                try books.ledger.post(order)
            }
            #expect(try books.balance(books.wu) == 0)
            #expect(try books.ledger.transfer(transferID(2)) == nil)
        }
        #expect(try books.ledger.verify() == [])
    }

    @Test("the same id a second time is refused, whatever it says, and changes nothing")
    func sameID() throws {
        try books.ledger.post(books.order(1, books.bank, books.lin, 500))
        for order in [books.order(1, books.bank, books.lin, 500), books.order(1, books.lin, books.wu, 1)] {
            #expect(throws: LedgerError.idUsed(transferID(1))) { try books.ledger.post(order) }
        }
        #expect(throws: LedgerError.idUsed(transferID(1))) {
            try books.ledger.begin(books.order(1, books.lin, books.wu, 900))
        }
        #expect(try books.balance(books.lin) == 500)
        #expect(try books.ledger.verify() == [])
    }

    @Test("an amount is more than zero", arguments: [Int64.min, -1, 0])
    func amount(_ amount: Int64) throws {
        #expect(throws: LedgerError.amountNotPositive(transferID(1), Fen(amount))) {
            try books.ledger.post(books.order(1, books.bank, books.lin, amount))
        }
    }

    @Test("an account is not debited and credited alike, and an account that is not there is refused")
    func badAccounts() throws {
        #expect(throws: LedgerError.sameAccount(transferID(1), books.bank)) {
            try books.ledger.post(books.order(1, books.bank, books.bank, 5))
        }
        #expect(throws: LedgerError.unknownAccount(AccountID(row: 99))) {
            try books.ledger.post(books.order(1, books.bank, AccountID(row: 99), 5))
        }
    }

    @Test("totals that would leave 64 bits are refused before anything is written")
    func overflow() throws {
        try books.ledger.post(books.order(1, books.bank, books.lin, .max))
        #expect(throws: LedgerError.self) { try books.ledger.post(books.order(2, books.bank, books.wu, 1)) }
        #expect(try books.ledger.transfer(transferID(2)) == nil)
        try books.ledger.post(books.order(3, books.lin, books.wu, .max))
        #expect(try books.ledger.verify() == [])
    }

    @Test("an account opened again is the same account, unless its rule differs")
    func openAgain() throws {
        #expect(try books.ledger.openAccount("lin", mayNotGoNegative: true) == books.lin)
        #expect(throws: LedgerError.ruleDiffers(books.lin)) {
            try books.ledger.openAccount("lin", mayNotGoNegative: false)
        }
    }

    @Test("ids of a payment, its debt, its coupon and their reversals are six, and none is an opening's")
    func ids() throws {
        let payment = PaymentID(at: WallTime(milliseconds: 5), random: (7, 9))
        let ids = [TransferID(payment: payment), TransferID(debtOf: payment), TransferID(couponOf: payment)].flatMap {
            [$0, $0.reversal]
        }
        #expect(Set(ids).count == 6)
        for id in ids + ids.map(\.reversal) { #expect(id.reversal.reversal == id) }
        let opening = TransferID(openingOf: AccountID(row: 3))
        #expect(opening.bytes[6] >> 4 == 8 && !ids.contains { $0.bytes[6] >> 4 == 8 })
        #expect(TransferID(payment: payment).bytes == payment.bytes)
    }
}

@Suite struct TwoPhaseTests {
    let books: Books
    init() throws {
        books = try Books()
        try books.ledger.post(books.order(100, books.bank, books.lin, 500))
    }

    @Test("a pending transfer reserves the money, and posting it moves the money")
    func postPending() throws {
        try books.ledger.begin(books.order(1, books.lin, books.wu, 300))
        #expect(try books.ledger.account(books.lin).available == Fen(200))
        #expect(try books.balance(books.lin) == 500)
        #expect(try books.ledger.account(books.wu).available == .zero)
        #expect(throws: LedgerError.insufficientFunds(books.lin, available: Fen(200), needed: Fen(201))) {
            try books.ledger.post(books.order(2, books.lin, books.wu, 201))
        }
        try books.ledger.postPending(transferID(1))
        #expect(try books.balance(books.lin) == 200)
        #expect(try books.balance(books.wu) == 300)
        #expect(try books.ledger.account(books.lin).debitsPending == .zero)
        #expect(try books.ledger.verify() == [])
    }

    @Test("voiding a pending transfer sets the money free")
    func voidPending() throws {
        try books.ledger.begin(books.order(1, books.lin, books.wu, 300))
        try books.ledger.voidPending(transferID(1))
        #expect(try books.ledger.account(books.lin).available == Fen(500))
        #expect(try books.ledger.transfer(transferID(1))?.state == .voided)
        #expect(try books.ledger.verify() == [])
    }

    @Test("a transfer that is settled is not settled again")
    func settledOnce() throws {
        try books.ledger.begin(books.order(1, books.lin, books.wu, 300))
        try books.ledger.postPending(transferID(1))
        #expect(throws: LedgerError.notPending(transferID(1), .posted)) { try books.ledger.postPending(transferID(1)) }
        #expect(throws: LedgerError.notPending(transferID(1), .posted)) { try books.ledger.voidPending(transferID(1)) }
        #expect(throws: LedgerError.unknownTransfer(transferID(2))) { try books.ledger.voidPending(transferID(2)) }
    }

    @Test("a pending transfer lapses at its time, not a millisecond before", arguments: [1999, 2000, 2001])
    func expire(now: Int64) throws {
        try books.ledger.begin(books.order(1, books.lin, books.wu, 300), expires: WallTime(milliseconds: 2000))
        try books.ledger.begin(books.order(2, books.lin, books.wu, 10))
        let lapsed = try books.ledger.expirePending(at: WallTime(milliseconds: now))
        #expect(lapsed == (now >= 2000 ? [transferID(1)] : []))
        #expect(try books.ledger.account(books.lin).available == Fen(now >= 2000 ? 490 : 190))
        #expect(try books.ledger.verify() == [])
    }
}

@Suite struct ReversalTests {
    let books: Books
    init() throws {
        books = try Books()
        try books.ledger.post(books.order(1, books.bank, books.lin, 500))
    }

    @Test("a reversal is a new, linked, opposite transfer")
    func reverse() throws {
        let id = try books.ledger.reverse(transferID(1), at: WallTime(milliseconds: 2000))
        let reversal = try #require(try books.ledger.transfer(id))
        #expect(reversal.reverses == transferID(1))
        #expect(reversal.order.code == .reversal)
        #expect(try books.balance(books.lin) == 0)
        #expect(try books.ledger.account(books.lin).debitsPosted == Fen(500))
        #expect(try books.ledger.verify() == [])
    }

    @Test("a transfer is reversed once, and a reversal never")
    func once() throws {
        let id = try books.ledger.reverse(transferID(1), at: WallTime(milliseconds: 2000))
        #expect(throws: LedgerError.idUsed(id)) {
            try books.ledger.reverse(transferID(1), at: WallTime(milliseconds: 3000))
        }
        #expect(throws: LedgerError.idUsed(transferID(1))) {
            try books.ledger.reverse(id, at: WallTime(milliseconds: 3000))
        }
        #expect(try books.ledger.verify() == [])
    }

    @Test("money that has been spent is not taken back from an account that may not go negative")
    func spent() throws {
        try books.ledger.post(books.order(2, books.lin, books.wu, 1))
        #expect(throws: LedgerError.insufficientFunds(books.lin, available: Fen(499), needed: Fen(500))) {
            try books.ledger.reverse(transferID(1), at: WallTime(milliseconds: 2000))
        }
    }

    @Test("a pending transfer is voided, not reversed")
    func pending() throws {
        try books.ledger.begin(books.order(2, books.lin, books.wu, 1))
        #expect(throws: LedgerError.notPosted(transferID(2), .pending)) {
            try books.ledger.reverse(transferID(2), at: WallTime(milliseconds: 2000))
        }
    }
}
