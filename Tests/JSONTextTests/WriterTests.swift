import JSONText
import Testing

@Suite("Writing JSON")
struct WriterTests {
    @Test("members come in the order of the calls, without a space")
    func layout() {
        let bytes = JSONWriter.object {
            $0.field("z", "text")
            $0.field("a", Int64(-5))
            $0.field("yes", true)
            $0.field("no", false)
            $0.field("inner") { $0.field("one", Int64(1)) }
            $0.field("none") { _ in }
            $0.field("empty", array: [Int64]()) { $0.integer($1) }
            $0.field("list", array: [Int64(1), 2, 3]) { $0.integer($1) }
            $0.field("objects", array: ["a", "b"]) { writer, text in writer.object { $0.field("t", text) } }
            $0.field("there", ifPresent: "x")
            $0.field("absent", ifPresent: nil as String?)
            $0.field("count", ifPresent: Int64(0))
            $0.field("missing", ifPresent: nil as Int64?)
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"z":"text","a":-5,"yes":true,"no":false,"inner":{"one":1},"none":{},"empty":[],"list":[1,2,3],"#
                + #""objects":[{"t":"a"},{"t":"b"}],"there":"x","count":0}"#)
    }

    @Test(
        "whole numbers are written exactly, to both ends of 64 bits",
        arguments: [Int64.min, .min + 1, -10, -1, 0, 1, 9, 10, 99, 100, 1_000_000, .max - 1, .max])
    func integers(number: Int64) {
        #expect(JSONWriter.object { $0.field("n", number) } == Array("{\"n\":\(number)}".utf8))
    }

    @Test(
        "what would end or break a line or a text is escaped; all else stays",
        arguments: [
            ("", ""), ("\"", #"\""#), ("\\", #"\\"#), ("\n", #"\n"#), ("\r", #"\u000d"#), ("\t", #"\u0009"#),
            ("\0", #"\u0000"#),
            ("\u{1F}", #"\u001f"#), ("\u{7F}", #"\u007f"#), ("/", "/"), ("'", "'"), ("粤B·1", "粤B·1"), ("🚗", "🚗"),
            ("a\r\nb", #"a\u000d\nb"#), ("\\n", #"\\n"#), ("\u{2028}", "\u{2028}"),
        ])
    func escapes(text: String, written: String) {
        #expect(JSONWriter.object { $0.field("t", text) } == Array("{\"t\":\"\(written)\"}".utf8))
    }

    @Test("every character of the first plane's edges and every ASCII character reads back")
    func everyCharacterReadsBack() throws {
        let edges: [UInt32] = [0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFEFF, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF]
        for scalar in (Array(0...0x7F) + edges).compactMap(Unicode.Scalar.init) {
            let bytes = JSONWriter.object { $0.field("t", "a\(scalar)b") }
            #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F })
            #expect(
                try JSONNode.parse(bytes, dialect: .json)["t"]?.string?.unicodeScalars.elementsEqual(
                    "a\(scalar)b".unicodeScalars) == true)
        }
    }

    @Test("1,000 random documents read back as they were written, and the same calls give the same bytes")
    func roundTrip() throws {
        var dice = Dice(seed: 0x7E57_0002)
        var longest = 0
        for _ in 0..<1_000 {
            let tree = Tree.object(Tree.members(depth: 5, using: &dice))
            var writer = JSONWriter(), again = JSONWriter(capacity: 0)
            tree.write(to: &writer)
            tree.write(to: &again)
            #expect(writer.bytes == again.bytes)
            #expect(Tree(try JSONNode.parse(writer.bytes, dialect: .json)) == tree)
            #expect(Tree(try JSONNode.parse(writer.bytes, dialect: .json5)) == tree)
            longest = max(longest, writer.bytes.count)
        }
        #expect(longest > 1000)
    }
}

/// A random document of the kinds the writer writes.
private indirect enum Tree: Equatable {
    case text(String), number(Int64), flag(Bool), list([Tree]), object([Member])

    struct Member: Equatable {
        var key: String, value: Tree
    }

    static let keys: [StaticString] = [
        "a", "plate", "at", "quote", "粤", "with space", "lines", "k8", "k9", "k10", "k11",
    ]

    static func random(depth: Int, using dice: inout Dice) -> Tree {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &dice) {
        case 0: .text(text(using: &dice))
        case 1: .number([Int64.min, -1, 0, 7, .max, Int64(bitPattern: dice.next())].randomElement(using: &dice)!)
        case 2: .flag(Bool.random(using: &dice))
        case 3:
            // The writer's lists hold scalars and objects, never lists.
            .list(
                (0..<Int.random(in: 0...4, using: &dice)).map { _ in
                    Bool.random(using: &dice)
                        ? .object(members(depth: depth - 1, using: &dice)) : random(depth: 0, using: &dice)
                })
        default: .object(members(depth: depth - 1, using: &dice))
        }
    }

    static func members(depth: Int, using dice: inout Dice) -> [Member] {
        keys.shuffled(using: &dice).prefix(Int.random(in: 0...4, using: &dice)).map {
            Member(key: "\($0)", value: random(depth: depth, using: &dice))
        }
    }

    static func text(using dice: inout Dice) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &dice) {
            let bound: UInt32 = [0x20, 0x80, 0x800, 0xD800, 0x110000].randomElement(using: &dice)!
            text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0..<bound, using: &dice)) ?? "?")
        }
        return text
    }

    init(_ node: JSONNode) {
        switch node.value {
        case .string(let text): self = .text(text)
        case .integer(let number): self = .number(number)
        case .bool(let flag): self = .flag(flag)
        case .array(let elements): self = .list(elements.map(Tree.init))
        case .object(let members): self = .object(members.map { Member(key: $0.key, value: Tree($0.node)) })
        case .null, .decimal: self = .text("the writer writes neither")
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .text(let text): writer.string(text)
        case .number(let number): writer.integer(number)
        case .flag(let flag): writer.bool(flag)
        case .list: preconditionFailure("a list is written as a member")
        case .object(let members):
            writer.object { writer in
                for member in members { Tree.write(member, to: &writer) }
            }
        }
    }

    private static func write(_ member: Member, to writer: inout JSONWriter) {
        let key = keys.first { "\($0)" == member.key }!
        if case .list(let elements) = member.value {
            writer.field(key, array: elements) { writer, element in element.write(to: &writer) }
        } else {
            writer.key(key)
            member.value.write(to: &writer)
        }
    }
}
