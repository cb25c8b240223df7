internal import GB18030Text

/// A kind of sign, and what it wants written for a page.
public enum SignDriver: Hashable, Sendable {
    case lines(LineSign)
    case olm(OLMBoard)
    /// In memory: a page's rows as UTF-8 lines, for tests and demonstrations.
    case twin

    /// The frames that put a page on the sign, in order.
    /// - Returns: nil when this machine cannot write Chinese: `DeviceText.fault` says why.
    public func frames(page: [String], rows: Int) -> [[UInt8]]? {
        switch self {
        case .lines(let sign): try? sign.frames(page: page, rows: rows)
        case .olm(let board): try? board.frames(page: page, rows: rows)
        case .twin: [Array(page.joined(separator: "\n").utf8)]
        }
    }

    /// The frames that put a code on the sign in place of its pages.
    /// - Returns: nil for a sign that cannot show it.
    public func frames(code: String, caption: String) -> [[UInt8]]? {
        guard case .olm(let board) = self, let frame = try? board.code(code, caption: caption) else { return nil }
        return [frame]
    }

    /// The frames that take a code off the sign.
    public var codeAway: [[UInt8]] {
        guard case .olm(let board) = self else { return [] }
        return [board.codeAway()]
    }
}
