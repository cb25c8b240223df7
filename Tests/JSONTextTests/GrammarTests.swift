import JSONText
import Testing

func parse(_ text: String, _ dialect: JSONDialect = .json) throws(JSONError) -> JSONValue {
    try JSONNode.parse(Array(text.utf8), dialect: dialect).value
}

func parse(bytes: [UInt8], _ dialect: JSONDialect = .json) throws(JSONError) -> JSONValue {
    try JSONNode.parse(bytes, dialect: dialect).value
}

@Suite("JSON by RFC 8259")
struct GrammarTests {
    @Test(
        "a value of each kind is read, by both grammars",
        arguments: [
            ("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
            ("-0", .integer(0)), ("10", .integer(10)), ("-7", .integer(-7)), ("\"\"", .string("")),
            ("\"a b\"", .string("a b")), ("\"粤B\"", .string("粤B")), ("[]", .array([])), ("{}", .object([])),
            (" \t\r\n[ \t\r\n] \t\r\n", .array([])), (" { \n } ", .object([])), ("\u{FEFF}true", .bool(true)),
            ("\"\u{7F}\"", .string("\u{7F}")), ("\"\u{2028}\"", .string("\u{2028}")),
        ])
    func accepted(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
        #expect(try parse(text, .json5) == value)
    }

    @Test(
        "what is not JSON is refused, by both grammars",
        arguments: [
            "", " ", "[", "]", "{", "}", "[,]", "{,}", "[1 2]", "[1,,2]", "[,1]", "{\"a\"}", "{\"a\":}",
            "{\"a\":1,,\"b\":2}",
            "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{1:2}", "[1}", "{\"a\":1]", "tru", "truE", "True", "nul", "nullx",
            "falsey",
            "NaN", "Infinity", "-Infinity", "undefined", "-", "+", "01", "-01", "00", "1e", "1e+", "1E-", "1.e5x", "1a",
            "0b1",
            "1_000", "1,2", "\"", "\"a", "\"\\", "\"\\\"", "\"\\x41\"", "\"\\a\"", "\"\\u12\"", "\"\\u12G4\"",
            "\"\\U1234\"",
            "\"a\nb\"", "\"a\tb\"", "\"a\0b\"", "\"a\u{1F}b\"", "true false", "{} {}", "[]]", "\u{FEFF}",
            "\u{FEFF}\u{FEFF}1",
            "\u{A0}1", "\u{3000}1", "\u{0C}1", "#1", "<1>", "[1]a", "（1）", "{\"a\":1}}", "\"a\"\"b\"", "1 2", "--1",
            "1-",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
        #expect(throws: JSONError.self) { try parse(text, .json5) }
    }

    @Test(
        "a whole number is kept exactly as far as 64 bits go; beyond, and with a fraction, as its text",
        arguments: [
            ("9223372036854775807", JSONValue.integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .decimal("9223372036854775808")),
            ("-9223372036854775809", .decimal("-9223372036854775809")), ("1.5", .decimal("1.5")),
            ("1.0", .decimal("1.0")), ("0.10", .decimal("0.10")), ("-0.0", .decimal("-0.0")), ("1e3", .decimal("1e3")),
            ("1E+3", .decimal("1E+3")), ("2.5e-10", .decimal("2.5e-10")), ("0e0", .decimal("0e0")),
            ("123456789012345678901234567890", .decimal("123456789012345678901234567890")),
        ])
    func numbers(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
        #expect(try parse(text, .json5) == value)
        #expect(try parse("[\(text)]") == .array([JSONNode(value: value, position: TextPosition(line: 1, column: 2))]))
    }

    @Test(
        "each escape gives its character",
        arguments: [
            (#"\n"#, "\n"), (#"\t"#, "\t"), (#"\r"#, "\r"), (#"\b"#, "\u{8}"), (#"\f"#, "\u{C}"), (#"\""#, "\""),
            (#"\\"#, "\\"), (#"\/"#, "/"), (#"\u0041"#, "A"), (#"\u00e9"#, "é"), (#"\u7CA4"#, "粤"), (#"\u0000"#, "\0"),
            (#"\uD83D\uDE97"#, "🚗"), (#"\ud800\udc00"#, "\u{10000}"), (#"\uDBFF\uDFFF"#, "\u{10FFFF}"),
            (#"\uD7FF"#, "\u{D7FF}"), (#"\uE000"#, "\u{E000}"), (#"\uFFFF"#, "\u{FFFF}"), (#"a\u0062c\n京"#, "abc\n京"),
        ])
    func escapes(escape: String, text: String) throws {
        #expect(try parse("\"\(escape)\"") == .string(text))
        #expect(try parse("\"\(escape)\"", .json5) == .string(text))
    }

    @Test(
        "half a pair of surrogates is refused",
        arguments: [
            #"\uD83D"#, #"\uDE97"#, #"\uD83D\uD83D"#, #"\uDE97\uD83D"#, #"\uD83Dx"#, #"\uD83D\n"#, #"\uD83D\u0041"#,
            #"\uDBFF\uE000"#, #"\uD800\uDBFF"#,
        ])
    func surrogates(escape: String) {
        let error = #expect(throws: JSONError.self) { try parse("\"\(escape)\"") }
        #expect(error?.reason == .badEscape)
    }

    @Test(
        "bytes that are not UTF-8 are refused inside a text and outside",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE7, 0xB2, 0x22],
            [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], [0x22, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xFF, 0x22],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try parse(bytes: bytes) }
        #expect(error?.reason == .notUTF8)
        #expect(throws: JSONError.self) { try parse(bytes: Array(bytes.dropFirst())) }
        #expect(throws: JSONError.self) { try parse(bytes: [0x7B] + bytes + Array(":1}".utf8)) }
    }

    @Test("a key that stands twice is refused at its second place", arguments: [1, 7, 8, 9, 40])
    func duplicateKeys(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":\($0)" }
        #expect(
            try JSONNode.parse(Array("{\(members.joined(separator: ","))}".utf8), dialect: .json).members?.count
                == count)
        for repeated in 0..<count {
            let text = "{\(members.joined(separator: ",")),\n\"k\(repeated)\":0}"
            let error = #expect(throws: JSONError.self) { try parse(text) }
            #expect(error?.reason == .duplicateKey("k\(repeated)"))
            #expect(error?.position == TextPosition(line: 2, column: 1))
        }
    }

    @Test("a key is the same key however it is escaped; the same key in another object is no repetition")
    func sameKey() throws {
        #expect(throws: JSONError.self) { try parse(#"{"a":1,"\u0061":2}"#) }
        #expect(throws: JSONError.self) { try parse("{a:1,'a':2}", .json5) }
        let node = try JSONNode.parse(Array(#"{"a":{"a":1},"A":2}"#.utf8), dialect: .json)
        #expect(node["a"]?["a"]?.integer == 1)
        #expect(node["A"]?.integer == 2)
    }

    @Test(
        "64 levels of nesting are read, 65 are refused, and a million do no harm",
        arguments: [1, 63, 64, 65, 1_000_000])
    func depth(levels: Int) throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            let perPair = open.hasPrefix("[{") ? 2 : 1
            guard levels % perPair == 0 else { continue }
            let middle = open.hasSuffix(":") ? "1" : ""
            let text =
                String(repeating: open, count: levels / perPair) + middle
                + String(repeating: close, count: levels / perPair)
            if levels <= JSONNode.deepest {
                #expect(throws: Never.self) { try parse(text) }
            } else {
                let error = #expect(throws: JSONError.self) { try parse(text) }
                #expect(error?.reason == .tooDeep(limit: 64))
            }
        }
    }
}
