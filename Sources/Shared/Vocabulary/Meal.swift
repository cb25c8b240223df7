/// The meal that a canteen's payment counts to, whenever its record comes in.
public struct Meal: Hashable, Sendable {
    /// The meal period; nil: outside every one.
    public var period: Slug?
    /// The local day that it counts to: of a meal period that spans midnight, the day on which it began.
    public var day: CivilDate

    public init(period: Slug?, day: CivilDate) {
        self.period = period
        self.day = day
    }
}
