public import Vocabulary

/// What a scale says in one message.
public struct ScaleReading: Hashable, Sendable {
    /// The weight shown. Never below zero; see ``isNegative``.
    public var net: Grams
    /// The container that was taken off; nil if the scale does not say.
    public var tare: Grams?
    /// Whether the scale itself says that nothing moves; nil if it never says so, and ``ScaleSettling`` must.
    public var isStable: Bool?
    public var isOverRange: Bool
    public var isNegative: Bool

    public init(net: Grams, tare: Grams?, isStable: Bool?, isOverRange: Bool, isNegative: Bool) {
        self.net = net
        self.tare = tare
        self.isStable = isStable
        self.isOverRange = isOverRange
        self.isNegative = isNegative
    }
}

/// The unit of a scale that does not write one, or writes one of these.
public enum ScaleUnit: Hashable, Sendable {
    case gram
    /// 500 g.
    case jin
    case kilogram

    /// Grams in one of them.
    public var grams: Int64 {
        switch self {
        case .gram: 1
        case .jin: 500
        case .kilogram: 1_000
        }
    }

    /// The weight of whole digits with a decimal point.
    ///
    /// - Parameters:
    ///   - digits: 0 or more.
    ///   - decimals: how many of the digits stand behind the point, 0 to 6.
    /// - Throws: ``ScaleFault/finerThanAGram`` if grams cannot say it exactly: rounding would be a rule about money,
    ///   which is no scale's business.
    func weight(_ digits: Int64, decimals: Int) throws(ScaleFault) -> Grams {
        guard (0...6).contains(decimals) else { throw .badDecimals(decimals) }
        let (product, overflows) = digits.multipliedReportingOverflow(by: grams)
        guard !overflows else { throw .tooHeavy }
        let divisor = (0..<decimals).reduce(Int64(1)) { power, _ in power * 10 }
        guard product.isMultiple(of: divisor) else { throw .finerThanAGram }
        return Grams(product / divisor)
    }
}

/// Why a scale's message is no weight.
public enum ScaleFault: Error, Hashable, Sendable, CustomStringConvertible {
    case badChecksum
    case notAFrame
    case notDigits
    case badDecimals(Int)
    case badUnit
    case finerThanAGram
    case tooHeavy
    case tooLong

    public var description: String {
        let what =
            switch self {
            case .badChecksum: "the check characters are wrong; check the cable and the speed of the port"
            case .notAFrame: "not a message of the scale's set kind; compare its settings with the site's"
            case .notDigits: "the weight is not written in digits; look at the scale's own display"
            case .badDecimals(let count): "\(count) decimals, which this kind of scale never has; check the cable"
            case .badUnit: "a unit other than kg, g or jin; set the scale to one of these"
            case .finerThanAGram: "a part of a gram; set the scale to whole grams"
            case .tooHeavy: "a weight beyond all bounds; check the cable"
            case .tooLong: "a message without an end; check the scale's kind and the speed of the port"
            }
        return "reading the scale: \(what)"
    }
}
