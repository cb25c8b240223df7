import Ledger
import Payments
import SQLite
import Testing
import Vocabulary
import Wire

@testable import Services

/// Refunds of payments with coupons, at the register that a refund calls.
@Suite final class CouponRefundTests {
    private let database: Database
    private let ledger: Ledger
    private let register: CouponRegister
    private let bank: AccountID, merchant: AccountID
    private let now = CouponSite.begin
    private let device = try! DeviceID("gate-1")

    /// A payment of 1,000, of which the payer has paid 700 and the campaign 300.
    convenience init() throws { try self.init(.restore) }

    private init(_ rule: CouponCampaign.RefundRule) throws {
        let database = try Database(path: ":memory:")
        try PlatformSchema.prepare(database)
        ledger = try Ledger(in: database)
        bank = try ledger.openAccount("bank:opening", mayNotGoNegative: false)
        merchant = try ledger.openAccount("merchant:city", mayNotGoNegative: false)
        let campaign = try CouponSite.campaign { $0.refundRule = rule }
        let table = try CouponTable(in: database)
        try CouponRegister.configure([campaign], table, ledger, bank: bank, at: now) { _ in }
        register = CouponRegister(
            [campaign], table: table, ledger: ledger,
            incidents: try IncidentBook(in: database) { _ in }, merchant: merchant, dice: Dice(state: 1))
        self.database = database
        let offer = try #require(try register.offer(charge(1), from: device, at: now))
        let claim = try #require(CouponRegister.claim(in: charge(1).with(offer), from: device))
        try register.redeem(claim, at: now, isLate: false)
        #expect(try balance("merchant:city") == 300)
    }

    private func balance(_ name: String) throws -> Int64? { try ledger.account(named: name)?.balance.count }

    private func refund(_ number: UInt64, _ refunded: Int64) throws {
        try register.refund(
            PaymentID(at: now, random: (9, number)), of: charge(1).payment, refunded: Fen(refunded), captured: Fen(700),
            at: now)
    }

    /// What the campaign has left to grant, where all totals agree.
    private func left() throws -> Int64? {
        let report = try CouponReport(reading: database)
        #expect(report.faults == [])
        #expect(try ledger.verify() == [])
        return report.campaigns.first?.left.count
    }

    @Test(
        "each refund gives the campaign its part, and all refunds together give it all",
        arguments: CouponCampaign.RefundRule.allCases)
    func parts(rule: CouponCampaign.RefundRule) throws {
        let site = try CouponRefundTests(rule)
        try site.refund(1, 350)
        #expect(try site.balance("campaign:spring") == 850 && site.balance("merchant:city") == 150)
        #expect(try site.left() == (rule == .restore ? 850 : 700))
        try site.refund(2, 700)
        #expect(try site.balance("campaign:spring") == 1_000 && site.balance("merchant:city") == 0)
        #expect(try site.left() == (rule == .forfeit ? 700 : 1_000))
        try site.refund(3, 700)
        #expect(try site.balance("merchant:city") == 0)
    }

    @Test("a payment that is undone after a part was refunded gives back the rest, whatever the rule")
    func undoneAfterPart() throws {
        let site = try CouponRefundTests(.forfeit)
        try site.refund(1, 350)
        for _ in 0..<2 { try site.register.undo(charge(1).payment, at: site.now) }
        #expect(try site.balance("campaign:spring") == 1_000 && site.balance("merchant:city") == 0)
        #expect(try site.left() == 1_000)
    }
}
