import JSONText
import Testing
import Vocabulary

@testable import Parking

@Suite("The identification part of a scenario")
struct IdentificationFileTests {
    private func read(_ text: String) throws(Findings) -> IdentificationSettings {
        try DocumentReader.read(Array(text.utf8), dialect: .json5, file: "s.json5") { IdentificationSettings($0) }
    }

    private func paths(_ text: String) -> [String] {
        do throws(Findings) {
            _ = try read(text)
            return []
        } catch { return error.list.map(\.path) }
    }

    @Test("may be empty, and then acts on every read and knows no price of a lost ticket")
    func empty() throws { #expect(try read("{}") == IdentificationSettings()) }

    @Test("is read with all that it may have")
    func whole() throws {
        let settings = try read(
            """
            { reads: { decideAfterMilliseconds: 600, atLeast: 3, trustAtOncePercent: 90 }, fuzzyMatch: { differences: 2 },
              tickets: { issue: false, page: "https://pay.example.cn/p/city" }, lostTicket: { charge: { hours: 24 } },
              writtenEntryDays: 7, longestStayDays: 60, trustsUnsynchronisedEntry: true }
            """)
        #expect(
            settings
                == IdentificationSettings(
                    reads: ReadSettings(decideAfter: .milliseconds(600), atLeast: 3, trustAtOnce: 90),
                    fuzzyDifferences: 2, issuesTickets: false, ticketPage: "https://pay.example.cn/p/city",
                    lostTicket: .hours(24), writtenEntryDays: 7, longestStayDays: 60, trustsUnsynchronisedEntry: true))
        let fixed = try read("{ lostTicket: { charge: { amount: 5000 } } }")
        #expect(fixed.lostTicket == .amount(Fen(5_000), list: SiteFixtures.lane("lost-ticket")))
    }

    @Test(
        "has each fault named by its place",
        arguments: [
            ("{ reads: { decideAfterMilliseconds: 1501 } }", ["reads.decideAfterMilliseconds"]),
            ("{ reads: { atLeast: 0 } }", ["reads.atLeast"]),
            ("{ reads: { trustAtOncePercent: 102 } }", ["reads.trustAtOncePercent"]),
            ("{ fuzzyMatch: { differences: 3 } }", ["fuzzyMatch.differences"]),
            ("{ tickets: { page: \"http://pay.example.cn\" } }", ["tickets.page"]),
            ("{ tickets: { page: \"https://pay.example.cn/?ticket=\" } }", ["tickets.page"]),
            ("{ lostTicket: { charge: {} } }", ["lostTicket.charge.hours"]),
            ("{ lostTicket: { charge: { hours: 24, amount: 5 } } }", ["lostTicket.charge.hours"]),
            ("{ lostTicket: { charge: { hours: 0 } } }", ["lostTicket.charge.hours"]),
            ("{ writtenEntryDays: 0, longestStayDays: 4000 }", ["writtenEntryDays", "longestStayDays"]),
            ("{ fuzzy: 1 }", ["fuzzy"]),
        ])
    func faults(text: String, expected: [String]) { #expect(paths(text) == expected) }
}
