import JSONText
import Testing

/// A document of the shape that daemons read: a small piece of a car park.
struct Site: Equatable {
    enum Mode: String, CaseIterable { case entry, exit }
    struct Refusal: Error, CustomStringConvertible { var description: String { "no spaces" } }

    var name: String, port: Int64, isLive: Bool, mode: Mode
    var note: String?, limit: Int64?, plates: [String], tag: String?
    var raises: [Int64], house: Int64?

    static func read(_ text: String) throws(Findings) -> Site {
        try DocumentReader.read(Array(text.utf8), dialect: .json5, file: "site.json5") {
            (root: ObjectReader) -> Site? in
            let name = root.parsed("name", expected: "a name", word)
            let port = root.integer("port", in: 1...65535, default: 1883)
            let isLive = root.bool("live", default: false)
            let mode: Mode = root.choice("mode", default: .exit)
            let note = root.optionalString("note", longest: 5)
            let limit = root.optionalInteger("limit", in: 0...100, unit: "fen")
            let plates = root.parsedList("plates", count: 0...2, expected: "a plate", word)
            let tag = root.optionalParsed("tag", expected: "a tag", word)
            let house = root.optionalObject("house") { $0.integer("number", in: 1...9) }
            let raises = root.objects("lanes", count: 1...3) { lane in
                lane.object("barrier") { $0.integer("raise", in: 100...2000, unit: "milliseconds") }
            }
            if port == 1884, limit == nil {
                root.refuse("port", found: "1884 without a limit", expected: "a limit where the port is 1884")
            }
            if port == 1885 { root.refuse("limit", found: "nothing", expected: "a limit where the port is 1885") }
            guard let name else { return nil }
            return Site(
                name: name, port: port, isLive: isLive, mode: mode, note: note, limit: limit, plates: plates, tag: tag,
                raises: raises, house: house)
        }
    }

    private static func word(_ text: String) throws(Refusal) -> String {
        guard !text.contains(" ") else { throw Refusal() }
        return text
    }
}

@Suite("Reading a document")
struct DocumentReaderTests {
    @Test("a whole document is read")
    func whole() throws {
        let site = try Site.read(
            """
            // all of it
            { name: 'north', port: 8883, live: true, mode: "entry", note: "12345", limit: 100, plates: ["a", "b"],
              tag: "t", house: { number: 9 }, lanes: [{ barrier: { raise: 100 } }, { barrier: { raise: 2000 } }] }
            """)
        #expect(
            site
                == Site(
                    name: "north", port: 8883, isLive: true, mode: .entry, note: "12345", limit: 100,
                    plates: ["a", "b"],
                    tag: "t", raises: [100, 2000], house: 9))
    }

    @Test("what may be left out takes its default, or is nil or empty")
    func defaults() throws {
        let site = try Site.read("{ name: 'n', lanes: [{ barrier: { raise: 500 } }] }")
        #expect(
            site
                == Site(
                    name: "n", port: 1883, isLive: false, mode: .exit, note: nil, limit: nil, plates: [], tag: nil,
                    raises: [500], house: nil))
    }

    @Test("all faults are told at once, in the order of the text, with file, line, column and path")
    func allAtOnce() {
        let text = """
            { lanes: [
                { barrier: { raise: 99 } },
                { barrier: { raise: "up", lower: 5 } },
                { barier: {} }
              ],
              port: 65536, mode: "both",
              live: "yes", note: "123456", plates: ["a b", 5], tag: "x y", limit: 101, house: { number: 0 },
              name: 7, colour: 'red' }
            """
        let findings = #expect(throws: Findings.self) { try Site.read(text) }
        #expect(
            findings?.description.split(separator: "\n").map(String.init) == [
                "site.json5:2:25: lanes[0].barrier.raise: found the number 99, expected a whole number from "
                    + "100 to 2000 (milliseconds)",
                "site.json5:3:25: lanes[1].barrier.raise: found the text \"up\", expected a whole number from "
                    + "100 to 2000 (milliseconds)",
                "site.json5:3:31: lanes[1].barrier.lower: found an unknown key, expected one of raise",
                "site.json5:4:5: lanes[2].barrier: found nothing, expected an object { … }",
                "site.json5:4:7: lanes[2].barier: found an unknown key, expected \"barrier\" (did you mean that?)",
                "site.json5:6:9: port: found the number 65536, expected a whole number from 1 to 65535",
                "site.json5:6:22: mode: found the text \"both\", expected one of \"entry\", \"exit\"",
                "site.json5:7:9: live: found the text \"yes\", expected true or false",
                "site.json5:7:22: note: found the text \"123456\", expected a text of 1 to 5 characters",
                "site.json5:7:41: plates[0]: found the text \"a b\", expected a plate: no spaces",
                "site.json5:7:48: plates[1]: found the number 5, expected a plate",
                "site.json5:7:57: tag: found the text \"x y\", expected a tag: no spaces",
                "site.json5:7:71: limit: found the number 101, expected a whole number from 0 to 100 (fen)",
                "site.json5:7:93: house.number: found the number 0, expected a whole number from 1 to 9",
                "site.json5:8:9: name: found the number 7, expected a name",
                "site.json5:8:12: colour: found an unknown key, expected one of house, lanes, limit, live, mode, name, "
                    + "note, plates, port, tag",
            ])
    }

    @Test(
        "one fault in the document is one finding",
        arguments: [
            ("{ lanes: [{ barrier: { raise: 500 } }] }", "1:1: name: found nothing, expected a name"),
            ("[]", "1:1: the document: found a list of 0, expected an object { … }"),
            ("null", "1:1: the document: found null, expected an object { … }"),
            ("{ name: 'n', lanes: [] }", "1:21: lanes: found a list of 0, expected a list of 1 to 3 objects"),
            ("{ name: 'n', lanes: {} }", "1:21: lanes: found an object of 0, expected a list of 1 to 3 objects"),
            ("{ name: 'n', lanes: [4] }", "1:22: lanes[0]: found the number 4, expected an object { … }"),
            ("{ name: 'n' }", "1:1: lanes: found nothing, expected a list of 1 to 3 objects"),
        ])
    func oneFault(text: String, description: String) {
        let findings = #expect(throws: Findings.self) { try Site.read(text) }
        #expect(findings?.description == "site.json5:\(description)")
    }

    @Test(
        "one fault in a member is one finding",
        arguments: [
            ("port: 1.5", "port: found the number 1.5, expected a whole number from 1 to 65535"),
            ("port: 0", "port: found the number 0, expected a whole number from 1 to 65535"),
            (
                "port: 9223372036854775808",
                "port: found the number 9223372036854775808, expected a whole number from 1 to 65535"
            ),
            ("note: ''", "note: found the text \"\", expected a text of 1 to 5 characters"),
            ("live: 1", "live: found the number 1, expected true or false"),
            ("mode: true", "mode: found true, expected one of \"entry\", \"exit\""),
            ("tag: null", "tag: found null, expected a tag"),
            ("limit: null", "limit: found null, expected a whole number from 0 to 100 (fen)"),
            ("limit: -1", "limit: found the number -1, expected a whole number from 0 to 100 (fen)"),
            ("house: [1]", "house: found a list of 1, expected an object { … }"),
            ("house: {}", "house.number: found nothing, expected a whole number from 1 to 9"),
            ("plates: ['a','b','c']", "plates: found a list of 3, expected a list of 0 to 2 texts"),
            ("prot: 1", "prot: found an unknown key, expected \"port\" (did you mean that?)"),
            ("LIMIT: 1", "LIMIT: found an unknown key, expected \"limit\" (did you mean that?)"),
        ])
    func oneMember(member: String, ending: String) {
        let findings = #expect(throws: Findings.self) {
            try Site.read("{ name: 'n', lanes: [{ barrier: { raise: 500 } }],\n\(member) }")
        }
        #expect(findings?.list.count == 1)
        #expect(findings?.description.hasSuffix(": \(ending)") == true, "\(findings?.description ?? "")")
        #expect(findings?.list.first?.position.line == 2)
    }

    @Test(
        "two members that contradict each other are refused where the one stands, or where both should",
        arguments: [
            (1884, "site.json5:2:7: port: found 1884 without a limit, expected a limit where the port is 1884"),
            (1885, "site.json5:1:1: limit: found nothing, expected a limit where the port is 1885"),
        ])
    func refused(port: Int, description: String) {
        let findings = #expect(throws: Findings.self) {
            try Site.read("{\nport: \(port), name: 'n', lanes: [{ barrier: { raise: 500 } }] }")
        }
        #expect(findings?.description == description)
    }

    @Test(
        "a document of another kind, or of none, is refused where its kind stands, or should",
        arguments: [
            ("{ kind: 'site' }", nil), (" { kind: 'Site' }", "1:10: kind: found the text \"Site\", expected \"site\""),
            ("{}", "1:1: kind: found nothing, expected \"site\""),
            ("{ kind: 1 }", "1:9: kind: found the number 1, expected \"site\""),
        ] as [(String, String?)])
    func kind(text: String, description: String?) {
        let read = Result { () throws(Findings) in
            try DocumentReader.read(Array(text.utf8), dialect: .json5) { (root: ObjectReader) -> Bool? in
                root.expectKind("site")
                return true
            }
        }
        switch read {
        case .success: #expect(description == nil)
        case .failure(let findings): #expect(findings.description == description)
        }
    }

    @Test("a text that is not JSON is one finding, where it breaks")
    func notJSON() {
        let findings = #expect(throws: Findings.self) { try Site.read("{\n  name: 'n'\n  port: 1 }") }
        #expect(findings?.description == "site.json5:3:3: the document: found 'p', expected ',' or '}'")
    }

    @Test("a reader that gives up without a reason still leaves a finding")
    func silentRefusal() {
        let findings = #expect(throws: Findings.self) {
            try DocumentReader.read(Array(" {}".utf8), dialect: .json) { _ in nil as Int? }
        }
        #expect(findings?.list.map(\.position) == [TextPosition(line: 1, column: 2)])
    }

    @Test("a document that is all faults is told in 200 of them")
    func bounded() {
        let members = (0..<1000).map { "unknown\($0): 1" }.joined(separator: ",\n")
        let findings = #expect(throws: Findings.self) { try Site.read("{\(members)}") }
        #expect(findings?.list.count == 200)
    }
}
