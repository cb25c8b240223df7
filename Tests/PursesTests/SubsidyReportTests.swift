import Testing
import Vocabulary

@testable import Purses

@Suite("What a supervisor can prove about subsidies")
struct SubsidyReportTests {
    let rules: PurseRules
    private let pupil = Holder(.member, slug("li-4"))

    init() throws { rules = try PurseRules(repositoryFile("Scenarios/canteen/purses-school.json5"), file: "school") }

    private func issue(_ purse: String, _ reference: String, _ fen: Int64, until: String?) -> PurseIssue {
        PurseIssue(
            holder: pupil, purse: slug(purse), reference: slug(reference),
            action: .issue(Fen(fen), expires: until.map(day)))
    }

    private func payment(
        _ number: UInt64, on occasion: Occasion = lunch(), _ lines: [(Int64, String)], _ spends: [Spend]
    ) -> PursePayment {
        let lines = lines.map { Basket.Line(amount: Fen($0.0), item: slug($0.1)) }
        guard let basket = try? Basket(lines) else { preconditionFailure("these lines are a basket") }
        return PursePayment(
            id: UUIDv7(at: WallTime(milliseconds: 1), random: (number, 1)), holder: pupil, occasion: occasion,
            basket: basket, spends: spends)
    }

    private func balance(_ purse: String, _ lot: String, _ fen: Int64) -> SubsidyReport.LotBalance {
        SubsidyReport.LotBalance(holder: pupil, purse: slug(purse), lot: slug(lot), balance: Fen(fen))
    }

    private var report: SubsidyReport { SubsidyReport(history: [(from: day("2026-09-01"), rules: rules)]) }

    @Test("a pupil's November: issued less spent less expired is what is left, by merchant, meal and item")
    func november() throws {
        var report = report
        try report.add(issue("nutrition", "nov", 2000, until: "2026-11-30"), on: day("2026-11-01"))
        try report.add(issue("hardship", "autumn", 1000, until: "2027-02-28"), on: day("2026-11-01"))
        try report.add(
            payment(
                1, on: lunch("2026-11-02"), [(800, "meal"), (300, "milk"), (200, "snack")],
                [
                    spend(0, "nutrition", "nov", 600), spend(0, "hardship", "autumn", 200),
                    spend(1, "hardship", "autumn", 300), spend(2, "cash", 200),
                ]))
        var wrong = payment(2, on: lunch("2026-11-03"), [(500, "meal")], [spend(0, "nutrition", "nov", 500)])
        _ = wrong.reverse()
        try report.add(wrong)
        var half = payment(3, on: lunch("2026-11-03"), [(500, "meal")], [spend(0, "nutrition", "nov", 500)])
        _ = try half.refund(Fen(100), ofLine: 0, by: rules).get()
        try report.add(half)
        try report.addExpiry(
            of: pupil, purse: slug("nutrition"), lot: slug("nov"), amount: Fen(1000), on: day("2026-12-01"))
        let outcome = try report.outcome(balances: [balance("hardship", "autumn", 500)])
        #expect(outcome.violations == [])
        let nutrition = try #require(outcome.totals[slug("nutrition")])
        #expect(nutrition.issued == Fen(2000) && nutrition.spent == Fen(1000) && nutrition.expired == Fen(1000))
        #expect(nutrition.balance == .zero)
        let hardship = try #require(outcome.totals[slug("hardship")])
        #expect(hardship.issued == Fen(1000) && hardship.spent == Fen(500) && hardship.balance == Fen(500))
        #expect(
            outcome.csv == """
                purse,day,merchant,period,item,spent,payments
                hardship,2026-11-02,canteen,lunch,meal,2.00,1
                hardship,2026-11-02,canteen,lunch,milk,3.00,1
                nutrition,2026-11-02,canteen,lunch,meal,6.00,1
                nutrition,2026-11-03,canteen,lunch,meal,4.00,1

                """)
    }

    // MARK: - Each thing that can be wrong

    /// A story in which one thing is wrong, and what is left at its end.
    private func story(
        of what: SubsidyViolation.What, _ report: inout SubsidyReport
    ) throws -> [SubsidyReport.LotBalance] {
        let meal: [(Int64, String)] = [(600, "meal")]
        let paid = [spend(0, "nutrition", "nov", 600)]
        if what != .noRules {
            try report.add(issue("nutrition", "nov", 20_000, until: "2026-11-30"), on: day("2026-11-01"))
        }
        switch what {
        case .notAllowed:
            try report.add(payment(1, [(600, "snack")], paid))
            return [balance("nutrition", "nov", 19_400)]
        case .notItsTime:
            try report.add(payment(1, on: lunch("2026-12-01"), meal, paid))
            return [balance("nutrition", "nov", 19_400)]
        case .overPayment:
            // Two purses' lots in one payment, of which one fen was given back so that the meal's limit holds.
            var tray = payment(1, [(601, "meal")], [spend(0, "nutrition", "nov", 601)])
            _ = try tray.refund(Fen(1), ofLine: 0, by: rules).get()
            try report.add(tray)
            return [balance("nutrition", "nov", 19_400)]
        case .overPeriod:
            try report.add(payment(1, [(300, "meal")], [spend(0, "nutrition", "nov", 300)]))
            try report.add(payment(2, [(300, "meal")], [spend(0, "nutrition", "nov", 300)]))
            return [balance("nutrition", "nov", 19_400)]
        case .overDay:
            try report.add(issue("hardship", "autumn", 2000, until: nil), on: day("2026-11-01"))
            var breakfast = lunch()
            breakfast.period = slug("breakfast")
            let first = [spend(0, "hardship", "autumn", 1000)]
            try report.add(payment(1, on: breakfast, [(1000, "meal")], first))
            try report.add(payment(2, [(501, "meal")], [spend(0, "hardship", "autumn", 501)]))
            return [balance("nutrition", "nov", 20_000), balance("hardship", "autumn", 499)]
        case .overMonth:
            for index in 1...23 {
                let date = CivilDate(dayNumber: day("2026-11-01").dayNumber + Int64(index))
                let occasion = Occasion(merchant: slug("canteen"), period: slug("lunch"), day: date)
                let fen: Int64 = index == 23 ? 1 : 600
                try report.add(
                    payment(UInt64(index), on: occasion, [(fen, "meal")], [spend(0, "nutrition", "nov", fen)]))
            }
            return [balance("nutrition", "nov", 20_000 - 13_201)]
        case .unknownPurse:
            try report.add(payment(1, meal, [spend(0, "gifts", "nov", 600)]))
            return [balance("nutrition", "nov", 20_000)]
        case .unknownLot:
            try report.add(payment(1, meal, [spend(0, "nutrition", "oct", 600)]))
            return [balance("nutrition", "nov", 20_000)]
        case .noRules:
            try report.add(payment(1, on: lunch("2026-08-31"), meal, paid))
            return []
        case .lineNotPaid:
            try report.add(payment(1, [(601, "meal")], paid))
            return [balance("nutrition", "nov", 19_400)]
        case .paidTwice:
            try report.add(payment(1, meal, paid))
            try report.add(payment(1, meal, paid))
            return [balance("nutrition", "nov", 19_400)]
        case .issuedTwice:
            try report.add(issue("nutrition", "nov", 1, until: nil), on: day("2026-11-02"))
            return [balance("nutrition", "nov", 20_000)]
        case .expiredEarly:
            try report.addExpiry(
                of: pupil, purse: slug("nutrition"), lot: slug("nov"), amount: Fen(20_000), on: day("2026-11-30"))
            return []
        case .overdrawn:
            try report.addExpiry(
                of: pupil, purse: slug("nutrition"), lot: slug("nov"), amount: Fen(20_001), on: day("2026-12-01"))
            return [balance("nutrition", "nov", -1)]
        case .balanceDiffers: return [balance("nutrition", "nov", 20_001)]
        }
    }

    @Test("each thing that can be wrong is found, and nothing else with it", arguments: SubsidyViolation.What.allCases)
    func found(what: SubsidyViolation.What) throws {
        var report = report
        let balances = try story(of: what, &report)
        let violations = try report.outcome(balances: balances).violations
        #expect(violations.map(\.what) == [what], "\(violations)")
        #expect(violations.allSatisfy { !$0.description.contains("li-4") }, "the person is masked")
    }

    @Test("up to each limit nothing is wrong: the last day, the last fen, the month's last meal")
    func boundaries() throws {
        var report = report
        try report.add(issue("nutrition", "nov", 13_200, until: "2026-11-30"), on: day("2026-11-09"))
        for date in 9...30 {
            let occasion = lunch("2026-11-\(date < 10 ? "0" : "")\(date)")
            try report.add(
                payment(UInt64(date), on: occasion, [(600, "meal")], [spend(0, "nutrition", "nov", 600)]))
        }
        let outcome = try report.outcome(balances: [])
        #expect(outcome.violations == [] && outcome.totals[slug("nutrition")]?.balance == .zero)
    }

    @Test("a month in which the rules change is held against the rules of each day")
    func rulesChange() throws {
        func rules(_ most: Int64) -> PurseRules {
            PurseRules(
                id: slug("r-\(most)"),
                purses: [
                    Purse(
                        id: slug("s"), chinese: "补", english: "S", kind: .subsidy,
                        limits: PurseLimits(month: PurseLimits.Limit(amount: Fen(most))))
                ])
        }
        func violations(_ before: Int64, _ after: Int64) throws -> [CivilDate?] {
            var report = SubsidyReport(
                history: [
                    (from: day("2026-11-11"), rules: rules(after)), (from: day("2026-11-01"), rules: rules(before)),
                ])
            try report.add(issue("s", "nov", 1000, until: nil), on: day("2026-11-01"))
            for (number, date) in ["2026-11-10", "2026-11-11"].enumerated() {
                try report.add(payment(UInt64(number), on: lunch(date), [(100, "meal")], [spend(0, "s", "nov", 100)]))
            }
            return try report.outcome(balances: [balance("s", "nov", 800)]).violations.map(\.day)
        }
        #expect(try violations(100, 200) == [])
        #expect(try violations(99, 200) == [day("2026-11-10")])
        #expect(try violations(200, 199) == [day("2026-11-11")])
    }

    @Test("money that a refund takes to another purse is counted once, out of the one and into the other")
    func moved() throws {
        let purses = ["first", "second"].map { name in
            Purse(
                id: slug(name), chinese: "补", english: "S", kind: .subsidy,
                refundsTo: name == "first" ? slug("second") : nil)
        }
        let rules = PurseRules(id: slug("r"), purses: purses)
        var report = SubsidyReport(history: [(from: day("2026-11-01"), rules: rules)])
        try report.add(issue("first", "nov", 1000, until: "2026-11-30"), on: day("2026-11-01"))
        var tray = payment(1, [(600, "meal")], [spend(0, "first", "nov", 600, until: "2026-11-30")])
        let undoing = try tray.refund(Fen(250), ofLine: 0, by: rules).get()
        try report.add(tray)
        for credit in undoing.credits { try report.addMove(credit, of: pupil, on: day("2026-11-21")) }
        let outcome = try report.outcome(balances: [balance("first", "nov", 400), balance("second", "nov", 250)])
        #expect(outcome.violations == [])
        #expect(outcome.totals[slug("first")]?.movedOut == Fen(250))
        #expect(outcome.totals[slug("second")]?.movedIn == Fen(250))
    }

    @Test("an amount that no balance holds is an error, and no wrap")
    func overflow() throws {
        var report = report
        try report.add(issue("nutrition", "nov", .max, until: nil), on: day("2026-11-01"))
        try report.addMove(
            Credit(
                from: slug("cash"), purse: slug("nutrition"), lot: slug("nov"), expires: nil, amount: Fen(1)),
            of: pupil, on: day("2026-11-02"))
        #expect(throws: AmountOverflow.self) { try report.outcome(balances: []) }
    }
}
