public import Vocabulary

/// Collects the pulses of a reader's two wires into frames. Pure: time is an argument.
///
/// A frame has no end mark: it is over when no pulse came for ``pause``. Call ``tick(at:)`` at ``deadline``. At most
/// ``WiegandFormat/longest`` bits are kept; what comes beyond them makes the frame too long, and it is told as such.
public struct WiegandBits: Sendable {
    /// What was read.
    public enum Output: Equatable, Sendable {
        case card(CardNumber)
        case refused(WiegandError)
    }

    /// How long no pulse comes after the last bit; readers pulse every 0.2 to 20 ms.
    public let pause: Uptime.Span
    private let formats: [WiegandFormat]
    private var bits: [Bool] = []
    private var count = 0
    private var last = Uptime(nanoseconds: 0)

    /// - Parameter formats: at least one; the first with the frame's length reads it.
    public init(formats: [WiegandFormat] = [.bits26, .bits34], pause: Uptime.Span = .milliseconds(50)) {
        precondition(!formats.isEmpty, "a reader has a format")
        self.formats = formats
        self.pause = pause
    }

    /// When the frame is over if no pulse comes; nil between frames.
    public var deadline: Uptime? { count == 0 ? nil : last + pause }

    /// A pulse: D0 is false, D1 is true.
    ///
    /// - Returns: the frame before it, if that is over.
    public mutating func take(_ bit: Bool, at now: Uptime) -> Output? {
        let output = tick(at: now)
        if bits.count < WiegandFormat.longest { bits.append(bit) }
        if count < Int.max { count += 1 }
        last = now
        return output
    }

    /// - Returns: the frame, if it is over now.
    public mutating func tick(at now: Uptime) -> Output? {
        guard let deadline, now >= deadline else { return nil }
        defer { bits = []; count = 0 }
        guard count == bits.count, let format = formats.first(where: { $0.bits == count }) else {
            return .refused(.wrongLength(found: count, expected: formats[0].bits))
        }
        do throws(WiegandError) { return .card(try format.card(bits)) } catch { return .refused(error) }
    }
}
