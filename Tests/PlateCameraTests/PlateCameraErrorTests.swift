import PlateCamera
import Testing
import Vocabulary

@Suite("Errors of plate cameras")
struct PlateCameraErrorTests {
    static let all: [(PlateCameraError, Int)] = [
        (.empty, 400), (.tooLarge(bytes: 5, limit: 4), 413), (.unsupportedContentType("text/plain\u{1B}[31m\n"), 415),
        (.notText, 415), (.converterMissing(code: 22), 500), (.tooManyValues(limit: 1), 413),
        (.malformedXML(line: 3, .documentType), 400),
        (.malformedXML(line: 3, .syntax(code: 3, words: "no element")), 400),
        (.badMultipart(.notClosed), 400), (.badMultipart(.partCut(declared: 9, present: 8)), 400),
        (.missing(field: "eventType"), 422), (.wrongType(field: "a", found: "a list", expected: "a text"), 422),
        (.outOfRange(field: "confidence", found: 101, expected: 0...100), 422), (.duplicate(field: "a"), 422),
        (.notAPlateEvent("video\u{7}loss"), 200), (.badPlate(.empty), 422),
    ]

    @Test("each error has its status and one printable line that says what was being done")
    func statuses() {
        for (error, status) in PlateCameraErrorTests.all {
            #expect(error.httpStatus == status)
            #expect("\(error)".hasPrefix("reading a plate camera's push: "))
            #expect("\(error)".unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) })
        }
    }

    @Test("a description gives place, found and expected")
    func place() {
        let error = PlateCameraError.outOfRange(field: "confidence", found: 101, expected: 0...100)
        #expect("\(error)" == "reading a plate camera's push: confidence is 101, expected 0 to 100")
        #expect {
            try Vzenith.decode(Array("\n\n{ \"a\": x".utf8))
        } throws: { error in
            "\(error)" == "reading a plate camera's push: the JSON is malformed at 3:8: found 'x', expected a value"
        }
    }

    @Test("a key with control characters does not break a log line")
    func injection() {
        #expect {
            try Vzenith.decode(Array(#"{"a\nb":1,"a\nb":2}"#.utf8))
        } throws: { error in
            (error as? PlateCameraError)?.httpStatus == 400 && !"\(error)".contains("\n") && "\(error)".contains("a?b")
        }
    }

    @Test("a long text from outside is shortened")
    func shortened() {
        let error = PlateCameraError.unsupportedContentType(String(repeating: "x", count: 100_000))
        #expect(error.description.utf8.count < 300)
    }
}
