internal import Vocabulary

/// The HTTP push of Hikvision plate cameras: `EventNotificationAlert` in XML, alone or with pictures in a multipart
/// body.
public enum Hikvision {
    /// Reads one push.
    ///
    /// - Parameters:
    ///   - body: the request's body, at most ``PlateRead/largestPush`` bytes; the XML in UTF-8 or GB2312.
    ///   - contentType: the value of the request's Content-Type header; empty when there was none.
    /// - Throws: ``PlateCameraError``; nothing else happens.
    public static func decode(_ body: [UInt8], contentType: String) throws(PlateCameraError) -> PlateRead {
        guard !body.isEmpty else { throw .empty }
        guard body.count <= PlateRead.largestPush else {
            throw .tooLarge(bytes: body.count, limit: PlateRead.largestPush)
        }
        let mediaType = String(contentType.prefix { $0 != ";" }).trimmed.lowercased()
        if mediaType.hasPrefix("multipart/") { return try decodeParts(body, contentType) }
        guard
            mediaType.hasSuffix("/xml") || mediaType.hasSuffix("+xml") || (mediaType.isEmpty && looksLikeXML(body[...]))
        else { throw .unsupportedContentType(contentType) }
        return try decodeXML(body[...])
    }

    /// The answer to a push, with status 200: nothing. The camera looks at the status alone, and sends again what is
    /// answered by another one.
    public static func reply() -> [UInt8] { [] }

    private static func decodeParts(_ body: [UInt8], _ contentType: String) throws(PlateCameraError) -> PlateRead {
        guard let boundary = Multipart.boundary(in: contentType) else { throw .badMultipart(.noBoundary) }
        let parts: [MultipartPart]
        do { parts = try Multipart.parts(of: body, boundary: boundary) } catch { throw .badMultipart(error) }
        var read: PlateRead?
        var ignored: PlateCameraError?
        for part in parts where isXML(part, body[part.content]) {
            do throws(PlateCameraError) {
                let found = try decodeXML(body[part.content])
                guard read == nil else { throw .badMultipart(.severalPlateEvents) }
                read = found
            } catch {
                guard case .notAPlateEvent = error else { throw error }
                ignored = error
            }
        }
        if let read { return read }
        throw ignored ?? .badMultipart(.noXMLPart)
    }

    private static func isXML(_ part: MultipartPart, _ content: ArraySlice<UInt8>) -> Bool {
        guard let type = part.contentType?.lowercased() else { return looksLikeXML(content) }
        return type.contains("xml") || (!type.hasPrefix("image/") && looksLikeXML(content))
    }

    private static func looksLikeXML(_ content: ArraySlice<UInt8>) -> Bool {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = content.starts(with: byteOrderMark) ? content.dropFirst(3) : content
        return text.first { $0 > 0x20 } == UInt8(ascii: "<")
    }

    static func decodeXML(_ content: ArraySlice<UInt8>) throws(PlateCameraError) -> PlateRead {
        // Bounded before it is converted and parsed.
        guard content.count <= XMLFields.longestDocument else {
            throw .malformedXML(line: 1, .tooLong(bytes: content.count, limit: XMLFields.longestDocument))
        }
        return try CameraText.read(Array(content)) { text throws(PlateCameraError) in
            // White space before the XML declaration is malformed, and some firmwares write a line end there.
            let document = text.bytes.drop { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }
            return try HikvisionAlert(fields: XMLFields.parse(document, paths: HikvisionAlert.paths)).read(text)
        }
    }
}
