/// What a camera tells over a connection that stays open: bytes in, signals out.
///
/// Pure: it may be fed by a socket or by a test, in portions cut anywhere.
public struct CameraStream: Sendable {
    /// Whose stream it is.
    public enum Make: Hashable, Sendable {
        /// Dahua's attached stream, `/cgi-bin/snapManager.cgi?action=attachFileProc`.
        case dahua(DahuaConfidence)
        /// Hikvision's alert stream, `/ISAPI/Event/notification/alertStream`.
        case hikvision
    }

    private let make: Make
    private var parts: MultipartStream

    /// - Parameter contentType: the response's header; it must name a boundary.
    /// - Throws: ``PlateCameraError/badMultipart(_:)``.
    public init(make: Make, contentType: String) throws(PlateCameraError) {
        guard let boundary = Multipart.boundary(in: contentType) else { throw .badMultipart(.noBoundary) }
        self.make = make
        parts = MultipartStream(boundary: boundary)
    }

    /// The camera has ended the stream; there is nothing more to come.
    public var isClosed: Bool { parts.isClosed }

    /// Takes in the next bytes.
    ///
    /// - Returns: what they complete, in order; a refused message is among it and does not end the stream.
    /// - Throws: ``PlateCameraError/badMultipart(_:)`` when the stream itself cannot be followed any more: connect
    ///   anew.
    public mutating func feed(_ bytes: [UInt8]) throws(PlateCameraError) -> [CameraSignal] {
        let whole: [MultipartStream.Part]
        do { whole = try parts.feed(bytes) } catch { throw .badMultipart(error) }
        return whole.flatMap { part -> [CameraSignal] in
            switch make {
            case .dahua(let confidence): Dahua.signals(in: part.content, confidence: confidence)
            case .hikvision: [Hikvision.signal(in: part.content)]
            }
        }
    }
}

extension Hikvision {
    /// A part of the alert stream. What says that all is well (a lost video that is not lost) is the camera's
    /// heartbeat.
    static func signal(in content: [UInt8]) -> CameraSignal {
        guard !content.isEmpty else { return .alive }
        do throws(PlateCameraError) { return .read(try decodeXML(content[...])) } catch {
            return CameraSignal(.failure(error))
        }
    }
}
