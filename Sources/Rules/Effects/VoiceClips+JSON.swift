public import JSONText

extension VoiceClips {
    /// The `kind` member of such a file.
    public static let kind = "voice-clips"

    /// Reads a file of recordings (JSON5): for each language `digits`, `point`, `units`, `characters`, `steps`,
    /// `reasons`.
    /// A list of recordings is written as one text: `"{plate} 12 {amount} 13"`.
    /// - Throws: every fault in it.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { root in
            root.expectKind(VoiceClips.kind)
            let chinese = root.optionalObject("zh") { Voice($0) }
            let english = root.optionalObject("en") { Voice($0) }
            if !root.has("zh"), !root.has("en") {
                root.refuse("zh", found: "no language", expected: "recordings in zh, en or both")
            }
            return VoiceClips(chinese: chinese, english: english)
        }
    }

    /// A list of recordings that cannot be read.
    enum ListError: Error, CustomStringConvertible {
        case empty
        case notANumber(String)
        case notHere(Notice.Placeholder)

        var description: String {
            switch self {
            case .empty: "the list is empty"
            case .notANumber(let word): "\"\(word)\" is no number of 0 to 99 and no placeholder in braces"
            case .notHere(let value): "this step has no {\(value.rawValue)}, or none that can be read out"
            }
        }
    }

    /// The most items of one list.
    static let most = 40

    static func items(_ text: String, allowed: Set<Notice.Placeholder>) throws(ListError) -> [Item] {
        var items: [Item] = []
        for word in text.split(separator: " ").prefix(most) {
            if word.hasPrefix("{"), word.hasSuffix("}"),
                let value = Notice.Placeholder(rawValue: String(word.dropFirst().dropLast()))
            {
                // What a coupon says is text of the platform: there are no recordings of it.
                guard allowed.contains(value), value != .coupon else { throw .notHere(value) }
                items.append(.value(value))
                continue
            }
            guard let number = Int(word), numbers.contains(number) else { throw .notANumber(String(word)) }
            items.append(.clip(number))
        }
        guard !items.isEmpty else { throw .empty }
        return items
    }
}

extension VoiceClips.Voice {
    init?(_ reader: ObjectReader) {
        let range = Int64(VoiceClips.numbers.lowerBound)...Int64(VoiceClips.numbers.upperBound)
        func numbers(_ key: String, _ count: ClosedRange<Int>) -> [Int]? {
            reader.optionalIntegers(key, count: count, in: range, unit: "a recording's number")?.map { Int($0) }
        }
        digits = numbers("digits", 10...10) ?? []
        if !reader.has("digits") {
            reader.refuse("digits", found: "nothing", expected: "the recordings of 0 to 9")
        }
        units = numbers("units", 4...4) ?? []
        point = Int(reader.integer("point", in: range, unit: "a recording's number"))
        if let said = reader.optionalObject("characters", { VoiceClips.Voice.characters($0, range) }) {
            characters = said
        }
        let expected = "recordings such as \"12 {amount} 13\""
        let steps = reader.optionalObject("steps") { reader -> [Notice.Step: [VoiceClips.Item]]? in
            var steps: [Notice.Step: [VoiceClips.Item]] = [:]
            for step in Notice.Step.allCases {
                steps[step] = reader.optionalParsed(step.rawValue, expected: expected) {
                    (text: String) throws(VoiceClips.ListError) in
                    try VoiceClips.items(text, allowed: step.placeholders)
                }
            }
            return steps
        }
        let reasons = reader.optionalObject("reasons") { reader -> [Notice.HoldReason: [VoiceClips.Item]]? in
            var reasons: [Notice.HoldReason: [VoiceClips.Item]] = [:]
            for reason in Notice.HoldReason.allCases {
                reasons[reason] = reader.optionalParsed(reason.rawValue, expected: expected) {
                    (text: String) throws(VoiceClips.ListError) in try VoiceClips.items(text, allowed: [])
                }
            }
            return reasons
        }
        self.steps = steps ?? [:]
        self.reasons = reasons ?? [:]
        guard digits.count == 10 else { return nil }
    }

    /// Recordings of letters and of the provinces' characters, in the order in which they are written.
    private static func characters(_ reader: ObjectReader, _ range: ClosedRange<Int64>) -> [Character: Int]? {
        let all = reader.string("of", longest: 100)
        let first = Int(reader.integer("from", in: range, unit: "a recording's number"))
        guard first + all.count - 1 <= Int(range.upperBound) else {
            reader.refuse(
                "from", found: "\(first) for \(all.count) characters", expected: "numbers up to \(range.upperBound)")
            return nil
        }
        var characters: [Character: Int] = [:]
        for (index, character) in all.enumerated() { characters[character] = first + index }
        return characters
    }
}
