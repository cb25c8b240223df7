import GB18030Text
import Glibc
import Host
import Printer
import StandIns
import Testing
import Vocabulary

private func hex(_ text: String) -> [UInt8] {
    text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { UInt8($0, radix: 16)! }
}

/// A printer of our own that understands what slips are made of, and shows the paper.
private struct Paper {
    var lines: [String] = []
    var cuts = 0
    var isBold = false
    /// The texts of its QRs, and whether the last was drawn.
    var codes: [String] = []
    var isDrawn = false
    private var line: [UInt8] = []

    /// - Returns: nil for bytes that are no slip.
    init?(_ slip: [UInt8]) {
        var rest = slip[...]
        func take(_ count: Int) -> [UInt8] {
            let taken = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            return taken
        }
        while let byte = rest.first {
            switch byte {
            case 0x1B, 0x1C, 0x1D:
                let head = take(2)
                guard head.count == 2 else { return nil }
                switch (byte, head[1]) {
                case (0x1B, 0x40), (0x1C, 0x26): break
                case (0x1B, 0x45): isBold = take(1) == [1]
                case (0x1B, 0x61), (0x1D, 0x21), (0x1C, 0x57): _ = take(1)
                case (0x1B, 0x64): lines += Array(repeating: "", count: Int(take(1).first ?? 0))
                case (0x1D, 0x56):
                    _ = take(1)
                    cuts += 1
                case (0x1B, 0x70): _ = take(3)
                case (0x1D, 0x28):
                    let size = take(3)
                    guard size.count == 3, size[0] == 0x6B else { return nil }
                    let function = take(Int(size[1]) + Int(size[2]) << 8)
                    if function.prefix(3) == [0x31, 0x50, 0x30] {
                        codes.append(String(decoding: function.dropFirst(3), as: UTF8.self))
                    }
                    isDrawn = function == [0x31, 0x51, 0x30]
                default: return nil
                }
            case 0x0A:
                _ = take(1)
                guard let text = try? GB18030Text.toUTF8(line) else { return nil }
                lines.append(String(decoding: text, as: UTF8.self))
                line = []
            case 0x20...0x7E: line += take(1)
            case 0x81...0xFE: line += take(2)
            default: return nil
            }
        }
    }
}

@Suite("Slips")
struct SlipTests {
    @Test("the commands are the bytes of the ESC/POS reference")
    func commands() throws {
        var slip = ESCPOS()
        slip.align(.centre)
        slip.bold(true)
        slip.double(true)
        try slip.line("停车")
        slip.double(false)
        slip.bold(false)
        slip.openDrawer(1)
        slip.cut(leavesEdge: false)
        #expect(
            slip.bytes
                == hex(
                    """
                    1B 40 1C 26 1B 61 01 1B 45 01 1D 21 11 1C 57 01 CD A3 B3 B5 0A 1D 21 00 1C 57 00 1B 45 00
                    1B 70 01 32 32 1B 64 03 1D 56 00
                    """))
    }

    @Test("initialising, bold and centred, double size, feeding and the drawer are what python-escpos 3.1 writes")
    func oracle() {
        func written(_ columns: Int = 32, _ write: (inout ESCPOS) -> Void) -> [UInt8] {
            var slip = ESCPOS(columns: columns)
            let before = slip.bytes.count
            write(&slip)
            return Array(slip.bytes[before...])
        }
        #expect(ESCPOS().bytes.prefix(2) == [0x1B, 0x40])
        #expect(
            written {
                $0.bold(true)
                $0.align(.centre)
            } == hex("1B 45 01 1B 61 01"))
        #expect(written { $0.double(true) }.prefix(3) == [0x1D, 0x21, 0x11])
        #expect(written { $0.feed(3) } == hex("1B 64 03"))
        #expect(written { $0.openDrawer() } == hex("1B 70 00 32 32"))
    }

    @Test("a shift report has its amounts at the right edge of the paper", arguments: [ESCPOS.narrow, ESCPOS.wide])
    func report(_ columns: Int) throws {
        var slip = ESCPOS(columns: columns)
        slip.align(.left)
        try slip.line("现金 Cash", "1,234.50")
        try slip.rule()
        try slip.line("应交 To be handed over", "12.00")
        slip.cut()
        let paper = try #require(Paper(slip.bytes))
        #expect(paper.cuts == 1 && !paper.isBold)
        #expect(paper.lines[0].hasPrefix("现金 Cash ") && paper.lines[0].hasSuffix(" 1,234.50"))
        #expect(paper.lines.prefix(3).allSatisfy { DeviceText.columns(of: $0) == columns })
    }

    @Test(
        "a name and an amount that just fit share a line; one column more and the amount gets its own",
        arguments: [
            (26, 1), (27, 2),
        ])
    func fits(_ count: Int, lines: Int) throws {
        var slip = ESCPOS(columns: 32)
        try slip.line(String(repeating: "n", count: count), "12.00")
        let paper = try #require(Paper(slip.bytes))
        #expect(paper.lines.count == lines && paper.lines.last?.hasSuffix("12.00") == true)
        #expect(paper.lines.allSatisfy { DeviceText.columns(of: $0) <= 32 })
        #expect(lines == 1 || paper.lines.last == String(repeating: " ", count: 27) + "12.00")
    }

    @Test("double size halves the columns; long text is broken between words, Chinese anywhere")
    func broken() throws {
        var slip = ESCPOS(columns: 32)
        slip.double(true)
        try slip.line("one two three four five")
        try slip.line(String(repeating: "停", count: 9))
        try slip.line()
        let paper = try #require(Paper(slip.bytes))
        #expect(paper.lines == ["one two three", "four five", "停停停停停停停停", "停", ""])
    }

    @Test(
        "a text can carry no command to the printer", arguments: ["\u{1B}p\u{0}", "a\u{1D}V\u{0}b", "\u{10}\u{4}\u{1}"])
    func harmless(_ text: String) throws {
        var slip = ESCPOS()
        try slip.line(text)
        #expect(!slip.bytes.dropFirst(4).contains { $0 < 0x20 && $0 != 0x0A })
    }

    @Test("a QR is the printer's own, with its text behind its length", arguments: [1, 256, 512])
    func code(_ count: Int) throws {
        var slip = ESCPOS()
        let text = String(repeating: "\u{1D}", count: count)
        try slip.qr(text)
        try slip.line("below")
        let paper = try #require(Paper(slip.bytes))
        #expect(paper.codes == [text] && paper.isDrawn && paper.lines == ["below"])
        #expect(throws: PrinterError.self) { try slip.qr(String(repeating: "x", count: 513)) }
        #expect(throws: PrinterError.self) { try slip.qr("") }
    }

    @Test(
        "a printer that says it has no paper gets no slip; one that has some, or says nothing of it, does",
        arguments: [([0x72], true), ([0x12], false), ([], false), ([0xFF], false)] as [([UInt8], Bool)])
    func paper(_ answer: [UInt8], isOut: Bool) throws {
        let (server, port) = Self.listener()
        let taken = Monitor<[UInt8]?>(nil)
        let twin = try HostThread(name: "printer") {
            let client = accept(server, nil, nil)
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 100)
            while true {
                let count = recv(client, &chunk, chunk.count, 0)
                guard count > 0 else { break }
                bytes += chunk[..<count]
                if bytes == [0x10, 0x04, 0x04], !answer.isEmpty { _ = send(client, answer, answer.count, 0) }
            }
            close(client)
            taken.withLock { $0 = bytes }
        }
        let printer = PrinterConnection.tcp(host: "127.0.0.1", port: port)
        let slip = Array("slip".utf8)
        if isOut {
            #expect(throws: PrinterError.noPaper("127.0.0.1:\(port)")) { try printer.print(slip, asksForPaper: true) }
        } else {
            try printer.print(slip, asksForPaper: true)
        }
        twin.join()
        close(server)
        #expect(taken.withLock { $0 } == [0x10, 0x04, 0x04] + (isOut ? [] : slip))
    }

    private static func listener() -> (socket: Int32, port: UInt16) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(server, $0, size)
                listen(server, 1)
                getsockname(server, $0, &size)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        return (server, port)
    }

    @Test("a slip of over 64 KiB is refused")
    func tooLong() throws {
        var slip = ESCPOS(columns: 64)
        #expect(throws: PrinterError.self) {
            for _ in 0..<2_000 { try slip.rule() }
        }
        #expect(slip.bytes.count <= ESCPOS.most + 65)
    }

    @Test("a slip goes whole into a file, and a second one after it")
    func file() throws {
        let folder = try TemporaryFolder("turnpike-slips")
        var slip = ESCPOS()
        try slip.line("班次 Shift")
        let printer = PrinterConnection.file("\(folder.path)/slips")
        try printer.print(slip.bytes)
        try printer.print(slip.bytes)
        #expect(try TextFile.read("\(folder.path)/slips") == slip.bytes + slip.bytes)
    }

    @Test("a slip goes whole over TCP; a printer that is off is told in words")
    func tcp() throws {
        let (server, port) = Self.listener()
        let slip = Array("slip".utf8)
        let printer = PrinterConnection.tcp(host: "127.0.0.1", port: port)
        try printer.print(slip)
        let client = accept(server, nil, nil)
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = recv(client, &bytes, bytes.count, 0)
        #expect(Array(bytes.prefix(max(0, count))) == slip)
        close(client)
        close(server)
        #expect(throws: PrinterError.cannotReach("127.0.0.1:\(port)", code: ECONNREFUSED)) { try printer.print(slip) }
    }

    @Test("a printer that takes nothing is given up, and the slip is said to be unfinished")
    func stalled() throws {
        let folder = try TemporaryFolder("turnpike-slips")
        let path = "\(folder.path)/printer"
        mkfifo(path, 0o600)
        let end = open(path, O_RDWR | O_NONBLOCK)
        defer { close(end) }
        let printer = PrinterConnection.file(path)
        #expect(throws: PrinterError.stalled(path, seconds: 1)) {
            try printer.print([UInt8](repeating: 0x20, count: 200_000), seconds: 1)
        }
    }
}
