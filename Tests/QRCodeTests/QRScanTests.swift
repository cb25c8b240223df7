import Payments
import QRCode
import StandIns
import Testing
import Vocabulary

/// The picture, painted by librsvg and read back by ZBar, neither of which shares code with what drew it.
@Suite("Payment QRs as a scanner sees them", .serialized)
struct QRScanTests {
    /// - Parameter width: of the picture, in pixels.
    private func scan(_ svg: String, width: Int) throws -> [String] {
        let folder = try TemporaryFolder("turnpike-qr")
        try folder.write(svg, to: "qr.svg")
        try run("/usr/bin/rsvg-convert", "-w", "\(width)", "-o", "\(folder.path)/qr.png", "\(folder.path)/qr.svg")
        return try run(
            "/usr/bin/zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", "\(folder.path)/qr.png")
    }

    @discardableResult
    private func run(_ program: String, _ arguments: String...) throws -> [String] {
        let process = try Program(program, arguments)
        let status = process.waitForEnd()
        try #require(
            status == 0, "\(program) ended with \(status) (script/setup --tests installs it): \(process.lines)")
        return process.lines
    }

    private func qr(_ merchantName: String, local: String, fields: [QRMerchant.Account.Field]) throws -> MerchantQR {
        try MerchantQR(
            merchant: QRMerchant(
                accounts: [.init(id: 26, form: .template(globalID: "cn.example.bank", fields: fields))],
                categoryCode: "7523", name: merchantName, city: "SHENZHEN",
                local: .init(language: "zh", name: local, city: "深圳")),
            amount: Fen(1_250), payment: PaymentID("01890a5d-ac96-774b-bcce-b302099a8057"), terminal: "exit-1")
    }

    @Test("what is scanned is what was to be shown, Chinese names included, small and large", arguments: [260, 1_000])
    func readBack(width: Int) throws {
        let shown = try qr("CITY CENTRE CAR PARK", local: "市中心停车场", fields: [.init(id: 1, value: "898310058120001")])
        let symbol = try QRSymbol(shown.payload)
        let lines = try scan(symbol.svg(title: shown.merchant.name), width: width)
        #expect(lines == [shown.payload])
        #expect(try MerchantQR(payload: try #require(lines.first)) == shown)
    }

    @Test("a payload as long as they may be is read back, too")
    func longest() throws {
        let text = String(repeating: "Aa0/", count: 128)
        #expect(try scan(QRSymbol(text).svg(title: "512"), width: 700) == [text])
    }
}
