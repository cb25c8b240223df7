public import JSONText

extension SignTexts {
    /// The `kind` member of such a file.
    public static let kind = "sign-texts"

    /// Reads a file of sign texts (JSON5). A step or reason that it does not name keeps the built-in words, so that a
    /// newer box with a new step starts with an older file.
    /// - Throws: every fault in it: a step with one language only, an unknown step, a placeholder the step has not.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { SignTexts($0) }
    }

    private init?(_ root: ObjectReader) {
        root.expectKind(SignTexts.kind)
        var texts = SignTexts.builtIn
        _ = root.optionalObject("steps") { reader -> Bool? in
            for step in Notice.Step.allCases {
                if let pair = SignTexts.pair(reader, step.rawValue, step.placeholders) { texts.steps[step] = pair }
            }
            return true
        }
        _ = root.optionalObject("reasons") { reader -> Bool? in
            for reason in Notice.HoldReason.allCases {
                if let pair = SignTexts.pair(reader, reason.rawValue, []) { texts.reasons[reason] = pair }
            }
            return true
        }
        if let pair = SignTexts.pair(root, "idle", []) { texts.idle = pair }
        self = texts
    }

    private static func pair(
        _ reader: ObjectReader, _ key: String, _ allowed: Set<Notice.Placeholder>
    ) -> Pair? {
        reader.optionalObject(key) { reader in
            func lines(_ language: Language) -> [SignLine] {
                reader.parsedList(
                    language.rawValue, count: 1...mostLines, expected: "a line of text"
                ) { (text: String) throws(SignLineError) -> SignLine in
                    let line = try SignLine(text)
                    let names = allowed.map(\.rawValue).sorted()
                    let strange = line.placeholders.subtracting(allowed).min { $0.rawValue < $1.rawValue }
                    if let strange { throw .notHere(strange, allowed: names) }
                    return line
                }
            }
            return Pair(chinese: lines(.chinese), english: lines(.english))
        }
    }
}
