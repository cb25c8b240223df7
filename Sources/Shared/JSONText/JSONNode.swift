/// Where something stands in a text.
public struct TextPosition: Hashable, Sendable, CustomStringConvertible {
    /// Line and column, both from 1; the column counts bytes.
    public var line: Int, column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public var description: String { "\(line):\(column)" }
}

/// One value of a JSON or JSON5 document, and where it stands.
///
/// Numbers are never turned into floating point: a whole number is an `Int64`, any other is kept as it was written.
public struct JSONNode: Equatable, Sendable {
    public var value: JSONValue
    public var position: TextPosition

    public init(value: JSONValue, position: TextPosition) {
        self.value = value
        self.position = position
    }

    /// The value of the member `key`, or nil if this is not an object or has no such member.
    public subscript(key: String) -> JSONNode? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.key == key }?.node
    }

    public var string: String? { if case .string(let text) = value { text } else { nil } }
    public var integer: Int64? { if case .integer(let number) = value { number } else { nil } }
    public var bool: Bool? { if case .bool(let flag) = value { flag } else { nil } }
    public var array: [JSONNode]? { if case .array(let elements) = value { elements } else { nil } }
    public var members: [JSONMember]? { if case .object(let members) = value { members } else { nil } }

    /// What the value is, in words for an error message: `the text "abc"`, `a list of 3`.
    public var summary: String {
        switch value {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .integer(let number): "the number \(number)"
        case .decimal(let text): "the number \(text)"
        case .string(let text): "the text \"\(text.prefix(60))\(text.count > 60 ? "…" : "")\""
        case .array(let elements): "a list of \(elements.count)"
        case .object(let members): "an object of \(members.count)"
        }
    }
}

/// The kinds of JSON value.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A whole number in the range of `Int64`, written without fraction or exponent (JSON5: also hexadecimal).
    case integer(Int64)
    /// Any other number, as written.
    case decimal(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
}

/// One member of an object, in the order of the text.
public struct JSONMember: Equatable, Sendable {
    public var key: String
    public var keyPosition: TextPosition
    public var node: JSONNode

    public init(key: String, keyPosition: TextPosition, node: JSONNode) {
        self.key = key
        self.keyPosition = keyPosition
        self.node = node
    }
}

/// Which grammar a text is read by.
public enum JSONDialect: Sendable {
    /// RFC 8259, strictly: what goes over a wire.
    case json
    /// JSON5: comments, unquoted keys, single quotes, trailing commas: what a person edits.
    case json5
}

/// Why a text is not JSON.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Reason: Equatable, Sendable {
        case unexpectedEnd
        case unexpected(UInt8)
        case notUTF8
        case badEscape
        case badNumber
        case controlCharacterInText
        case duplicateKey(String)
        case tooDeep(limit: Int)
        case moreAfterEnd
        case commentNotClosed
    }

    public let reason: Reason
    public let position: TextPosition
    /// What could have stood there.
    public let expected: String

    public var description: String { "\(position): found \(found), expected \(expected)" }

    /// What was found, in words.
    public var found: String {
        switch reason {
        case .unexpectedEnd: "the end of the text"
        case .unexpected(let byte) where byte >= 0x21 && byte < 0x7F: "'\(Character(Unicode.Scalar(byte)))'"
        case .unexpected(let byte): "the byte \(byte)"
        case .notUTF8: "bytes that are not UTF-8"
        case .badEscape: "a bad escape in a text"
        case .badNumber: "a malformed number"
        case .controlCharacterInText: "a line end or control character inside a text"
        case .duplicateKey(let key): "the key \"\(key)\" a second time in one object"
        case .tooDeep(let limit): "more than \(limit) levels of nesting"
        case .moreAfterEnd: "more text after the end of the document"
        case .commentNotClosed: "a comment that is not closed"
        }
    }
}
