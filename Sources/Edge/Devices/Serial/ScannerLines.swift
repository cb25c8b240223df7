public import Vocabulary

/// Cuts what a code scanner sends into its lines, wherever reads are split. Pure: time is an argument.
///
/// A line ends with CR, LF or Tab, whichever the scanner is set to; empty lines (the LF after a CR) are no lines. Half
/// a
/// line that is not continued within ``patience`` is noise or a scan that was broken off, and is dropped: run together
/// with the next code it would be a code that nobody has shown.
public struct ScannerLines: Sendable {
    /// What came out of a read.
    public enum Output: Equatable, Sendable {
        /// A whole line, without its end.
        case line([UInt8])
        /// A line longer than ``ScannerLines/longest``, unread to its end.
        case tooLong
        /// Half a line of so many bytes that was not continued.
        case brokenOff(bytes: Int)
    }

    /// The longest line, in bytes; a payment code has at most 512.
    public let longest: Int
    /// The longest pause within a line.
    public let patience: Uptime.Span
    private var pending: [UInt8] = []
    private var isSkipping = false
    private var last = Uptime(nanoseconds: 0)

    public init(longest: Int = 1_024, patience: Uptime.Span = .milliseconds(500)) {
        precondition(longest > 0, "a line has at least one byte")
        self.longest = longest
        self.patience = patience
    }

    /// - Returns: the lines that are whole now, in order.
    public mutating func take(_ bytes: [UInt8], at now: Uptime) -> [Output] {
        var outputs: [Output] = []
        if now - last > patience {
            if !pending.isEmpty { outputs.append(.brokenOff(bytes: pending.count)) }
            pending = []
            isSkipping = false
        }
        last = now
        for byte in bytes {
            switch byte {
            case 0x0D, 0x0A, 0x09:
                if !pending.isEmpty { outputs.append(.line(pending)) }
                pending = []
                isSkipping = false
            case _ where isSkipping: break
            case _ where pending.count == longest:
                pending = []
                isSkipping = true
                outputs.append(.tooLong)
            default: pending.append(byte)
            }
        }
        return outputs
    }
}
