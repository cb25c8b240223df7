import ArgumentParser
import Host
import Parking
import Payments
import QRCode
import Vocabulary

/// Makes the QR of one payment as a box would show it, to see whether an acquirer and wallets accept it.
struct QR: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr",
        abstract: "Makes the QR that a box would show for one payment; charges nothing and changes nothing.",
        discussion: """
            Writes an SVG picture to the output: turnpike qr --scenario Scenarios/city-car-park.json5 --amount 12.50 \
            --reference 01890a5d-ac96-774b-bcce-b302099a8057 --terminal exit-1 > qr.svg
            """)

    @Option(help: "The scenario file with the merchant (JSON5, section merchantQR).")
    var scenario: String

    @Option(help: "The amount in yuan, such as 12.50.")
    var amount: String

    @Option(help: "The payment's id, a version 7 UUID.")
    var reference: String

    @Option(help: "The lane or till that shows it, at most 25 characters.")
    var terminal: String?

    @Flag(help: "Write the text that the QR carries instead of the picture.")
    var payload = false

    func run() throws {
        let site = try ParkingScenario(try TextFile.read(scenario), file: scenario)
        guard let merchant = site.merchantQR else { throw NoMerchant(file: scenario) }
        let qr = try MerchantQR(
            merchant: merchant, amount: Fen(yuan: amount), payment: PaymentID(reference), terminal: terminal)
        if payload {
            print(qr.payload)
        } else {
            print(try QRSymbol(qr.payload).svg(title: "\(merchant.name) ¥\(qr.amount)"), terminator: "")
        }
    }
}

/// The scenario says nothing of a merchant whom a QR could pay.
private struct NoMerchant: Error, CustomStringConvertible {
    let file: String
    var description: String {
        "\(file) has no section merchantQR: add the account, name and city that the acquirer gave the merchant"
    }
}
