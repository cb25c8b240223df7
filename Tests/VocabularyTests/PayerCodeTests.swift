import Testing
import Vocabulary

@Suite("Payment codes shown by a payer's phone")
struct PayerCodeTests {
    /// What the networks publish, written down a second time and in another form than the code has it.
    static let published: [(scheme: PayerCode.Scheme, prefixes: [Int], digits: [Int])] = [
        (.weChat, [10, 11, 12, 13, 14, 15], [18]),
        (.alipay, [25, 26, 27, 28, 29, 30], [16, 17, 18, 19, 20, 21, 22, 23, 24]),
        (.unionPay, [62], [19]),
    ]

    static func code(prefix: Int, digits: Int) -> String {
        let filler = (0..<digits).map { String($0 * 7 % 10) }.joined()
        return String("\(prefix < 10 ? "0" : "")\(prefix)\(filler.dropFirst(2))".prefix(digits))
    }

    @Test("a code is its network's exactly when its first two digits and its length are", arguments: 0...99)
    func everyPrefixAndLength(prefix: Int) {
        for digits in 1...30 {
            let written = PayerCodeTests.code(prefix: prefix, digits: digits)
            #expect(written.count == digits)
            let begun = PayerCodeTests.published.first { $0.prefixes.contains(prefix) }
            let result = Result { () throws(PayerCodeError) in try PayerCode(written) }
            switch (begun, result) {
            case (let network?, .success(let code)):
                #expect(network.digits.contains(digits), "\(written) was taken for a code of \(code.scheme)")
                #expect(code.scheme == network.scheme)
                #expect(code.text == written)
            case (let network?, .failure(let error)):
                #expect(!network.digits.contains(digits), "\(written) was refused: \(error)")
                let expected: PayerCodeError =
                    digits < 2
                    ? .unknownPrefix(nil, digits: digits) : .wrongLength(network.scheme, digits: digits)
                #expect(error == expected)
            case (nil, .success(let code)):
                Issue.record("\(written) was taken for a code of \(code.scheme)")
            case (nil, .failure(let error)):
                #expect(error == .unknownPrefix(digits < 2 ? nil : prefix, digits: digits))
            }
        }
    }

    @Test(
        "what a scanner puts around a code is taken off",
        arguments: [
            "134567890123456789\r\n", "134567890123456789\n", "134567890123456789\t", " 134567890123456789 ",
            "\r\n134567890123456789", "\t \r\n134567890123456789\r\n\r\n",
        ])
    func surroundings(scanned: String) throws {
        #expect(try PayerCode(scanned).text == "134567890123456789")
    }

    @Test("digits typed through a Chinese input method are the digits they look like")
    func fullWidth() throws {
        let code = try PayerCode("１３４５６７８９０１２３４５６７８９")
        #expect(code.scheme == .weChat)
        #expect(code.text == "134567890123456789")
        #expect(try code == PayerCode("134567890123456789"))
    }

    @Test(
        "anything else between the digits is refused and named, for it may be two codes run together",
        arguments: [
            ("1345678 90123456789", UInt32(0x20), 8), ("13456789\r\n0123456789", 0x0D, 9),
            ("134567890123456789x", 0x78, 19), ("-34567890123456789", 0x2D, 1), ("13456789012345678\u{0}", 0, 18),
            ("13456789012345678\u{FF0F}", 0xFF0F, 18), ("13456789012345678\u{FF1A}", 0xFF1A, 18),
            ("13456789012345678٣", 0x663, 18), ("https://qr.alipay.com/1", 0x68, 1), ("/", 0x2F, 1), (":", 0x3A, 1),
            ("\u{3000}134567890123456789", 0x3000, 1),
        ])
    func badCharacter(scanned: String, scalar: UInt32, position: Int) {
        #expect(throws: PayerCodeError.badCharacter(scalar, position: position)) { try PayerCode(scanned) }
    }

    @Test("nothing but spaces and line ends is no code", arguments: ["", " ", "\r\n", " \t\r\n "])
    func empty(scanned: String) {
        #expect(throws: PayerCodeError.empty) { try PayerCode(scanned) }
    }

    @Test("a line of more than 1,024 bytes is refused unread")
    func longLine() throws {
        let code = "134567890123456789"
        let longest = String(repeating: " ", count: 1_024 - code.count) + code
        #expect(try PayerCode(longest).text == code)
        #expect(throws: PayerCodeError.tooLong(bytes: 1_025)) { try PayerCode(" " + longest) }
    }

    @Test(
        "a code is never printed whole: it could be spent from the log",
        arguments: [
            "134567890123456789", "2812345678901234", "6212345678901234567", ConsumerPresentedCodeTests.published[0],
        ])
    func secret(scanned: String) throws {
        let code = try PayerCode(scanned)
        #expect(code.masked == "\(scanned.prefix(2))******\(scanned.suffix(2))")
        var dumped = ""
        dump([code], to: &dumped)
        for printed in ["\(code)", "\([code])", String(reflecting: code), "\(Optional(code) as Any)", dumped] {
            #expect(printed.contains(code.masked))
            #expect(!printed.contains(scanned.dropFirst(4).dropLast(4)))
        }
    }

    @Test(
        "an error says what was found and what was expected, and does not repeat the code",
        arguments: [
            ("13456789012345678", "weChat but has 17 digits; expected 18:"),
            ("281234567890123", "alipay but has 15 digits; expected 16 to 24:"),
            ("62123456789012345678", "unionPay but has 20 digits; expected 19:"),
            ("0912345678901234", "begins with 09 and has 16 digits"), ("7", "it has 1 digit"),
            ("1345678x", "character 8 is U+78 where a digit was expected"), (" ", "empty line"),
            ("hQVDUFYwMQ==", "has no application template (tag 61)"),
        ])
    func errors(scanned: String, words: String) {
        do {
            _ = try PayerCode(scanned)
            Issue.record("\(scanned) was accepted")
        } catch {
            #expect(error.description.contains(words))
            #expect(scanned.count < 6 || !error.description.contains(scanned.dropFirst(3)))
        }
    }
}
