import Speech
import Testing

@Suite("Voice boards with numbered recordings")
struct JQ8BoardTests {
    @Test("clips are played by their two digits, with the sum of the frame at its end; at most 40 of them")
    func clips() {
        #expect(JQ8Board().play([1, 2]) == [0xAA, 0x1B, 0x04, 0x30, 0x31, 0x30, 0x32, 0x8C])
        #expect(JQ8Board().play([99]) == [0xAA, 0x1B, 0x02, 0x39, 0x39, 0x39])
        #expect(JQ8Board().play(Array(repeating: 7, count: 41)).count == 3 + 80 + 1)
    }
}
