import Testing
import Vocabulary

@Suite("Instants and spans")
struct InstantTests {
    @Test(
        "a deadline beyond the end of time stays at the end instead of wrapping into the past",
        arguments: [
            (0, 0, 0), (0, Int64.max, Int64.max), (1, Int64.max - 1, Int64.max), (1, Int64.max, Int64.max),
            (Int64.max, 1, Int64.max), (Int64.max, Int64.max, Int64.max), (5, -3, 2), (0, Int64.min, Int64.min),
        ] as [(Int64, Int64, Int64)])
    func addition(start: Int64, span: Int64, end: Int64) {
        #expect(Uptime(nanoseconds: start) + Uptime.Span(nanoseconds: span) == Uptime(nanoseconds: end))
    }

    @Test(
        "milliseconds and seconds too large for nanoseconds stop at the end of the range",
        arguments: [
            0, 1, -1, 9_223_372_036, 9_223_372_037, -9_223_372_037, 9_223_372_036_854, 9_223_372_036_855, .max, .min,
        ] as [Int64])
    func saturation(count: Int64) {
        let exact = Int128(count)
        let milliseconds = Int64(clamping: exact * 1_000_000)
        #expect(Uptime.Span.milliseconds(count).nanoseconds == milliseconds)
        #expect(Uptime(milliseconds: count).nanoseconds == milliseconds)
        #expect(Uptime.Span.seconds(count).nanoseconds == Int64(clamping: exact * 1_000_000_000))
    }

    @Test(
        "a span in milliseconds is rounded towards zero",
        arguments: [(0, 0), (999_999, 0), (1_000_000, 1), (1_999_999, 1), (-999_999, 0), (-1_000_000, -1)]
            as [(Int64, Int64)])
    func milliseconds(nanoseconds: Int64, whole: Int64) {
        #expect(Uptime.Span(nanoseconds: nanoseconds).milliseconds == whole)
    }

    @Test("the span between two instants leads from one to the other", arguments: [0, 1, 1_000_000, Int64.max])
    func difference(nanoseconds: Int64) {
        let start = Uptime(nanoseconds: 0), end = Uptime(nanoseconds: nanoseconds)
        #expect(start + (end - start) == end)
        #expect((start - end).nanoseconds == -nanoseconds)
        #expect((start < end) == (nanoseconds > 0))
    }
}

@Suite("Hexadecimal")
struct HexadecimalTests {
    @Test("every byte reads back as it was written")
    func roundTrip() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(Hexadecimal.bytes(Hexadecimal.text(bytes)) == bytes)
        #expect(Hexadecimal.text([0, 1, 0x0F, 0x10, 0xA9, 0xFF]) == "00010f10a9ff")
        #expect(Hexadecimal.digits(of: [0xDE, 0xAD]) == Array("dead".utf8))
        #expect(Hexadecimal.bytes("") == [])
    }

    @Test(
        "half a byte, upper case and other characters are refused",
        arguments: ["0", "abc", "AB", "0g", "0x", " 0", "é"])
    func refused(text: String) {
        #expect(Hexadecimal.bytes(text) == nil)
    }
}
