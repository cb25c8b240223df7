public import Vocabulary

/// Tells the lines of a scanner or card reader that types like a keyboard from what a person types. Pure: time is an
/// argument.
///
/// A line ends with CR, LF or Tab, or, for devices that send no end, with a pause of ``pause``: call ``tick(at:)`` at
/// ``deadline``. A device types a character every 1 to 20 ms, a person none faster than about every 60; so a line with
/// any longer gap than ``fastest`` between two characters is a person's, and no scan. A serial scanner needs none of
/// this: its bytes come in reads of any size, and nobody types there.
public struct KeyWedge: Sendable {
    /// What was typed.
    public enum Output: Equatable, Sendable {
        /// A line of a device, without its end.
        case scan([UInt8])
        /// A line of so many characters that a person typed, or that is shorter than ``KeyWedge/shortest``.
        case typed(characters: Int)
        /// A line longer than ``KeyWedge/longest``, unread to its end.
        case tooLong
    }

    /// The longest line, in characters; what is beyond is dropped and told once.
    public let longest: Int
    /// The shortest line that can be a scan: a person can hit three keys and Enter at once by accident.
    public let shortest: Int
    /// The longest gap between two characters of a scan.
    public let fastest: Uptime.Span
    /// How long after the last character a line without an end is over.
    public let pause: Uptime.Span
    private var line: [UInt8] = []
    private var isTyped = false
    private var isTooLong = false
    private var last: Uptime?

    public init(
        longest: Int = 1_024, shortest: Int = 4, fastest: Uptime.Span = .milliseconds(35),
        pause: Uptime.Span = .milliseconds(100)
    ) {
        precondition(shortest > 0 && longest >= shortest, "a scan has at least one character, and room for it")
        precondition(fastest < pause, "a pause that ends a line is longer than a gap within one")
        self.longest = longest
        self.shortest = shortest
        self.fastest = fastest
        self.pause = pause
    }

    /// When the line is over if nothing is typed; nil between lines.
    public var deadline: Uptime? { last.map { $0 + pause } }

    /// One character, at the time of its key event (not of the read: reads bundle events).
    ///
    /// - Returns: up to two outputs: the line before it if its pause was over, and the one that it ends.
    public mutating func take(_ character: UInt8, at now: Uptime) -> [Output] {
        var outputs = tick(at: now).map { [$0] } ?? []
        if let last, now - last > fastest { isTyped = true }
        switch character {
        case 0x0D, 0x0A, 0x09:
            if let output = end() { outputs.append(output) }
        case _ where line.count == longest:
            last = now
            isTooLong = true
        default:
            last = now
            line.append(character)
        }
        return outputs
    }

    /// Some keys were lost: whatever line they belonged to is no scan, to its end.
    public mutating func interrupt(at now: Uptime) {
        isTyped = true
        last = now
    }

    /// - Returns: the line, if its pause is over now.
    public mutating func tick(at now: Uptime) -> Output? {
        guard let deadline, now >= deadline else { return nil }
        return end()
    }

    private mutating func end() -> Output? {
        defer { line = []; isTyped = false; isTooLong = false; last = nil }
        if line.isEmpty, !isTyped { return nil }
        if isTyped || line.count < shortest { return .typed(characters: line.count) }
        return isTooLong ? .tooLong : .scan(line)
    }
}
