public import Vocabulary

/// What is left in a person's purses, for a screen.
public struct PursesLeft: Hashable, Sendable {
    /// In spending order; a purse that is debited later is left out.
    public var balances: [PurseBalance]
    /// When the platform said what there is outside this box's lease; nil: it has just said the balances themselves.
    public var asOf: WallTime?

    public init(balances: [PurseBalance], asOf: WallTime? = nil) {
        self.balances = balances
        self.asOf = asOf
    }
}
