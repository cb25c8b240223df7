public import Vocabulary

/// An account of the ledger: the row it stands in.
public struct AccountID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The row in the table of accounts, 1 or more.
    public let row: Int64

    /// - Parameter row: the row in the table of accounts.
    public init(row: Int64) { self.row = row }

    public static func < (left: AccountID, right: AccountID) -> Bool { left.row < right.row }

    /// The row, not the name: names can hold a plate, and this goes into error messages.
    public var description: String { "account \(row)" }
}

/// What one account has seen: totals that only ever grow, and pending sums that come and go.
public struct Account: Equatable, Sendable {
    public var id: AccountID
    /// The unique name, such as `merchant:city-centre`. May hold personal data.
    public var name: String
    /// Sums of the posted transfers in which this account is debited or credited; 0 or more.
    public var debitsPosted: Fen, creditsPosted: Fen
    /// Sums of the pending transfers; 0 or more.
    public var debitsPending: Fen, creditsPending: Fen
    /// Posted and pending debits together may not exceed the posted credits.
    public var mayNotGoNegative: Bool

    /// What the account holds: posted credits less posted debits.
    public var balance: Fen { creditsPosted.less(debitsPosted) }

    /// What a further debit may take from an account that may not go negative. Pending credits do not count yet.
    public var available: Fen { balance.less(debitsPending) }
}

extension Fen {
    /// The difference; stops at the end of the range. Sound totals never get there: it is for reporting broken ones.
    fileprivate func less(_ other: Fen) -> Fen {
        let (difference, overflow) = count.subtractingReportingOverflow(other.count)
        return Fen(overflow ? (count < 0 ? .min : .max) : difference)
    }
}
