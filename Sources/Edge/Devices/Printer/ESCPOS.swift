internal import GB18030Text

/// Writes a slip for a receipt printer that speaks ESC/POS, with Chinese text in GB18030. Pure: it makes bytes.
public struct ESCPOS: Sendable {
    public enum Alignment: UInt8, CaseIterable, Sendable { case left = 0, centre, right }

    /// The columns of paper 58 mm and 80 mm wide, in the usual font; a Chinese character takes two.
    public static let narrow = 32, wide = 48
    /// The longest slip, in bytes: about five metres of paper.
    public static let most = 64 << 10

    /// The slip so far.
    public private(set) var bytes: [UInt8] = []
    /// The columns of a line.
    public let columns: Int
    private var scale = 1

    /// - Parameter columns: of a line, 16 to 64.
    public init(columns: Int = ESCPOS.narrow) {
        precondition((16...64).contains(columns), "no slip has \(columns) columns")
        self.columns = columns
        // ESC @: as after switching on. FS &: two-byte characters are Chinese.
        bytes = [0x1B, 0x40, 0x1C, 0x26]
    }

    public mutating func bold(_ isOn: Bool) { bytes += [0x1B, 0x45, isOn ? 1 : 0] }

    public mutating func align(_ alignment: Alignment) { bytes += [0x1B, 0x61, alignment.rawValue] }

    /// Letters of the usual size, or twice as wide and high; lines then have half the columns.
    public mutating func double(_ isOn: Bool) {
        scale = isOn ? 2 : 1
        // GS ! for letters, and FS W, which older printers want for Chinese.
        bytes += [0x1D, 0x21, isOn ? 0x11 : 0x00, 0x1C, 0x57, isOn ? 1 : 0]
    }

    /// One or more lines: the text is broken at the paper's width.
    public mutating func line(_ text: String = "") throws(PrinterError) {
        let width = columns / scale
        let rows = DeviceText.rows(of: text, columns: width)
        for row in rows.isEmpty ? [""] : rows { try append(row) }
    }

    /// A line with one text at each edge: a name and its amount. Where both do not fit, the right one gets a line of
    /// its own.
    public mutating func line(_ left: String, _ right: String) throws(PrinterError) {
        let width = columns / scale
        let space = width - DeviceText.columns(of: left) - DeviceText.columns(of: right)
        if space >= 1 {
            try append(left + String(repeating: " ", count: space) + right)
            return
        }
        try line(left)
        for row in DeviceText.rows(of: right, columns: width) {
            try append(String(repeating: " ", count: width - DeviceText.columns(of: row)) + row)
        }
    }

    /// A line of dashes across the paper.
    public mutating func rule() throws(PrinterError) { try append(String(repeating: "-", count: columns / scale)) }

    /// Moves the paper on by lines, 0 to 20.
    public mutating func feed(_ lines: UInt8) {
        precondition(lines <= 20, "a slip is not fed \(lines) lines")
        bytes += [0x1B, 0x64, lines]
    }

    /// Cuts the slip off.
    /// - Parameter leavesEdge: a small edge stays uncut, so that the slip does not fall down.
    public mutating func cut(leavesEdge: Bool = true) {
        feed(3)
        bytes += [0x1D, 0x56, leavesEdge ? 1 : 0]
    }

    /// The most bytes of a QR's text.
    public static let longestQR = 512

    /// A QR of error correction M, drawn by the printer itself (GS ( k, functions 165, 167, 169, 180 and 181).
    ///
    /// - Parameters:
    ///   - text: 1 to ``longestQR`` bytes; its length goes before it, so that it can carry no command.
    ///   - dots: on a side of a module, 3 to 12.
    public mutating func qr(_ text: String, dots: UInt8 = 6) throws(PrinterError) {
        precondition((3...12).contains(dots), "no phone reads modules of \(dots) dots")
        let data = Array(text.utf8)
        guard (1...ESCPOS.longestQR).contains(data.count) else { throw .tooLong(bytes: data.count) }
        func function(_ parameters: [UInt8]) -> [UInt8] {
            [0x1D, 0x28, 0x6B, UInt8(parameters.count & 0xFF), UInt8(parameters.count >> 8)] + parameters
        }
        bytes += function([0x31, 0x41, 0x32, 0x00]) + function([0x31, 0x43, dots]) + function([0x31, 0x45, 0x31])
        bytes += function([0x31, 0x50, 0x30] + data) + function([0x31, 0x51, 0x30])
        guard bytes.count <= ESCPOS.most else { throw .tooLong(bytes: bytes.count) }
    }

    /// Opens the cash drawer on connector 0 or 1, with a pulse of 100 ms.
    public mutating func openDrawer(_ connector: UInt8 = 0) {
        precondition(connector <= 1, "a printer has two drawer connectors")
        bytes += [0x1B, 0x70, connector, 50, 50]
    }

    private mutating func append(_ row: String) throws(PrinterError) {
        do throws(GB18030Missing) { bytes += try DeviceText.bytes(row) + [0x0A] } catch {
            throw .cannotEncode(error.description)
        }
        guard bytes.count <= ESCPOS.most else { throw .tooLong(bytes: bytes.count) }
    }
}
