internal import Host

/// Why a slip was not printed.
public enum PrinterError: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotEncode(String)
    case tooLong(bytes: Int)
    case cannotReach(String, code: Int32)
    case cannotWrite(String, code: Int32)
    /// The printer took nothing for so long: it is out of paper, open or switched off.
    case stalled(String, seconds: Int64)
    /// The printer itself says that it has none.
    case noPaper(String)

    public var description: String {
        switch self {
        case .cannotEncode(let why): "the slip cannot be written in Chinese: \(why)"
        case .tooLong(let bytes): "the slip has over \(bytes - 1) bytes, at most \(ESCPOS.most) are printed"
        case .cannotReach(let place, let code):
            "the printer at \(place) cannot be reached: \(SystemError.text(code)); look at its cable, power and address"
        case .cannotWrite(let place, let code): "writing to the printer at \(place) failed: \(SystemError.text(code))"
        case .noPaper(let place): "the printer at \(place) has no paper: put in a roll"
        case .stalled(let place, let seconds):
            "the printer at \(place) took nothing for \(seconds) s; look at its paper and cover, then print again"
        }
    }
}
