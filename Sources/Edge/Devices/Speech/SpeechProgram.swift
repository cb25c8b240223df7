internal import Glibc

/// A program that speaks a text aloud, such as espeak-ng or a shop's own player.
public struct SpeechProgram: Hashable, Sendable {
    /// The full path; no shell and no search path are involved.
    public var path: String
    /// Its arguments: `{language}` stands for `zh` or `en`, `{text}` for the text. Without a `{text}` the program gets
    /// the text on its standard input.
    public var arguments: [String]
    /// The longest run, in seconds; then it is ended.
    public var mostSeconds: Int64

    /// The most arguments.
    public static let mostArguments = 32

    public init(path: String, arguments: [String], mostSeconds: Int64 = 15) {
        precondition(arguments.count <= SpeechProgram.mostArguments && mostSeconds > 0, "an unbounded speech program")
        self.path = path
        self.arguments = arguments
        self.mostSeconds = mostSeconds
    }

    /// Why it cannot be started; nil when it can. Looked at before anything is to be spoken.
    public var fault: SpeechFault? {
        access(path, X_OK) == 0 ? nil : .notThere(path: path, code: errno)
    }

    /// The arguments for one text, and whether the text goes to the standard input.
    func arguments(text: String, language: String) -> (words: [String], isOnInput: Bool) {
        // A text that begins with a dash would be taken for an option.
        let safe = text.hasPrefix("-") ? " " + text : text
        var isOnInput = true
        let words = arguments.map { argument in
            if argument.contains("{text}") { isOnInput = false }
            return Self.replacing(["{text}": safe, "{language}": language], in: argument)
        }
        return (words, isOnInput)
    }

    /// Fills in names; what is filled in is not looked at again.
    private static func replacing(_ values: [String: String], in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let scalar = rest.first {
            if let (name, value) = values.first(where: { rest.hasPrefix($0.key) }) {
                result += value
                rest = rest.dropFirst(name.count)
            } else {
                result.append(scalar)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
