import QRCode
import Testing

@Suite("QR symbols")
struct QRSymbolTests {
    @Test("a symbol has the three corners by which a scanner finds it, and the timing between them")
    func corners() throws {
        let symbol = try QRSymbol("停车费 12.50")
        #expect(symbol.isDark.count == symbol.width * symbol.width)
        #expect((symbol.width - 17).isMultiple(of: 4) && (21...177).contains(symbol.width))
        let finder = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]
        let far = symbol.width - 7
        for (top, left) in [(0, 0), (0, far), (far, 0)] {
            for (row, line) in finder.enumerated() {
                for (column, character) in line.enumerated() {
                    #expect(symbol.isDark[(top + row) * symbol.width + left + column] == (character == "#"))
                }
            }
        }
        for column in 8..<far { #expect(symbol.isDark[6 * symbol.width + column] == column.isMultiple(of: 2)) }
    }

    @Test("the error correction is M", arguments: ["1", "A", "停", String(repeating: "x", count: 300)])
    func level(text: String) throws {
        let symbol = try QRSymbol(text)
        // The first two format bits, beside the upper left corner, are 00 for M under the mask 10 of the standard.
        #expect([0, 1].map { symbol.isDark[8 * symbol.width + $0] } == [true, false])
    }

    @Test("a text fits up to 2,331 bytes", arguments: [(2_331, true), (2_332, false)])
    func longest(bytes: Int, fits: Bool) throws {
        let text = String(repeating: "a", count: bytes)
        guard fits else {
            #expect(throws: QRSymbolError.tooLong(bytes: bytes)) { try QRSymbol(text) }
            return
        }
        #expect(try QRSymbol(text).width == 177)
    }

    @Test("nothing, and what C would cut short, is refused")
    func refused() {
        #expect(throws: QRSymbolError.empty) { try QRSymbol("") }
        #expect(throws: QRSymbolError.hasNUL) { try QRSymbol("12\u{0}34") }
    }

    @Test("the picture has a quiet zone of four modules on every side, and is dark on white")
    func picture() throws {
        let symbol = try QRSymbol("停车费")
        let svg = symbol.svg(title: "停车场 ¥1.00")
        let side = symbol.width + 8
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" "))
        #expect(svg.contains("<path fill=\"#fff\" d=\"M0 0h\(side)v\(side)H0z\"/><path fill=\"#000\" d=\"M4 4h7v1h-7z"))
        #expect(svg.hasSuffix("z\"/></svg>\n"))
        var painted = [Bool](repeating: false, count: symbol.width * symbol.width)
        for run in svg.matches(of: /M([0-9]+) ([0-9]+)h([0-9]+)v1h-/) {
            let (column, row, length) = (Int(run.1)! - 4, Int(run.2)! - 4, Int(run.3)!)
            try #require(column >= 0 && row >= 0 && column + length <= symbol.width && row < symbol.width)
            for place in 0..<length { painted[row * symbol.width + column + place] = true }
        }
        #expect(painted == symbol.isDark)
    }

    @Test("a title cannot leave its place in the picture")
    func title() throws {
        let svg = try QRSymbol("1").svg(title: "A&B </title><script>\u{7}")
        #expect(svg.contains("<title>A&amp;B &lt;/title&gt;&lt;script&gt; </title>"))
    }
}
