import JSONText
import Payments
import SQLite
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite struct CouponConfigurationTests {
    private func read(_ campaigns: String) throws(Findings) -> [CouponCampaign] {
        let text = """
            { kind: "platform", database: "p.db", mqtt: { port: 1 }, merchant: "m", campaigns: [
            \(campaigns)
            ], tariffs: [{ id: "desk", kind: "items" }] }
            """
        return try PlatformConfiguration.read(Array(text.utf8), file: "platform.json5").campaigns
    }

    private static let rest =
        """
        chinese: "立减", english: "Discount", budget: 1000, mostCoupons: 5, onRefund: "forfeit",
        from: "2026-01-01T00:00:00+08:00", until: "2026-02-01T00:00:00+08:00"
        """

    @Test("campaigns of the three kinds are read")
    func kinds() throws {
        let campaigns = try read(
            """
            { id: "a", discount: "fixed", amount: 300, \(Self.rest) },
            { id: "b", discount: "percent", permille: 120, most: 800, mostPerHolder: 2, \(Self.rest) },
            { id: "c", discount: "random", least: 1, most: 9, instruments: ["plate", "payerCode"],
              holders: ["plate:粤B12345", "card:17"], minimumSpend: 500, leastPayable: 0, lockSeconds: 30,
              \(Self.rest) },
            """)
        #expect(
            campaigns.map(\.discount) == [
                .fixed(Fen(300)), .percent(permille: 120, most: Fen(800)), .drawn(least: Fen(1), most: Fen(9)),
            ])
        #expect(campaigns[0].leastPayable == Fen(1) && campaigns[0].lockSeconds == 120)
        #expect(campaigns[0].instruments == nil && campaigns[0].holders == nil && campaigns[0].mostPerHolder == nil)
        #expect(campaigns[1].mostPerHolder == 2 && campaigns[1].refundRule == .forfeit)
        #expect(campaigns[2].instruments == [.plate, .payerCode] && campaigns[2].holders?.count == 2)
        #expect(campaigns[2].minimumSpend == Fen(500) && campaigns[2].leastPayable == .zero)
        #expect(campaigns[2].from == WallTime(milliseconds: 1_767_196_800_000))
    }

    @Test("all faults of a campaign are found at once, each at its place")
    func faults() throws {
        let findings = #expect(throws: Findings.self) {
            try read(
                """
                { id: "a", discount: "fixed", amount: 1001, \(Self.rest) },
                { id: "a", discount: "random", least: 9, most: 8, instruments: ["gold"], \(Self.rest) },
                { id: "b", discount: "percent", permille: 1001, most: 8, holders: ["x"], chinese: "", english: "B",
                  budget: 0, mostCoupons: 0, onRefund: "keep", from: "2026-01-01", until: "2026-02-30T00:00:00Z" },
                { id: "c", discount: "fixed", amount: 1, chinese: "c", english: "c", budget: 1, mostCoupons: 1,
                  onRefund: "restore", from: "2026-01-01T00:00:00Z", until: "2026-01-01T08:00:00+08:00" },
                """)
        }
        let paths = Set(findings?.list.map(\.path) ?? [])
        #expect(
            paths == [
                "campaigns[0].budget", "campaigns[1].most", "campaigns[1].instruments[0]", "campaigns[1].id",
                "campaigns[2].permille", "campaigns[2].holders[0]", "campaigns[2].chinese", "campaigns[2].budget",
                "campaigns[2].mostCoupons", "campaigns[2].onRefund", "campaigns[2].from", "campaigns[2].until",
                "campaigns[3].until",
            ])
    }

    @Test(
        "times are read with their offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59+00:00", 951_868_799),
            ("2026-03-01T00:00:00+08:00", 1_772_294_400),
            ("2024-12-31T19:00:00-05:30", 1_735_691_400),
        ] as [(String, Int64)])
    func times(text: String, seconds: Int64) throws {
        #expect(try CouponTime.read(text).milliseconds == seconds * 1000)
    }

    @Test(
        "what is not a time, or a day that does not exist, is refused",
        arguments: [
            "", "2026-03-01", "2026-03-01T00:00:00", "2026-3-01T00:00:00+08:00", "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "1969-12-31T00:00:00Z",
            "2026-03-01T00:00:00+24:00", "2026-03-01T00:00:00+0800", "2026-03-01 00:00:00+08:00",
            "2026-03-01T00:00:00x08:00",
        ])
    func notTimes(text: String) {
        #expect(throws: CouponTime.Unreadable.self) { try CouponTime.read(text) }
    }
}

@Suite struct CouponReportTests {
    @Test("a report finds totals that are not those of the coupons, and an account that holds something else")
    func faults() throws {
        let folder = TestFolder(inMemory: true)
        let file = folder.file("p.db")
        let site = try CouponSite(try CouponSite.campaign(), database: file)
        #expect(try site.charge(try site.couponed(charge(1))) == .approved)
        _ = try site.couponed(charge(2))
        #expect(try CouponReport.read(file).faults == [])
        let text = "\(try CouponReport.read(file))"
        #expect(text.contains("spring     10.00    3.00      3.00       0.00  4.00    2/100"))
        let database = try Database(path: file)
        try database.execute("UPDATE campaigns SET locked = locked - 1")
        #expect(try CouponReport.read(file).faults.count == 1)
        try database.execute("UPDATE campaigns SET redeemed = redeemed + 1")
        #expect(try CouponReport.read(file).faults.count == 2)
    }

    @Test("a database whose budget would be overspent refuses the commit")
    func check() throws {
        let folder = TestFolder(inMemory: true)
        _ = try CouponSite(try CouponSite.campaign(), database: folder.file("p.db"))
        let database = try Database(path: folder.file("p.db"))
        #expect(throws: SQLiteError.self) { try database.execute("UPDATE campaigns SET locked = 1001") }
        try database.execute("UPDATE campaigns SET locked = 1000")
    }
}
