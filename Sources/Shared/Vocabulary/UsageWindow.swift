/// A span of time that payments are counted in.
///
/// A payment counts to the local day of its occasion, never to the day on which its record comes in: what a box reports
/// of yesterday counts to yesterday. Days are of the calendar, so a change of the clocks makes none of them longer.
public enum UsageWindow: Hashable, Sendable, CustomStringConvertible {
    /// A meal period of one day.
    case period(CivilDate, Slug)
    case day(CivilDate)
    /// A month, by its first day.
    case month(CivilDate)

    /// The last day of it.
    public var lastDay: CivilDate {
        switch self {
        case .period(let day, _), .day(let day): day
        case .month(let first): first.endOfMonth
        }
    }

    /// As it is kept and sent: `2026-11-20/lunch`, `2026-11-20`, `2026-11`.
    public var description: String {
        switch self {
        case .period(let day, let name): "\(day)/\(name)"
        case .day(let day): day.description
        case .month(let first): String(first.description.dropLast(3))
        }
    }

    /// Reads the form in which it is kept and sent.
    /// - Throws: ``UsageWindowError``.
    public init(_ text: String) throws(UsageWindowError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, let day = try? CivilDate(parts[0]), let name = try? Slug(parts[1]) {
            self = .period(day, name)
        } else if parts.count == 1, let day = try? CivilDate(text) {
            self = .day(day)
        } else if parts.count == 1, let first = try? CivilDate("\(text)-01") {
            self = .month(first)
        } else {
            throw UsageWindowError(text: text)
        }
    }
}

/// A text that says no window.
public struct UsageWindowError: Error, Equatable, CustomStringConvertible {
    let text: String

    public var description: String {
        "\"\(text.prefix(80))\" is no window of time: write 2026-11-20/lunch, 2026-11-20 or 2026-11"
    }
}
