internal import CQREncode

/// A text as a QR symbol (ISO/IEC 18004, error correction M), by libqrencode.
public struct QRSymbol: Hashable, Sendable {
    /// Modules on a side, without the quiet zone: 21 to 177.
    public let width: Int
    /// Row by row from the top left: true is dark. ``width`` × ``width`` of them.
    public let isDark: [Bool]

    /// The most bytes of text a symbol of error correction M can hold, when it is neither all digits nor all capitals.
    public static let longest = 2_331

    /// - Throws: ``QRSymbolError`` when the text is empty, longer than ``longest`` bytes, or has a NUL.
    public init(_ text: String) throws(QRSymbolError) {
        let bytes = text.utf8.count
        guard bytes > 0 else { throw .empty }
        guard bytes <= QRSymbol.longest else { throw .tooLong(bytes: bytes) }
        guard !text.utf8.contains(0) else { throw .hasNUL }
        var code: Int32 = 0
        guard let symbol = turnpike_qr_encode(text, &code) else { throw .failed(bytes: bytes, code: code) }
        defer { QRcode_free(symbol) }
        let width = Int(symbol.pointee.width)
        self.width = width
        // The lowest bit is the module, the others say what it is for.
        isDark = (0..<width * width).map { symbol.pointee.data[$0] & 1 == 1 }
    }
}

/// Why a text has no QR symbol.
public enum QRSymbolError: Error, Equatable, CustomStringConvertible {
    case empty
    case tooLong(bytes: Int)
    case hasNUL
    case failed(bytes: Int, code: Int32)

    public var description: String {
        switch self {
        case .empty: "an empty text has no QR"
        case .tooLong(let bytes): "a text of \(bytes) bytes does not fit into a QR: at most \(QRSymbol.longest) do"
        case .hasNUL: "the text has a NUL character, which a QR cannot carry here"
        case .failed(let bytes, let code):
            "libqrencode could not encode a text of \(bytes) bytes (errno \(code)): 12 means that memory ran out"
        }
    }
}
