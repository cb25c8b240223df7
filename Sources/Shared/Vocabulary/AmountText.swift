extension Fen {
    /// Reads an amount in yuan as people and payment codes write it: `12`, `12.5`, `12.50`.
    ///
    /// Digits, and optionally a point with one or two more; no sign, spaces, separators or leading zeros, so that what
    /// was meant for another field is not taken for money.
    /// - Throws: ``AmountTextError``.
    public init(yuan text: String) throws(AmountTextError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let whole = parts[0]
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { throw .notAnAmount(text) }
        var decimals = parts.count == 2 ? Array(parts[1]) : [UInt8(ascii: "0")]
        guard (1...2).contains(decimals.count) else { throw .notAnAmount(text) }
        if decimals.count == 1 { decimals.append(UInt8(ascii: "0")) }
        var count: Int64 = 0
        for byte in Array(whole) + decimals {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw .notAnAmount(text) }
            let (tens, tooLarge) = count.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !tooLarge, !overflow else { throw .tooLarge(text) }
            count = sum
        }
        self.init(count)
    }
}

/// A text that is not an amount in yuan.
public enum AmountTextError: Error, Equatable, CustomStringConvertible {
    case notAnAmount(String)
    case tooLarge(String)

    public var description: String {
        switch self {
        case .notAnAmount(let text): "\"\(text.prefix(40))\" is not an amount in yuan: write it like 12, 12.5 or 12.50"
        case .tooLarge(let text): "\"\(text.prefix(40))\" yuan are more than 64 bits of fen can hold"
        }
    }
}
