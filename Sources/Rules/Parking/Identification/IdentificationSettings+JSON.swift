public import JSONText
internal import Vocabulary

extension IdentificationSettings {
    /// Reads the `identification` part of a scenario.
    /// - Returns: nil, with findings, if something is missing or out of its range.
    public init?(_ reader: ObjectReader) {
        self.init()
        if let reads = reader.optionalObject("reads", { ReadSettings($0) }) { self.reads = reads }
        if let differences = reader.optionalObject(
            "fuzzyMatch", { $0.integer("differences", in: 0...2, unit: "characters") })
        {
            fuzzyDifferences = Int(differences)
        }
        if let tickets = reader.optionalObject("tickets", { IdentificationSettings.tickets($0) }) {
            (issuesTickets, ticketPage) = tickets
        }
        lostTicket = reader.optionalObject("lostTicket") { $0.object("charge") { LostTicket($0) } }
        writtenEntryDays = reader.integer("writtenEntryDays", in: 1...365, unit: "days", default: writtenEntryDays)
        longestStayDays = reader.integer("longestStayDays", in: 1...3_650, unit: "days", default: longestStayDays)
        trustsUnsynchronisedEntry = reader.bool("trustsUnsynchronisedEntry", default: false)
    }

    private static func tickets(_ reader: ObjectReader) -> (Bool, String?)? {
        let page = reader.optionalString("page", longest: 200)
        if let page, !IdentificationSettings.isAddress(page) {
            reader.refuse("page", found: "\"\(page)\"", expected: "https://… without spaces, \"ticket=\" and #")
        }
        return (reader.bool("issue", default: true), page)
    }

    private static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("https://") && !text.contains("ticket=") && !text.contains("#")
            && text.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 32 }
    }
}

extension IdentificationSettings.LostTicket {
    init?(_ reader: ObjectReader) {
        let hours = reader.optionalInteger("hours", in: 1...720, unit: "hours")
        let amount = reader.optionalInteger("amount", in: 1...10_000_000, unit: "fen")
        let list = reader.optionalParsed("list", expected: "a name", Slug.init)
        switch (hours, amount) {
        case (let hours?, nil): self = .hours(hours)
        case (nil, let amount?):
            guard let list = list ?? (try? Slug("lost-ticket")) else { return nil }
            self = .amount(Fen(amount), list: list)
        case (nil, nil), (_?, _?):
            reader.refuse("hours", found: hours == nil ? "neither" : "both", expected: "hours or amount, one of them")
            return nil
        }
    }
}

extension ReadSettings {
    init?(_ reader: ObjectReader) {
        self.init(
            decideAfter: .milliseconds(
                reader.integer("decideAfterMilliseconds", in: 0...1_500, unit: "milliseconds", default: 0)),
            atLeast: Int(reader.integer("atLeast", in: 1...16, unit: "reads", default: 2)),
            trustAtOnce: Int(reader.integer("trustAtOncePercent", in: 1...101, unit: "percent", default: 95)))
    }
}
