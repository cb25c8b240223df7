import GB18030Text
import JSONText
import Purses
import Testing
import Vocabulary

@Suite("Issuing money by file")
struct IssueFileTests {
    let rules: PurseRules

    init() throws { rules = try PurseRules(repositoryFile("Scenarios/canteen/purses-school.json5"), file: "school") }

    private let today = day("2026-11-20")

    private func read(_ text: String) throws(Findings) -> [PurseIssue] {
        try IssueFile(Array(text.utf8), file: "issue.csv", rules: rules, on: today).issues
    }

    private func faults(_ text: String) -> [String] {
        do throws(Findings) {
            _ = try read(text)
            return []
        } catch { return error.list.map(\.description) }
    }

    private func issue(
        _ person: String, _ purse: String, _ reference: String, _ action: PurseIssue.Action, byRule: Bool = false,
        note: String = "", line: Int
    ) -> PurseIssue {
        PurseIssue(
            holder: Holder(.member, slug(person)), purse: slug(purse), reference: slug(reference), action: action,
            isDayByRule: byRule, note: note, line: line)
    }

    @Test("money comes in with a last day that the file says, or that the purse's rule does")
    func issues() throws {
        let text = """
            person,purse,amount,expires,reference
            p1,nutrition,132.00,2026-11-25,nov-2026
            p2,nutrition,132.00,,nov-2026

            p1,hardship,0.01,,autumn
            p1,cash,100000.00,,paid-in-7\r
            card:0012,cash,5.50,2027-01-31,gift

            """
        let file = try IssueFile(Array(text.utf8), file: "issue.csv", rules: rules, on: today)
        var expected = [
            issue("p1", "nutrition", "nov-2026", .issue(Fen(13_200), expires: day("2026-11-25")), line: 2),
            issue(
                "p2", "nutrition", "nov-2026", .issue(Fen(13_200), expires: day("2026-11-30")), byRule: true, line: 3),
            // 180 days, of which the day of issue is the first.
            issue("p1", "hardship", "autumn", .issue(Fen(1), expires: day("2027-05-18")), byRule: true, line: 5),
            issue("p1", "cash", "paid-in-7", .issue(Fen(10_000_000), expires: nil), byRule: true, line: 6),
            issue("p1", "cash", "gift", .issue(Fen(550), expires: day("2027-01-31")), line: 7),
        ]
        expected[4].holder = Holder(.card, slug("0012"))
        #expect(file.issues == expected)
        #expect(file.total(of: slug("nutrition")) == Fen(26_400))
    }

    @Test("what is left of an issue is ended early by a line that says so")
    func expiry() throws {
        let issues = try read(
            #"""
            reference,action,person,purse,expires,amount,note
            nov-2026,expire,p1,nutrition,2026-11-20,,"转学, ""三班"""
            nov-2026,发放,p2,nutrition,,6.00,

            """#)
        #expect(
            issues == [
                issue(
                    "p1", "nutrition", "nov-2026", .expire(lastDay: today), note: "转学, \"三班\"", line: 2),
                issue(
                    "p2", "nutrition", "nov-2026", .issue(Fen(600), expires: day("2026-11-30")), byRule: true, line: 3),
            ])
    }

    @Test("a file that a Chinese spreadsheet saved, with Chinese headers, is read in UTF-8 and in GB18030")
    func encodings() throws {
        let text = "人员,钱包,金额,有效期,编号,备注\r\np1,nutrition,6.00,2026-11-30,nov-2026,张三\r\n"
        let expected = [
            issue("p1", "nutrition", "nov-2026", .issue(Fen(600), expires: day("2026-11-30")), note: "张三", line: 2)
        ]
        #expect(try read(text) == expected)
        #expect(try read("\u{FEFF}" + text) == expected)
        let bytes = try GB18030Text.encode(text)
        let file = try IssueFile(bytes, file: "issue.csv", rules: rules, on: today) { bytes in
            try? GB18030Text.toUTF8(bytes)
        }
        #expect(file.issues == expected)
        #expect(throws: Findings.self) { try IssueFile(bytes, file: "issue.csv", rules: rules, on: today) }
    }

    @Test("every fault is told with its line, and nothing of the file is taken")
    func faultyFile() {
        let found = faults(
            """
            person,purse,amount,expires,reference,action
            p1,nutrition,132.00,2026-11-30,nov-2026,issue
            p2,nutrition,-6.00,,nov-2026,
            p1,nutrition,132.00,2026-11-30,nov-2026,issue
            p3,lunch,6.00,,nov-2026,
            p4,account,6.00,,nov-2026,
            p5,nutrition,6.00,2026-02-30,nov-2026,
            p6,nutrition,6.00,2026-11-19,nov-2026,
            P7,nutrition,6,30.11.2026,Nov 2026,refund
            p8,nutrition,6.00,,nov-2026
            p9,nutrition,6.00,,nov-2026,expire

            """)
        #expect(
            found == [
                #"issue.csv:3:14: amount: found "-6.00", a negative amount, expected yuan with two decimals, "#
                    + "from 0.01 to 100000.00, such as 132.00",
                "issue.csv:4:1: the document: found the same person, purse and reference as line 2, expected each once: "
                    + "money must not be issued twice",
                "issue.csv:5:4: purse: found lunch, which no purse is called, expected one of nutrition, hardship, cash",
                "issue.csv:6:4: purse: found account, a bank account, expected a purse that holds money itself",
                #"issue.csv:7:19: expires: found "2026-02-30", expected the last day: "#
                    + "no calendar has the day 2026-02-30",
                "issue.csv:8:19: expires: found 2026-11-19, which is over, expected 2026-11-20 or a later day",
                #"issue.csv:9:1: person: found "P7", expected a person's name such as p2026001: "P7" is not a name: "#
                    + "use 1 to 64 characters a-z, 0-9 and -, not beginning with -",
                #"issue.csv:9:14: amount: found "6", expected yuan with two decimals, from 0.01 to 100000.00, "#
                    + "such as 132.00",
                #"issue.csv:9:16: expires: found "30.11.2026", expected the last day: "30.11.2026" is not a date: "#
                    + "write it like 2026-10-01",
                #"issue.csv:9:27: reference: found "Nov 2026", expected a name for this issue such as nov-2026: "#
                    + #""Nov 2026" is not a name: use 1 to 64 characters a-z, 0-9 and -, not beginning with -"#,
                #"issue.csv:9:36: action: found "refund", expected issue (发放) or expire (到期)"#,
                "issue.csv:10:1: the document: found 5 fields, expected 6 as in the header",
                #"issue.csv:11:14: amount: found "6.00", expected nothing: all that is left expires"#,
                #"issue.csv:11:19: expires: found nothing, expected the last day: "" is not a date: "#
                    + "write it like 2026-10-01",
            ])
    }

    @Test(
        "amounts are yuan with two decimals, more than nothing, and no slip of the finger",
        arguments: [
            ("0.01", true), ("100000.00", true), ("0.00", false), ("100000.01", false), ("-0.01", false), ("6", false),
            ("6.0", false), ("6.000", false), ("6,00", false), (".50", false), ("06.00", false), ("+6.00", false),
            ("6.00元", false), ("1e2", false), ("", false), ("92233720368547758.08", false), ("-", false),
            (".00", false),
        ])
    func amounts(text: String, isGood: Bool) {
        let text = "person,purse,amount,expires,reference\np1,nutrition,\"\(text)\",,nov-2026\n"
        #expect(faults(text).isEmpty == isGood)
    }

    @Test(
        "a header that lacks a column, has one twice or one that nobody knows is refused, and so is no header at all",
        arguments: [
            ("", 1), ("\n\n", 1), ("person,purse,amount,expires\n", 1),
            ("person,purse,amount,expires,reference,sum\n", 1),
            ("person,purse,amount,expires,reference,person\n", 1), ("p1,nutrition,6.00,,nov-2026\n", 10),
            ("person,purse,amount,expires,reference\n", 1), ("person;purse;amount;expires;reference\n", 6),
            ("person,purse,amount,expires,reference\n\"p1,nutrition,6.00,,nov\n", 1),
            ("person,purse,amount,expires,reference\np\"1,nutrition,6.00,,nov\n", 1),
            ("person,purse,amount,expires,reference\n\"p1\"x,nutrition,6.00,,nov\n", 1),
        ])
    func shape(text: String, count: Int) {
        #expect(faults(text).count == count, "\(faults(text))")
    }

    @Test("of hundreds of faults the first 200 are told, and how many there are besides")
    func manyFaults() {
        let lines = (0..<250).map { "p\($0),nutrition,0,,nov-2026" }.joined(separator: "\n")
        let found = faults("person,purse,amount,expires,reference\n\(lines)\n")
        #expect(found.count == 201)
        #expect(found.last?.contains("50 more faults") == true)
    }

    @Test("a whole region's file of 10,000 people is read in one go")
    func large() throws {
        let lines = (0..<10_000).map { "p\($0),nutrition,132.00,2026-11-30,nov-2026" }.joined(separator: "\n")
        let text = "person,purse,amount,expires,reference\n\(lines)\n"
        var count = 0
        let time = try ContinuousClock().measure { count = try read(text).count }
        print("10,000 issues read in \(time)")
        #expect(count == 10_000)
    }

    @Test("no damage to a file makes it issue other money: it is read as it was, or refused")
    func damaged() {
        let good = "person,purse,amount,expires,reference\np1,nutrition,132.00,2026-11-30,nov-2026\n"
        let bytes = Array(good.utf8)
        var refused = 0
        for place in 0..<bytes.count {
            for byte in [0x00, 0x0A, 0x22, 0x2C, 0x2D, 0x80, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[place] = byte
                let file = try? IssueFile(damaged, file: "issue.csv", rules: rules, on: today)
                guard let file else {
                    refused += 1
                    continue
                }
                // A name may have become another name; the amount and the day are what they were.
                #expect(file.issues.map(\.issued) == [Fen(13_200)], "\(place) \(byte)")
                #expect(file.issues.map(\.action) == [.issue(Fen(13_200), expires: day("2026-11-30"))])
            }
            // Cut short anywhere, it issues nothing.
            #expect((try? IssueFile(Array(bytes[..<place]), file: "", rules: rules, on: today)) == nil, "\(place)")
        }
        #expect(refused > 400, "\(refused)")
    }
}
