public import Vocabulary

extension PurseRules {
    /// The same rules, for a box that splits over what it has been lent.
    ///
    /// What must be left in a purse is left at the platform, which lends no more than the rest; and of a purse that is
    /// debited later the box may take what it has been lent for it.
    /// - Parameter lent: of each purse, all that was ever lent.
    public func lent(_ lent: [Slug: Fen]) -> PurseRules {
        PurseRules(
            id: id, zone: zone,
            purses: purses.map { purse in
                var purse = purse
                // Lent amounts are zero or more: none can be the one number without a counterpart.
                purse.minimumBalance =
                    purse.kind == .debit ? Fen(-max(0, (lent[purse.id] ?? .zero).count)) : nil
                return purse
            })
    }
}
