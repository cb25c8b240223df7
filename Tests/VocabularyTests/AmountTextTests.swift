import Testing
import Vocabulary

@Suite("Amounts as people write them")
struct AmountTextTests {
    @Test(
        "yuan with none, one or two decimals become whole fen",
        arguments: [
            ("0", Int64(0)), ("0.0", 0), ("0.01", 1), ("0.1", 10), ("12", 1_200), ("12.5", 1_250), ("12.50", 1_250),
            ("12.05", 1_205), ("92233720368547758.07", .max), ("10", 1_000),
        ])
    func read(text: String, fen: Int64) throws {
        #expect(try Fen(yuan: text) == Fen(fen))
        #expect(try Fen(yuan: Fen(fen).description) == Fen(fen))
    }

    @Test(
        "anything that could be meant otherwise is refused",
        arguments: [
            "", ".", ".5", "5.", "1.234", "01", "00", "-1", "+1", " 1", "1 ", "1,5", "1.2.3", "1e3", "0x1", "１２",
            "1.-5",
            "12.5 yuan", "٣",
        ])
    func refused(text: String) {
        #expect(throws: AmountTextError.notAnAmount(text)) { try Fen(yuan: text) }
    }

    @Test(
        "more than 64 bits of fen is refused, not wrapped", arguments: ["92233720368547758.08", "99999999999999999999"])
    func tooLarge(text: String) {
        #expect(throws: AmountTextError.tooLarge(text)) { try Fen(yuan: text) }
    }
}
