extension JSONNode {
    /// The deepest nesting accepted.
    public static let deepest = 64

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 text, with or without a byte order mark. The caller bounds its length.
    ///   - dialect: the grammar to read it by.
    /// - Throws: ``JSONError`` at the first fault. A key that stands twice in one object is a fault: one of the two
    ///   would be ignored, and nobody could say which.
    public static func parse(_ bytes: [UInt8], dialect: JSONDialect) throws(JSONError) -> JSONNode {
        var parser = JSONParser(bytes: bytes, dialect: dialect)
        return try parser.document()
    }
}

/// A recursive-descent reader over bytes; depth is bounded by ``JSONNode/deepest``.
struct JSONParser {
    let bytes: [UInt8]
    let dialect: JSONDialect
    var index = 0
    private var line = 1
    private var lineStart = 0

    init(bytes: [UInt8], dialect: JSONDialect) {
        self.bytes = bytes
        self.dialect = dialect
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3; lineStart = 3 }
    }

    var position: TextPosition { TextPosition(line: line, column: index - lineStart + 1) }

    mutating func document() throws(JSONError) -> JSONNode {
        try skipSpace()
        let node = try value(depth: 0)
        try skipSpace()
        guard index == bytes.count else { throw fault(.moreAfterEnd, "the end of the text") }
        return node
    }

    func fault(_ reason: JSONError.Reason, _ expected: String) -> JSONError {
        JSONError(reason: reason, position: position, expected: expected)
    }

    /// The fault for whatever stands at the index.
    func unexpected(_ expected: String) -> JSONError {
        fault(index < bytes.count ? .unexpected(bytes[index]) : .unexpectedEnd, expected)
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONNode {
        let start = position
        guard index < bytes.count else { throw unexpected("a value") }
        switch bytes[index] {
        case UInt8(ascii: "{"):
            return JSONNode(value: .object(try object(depth: depth + 1)), position: start)
        case UInt8(ascii: "["):
            return JSONNode(value: .array(try array(depth: depth + 1)), position: start)
        case UInt8(ascii: "\""):
            return JSONNode(value: .string(try text()), position: start)
        case UInt8(ascii: "'") where dialect == .json5:
            return JSONNode(value: .string(try text()), position: start)
        case UInt8(ascii: "t"): return JSONNode(value: try word("true", .bool(true)), position: start)
        case UInt8(ascii: "f"): return JSONNode(value: try word("false", .bool(false)), position: start)
        case UInt8(ascii: "n"): return JSONNode(value: try word("null", .null), position: start)
        default:
            return JSONNode(value: try number(), position: start)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[index..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)),
            end == bytes.count || !isWordByte(bytes[end])
        else { throw unexpected("a value") }
        index = end
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> [JSONMember] {
        guard depth <= JSONNode.deepest else { throw fault(.tooDeep(limit: JSONNode.deepest), "less nesting") }
        index += 1
        var members: [JSONMember] = []
        var keys: Set<String> = []
        try skipSpace()
        while true {
            if take(UInt8(ascii: "}")) {
                guard members.isEmpty || dialect == .json5 else {
                    index -= 1; throw unexpected("a key after the comma")
                }
                return members
            }
            let keyPosition = position
            let key = try key()
            let isNew = members.count < 8 ? !members.contains { $0.key == key } : noteKeys(members, key, &keys)
            guard isNew else {
                throw JSONError(reason: .duplicateKey(key), position: keyPosition, expected: "each key once")
            }
            try skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':' after the key \"\(key)\"") }
            try skipSpace()
            members.append(JSONMember(key: key, keyPosition: keyPosition, node: try value(depth: depth)))
            try skipSpace()
            if take(UInt8(ascii: ",")) { try skipSpace(); continue }
            guard take(UInt8(ascii: "}")) else { throw unexpected("',' or '}'") }
            return members
        }
    }

    /// Large objects look keys up in a set: comparing with every earlier key would take quadratic time.
    private func noteKeys(_ members: [JSONMember], _ key: String, _ keys: inout Set<String>) -> Bool {
        if keys.isEmpty { for member in members { keys.insert(member.key) } }
        return keys.insert(key).inserted
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONNode] {
        guard depth <= JSONNode.deepest else { throw fault(.tooDeep(limit: JSONNode.deepest), "less nesting") }
        index += 1
        var elements: [JSONNode] = []
        try skipSpace()
        while true {
            if take(UInt8(ascii: "]")) {
                guard elements.isEmpty || dialect == .json5 else {
                    index -= 1; throw unexpected("a value after the comma")
                }
                return elements
            }
            elements.append(try value(depth: depth))
            try skipSpace()
            if take(UInt8(ascii: ",")) { try skipSpace(); continue }
            guard take(UInt8(ascii: "]")) else { throw unexpected("',' or ']'") }
            return elements
        }
    }

    private mutating func key() throws(JSONError) -> String {
        guard index < bytes.count else { throw unexpected("a key") }
        let byte = bytes[index]
        if byte == UInt8(ascii: "\"") || (dialect == .json5 && byte == UInt8(ascii: "'")) { return try text() }
        guard dialect == .json5, isWordByte(byte), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
            throw unexpected(dialect == .json5 ? "a key" : "a key in double quotes")
        }
        let start = index
        while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    mutating func startLine() {
        line += 1
        lineStart = index
    }

    private mutating func skipSpace() throws(JSONError) {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"): index += 1; startLine()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): index += 1
            case UInt8(ascii: "/") where dialect == .json5: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch next {
        case UInt8(ascii: "/"):
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        case UInt8(ascii: "*"):
            let open = position
            index += 2
            while true {
                guard index + 1 < bytes.count else {
                    throw JSONError(
                        reason: .commentNotClosed, position: open, expected: "*/ before the end of the text")
                }
                if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { break }
                index += 1
                if bytes[index - 1] == UInt8(ascii: "\n") { startLine() }
            }
            index += 2
        default:
            throw unexpected("a value or a comment")
        }
    }
}
