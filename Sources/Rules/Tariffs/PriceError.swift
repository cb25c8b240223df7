public import Vocabulary

/// Why a stay has no price.
public enum PriceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The price leaves the range of 64 bits.
    case overflow(AmountOverflow)
    /// The stay is longer than a price that depends on the calendar is computed for.
    case tooLong(days: Int64)
    /// It begins at a time that no sane clock shows, and the price depends on the calendar.
    case outsideCalendar(WallTime)

    public var description: String {
        switch self {
        case .overflow(let overflow): "the price of the stay is too large: \(overflow)"
        case .tooLong(let days):
            "a stay of \(days) days is not priced, \(PriceError.mostDays) are the most: check the time of entry"
        case .outsideCalendar(let time):
            "a stay that begins \(time.milliseconds) ms after 1970 is not priced: check the clock of the entry"
        }
    }

    /// Some twenty years.
    public static let mostDays: Int64 = 7_320

    /// 1900 to 9800, in milliseconds since 1970.
    static let calendarRange: ClosedRange<Int64> = -2_208_988_800_000...247_000_000_000_000
}

/// The sum of amounts whose overflow is a stay without a price.
extension Fen {
    func plus(_ other: Fen) throws(PriceError) -> Fen {
        do { return try adding(other) } catch { throw .overflow(error) }
    }

    func minus(_ other: Fen) throws(PriceError) -> Fen {
        do { return try subtracting(other) } catch { throw .overflow(error) }
    }

    func times(_ factor: Int64) throws(PriceError) -> Fen {
        do { return try multiplied(by: factor) } catch { throw .overflow(error) }
    }
}
