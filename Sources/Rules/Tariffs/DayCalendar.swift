public import Vocabulary

/// What a day is, as far as prices go.
public enum DayKind: String, CaseIterable, Hashable, Comparable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    /// A day of the list of holidays, whatever weekday it is.
    case holiday
    /// A Saturday or Sunday on which people work in exchange for a bridge day (调休).
    case workedDay

    private var order: Int { DayKind.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: DayKind, right: DayKind) -> Bool { left.order < right.order }

    public static let everyDay = Set(allCases)
    /// Monday to Friday but for holidays, and weekend days that are worked.
    public static let workdays: Set<DayKind> = [.monday, .tuesday, .wednesday, .thursday, .friday, .workedDay]
    /// Saturday and Sunday, but for holidays and those that are worked.
    public static let weekend: Set<DayKind> = [.saturday, .sunday]
}

/// Which dates are holidays, and which weekend days are worked.
public struct DayCalendar: Hashable, Sendable {
    public var holidays: Set<CivilDate>
    public var workedDays: Set<CivilDate>

    public init(holidays: Set<CivilDate> = [], workedDays: Set<CivilDate> = []) {
        self.holidays = holidays
        self.workedDays = workedDays
    }

    public func kind(of date: CivilDate) -> DayKind {
        if holidays.contains(date) { return .holiday }
        if workedDays.contains(date) { return .workedDay }
        return DayKind.allCases[Int(date.weekday)]
    }

    /// The kinds that days of this calendar can have.
    var kinds: [DayKind] {
        DayKind.allCases.filter {
            switch $0 {
            case .holiday: !holidays.isEmpty
            case .workedDay: !workedDays.isEmpty
            default: true
            }
        }
    }
}
