internal import CExpat

/// The texts of chosen elements of an XML document.
///
/// Only what is asked for is kept; a document type declaration is refused at its first byte, so no entity is ever
/// defined; length, depth and count are bounded.
struct XMLFields: Equatable {
    static let longestDocument = 256 << 10
    static let deepest = 16
    static let mostElements = 4096
    static let longestText = 1024

    /// The root element's name, without name space prefix.
    var root: String
    /// Path below the root (`ANPR/licensePlate`) to text, without white space at the ends.
    var texts: [String: String]

    subscript(path: String) -> String? { texts[path] }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8; what the document declares about its encoding is not looked at.
    ///   - paths: the elements to keep, at most three levels below the root.
    /// - Throws: ``PlateCameraError/malformedXML(line:_:)``; ``PlateCameraError/duplicate(field:)`` when a path asked
    ///   for stands twice.
    static func parse(_ bytes: ArraySlice<UInt8>, paths: Set<String>) throws(PlateCameraError) -> XMLFields {
        guard bytes.count <= longestDocument else {
            throw .malformedXML(line: 1, .tooLong(bytes: bytes.count, limit: longestDocument))
        }
        guard let parser = XML_ParserCreate("UTF-8") else { throw .malformedXML(line: 1, .outOfMemory) }
        defer { XML_ParserFree(parser) }
        let collector = XMLCollector(parser: parser, paths: paths)
        XML_SetUserData(parser, Unmanaged.passUnretained(collector).toOpaque())
        XML_SetElementHandler(parser, elementBegan, elementEnded)
        XML_SetCharacterDataHandler(parser, charactersFound)
        XML_SetStartDoctypeDeclHandler(parser, documentTypeFound)
        let status = withExtendedLifetime(collector) {
            bytes.withUnsafeBytes { buffer in
                XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), 1)
            }
        }
        if let fault = collector.fault { throw fault }
        guard status == XML_STATUS_OK else {
            let code = XML_GetErrorCode(parser)
            let words = XML_ErrorString(code).map { String(cString: $0) } ?? "unknown fault"
            throw .malformedXML(line: line(of: parser), .syntax(code: Int(code.rawValue), words: words))
        }
        return XMLFields(root: collector.root, texts: collector.texts)
    }
}

private func line(of parser: XML_Parser?) -> Int { Int(clamping: XML_GetCurrentLineNumber(parser)) }

/// What is known in the middle of a document.
private final class XMLCollector {
    let parser: XML_Parser
    let paths: Set<String>
    var root = ""
    var texts: [String: String] = [:]
    var fault: PlateCameraError?

    private var depth = 0
    private var elements = 0
    /// The names below the root, down to the third level.
    private var names: [String] = []
    /// The path being kept and how deep it is, while within it.
    private var kept: (path: String, depth: Int)?
    private var text: [UInt8] = []

    init(parser: XML_Parser, paths: Set<String>) {
        self.parser = parser
        self.paths = paths
    }

    func begin(_ name: UnsafePointer<CChar>) {
        guard fault == nil else { return }
        depth += 1
        elements += 1
        guard depth <= XMLFields.deepest else { return stop(.tooDeep(limit: XMLFields.deepest)) }
        guard elements <= XMLFields.mostElements else { return stop(.tooManyElements(limit: XMLFields.mostElements)) }
        guard depth <= 4 else { return }
        let local = XMLCollector.localName(name)
        guard depth > 1 else {
            root = local
            return
        }
        names.append(local)
        let path = names.joined(separator: "/")
        guard kept == nil, paths.contains(path) else { return }
        guard texts[path] == nil else { return stop(error: .duplicate(field: path)) }
        kept = (path, depth)
        text = []
    }

    func end() {
        guard fault == nil else { return }
        if let kept, kept.depth == depth {
            texts[kept.path] = String(decoding: text, as: UTF8.self).trimmed
            self.kept = nil
        }
        if (2...4).contains(depth) { names.removeLast() }
        depth -= 1
    }

    func characters(_ bytes: UnsafeRawBufferPointer) {
        guard fault == nil, let kept, kept.depth == depth else { return }
        guard text.count + bytes.count <= XMLFields.longestText else {
            return stop(.textTooLong(field: kept.path, limit: XMLFields.longestText))
        }
        text.append(contentsOf: bytes)
    }

    func documentType() { stop(.documentType) }

    private func stop(_ fault: XMLFault) { stop(error: .malformedXML(line: line(of: parser), fault)) }

    private func stop(error: PlateCameraError) {
        guard fault == nil else { return }
        fault = error
        XML_StopParser(parser, XML_Bool(XML_FALSE))
    }

    private static func localName(_ name: UnsafePointer<CChar>) -> String {
        let whole = String(cString: name)
        guard let colon = whole.firstIndex(of: ":") else { return whole }
        return String(whole[whole.index(after: colon)...])
    }
}

private func collector(_ pointer: UnsafeMutableRawPointer?) -> XMLCollector? {
    pointer.map { Unmanaged<XMLCollector>.fromOpaque($0).takeUnretainedValue() }
}

private func elementBegan(
    _ pointer: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) {
    if let name { collector(pointer)?.begin(name) }
}

private func elementEnded(_ pointer: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?) {
    collector(pointer)?.end()
}

private func charactersFound(_ pointer: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) {
    collector(pointer)?.characters(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
}

private func documentTypeFound(
    _ pointer: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?, _ system: UnsafePointer<CChar>?,
    _ publicID: UnsafePointer<CChar>?, _ hasSubset: Int32
) {
    collector(pointer)?.documentType()
}
