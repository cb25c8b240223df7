import Testing

@testable import PlateCamera

@Suite("XML")
struct XMLFieldsTests {
    private func parse(_ text: String, _ paths: Set<String> = ["a", "b/c"]) throws(PlateCameraError) -> XMLFields {
        try XMLFields.parse(Array(text.utf8)[...], paths: paths)
    }

    private func fault(_ text: String) -> XMLFault? {
        do { _ = try parse(text) } catch { if case .malformedXML(_, let fault) = error { return fault } }
        return nil
    }

    @Test("chosen texts are kept, with references resolved and name space prefixes dropped")
    func kept() throws {
        let fields = try parse(
            "<h:r xmlns:h='u'> <h:a> 1 &lt; <![CDATA[2 & 3]]>&#x4EAC; </h:a><b><c>4<d>no</d>5</c><a>6</a></b><e>7</e></h:r>"
        )
        #expect(fields == XMLFields(root: "r", texts: ["a": "1 < 2 & 3京", "b/c": "45"]))
    }

    @Test("an empty element is an empty text, an absent one is none")
    func empty() throws {
        let fields = try parse("<r><a/></r>")
        #expect(fields["a"] == "")
        #expect(fields["b/c"] == nil)
    }

    @Test("the declared encoding is not looked at", arguments: ["GB2312", "UTF-16", "no-such"])
    func encoding(name: String) throws {
        #expect(try parse("<?xml version='1.0' encoding='\(name)'?><r><a>京</a></r>")["a"] == "京")
    }

    @Test("a document type declaration is refused before any entity is defined")
    func entities() {
        let bomb = """
            <!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
            <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><r><a>&c;</a></r>
            """
        #expect(fault(bomb) == .documentType)
        #expect(fault("<!DOCTYPE r SYSTEM 'file:///etc/hostname'><r/>") == .documentType)
        guard case .syntax = fault("<r><a>&c;</a></r>") else {
            Issue.record("an entity that nobody defined was accepted")
            return
        }
    }

    @Test("nesting is bounded", arguments: [(16, true), (17, false), (30_000, false)])
    func depth(levels: Int, isAccepted: Bool) {
        let open = String(repeating: "<x>", count: levels)
        let close = String(repeating: "</x>", count: levels)
        #expect(fault(open + close) == (isAccepted ? nil : .tooDeep(limit: 16)))
    }

    @Test("elements are bounded", arguments: [(4096, true), (4097, false)])
    func count(elements: Int, isAccepted: Bool) {
        let text = "<r>" + String(repeating: "<x/>", count: elements - 1) + "</r>"
        #expect(fault(text) == (isAccepted ? nil : .tooManyElements(limit: 4096)))
    }

    @Test("the text of a kept element is bounded, of another it is not kept", arguments: [(1024, true), (1025, false)])
    func textLength(bytes: Int, isAccepted: Bool) throws {
        let text = String(repeating: "x", count: bytes)
        #expect(fault("<r><a>\(text)</a></r>") == (isAccepted ? nil : .textTooLong(field: "a", limit: 1024)))
        #expect(fault("<r><z>\(text)</z></r>") == nil)
    }

    @Test("a document is bounded", arguments: [(262_144, true), (262_145, false)])
    func length(bytes: Int, isAccepted: Bool) {
        let text = "<r>" + String(repeating: " ", count: bytes - 7) + "</r>"
        #expect(fault(text) == (isAccepted ? nil : .tooLong(bytes: bytes, limit: 262_144)))
    }

    @Test("a field that stands twice is refused")
    func twice() {
        #expect(throws: PlateCameraError.duplicate(field: "a")) { try parse("<r><a>1</a><a>2</a></r>") }
        #expect(throws: PlateCameraError.duplicate(field: "b/c")) { try parse("<r><b><c/></b><b><c/></b></r>") }
    }

    @Test("a malformed document names its line")
    func line() {
        #expect {
            try parse("<r>\n<a>\n</r>")
        } throws: { error in
            guard case PlateCameraError.malformedXML(line: 3, .syntax) = error else { return false }
            return true
        }
    }
}
