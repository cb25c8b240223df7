public import GB18030Text

/// The frames of the OLM family of sign and voice boards on RS-485. Pure.
///
/// A frame is `DA VR PN PN CMD DL DATA… CRC CRC`: the board's address, the protocol version (100), a packet number
/// (FFFF for a frame that stands alone), the command, the length of the data in one byte, the data, and a CRC-16 as in
/// Modbus (polynomial A001, begun with FFFF), its low byte first. Versions of the makers' description differ in what
/// some bytes of the text command are called, not in their places; what may differ from board to board is a member
/// here.
public struct OLMBoard: Hashable, Sendable {
    /// How a row comes onto the sign; the makers name some more.
    public enum Entry: String, CaseIterable, Sendable {
        case atOnce, fromRight, fromBelow, scrolling

        var code: UInt8 {
            switch self {
            case .atOnce: 0x00
            case .fromRight: 0x01
            case .fromBelow: 0x03
            case .scrolling: 0x15
            }
        }
    }

    public enum Colour: String, CaseIterable, Sendable {
        case red, green, yellow

        var bytes: [UInt8] {
            switch self {
            case .red: [0xFF, 0, 0, 0]
            case .green: [0, 0xFF, 0, 0]
            case .yellow: [0xFF, 0xFF, 0, 0]
            }
        }
    }

    /// How large a QR a board draws, in dots on a side.
    public enum CodeSize: String, CaseIterable, Sendable {
        case none
        /// 32 dots.
        case small
        /// 49 dots.
        case large

        /// What fits at error correction M with one dot a module (ISO/IEC 18004, versions 3 and 8).
        public var mostBytes: Int {
            switch self {
            case .none: 0
            case .small: 42
            case .large: 152
            }
        }
    }

    /// The most bytes of data in one frame.
    public static let mostData = 255

    /// The board's address (DA); 0 as delivered.
    public var address: UInt8
    /// The protocol version (VR).
    public var version: UInt8
    public var entry: Entry
    public var colour: Colour
    /// The board's number of the font (FINDEX); 3 is a 16-pixel song face on every board seen.
    public var font: UInt8
    /// Not every board of the family draws codes.
    public var codes: CodeSize

    public init(
        address: UInt8 = 0, version: UInt8 = 100, entry: Entry = .atOnce, colour: Colour = .red, font: UInt8 = 3,
        codes: CodeSize = .none
    ) {
        self.address = address
        self.version = version
        self.entry = entry
        self.colour = colour
        self.font = font
        self.codes = codes
    }

    /// One frame.
    /// - Parameter data: at most 255 bytes.
    public func frame(command: UInt8, data: [UInt8]) -> [UInt8] {
        precondition(data.count <= OLMBoard.mostData, "a frame of this board has at most 255 bytes of data")
        let body = [address, version, 0xFF, 0xFF, command, UInt8(data.count)] + data
        let check = OLMBoard.crc(body)
        return body + [UInt8(check & 0xFF), UInt8(check >> 8)]
    }

    /// Shows text in one row until other text comes, without keeping it over a power cut (command 62): the boards'
    /// flash
    /// wears out, so nothing is ever stored there.
    ///
    /// - Parameter row: from 0. Text beyond 120 bytes is cut off.
    public func text(_ text: String, row: UInt8) throws(GB18030Missing) -> [UInt8] {
        let bytes = OLMBoard.cut(try DeviceText.bytes(text), to: 120)
        // TWID ETM ETS DM DT EXM EXS FINDEX DRS: window, entry, its speed, stay, its seconds, exit, its speed, font,
        // and
        // 0 for ever.
        let stay: UInt8 = entry == .scrolling ? 2 : 5
        let head = [row, entry.code, 1, 0, stay, entry.code, 1, font, 0]
        let background: [UInt8] = [0, 0, 0, 0]
        return frame(command: 0x62, data: head + colour.bytes + background + [UInt8(bytes.count), 0] + bytes)
    }

    /// A page: one frame for each row of the sign, empty rows too, so that nothing old stays on it.
    public func frames(page: [String], rows: Int) throws(GB18030Missing) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        // The boards ignore a row of no text; a space clears it.
        for row in 0..<rows { frames.append(try text(row < page.count ? page[row] : " ", row: UInt8(row))) }
        return frames
    }

    /// Draws a QR beside a caption (command E1), without speaking.
    ///
    /// - Parameters:
    ///   - seconds: how long it stands; 0: until ``codeAway()``.
    /// - Returns: nil for a board that draws none, and for a text that does not fit.
    public func code(_ text: String, caption: String, seconds: UInt8 = 0) throws(GB18030Missing) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard (1...max(1, codes.mostBytes)).contains(bytes.count), codes != .none, !bytes.contains(0) else {
            return nil
        }
        return codeFrame(1, seconds, bytes, OLMBoard.cut(try DeviceText.bytes(caption), to: 48))
    }

    /// Takes the QR off the sign.
    public func codeAway() -> [UInt8] { codeFrame(0, 0, [], []) }

    /// SF EM ETM ST NI TIME[4] MONEY[4] ML TL FLAGS QRSIZE RESERVED[15] MSG TEXT, both texts ended by 0: shown, entry,
    /// exit, seconds, next page, two that are not used, lengths, 80 for a caption without speech, size.
    private func codeFrame(_ isShown: UInt8, _ seconds: UInt8, _ text: [UInt8], _ caption: [UInt8]) -> [UInt8] {
        let head = [isShown, 0, 0, seconds, 0] + [UInt8](repeating: 0, count: 8)
        let lengths = [UInt8(text.count), UInt8(caption.count), 0x80, codes == .small ? 1 : 0]
        return frame(
            command: 0xE1, data: head + lengths + [UInt8](repeating: 0, count: 15) + text + [0] + caption + [0])
    }

    /// Speaks phrases that the board knows, in place of what it is speaking (command 30). The board matches the text
    /// between commas with its own recordings; it reads amounts and plates by itself and is silent on what it lacks.
    public func speech(_ phrases: [String]) throws(GB18030Missing) -> [UInt8] {
        let text = try DeviceText.bytes(phrases.joined(separator: ","))
        return frame(command: 0x30, data: [0x02] + OLMBoard.cut(text, to: OLMBoard.mostData - 1))
    }

    /// CRC-16/MODBUS.
    static func crc(_ bytes: [UInt8]) -> UInt16 {
        var check: UInt16 = 0xFFFF
        for byte in bytes {
            check ^= UInt16(byte)
            for _ in 0..<8 { check = check & 1 == 1 ? check >> 1 ^ 0xA001 : check >> 1 }
        }
        return check
    }

    /// The text's beginning, without half a character at its end.
    private static func cut(_ bytes: [UInt8], to limit: Int) -> [UInt8] {
        var end = 0
        while end < bytes.count {
            let length = bytes[end] < 0x80 ? 1 : 2
            guard end + length <= limit else { break }
            end += length
        }
        return Array(bytes[..<end])
    }
}
