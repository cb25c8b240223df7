public import JSONText
public import Vocabulary

/// Why a push was not decoded to a plate read.
///
/// The descriptions hold no plate: they may go to a log as they are.
public enum PlateCameraError: Error, Equatable, Sendable {
    case empty
    case tooLarge(bytes: Int, limit: Int)
    case unsupportedContentType(String)
    /// Neither UTF-8 nor GB18030.
    case notText
    /// This machine cannot convert GB18030: our installation's fault, not the camera's.
    case converterMissing(code: Int32)
    case malformedJSON(JSONError)
    /// JSON of so many values that reading it would take memory out of proportion.
    case tooManyValues(limit: Int)
    case malformedXML(line: Int, XMLFault)
    case badMultipart(MultipartFault)
    case missing(field: String)
    case wrongType(field: String, found: String, expected: String)
    case outOfRange(field: String, found: Int64, expected: ClosedRange<Int64>)
    /// A field that may stand once stands twice, and nothing says which one is meant.
    case duplicate(field: String)
    /// A well-formed message about something else: a heartbeat, an input, a lost picture. Answer it and ignore it.
    case notAPlateEvent(String)
    case badPlate(PlateError)
    /// The message bears another camera's serial number than the one that was configured.
    case otherCamera

    /// The HTTP status that the camera is answered: 200 for what is merely no plate event, 4xx for what is refused, 500
    /// for a fault of this machine.
    public var httpStatus: Int {
        switch self {
        case .notAPlateEvent: 200
        case .empty, .malformedJSON, .malformedXML, .badMultipart: 400
        case .tooLarge, .tooManyValues: 413
        case .unsupportedContentType, .notText: 415
        case .missing, .wrongType, .outOfRange, .duplicate, .badPlate, .otherCamera: 422
        case .converterMissing: 500
        }
    }
}

/// What is wrong with a multipart body.
public enum MultipartFault: Error, Equatable, Sendable {
    /// The content type names no boundary, or one that is not 1 to 70 printable characters.
    case noBoundary
    /// No line of the body is the boundary.
    case noPart
    /// The body ends before the closing boundary: it was cut.
    case notClosed
    /// A part says it is longer than what is left of the body: it was cut.
    case partCut(declared: Int, present: Int)
    case badHeader
    case headersTooLong(limit: Int)
    case tooManyParts(limit: Int)
    /// A part of a stream goes on past what is accepted.
    case partTooLong(limit: Int)
    /// The announced length of a part reaches into the next one.
    case badLength
    case noXMLPart
    /// Two plate events in one push: one would be lost.
    case severalPlateEvents
}

/// What is wrong with an XML document.
public enum XMLFault: Error, Equatable, Sendable {
    /// The parser's own code and words.
    case syntax(code: Int, words: String)
    /// A document type declaration: it can define entities that grow without bound, and no camera needs one.
    case documentType
    case tooLong(bytes: Int, limit: Int)
    case tooDeep(limit: Int)
    case tooManyElements(limit: Int)
    case textTooLong(field: String, limit: Int)
    case outOfMemory
}

extension PlateCameraError: CustomStringConvertible {
    public var description: String {
        "reading a plate camera's push: \(fault)"
    }

    private var fault: String {
        switch self {
        case .empty: "the body is empty; check the push address and method in the camera"
        case .tooLarge(let bytes, let limit):
            "the body has \(bytes) bytes, at most \(limit) are accepted; let the camera send fewer or smaller pictures"
        case .unsupportedContentType(let type):
            "the content type is \"\(type.printable(80))\"; expected multipart/form-data, multipart/mixed or XML"
        case .notText:
            "the text is neither UTF-8 nor GB2312; set the camera's text encoding, and give it an ASCII name"
        case .converterMissing(let code):
            "this machine cannot convert GB18030 (iconv_open, errno \(code)); "
                + "install the C library's character conversions, or set the camera to UTF-8"
        case .malformedJSON(let error): "the JSON is malformed at \(error.description.printable(160))"
        case .tooManyValues(let limit): "the JSON has more than about \(limit) values; this is no plate camera's push"
        case .malformedXML(let line, let fault): "the XML is malformed in line \(line): \(fault)"
        case .badMultipart(let fault): "the multipart body is malformed: \(fault)"
        case .missing(let field): "\(field) is missing; this may be no plate camera, or another make than configured"
        case .wrongType(let field, let found, let expected): "\(field) is \(found), expected \(expected)"
        case .outOfRange(let field, let found, let expected):
            "\(field) is \(found), expected \(expected.lowerBound) to \(expected.upperBound)"
        case .duplicate(let field): "\(field) stands twice; nothing says which one is meant"
        case .notAPlateEvent(let type): "\"\(type.printable(40))\" is no plate event; it is answered and ignored"
        case .badPlate(let error): "the plate cannot be one: \(error)"
        case .otherCamera: "it bears another serial number; compare the camera's own with the hardware file"
        }
    }
}

extension MultipartFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noBoundary: "the content type names no boundary of 1 to 70 printable characters"
        case .noPart: "no line is the boundary that the content type names"
        case .notClosed: "it ends before the closing boundary; the push was cut"
        case .partCut(let declared, let present):
            "a part of \(declared) bytes is announced and \(present) are left; the push was cut"
        case .badHeader: "a part has a header line without a colon, or a length that is no number"
        case .headersTooLong(let limit): "the headers of a part have more than \(limit) bytes"
        case .tooManyParts(let limit): "it has more than \(limit) parts"
        case .partTooLong(let limit): "a part has more than \(limit) bytes"
        case .badLength: "the announced length of a part reaches into the next part"
        case .noXMLPart: "no part is XML; set the camera's event format to XML"
        case .severalPlateEvents: "it holds more than one plate event, expected one a push"
        }
    }
}

extension XMLFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .syntax(let code, let words): "\(words) (parser code \(code))"
        case .documentType: "it has a document type declaration, which is not accepted"
        case .tooLong(let bytes, let limit): "it has \(bytes) bytes, at most \(limit) are accepted"
        case .tooDeep(let limit): "its elements nest deeper than \(limit) levels"
        case .tooManyElements(let limit): "it has more than \(limit) elements"
        case .textTooLong(let field, let limit): "the text of \(field) has more than \(limit) bytes"
        case .outOfMemory: "the parser got no memory"
        }
    }
}

extension String {
    /// The beginning of a text from outside, made safe for a log line: what is not printable ASCII is shown as `?`.
    func printable(_ longest: Int) -> String {
        var shown = ""
        for scalar in unicodeScalars.prefix(longest) {
            shown.unicodeScalars.append((0x20...0x7E).contains(scalar.value) ? scalar : "?")
        }
        return unicodeScalars.count > longest ? shown + "..." : shown
    }
}
