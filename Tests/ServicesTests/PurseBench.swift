import Ledger
import Purses
import SQLite
import Vocabulary

@testable import Services

/// A name that a test writes.
func slug(_ text: String) -> Slug { try! Slug(text) }

/// A book of purses in memory with one person, and every call a transaction of its own.
final class PurseBench {
    let holder = Holder(.member, slug("p1"))
    let occasion = Occasion(merchant: slug("canteen"), period: slug("lunch"), day: try! CivilDate("2026-11-20"))
    let rules = PurseRules(
        id: slug("test"),
        purses: [
            Purse(id: slug("nutrition"), chinese: "餐补", english: "Meals", kind: .subsidy),
            Purse(id: slug("hardship"), chinese: "困补", english: "Hardship", kind: .subsidy),
            Purse(id: slug("cash"), chinese: "现金", english: "Cash", kind: .cash),
            Purse(id: slug("account"), chinese: "银行卡", english: "Account", kind: .debit, refundsTo: slug("cash")),
        ])
    private let database: Database
    let ledger: Ledger
    let book: PurseBook
    private var count: UInt64 = 0

    init() throws {
        database = try Database(path: ":memory:")
        try PlatformSchema.prepare(database)
        ledger = try Ledger(in: database)
        book = try PurseBook(in: database, ledger: ledger)
    }

    @discardableResult
    func inTransaction<Value>(_ body: (PurseBook) throws -> Value) throws -> Value {
        try database.execute("BEGIN")
        do {
            let value = try body(book)
            try database.execute("COMMIT")
            return value
        } catch {
            try database.execute("ROLLBACK")
            throw error
        }
    }

    @discardableResult
    func issue(_ amount: Int64, _ purse: String, _ lot: String, until day: String?) throws -> PurseBook.Bringing {
        try inTransaction {
            try $0.bring(
                Fen(amount), to: holder, slug(purse), lot: slug(lot), expires: try day.map { try CivilDate($0) },
                reference: slug(lot), .issue, on: occasion.day, by: "file", at: Site.time)
        }
    }

    func take(_ spends: [Spend]) throws -> Bool {
        try inTransaction { book in
            let merchant = try ledger.openAccount("merchant:test", mayNotGoNegative: false)
            return try book.take(spends, of: holder, to: merchant, .charge, at: Site.time) { _ in nextID() }
        }
    }

    func put(_ credits: [Credit]) throws {
        try inTransaction { book in
            let merchant = try ledger.openAccount("merchant:test", mayNotGoNegative: false)
            try book.put(credits, of: holder, by: rules, from: merchant, .refund, at: Site.time) { _ in nextID() }
        }
    }

    func end(_ purse: String, _ lot: String, after day: String) throws -> Bool {
        try inTransaction {
            try $0.end(
                slug(lot), of: holder, slug(purse), after: try CivilDate(day), on: occasion.day, by: "file",
                at: Site.time)
        }
    }

    func expire(before day: String, most: Int64 = 100) throws -> Int {
        try inTransaction { try $0.expire(before: try CivilDate(day), most: most, at: Site.time).lots }
    }

    func spend(_ amount: Int64, _ purse: String, _ lot: String?, _ day: String?) -> Spend {
        Spend(
            line: 0, purse: slug(purse), lot: lot.map(slug), expires: day.map { try! CivilDate($0) },
            amount: Fen(amount))
    }

    func credit(_ amount: Int64, _ purse: String, _ lot: String?, _ day: String?, from: String? = nil) -> Credit {
        Credit(
            from: slug(from ?? purse), purse: slug(purse), lot: lot.map(slug), expires: day.map { try! CivilDate($0) },
            amount: Fen(amount))
    }

    func states() throws -> [PurseState] { try book.states(of: holder, on: occasion) }

    func usage() throws -> UsageBook { try book.usage(of: holder, on: occasion) }

    func balance(_ name: String) throws -> Int64? { try ledger.account(named: name)?.balance.count }

    /// Whether the ledger is sound, and each purse's lots make its balance.
    func isSound() throws -> Bool {
        let report = try LedgerReport(reading: database)
        return report.faults.isEmpty && report.sumOfBooks == .zero && report.purseFaults.isEmpty
    }

    private func nextID() -> TransferID {
        count += 1
        return TransferID(payment: PaymentID(at: Site.time, random: (77, count)))
    }
}

extension Dice {
    /// From 0 to one less than the bound.
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
