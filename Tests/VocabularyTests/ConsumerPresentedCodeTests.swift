import Testing
import Vocabulary

@Suite("EMVCo consumer-presented codes")
struct ConsumerPresentedCodeTests {
    /// Codes that public implementations of the specification publish as samples; the third has a template of more
    /// than 127 bytes, whose length takes two bytes.
    static let published = [
        "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1W"
            + "Xy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==",
        "hQVDUFYwMWFYTwigAAADMwEBAVcTYpJhA1hEQzVkHSIQIBAAABiAH180AQBjM58mCFaLEtnaC9l/nycBgJ8QEQcAAQOgAAABCDM5OTk5"
            + "OTk5nzYCAAGCAgAAnzcE6gZYyA==",
        "hQVDUFYwMWGBl08FR0NBU0haGzExMDcwMDQwMDAwMDAwMDAwMDEwODkwMzA5MGNxwRZHQy0wNzI1MjAyNS0wMDAwMDkzOTA4wgIAAcQE"
            + "aINZd8gEaIM9a95HMEUCIGWdjueZsFZHMkVQSy/jlqQubfpvMk4BsQKeHJuIn5aJAiEAvNpixJCHfUCj6T/8Q8/V3ay0GmNFgAUd"
            + "DzE+c/Ilny0=",
    ]

    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
            text += String(repeating: "=", count: 3 - group.count)
        }
        return text
    }

    static let indicator: [UInt8] = [0x85, 5] + Array("CPV01".utf8)

    static func fault(_ text: String) -> ConsumerPresentedCodeError? {
        do {
            _ = try PayerCode(text)
            return nil
        } catch .badConsumerPresented(let fault) {
            return fault
        } catch {
            Issue.record("\(text): \(error)")
            return nil
        }
    }

    @Test("published samples are recognised, with the scanner's line end", arguments: published)
    func samples(text: String) throws {
        let code = try PayerCode("\(text)\r\n")
        #expect(code.scheme == .emvConsumerPresented)
        #expect(code.text == text)
    }

    @Test("a code that lost its end is refused, wherever it was cut", arguments: published)
    func truncated(text: String) {
        for count in 9..<text.count {

            let cut = String(text.prefix(count))
            #expect(throws: PayerCodeError.self, "\(cut)") { try PayerCode(cut) }
        }
    }

    /// What may follow the format indicator, in hexadecimal, and what is wrong with it.
    static let objectsAfterIndicator: [(String, ConsumerPresentedCodeError?)] = [
        ("61044f02a001", nil), ("62010061044f02a001", nil), ("61044f02a00161044f02a001", nil),
        ("61044f02a0019f100107", nil), ("6100", nil), ("6182000109", nil), ("61810109", nil),
        ("", .noApplicationTemplate), ("620100", .noApplicationTemplate), ("9f610100", .noApplicationTemplate),
        ("61044f02a00100", .truncated(atByte: 13)), ("61044f02a0019f", .truncated(atByte: 13)),
        ("61044f02a0019f810100", .truncated(atByte: 13)), ("61044f02a0019f1001", .truncated(atByte: 13)),
        ("61", .truncated(atByte: 7)), ("6101", .truncated(atByte: 7)), ("6180", .truncated(atByte: 7)),
        ("6183000000", .truncated(atByte: 7)), ("618200", .truncated(atByte: 7)), ("610200", .truncated(atByte: 7)),
    ]

    @Test(
        "whole data objects follow the format indicator, one of them an application template",
        arguments: objectsAfterIndicator)
    func objects(hexadecimal: String, fault: ConsumerPresentedCodeError?) throws {
        let bytes = try #require(Hexadecimal.bytes(hexadecimal))
        let text = ConsumerPresentedCodeTests.base64(ConsumerPresentedCodeTests.indicator + bytes)
        #expect(ConsumerPresentedCodeTests.fault(text) == fault)
    }

    @Test("the format indicator is version 1, \"CPV01\"", arguments: ["850543505630326100", "850643505630313061"])
    func otherVersion(hexadecimal: String) throws {
        let text = ConsumerPresentedCodeTests.base64(try #require(Hexadecimal.bytes(hexadecimal)))
        #expect(throws: PayerCodeError.self) { try PayerCode(text) }
    }

    @Test(
        "base64 is whole, padded, and has no bit that says nothing",
        arguments: [
            ("hQVDUFYwMWEETwKgAQ=", ConsumerPresentedCodeError.badBase64Length(19)),
            ("hQVDUFYwMWEETwKgAQ", .badBase64Length(18)),
            ("hQVDUFYwMWEETwKgAQ==", nil), ("hQVDUFYwMWEETwKgAR==", .badBase64(position: 18)),
            ("hQVDUFYwMWEETw-gAQ==", .badBase64(position: 15)), ("hQVDUFYwMWEETw=gAQ==", .badBase64(position: 15)),
            ("hQVDUFYwMWEETwKg A==", .badBase64(position: 17)), ("hQVDUFYwMWEETwKgA===", .badBase64(position: 18)),
            ("hQVDUFYwMWEETwKgAQ=A", .badBase64(position: 19)), ("hQVDUFYwMWEETwKgAQ==hQVD", .badBase64(position: 19)),
            ("hQVDUFYwMWEE\u{FF34}wKgAQ==", .badBase64(position: 13)),
        ])
    func encoding(text: String, fault: ConsumerPresentedCodeError?) {
        #expect(ConsumerPresentedCodeTests.fault(text) == fault)
    }

    @Test("a code has at most 512 characters", arguments: [(374, nil), (375, nil), (377, 516)])
    func longest(templateBytes: Int, tooLong: Int?) {
        // 7 bytes of indicator, 4 of the template's tag and length.
        let value = [UInt8](repeating: 7, count: templateBytes - 2)
        let length = value.count
        let bytes =
            ConsumerPresentedCodeTests.indicator + [0x61, 0x82, UInt8(length >> 8), UInt8(length & 0xFF)] + value
        let text = ConsumerPresentedCodeTests.base64(bytes)
        #expect(ConsumerPresentedCodeTests.fault(text) == tooLong.map { .tooLong(characters: $0) })
        if tooLong == nil { #expect(text.count == 512 || templateBytes < 375) }
    }
}
