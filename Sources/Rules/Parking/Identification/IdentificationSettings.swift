public import Vocabulary

/// How a car park tells cars apart, and what it does where it cannot.
public struct IdentificationSettings: Hashable, Sendable {
    /// What a driver pays who has lost the ticket.
    public enum LostTicket: Hashable, Sendable {
        /// The tariff's price of so many hours up to now.
        case hours(Int64)
        /// A fixed amount, as an item of a price list that the platform knows by this name.
        case amount(Fen, list: Slug)
    }

    public var reads: ReadSettings
    /// In how many characters that cameras take for each other an exit's plate may differ from an entry's; 0: in none.
    public var fuzzyDifferences: Int
    /// Whether a car without a readable plate may come in with a ticket.
    public var issuesTickets: Bool
    /// The address that stands before a ticket's number; nil: the number alone.
    public var ticketPage: String?
    /// Nil: the attendant has no rule to charge by, and the car is opened for by hand.
    public var lostTicket: LostTicket?
    /// An entry written by hand may lie so many days back, at most.
    public var writtenEntryDays: Int64
    /// A stay that seems to be longer was entered by a wrong clock.
    public var longestStayDays: Int64
    /// Whether an entry counts after a restart of the machine though its clock was not known to be right: for a box
    /// that no time source ever reaches and whose own clock is good.
    public var trustsUnsynchronisedEntry: Bool

    public init(
        reads: ReadSettings = ReadSettings(), fuzzyDifferences: Int = 1, issuesTickets: Bool = true,
        ticketPage: String? = nil, lostTicket: LostTicket? = nil, writtenEntryDays: Int64 = 30,
        longestStayDays: Int64 = 90, trustsUnsynchronisedEntry: Bool = false
    ) {
        self.reads = reads
        self.fuzzyDifferences = fuzzyDifferences
        self.issuesTickets = issuesTickets
        self.ticketPage = ticketPage
        self.lostTicket = lostTicket
        self.writtenEntryDays = writtenEntryDays
        self.longestStayDays = longestStayDays
        self.trustsUnsynchronisedEntry = trustsUnsynchronisedEntry
    }
}
