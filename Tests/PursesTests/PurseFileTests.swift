import JSONText
import Purses
import Testing
import Vocabulary

@Suite("The file of rules")
struct PurseFileTests {
    private func faults(_ text: String) -> [String] {
        do throws(Findings) {
            _ = try PurseRules(Array(text.utf8), file: "r.json5")
            return []
        } catch { return error.list.map(\.description) }
    }

    /// A file of one purse, and of another that is good.
    private func file(_ purse: String) -> String {
        """
        { kind: "purse-rules", id: "r", purses: [
        {\(purse)},
        { id: "gifts", name: { zh: "礼", en: "Gifts" }, kind: "subsidy" }, { id: "c", name: { zh: "现", en: "C" }, kind: "cash" },
        ] }
        """
    }

    @Test("the school's file says what it means")
    func school() throws {
        let rules = try PurseRules(repositoryFile("Scenarios/canteen/purses-school.json5"), file: "school")
        #expect(rules.zone == .china)
        #expect(rules.purses.map(\.id.text) == ["nutrition", "hardship", "cash", "account"])
        #expect(rules.purses.map(\.kind) == [.subsidy, .subsidy, .cash, .debit])
        let nutrition = try #require(rules.purse(slug("nutrition")))
        #expect(
            nutrition
                == Purse(
                    id: slug("nutrition"), chinese: "营养餐补", english: "Meal subsidy", kind: .subsidy,
                    spendsOn: SpendingRule(
                        merchants: [slug("canteen")], periods: [slug("lunch")], items: [slug("meal")]),
                    limits: PurseLimits(
                        payment: Fen(600), period: PurseLimits.Limit(amount: Fen(600), count: 1),
                        month: PurseLimits.Limit(amount: Fen(13_200))), expiry: .endOfMonth))
        #expect(rules.purses[1].expiry == .days(180))
        #expect(rules.purses[3].minimumBalance == Fen(-10_000) && rules.purses[3].refundsTo == slug("cash"))
        #expect(
            rules.purses[2]
                == Purse(
                    id: slug("cash"), chinese: "充值账户", english: "Prepaid", kind: .cash,
                    limits: PurseLimits(payment: Fen(10_000), day: PurseLimits.Limit(amount: Fen(20_000)))))
    }

    @Test(
        "money lasts to the last day of its rule, over months of any length and leap days",
        arguments: [
            (.never, "2026-11-20", nil), (.days(1), "2026-11-20", "2026-11-20"),
            (.days(30), "2026-11-20", "2026-12-19"),
            (.endOfMonth, "2026-11-01", "2026-11-30"), (.endOfMonth, "2026-12-31", "2026-12-31"),
            (.endOfMonth, "2027-02-01", "2027-02-28"), (.endOfMonth, "2028-02-29", "2028-02-29"),
        ] as [(ExpiryRule, String, String?)])
    func expiry(rule: ExpiryRule, issued: String, last: String?) {
        #expect(rule.lastDay(ofMoneyFrom: day(issued)) == last.map(day))
    }

    @Test(
        "what contradicts itself is refused, where it stands",
        arguments: [
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", minimumBalance: -1"#, "minimumBalance"),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "debit""#, "minimumBalance"),
            (
                #"id: "a", name: { zh: "甲", en: "A" }, kind: "debit", limits: { period: { amount: 5 } }"#,
                "minimumBalance"
            ),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "debit", limits: { day: { count: 5 } }"#, "minimumBalance"),
            (
                #"id: "a", name: { zh: "甲", en: "A" }, kind: "debit", minimumBalance: -5, expires: { when: "endOfMonth" }"#,
                "expires"
            ),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", expires: { when: "afterDays" }"#, "expires.days"),
            (
                #"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", expires: { when: "never", days: 3 }"#,
                "expires.days"
            ),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", limits: { day: {} }"#, "limits.day.amount"),
            (
                #"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", limits: { payment: { amount: 9 }, day: { amount: 8 } }"#,
                "limits.day"
            ),
            (
                #"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", limits: { day: { count: 9 }, month: { count: 8 } }"#,
                "limits.month"
            ),
            (
                #"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", limits: { payment: { count: 1 } }"#,
                "limits.payment"
            ),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", spendsOn: { items: [] }"#, "spendsOn.items"),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", spendsOn: { items: ["m", "m"] }"#, "spendsOn.items"),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "subsidy", refundsTo: "c""#, "refundsTo"),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", refundsTo: "gifts""#, "refundsTo"),
            (#"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", refundsTo: "nobody""#, "refundsTo"),
            (
                #"id: "a", name: { zh: "甲", en: "A" }, kind: "subsidy", spendsOn: { items: ["m"] }, "#
                    + #"refundsTo: "gifts""#,
                "refundsTo"
            ),
            (#"id: "gifts", name: { zh: "甲", en: "A" }, kind: "cash""#, "purses[1].id"),
            (#"id: "a", name: { zh: "甲" }, kind: "cash""#, "name.en"),
        ])
    func contradictions(purse: String, path: String) {
        let found = faults(file(purse))
        let place = path.hasPrefix("purses") ? path : "purses[0].\(path)"
        #expect(!found.isEmpty && found.allSatisfy { $0.contains(": \(place)") }, "\(found)")
    }

    @Test("what is next to a contradiction is good")
    func good() {
        for purse in [
            #"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", minimumBalance: 0"#,
            #"id: "a", name: { zh: "甲", en: "A" }, kind: "debit", minimumBalance: 0"#,
            #"id: "a", name: { zh: "甲", en: "A" }, kind: "debit", limits: { day: { amount: 5 } }"#,
            #"id: "a", name: { zh: "甲", en: "A" }, kind: "subsidy", refundsTo: "gifts""#,
            #"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", refundsTo: "c""#,
            #"id: "a", name: { zh: "甲", en: "A" }, kind: "cash", limits: { payment: { amount: 9 }, day: { amount: 9 } }"#,
        ] { #expect(faults(file(purse)) == []) }
    }

    @Test("every fault of a file is told at once, with line and column")
    func allAtOnce() {
        let found = faults(
            """
            {
              kind: "tariff", id: "School 1", timeZone: "Beijing",
              purses: [
                { id: "a", name: { zh: "甲", en: "A" }, kind: "coupon", limit: { day: { amount: 5 } } },
                { id: "b", name: { zh: "乙", en: "B" }, kind: "cash", limits: { day: { amount: 1.5 } } },
              ],
            }
            """)
        #expect(found.count == 6)
        for place in [
            "2:9: kind: ", "2:23: id: ", "2:45: timeZone: ", #"4:52: purses[0].kind: found the text "coupon""#,
            "4:62: purses[0].limit: found an unknown key", "5:85: purses[1].limits.day.amount: ",
        ] { #expect(found.contains { $0.hasPrefix("r.json5:\(place)") }, "\(place) \(found)") }
    }

    @Test("a file of no purse, and of more than eight, is refused")
    func bounds() {
        func purses(_ count: Int) -> String {
            let list = (0..<count).map { "{ id: \"p-\($0)\", name: { zh: \"甲\", en: \"A\" }, kind: \"cash\" }" }
            return "{ kind: \"purse-rules\", id: \"r\", purses: [\(list.joined(separator: ","))] }"
        }
        #expect([0, 1, 8, 9].map { faults(purses($0)).isEmpty } == [false, true, true, false])
    }

    @Test("a guardian's word is read, and its faults are told")
    func guardian() throws {
        func read(_ text: String) throws(Findings) -> Guardian {
            try DocumentReader.read(Array(text.utf8), dialect: .json5) { Guardian($0) }
        }
        #expect(
            try read(#"{ limits: { day: { amount: 2000 } }, barredItems: ["snack"], barredPeriods: ["supper"] }"#)
                == Guardian(
                    limits: PurseLimits(day: PurseLimits.Limit(amount: Fen(2000))), barredItems: [slug("snack")],
                    barredPeriods: [slug("supper")]))
        #expect(try read("{}") == Guardian())
        #expect(throws: Findings.self) { try read(#"{ barredItems: [] }"#) }
        #expect(throws: Findings.self) { try read(#"{ limits: { day: { amount: -1 } } }"#) }
    }
}
