import Testing

@testable import PlateCamera

@Suite("Multipart bodies")
struct MultipartTests {
    @Test(
        "the boundary is found, quoted or not, wherever it stands",
        arguments: [
            ("multipart/form-data; boundary=AaB03x", "AaB03x"), ("multipart/mixed;boundary=\"a b;c\"", "a b;c"),
            ("multipart/mixed; charset=utf-8; BOUNDARY=--x ; q=1", "--x"),
            ("multipart/mixed; boundary=\"a\\\"b\"", "a\"b"),
            ("multipart/mixed; a=\"boundary=no\"; boundary=yes", "yes"), ("multipart/mixed", nil),
            ("multipart/mixed; boundary=", nil), ("multipart/mixed; boundary=\"\"", nil),
            ("multipart/mixed; boundary", nil),
            ("multipart/mixed; boundary=\(String(repeating: "x", count: 70))", String(repeating: "x", count: 70)),
            ("multipart/mixed; boundary=\(String(repeating: "x", count: 71))", nil),
            ("multipart/mixed; boundary=a\nb", nil),
            ("; boundary=\"open", "open"), ("", nil),
        ] as [(String, String?)])
    func boundary(header: String, expected: String?) {
        #expect(Multipart.boundary(in: header) == expected)
    }

    private let contents: [[UInt8]] = [Array("<a/>".utf8), Fixture.picture, []]

    @Test("contents come out as they went in, with CRLF or LF, with or without lengths", arguments: ["\r\n", "\n"])
    func contents(lineEnd: String) throws {
        for hasLength in [true, false] {
            let parts = contents.map { Fixture.Part(type: "text/xml", content: $0, length: hasLength ? $0.count : nil) }
            let body = Fixture.multipart(parts, boundary: "b", lineEnd: lineEnd)
            let found = try Multipart.parts(of: body, boundary: "b")
            #expect(found.map { Array(body[$0.content]) } == contents)
            #expect(found.allSatisfy { $0.contentType == "text/xml" })
        }
    }

    @Test("a length that counts the line end, or is wrong, does not swallow the next part", arguments: [2, 1, -1, 40])
    func wrongLength(error: Int) throws {
        let content = Array("<a>1</a>".utf8)
        let body = Fixture.multipart([
            .init(type: "text/xml", content: content, length: content.count + error), .jpeg, .jpeg,
        ])
        let found = try Multipart.parts(of: body, boundary: Fixture.boundary)
        #expect(found.count == 3)
        #expect(Array(body[found[0].content]) == content)
    }

    @Test("a boundary within a part of known length is content")
    func boundaryInContent() throws {
        let content = Array("x\r\n--b\r\ny".utf8)
        let body = Fixture.multipart([.init(type: nil, content: content, length: content.count)], boundary: "b")
        #expect(try Multipart.parts(of: body, boundary: "b").map { Array(body[$0.content]) } == [content])
    }

    @Test("text before the first boundary and a longer line like it are passed over")
    func preamble() throws {
        let body = Array("hello --b\r\n--bc\r\n".utf8) + Fixture.multipart([.xml([0x3C])], boundary: "b")
        let found = try Multipart.parts(of: body, boundary: "b")
        #expect(found.count == 1)
    }

    @Test("a body cut anywhere before the end of its closing boundary is refused")
    func cut() {
        let body = Fixture.multipart([.xml(Array("<a/>".utf8)), .jpeg])
        for length in 0..<(body.count - 2) {
            #expect(throws: MultipartFault.self) {
                try Multipart.parts(of: Array(body.prefix(length)), boundary: Fixture.boundary)
            }
        }
        #expect(throws: Never.self) {
            try Multipart.parts(of: Array(body.dropLast(2)), boundary: Fixture.boundary)
        }
    }

    @Test("a body without parts, without headers' end, with bad headers is refused for its reason")
    func faults() {
        let cases: [(String, MultipartFault)] = [
            ("", .noPart), ("x", .noPart), ("--b--", .noPart), ("--b\r\n", .notClosed), ("--b\nA: 1\n", .notClosed),
            ("--b\r\nA: 1\r\n\r\nx", .notClosed), ("--b\nno colon\n\nx\n--b--", .badHeader),
            ("--b\nContent-Length: -1\n\nx\n--b--", .badHeader), ("--b\nContent-Length: x\n\nx\n--b--", .badHeader),
            ("--b\nContent-Length: 99999999999999999999\n\nx\n--b--", .badHeader),
            ("--b\nContent-Length: 8\n\nx\n--b-", .partCut(declared: 8, present: 6)),
        ]
        for (text, fault) in cases {
            #expect(throws: fault) { try Multipart.parts(of: Array(text.utf8), boundary: "b") }
        }
    }

    @Test("parts and headers are bounded", arguments: [(32, true), (33, false)])
    func bounds(count: Int, isAccepted: Bool) throws {
        let body = Fixture.multipart([Fixture.Part](repeating: .xml([]), count: count), boundary: "b")
        if isAccepted {
            #expect(try Multipart.parts(of: body, boundary: "b").count == count)
        } else {
            #expect(throws: MultipartFault.tooManyParts(limit: 32)) { try Multipart.parts(of: body, boundary: "b") }
        }
    }

    @Test("headers of a part end within 8 KiB", arguments: [(8192, true), (8193, false)])
    func headerBound(bytes: Int, isAccepted: Bool) throws {
        let padding = String(repeating: "x", count: bytes - "A: \n\n".utf8.count)
        let body = Array("--b\nA: \(padding)\n\ncontent\n--b--".utf8)
        if isAccepted {
            #expect(try Multipart.parts(of: body, boundary: "b").count == 1)
        } else {
            #expect(throws: MultipartFault.headersTooLong(limit: 8192)) { try Multipart.parts(of: body, boundary: "b") }
        }
    }
}
