import Glibc

/// Rules about the text of files.
enum TextRules {
    static let mostLines = 500
    static let mostColumns = 120

    /// Swift files that are too long or too wide.
    static func sizes(in files: [TextFile]) -> [String] {
        files.flatMap { file -> [String] in
            let lines = file.lines.last?.isEmpty == true ? file.lines.dropLast() : file.lines[...]
            var found = lines.count > mostLines ? ["\(file.path):\(mostLines + 1): has \(lines.count) lines"] : []
            var isInLiteral = false
            for (index, line) in lines.enumerated() {
                if line.split(separator: "\"\"\"", omittingEmptySubsequences: false).count % 2 == 0 {
                    isInLiteral.toggle()
                }
                guard line.count > mostColumns, !isInLiteral, !isOneLiteral(line) else { continue }
                found.append("\(file.path):\(index + 1): is \(line.count) columns wide")
            }
            return found
        }
    }

    /// Lines of pages, their styles and their scripts that are too wide.
    static func pageWidths(in files: [TextFile]) -> [String] {
        files.filter { file in
            file.path.hasPrefix("Sources/") && [".js", ".css", ".html"].contains { file.path.hasSuffix($0) }
        }.flatMap { file in
            file.lines.enumerated().filter { $1.count > mostColumns }.map { index, line in
                "\(file.path):\(index + 1): is \(line.count) columns wide"
            }
        }
    }

    /// A long text in a line of code may stick out: breaking it would make it harder to find and to read.
    private static func isOneLiteral(_ line: some StringProtocol) -> Bool {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().contains { index, part in
            index % 2 == 1 && part.count > 24
        }
    }

    /// Clocks, dice, waiting and floating point: what pure code gets as arguments, or never has.
    static let impure =
        [
            "Date()", "UUID()", "clock_gettime", "gettimeofday", "ContinuousClock", "SuspendingClock",
            "SystemRandomNumberGenerator",
            ".random(", ".randomElement()", ".shuffled()", "Task.sleep", "Task {", "Task.detached", "getenv",
        ] + floatingPoint
    static let floatingPoint = ["Double", "Float"]
    /// Where floating point is allowed: faces are alike to some degree, and no money hangs on which.
    static let measuring = "Sources/Rules/FaceMatch/"

    /// Uses of a clock, a source of randomness or floating point in Shared and Rules.
    static func impurities(in files: [TextFile]) -> [String] {
        files.filter { $0.path.hasPrefix("Sources/Shared/") || $0.path.hasPrefix("Sources/Rules/") }.flatMap {
            file -> [String] in
            let words = impure.filter { word in
                has(file.text, word) && !(file.path.hasPrefix(measuring) && floatingPoint.contains(word))
            }
            guard !words.isEmpty else { return [] }
            return file.code.enumerated().flatMap { index, line in
                words.filter { contains(line, word: $0) }.map { "\(file.path):\(index + 1): uses \($0)" }
            }
        }
    }

    /// Paths of one machine; put together here so that this file has none.
    static let machinePaths = [
        "/" + "work/", "/" + "root/", "/" + "home/", "/" + "tmp/h-", "/" + "tmp/spec/", "/" + "Users/",
    ]

    /// Files that name a path of the machine they were written on.
    static func machinePaths(in files: [TextFile]) -> [String] {
        files.flatMap { file -> [String] in
            let words = machinePaths.filter { has(file.text, $0) }
            guard !words.isEmpty else { return [] }
            return file.lines.enumerated().flatMap { index, line in
                words.filter { contains(line, word: $0) }.map { "\(file.path):\(index + 1): names \($0)" }
            }
        }
    }

    /// Files of Scenarios and Hardware that no test and no documentation names.
    static func unused(in files: [TextFile]) -> [String] {
        let readers = files.filter { $0.path.hasPrefix("Tests/") || $0.path.hasSuffix(".md") }
        let data = files.filter {
            ($0.path.hasPrefix("Scenarios/") || $0.path.hasPrefix("Hardware/")) && !$0.path.hasSuffix(".md")
        }
        return data.filter { file in !readers.contains { $0.text.contains(file.name) } }.map {
            "\($0.path): no test and no documentation names it"
        }
    }

    /// Whether `word` stands anywhere in `text`: quick, for the many files that have none of a rule's words.
    private static func has(_ text: String, _ word: String) -> Bool {
        strstr(text, word) != nil
    }

    /// Whether `line` has `word` where no part of a name stands before it, unless the word itself begins with a dot,
    /// nor after it, unless the word ends in a mark.
    private static func contains(_ line: some StringProtocol, word: String) -> Bool {
        let line = Array(line.utf8), word = Array(word.utf8)
        guard line.count >= word.count else { return false }
        return (0...(line.count - word.count)).contains { start in
            let end = start + word.count
            guard line[start..<end].elementsEqual(word) else { return false }
            let isBefore = word[0] != UInt8(ascii: ".") && start > 0 && isPartOfName(line[start - 1])
            let isAfter = isPartOfName(word.last!) && end < line.count && isPartOfName(line[end])
            return !isBefore && !isAfter
        }
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
