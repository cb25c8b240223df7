/// One line of a sign text: words, and placeholders in braces. `{{` and `}}` stand for braces.
public struct SignLine: Equatable, Sendable {
    enum Piece: Equatable, Sendable {
        case words(String)
        case value(Notice.Placeholder)
    }

    /// The longest line as written, in characters.
    public static let longest = 80

    let pieces: [Piece]
    /// As it stands in the file.
    public let text: String

    /// - Throws: ``SignLineError``.
    public init(_ text: String) throws(SignLineError) {
        guard !text.isEmpty else { throw .empty }
        guard text.count <= SignLine.longest else { throw .tooLong(text.count) }
        var pieces: [Piece] = []
        var words = ""
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar.value >= 0x20, scalar.value != 0x7F else { throw .controlCharacter(scalar.value) }
            switch scalar {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                words.unicodeScalars.append(scalar)
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw .openBrace }
                let name = String(String.UnicodeScalarView(rest[..<end]))
                rest = rest[(end + 1)...]
                guard let value = Notice.Placeholder(rawValue: name) else { throw .unknown(name) }
                if !words.isEmpty { pieces.append(.words(words)) }
                words = ""
                pieces.append(.value(value))
            case "}": throw .openBrace
            default: words.unicodeScalars.append(scalar)
            }
        }
        if !words.isEmpty { pieces.append(.words(words)) }
        self.pieces = pieces
        self.text = text
    }

    var placeholders: Set<Notice.Placeholder> {
        Set(pieces.compactMap { if case .value(let value) = $0 { value } else { nil } })
    }

    /// - Returns: nil where a value is missing: such a line is not shown.
    func filled(_ value: (Notice.Placeholder) -> String?) -> String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .words(let words): text += words
            case .value(let placeholder):
                guard let found = value(placeholder) else { return nil }
                text += found
            }
        }
        return text
    }
}

/// A line that no sign can show.
public enum SignLineError: Error, Equatable, CustomStringConvertible {
    case empty
    case tooLong(Int)
    case controlCharacter(UInt32)
    case openBrace
    case unknown(String)
    case notHere(Notice.Placeholder, allowed: [String])

    public var description: String {
        switch self {
        case .empty: "the line is empty"
        case .tooLong(let count): "the line has \(count) characters, at most \(SignLine.longest) are shown"
        case .controlCharacter(let value):
            "the line has the control character U+\(String(value, radix: 16, uppercase: true)); write several lines as a list"
        case .openBrace: "a brace has no partner: {{ and }} stand for braces that are shown"
        case .unknown(let name):
            "{\(name)} is not known: the placeholders are "
                + Notice.Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        case .notHere(let placeholder, let allowed):
            "this step has no {\(placeholder.rawValue)}; it has "
                + (allowed.isEmpty ? "no values" : allowed.map { "{\($0)}" }.joined(separator: ", "))
        }
    }
}
