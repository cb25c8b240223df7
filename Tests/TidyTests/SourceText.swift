/// One import of a Swift file.
struct Import: Equatable {
    var module: String
    var isPublic: Bool
    var line: Int
}

extension TextFile {
    /// The lines as the compiler sees them: without comments.
    var code: [String] { lines.map(TextFile.withoutComment) }

    /// Every module the file imports, however it is written: with an access level, attributes, or of one declaration.
    var imports: [Import] {
        code.enumerated().flatMap { index, line in
            line.split(separator: ";").compactMap { statement in
                TextFile.imported(by: statement, line: index + 1)
            }
        }
    }

    private static func imported(by statement: Substring, line: Int) -> Import? {
        var words = statement.split { $0 == " " || $0 == "\t" }[...]
        var isPublic = false
        while let word = words.first, word != "import" {
            guard word.hasPrefix("@") || accessLevels.contains(word) else { return nil }
            if word == "public" || word == "@_exported" { isPublic = true }
            words = words.dropFirst()
        }
        words = words.dropFirst()
        if let word = words.first, declarations.contains(word) { words = words.dropFirst() }
        guard let name = words.first?.split(separator: ".").first else { return nil }
        return Import(module: String(name), isPublic: isPublic, line: line)
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let declarations: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    /// The line up to a `//` that is not inside a text.
    private static func withoutComment(_ line: Substring) -> String {
        var isText = false, isEscaped = false, slashes = 0
        var code = ""
        for character in line {
            if isText {
                if !isEscaped, character == "\"" { isText = false }
                isEscaped = !isEscaped && character == "\\"
                slashes = 0
            } else {
                isText = character == "\""
                slashes = character == "/" ? slashes + 1 : 0
                if slashes == 2 { return String(code.dropLast()) }
            }
            code.append(character)
        }
        return code
    }
}

/// Where a Swift file belongs: the folders of the design.
struct Place: Equatable {
    /// `Shared`, `Rules`, `Support`, `Edge`, …; of a target that is in no layer, its own name.
    var layer: String
    /// The folder between: `Edge/Devices` for a device, otherwise the layer.
    var area: String
    /// The target: `Wire`, `GPIO`.
    var module: String

    /// The folders of Sources that hold targets, not files.
    static let layers: Set<String> = [
        "Benchmarks", "C", "Daemons", "Edge", "Platform", "Rules", "Shared", "Support",
    ]

    /// - Returns: nil for a file outside Sources or not in a target's folder.
    init?(_ path: String) {
        let parts = path.split(separator: "/").dropLast().map(String.init)
        guard parts.count >= 2, parts[0] == "Sources" else { return nil }
        let depth = !Place.layers.contains(parts[1]) ? 1 : parts.starts(with: ["Sources", "Edge", "Devices"]) ? 3 : 2
        guard parts.count > depth else { return nil }
        layer = parts[1]
        area = depth == 3 ? "Edge/Devices" : layer
        module = parts[depth]
    }
}
