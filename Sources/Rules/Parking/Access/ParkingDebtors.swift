/// What happens to a car whose owner owes for an earlier visit. The debt is tried again at both gates in any case.
public struct ParkingDebtors: Hashable, Sendable {
    public enum Treatment: String, CaseIterable, Sendable {
        /// The sign says what is owed, and the car goes on.
        case show
        /// The car is held until the debt is paid, or an attendant lets it pass.
        case hold
    }

    public var atEntry: Treatment
    public var atExit: Treatment

    public init(atEntry: Treatment = .show, atExit: Treatment = .show) {
        self.atEntry = atEntry
        self.atExit = atExit
    }
}
