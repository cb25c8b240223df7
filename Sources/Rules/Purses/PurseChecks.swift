internal import Vocabulary

/// The rules of splitting, each of which a test can leave out.
///
/// Outside this module all of them are always kept. The property test runs again with one rule less and must then find
/// a fault: that is the proof that it would notice.
struct PurseChecks: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    static let keepsMerchants = PurseChecks(rawValue: 1 << 0)
    static let keepsPeriods = PurseChecks(rawValue: 1 << 1)
    static let keepsItems = PurseChecks(rawValue: 1 << 2)
    static let keepsMinimum = PurseChecks(rawValue: 1 << 3)
    static let keepsPaymentLimit = PurseChecks(rawValue: 1 << 4)
    static let keepsPeriodLimit = PurseChecks(rawValue: 1 << 5)
    static let keepsDayLimit = PurseChecks(rawValue: 1 << 6)
    static let keepsMonthLimit = PurseChecks(rawValue: 1 << 7)
    static let keepsCounts = PurseChecks(rawValue: 1 << 8)
    /// Expired money is never spent.
    static let skipsExpired = PurseChecks(rawValue: 1 << 9)
    /// What expires first is spent first.
    static let soonestFirst = PurseChecks(rawValue: 1 << 10)
    /// An earlier purse leaves to a later one what only the earlier can pay otherwise.
    static let looksAhead = PurseChecks(rawValue: 1 << 11)
    /// All is covered or nothing is.
    static let coversWhole = PurseChecks(rawValue: 1 << 12)
    static let keepsGuardianLimits = PurseChecks(rawValue: 1 << 13)
    static let keepsBarredItems = PurseChecks(rawValue: 1 << 14)
    static let keepsBarredPeriods = PurseChecks(rawValue: 1 << 15)
    /// The first purse pays what it can before the second pays anything.
    static let keepsOrder = PurseChecks(rawValue: 1 << 16)

    static let all = PurseChecks(rawValue: 1 << 17 - 1)
    static let each = (0..<17).map { PurseChecks(rawValue: 1 << $0) }

    static func keeps(_ span: PurseLimits.Span) -> PurseChecks {
        switch span {
        case .payment: keepsPaymentLimit
        case .period: keepsPeriodLimit
        case .day: keepsDayLimit
        case .month: keepsMonthLimit
        }
    }
}
