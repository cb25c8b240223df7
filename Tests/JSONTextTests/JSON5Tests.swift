import JSONText
import Testing

@Suite("JSON5, as a person edits it")
struct JSON5Tests {
    @Test(
        "what JSON5 adds is read, and is not JSON",
        arguments: [
            ("// a comment\n1", JSONValue.integer(1)), ("1 // at the end", .integer(1)),
            ("/* a */ 1 /* b\n */", .integer(1)),
            ("/**/1", .integer(1)), ("/***/1", .integer(1)), ("/* // */1", .integer(1)), ("//\r\n1", .integer(1)),
            ("'single'", .string("single")), ("'a \"quoted\" word'", .string("a \"quoted\" word")),
            (#"'it\'s'"#, .string("it's")), ("'one \\\nline'", .string("one line")),
            ("'one \\\r\nline'", .string("one line")), ("+5", .integer(5)), ("0x1F", .integer(31)),
            ("0XfF", .integer(255)),
            ("-0x10", .integer(-16)), ("+0x10", .integer(16)), ("0x7FFFFFFFFFFFFFFF", .integer(.max)),
            ("-0x8000000000000000", .integer(.min)), (".5", .decimal(".5")), ("5.", .decimal("5.")),
            ("+.5", .decimal("+.5")),
        ])
    func added(text: String, value: JSONValue) throws {
        #expect(try parse(text, .json5) == value)
        #expect(throws: JSONError.self) { try parse(text, .json) }
    }

    @Test(
        "keys without quotes, single quotes and a trailing comma are read, and are not JSON",
        arguments: [
            "{a:1}", "{$a_9:1}", "{'a':1}", "{\"a\":1,}", "{/*x*/a/*x*/:/*x*/1/*x*/,/*x*/}", "{a:1,// x\n}", "{true:1}",
        ])
    func objects(text: String) throws {
        let node = try JSONNode.parse(Array(text.utf8), dialect: .json5)
        #expect(node.members?.count == 1)
        #expect(node.members?.first?.node.integer == 1)
        #expect(throws: JSONError.self) { try parse(text, .json) }
    }

    @Test(
        "a list may end with a comma, and only one",
        arguments: [("[1,]", true), ("[1,2,]", true), ("[1,,]", false), ("[,]", false)])
    func trailingComma(text: String, isAccepted: Bool) {
        #expect(((try? parse(text, .json5)) != nil) == isAccepted)
        #expect(throws: JSONError.self) { try parse(text, .json) }
    }

    @Test(
        "a slip of the pen is refused",
        arguments: [
            "/", "/ 1", "/* open", "/*/", "1 /*", "/* a */", "// only", "'a", "'a\"", "\"a'", "{9a:1}", "{a b:1}",
            "{a-b:1}",
            "{京:1}", "{:1}", "0x", "0xG", "0x1G", "0x8000000000000000", "-0x8000000000000001", "+", "+-1", ".", "-.",
            "+.e1",
            "{,}", "{a:1,,}", "{a:1;b:2}", "{a=1}", "0x1.8", "'\\x41'", "\"a\nb\"", "1/*", "{a:1}//\n,",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try parse(text, .json5) }
    }
}

@Suite("Where a fault stands")
struct PositionTests {
    @Test(
        "the fault's line and column are right after line ends, tabs, comments and wide characters",
        arguments: [
            ("", 1, 1), ("x", 1, 1), ("  x", 1, 3), ("\tx", 1, 2), ("\n\nx", 3, 1), ("\r\n\r\n x", 3, 2),
            ("[1,\r\n2,\r\n\tx]", 3, 2),
            ("// a\nx", 2, 1), ("// a\r\n x", 2, 2), ("/* a\n b */ x", 2, 7), ("/* a\r\n\r\n*/x", 3, 3),
            ("[1, /* a */ x]", 1, 13),
            ("{\n  a: 1\n  b: 2\n}", 3, 3), ("[1,\n2\n", 3, 1), ("'a\\\nb' x", 2, 4), ("'a\\\r\nb' x", 2, 4),
            ("\u{FEFF}x", 1, 1),
            ("\u{FEFF}\n x", 2, 2), ("['京', x]", 1, 9), ("[1] x", 1, 5), ("\n  /* open", 2, 3), ("{a: 1, a: 2}", 1, 8),
            ("'a\\qb'", 1, 4), ("{\n'a' 1}", 2, 5), ("[-x]", 1, 2), ("[1x]", 1, 3),
        ])
    func faults(text: String, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try parse(text, .json5) }
        #expect(error?.position == TextPosition(line: line, column: column))
        #expect(error?.description.hasPrefix("\(line):\(column): found ") == true)
    }

    @Test("each value and each key knows where it stands")
    func values() throws {
        let text = "// head\r\n{\r\n\ta: [1,\n  'x'], /* c\n */ b: {c: null}\n}"
        let root = try JSONNode.parse(Array(text.utf8), dialect: .json5)
        #expect(root.position == TextPosition(line: 2, column: 1))
        #expect(root.members?.map(\.keyPosition.description) == ["3:2", "5:5"])
        #expect(root["a"]?.position.description == "3:5")
        #expect(root["a"]?.array?.map(\.position.description) == ["3:6", "4:3"])
        #expect(root["b"]?["c"]?.position.description == "5:12")
    }

    @Test(
        "an error says what was found and what could have stood there",
        arguments: [
            ("{\"a\":1,}", "1:8: found '}', expected a key after the comma"),
            ("[1,]", "1:4: found ']', expected a value after the comma"),
            ("{\"a\" 1}", "1:6: found '1', expected ':' after the key \"a\""),
            ("[1 2]", "1:4: found '2', expected ',' or ']'"),
            ("{a:1}", "1:2: found 'a', expected a key in double quotes"),
            ("[", "1:2: found the end of the text, expected a value"),
            ("\"a", "1:3: found the end of the text, expected a closing quote"),
            ("1 2", "1:3: found more text after the end of the document, expected the end of the text"),
            ("01", "1:3: found a malformed number, expected a number without leading zeros"),
            ("\u{3000}1", "1:1: found the byte 227, expected a value"),
            ("{\"a\":1,\"a\":2}", "1:8: found the key \"a\" a second time in one object, expected each key once"),
        ])
    func words(text: String, description: String) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        #expect(error?.description == description)
    }
}
