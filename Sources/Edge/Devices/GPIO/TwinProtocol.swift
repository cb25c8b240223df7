/// What a client of the twin's socket may ask for.
enum TwinCommand: Equatable, Sendable {
    case set(input: String, active: Bool)

    /// - Parameter line: without its newline.
    /// - Returns: nil if the line is not a command.
    init?(line: [UInt8]) {
        // Strict: one space between words, nothing after the last, so that there is one way to say it.
        guard let text = String(validating: line, as: UTF8.self) else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "set", !words[1].isEmpty, words[2] == "0" || words[2] == "1" else {
            return nil
        }
        self = .set(input: String(words[1]), active: words[2] == "1")
    }
}

/// Cuts what arrives on a connection into lines.
struct LineBuffer: Sendable {
    /// A longer line is reported once and skipped up to its newline.
    static let maximumLength = 256

    enum Item: Equatable, Sendable {
        case line([UInt8])
        case tooLong
    }

    private var partial: [UInt8] = []
    private var isSkipping = false

    /// Takes the next bytes and returns the lines they complete, without newlines.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Item] {
        var items: [Item] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if !isSkipping { items.append(.line(partial)) }
                partial.removeAll(keepingCapacity: true)
                isSkipping = false
            } else if isSkipping {
                continue
            } else if partial.count == LineBuffer.maximumLength {
                items.append(.tooLong)
                isSkipping = true
            } else {
                partial.append(byte)
            }
        }
        return items
    }
}
