import GB18030Text
import Sign
import Testing

/// Bytes as the makers' descriptions print them.
private func hex(_ text: String) -> [UInt8] {
    text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { UInt8($0, radix: 16)! }
}

@Suite("Frames of signs and voices")
struct FrameTests {
    @Test(
        "the check of a frame is the one that the maker's examples have",
        arguments: [
            // Time, address, speed, brightness, volume, relay, stop speaking: data, and the frame as printed.
            (UInt8(0x05), "E0 07 03 0A 07 0F 05 06", "00 64 FF FF 05 08 E0 07 03 0A 07 0F 05 06 65 68"),
            (0x07, "01", "00 64 FF FF 07 01 01 46 B5"),
            (0x0A, "00 4B 00 00", "00 64 FF FF 0A 04 00 4B 00 00 2B B2"),
            (0x0C, "32", "00 64 FF FF 0C 01 32 77 62"),
            (0x0F, "00 01 00 00 00 05", "00 64 FF FF 0F 06 00 01 00 00 00 05 24 B7"),
            (0x31, "", "00 64 FF FF 31 00 64 67"),
        ])
    func examples(_ command: UInt8, _ data: String, _ frame: String) {
        #expect(OLMBoard().frame(command: command, data: hex(data)) == hex(frame))
    }

    @Test("a text of the maker's example becomes the frame printed there, but for its staying for ever")
    func text() throws {
        let printed = hex(
            """
            00 64 FF FF 62 25 00 15 01 00 02 15 01 03 00 FF 00 00 00 00 00 00 00 12 00 BB B6 D3 AD
            B9 E2 C1 D9 C7 EB C8 EB B3 A1 CD A3 B3 B5 F4 F5
            """)
        #expect(try OLMBoard(entry: .scrolling).text("欢迎光临请入场停车", row: 0) == printed)
    }

    @Test("a spoken text clears what is being spoken and is otherwise the maker's example")
    func speech() throws {
        let printed = hex("00 64 FF FF 30 14 01 BB B6 D3 AD B9 E2 C1 D9 2C C7 EB C8 EB B3 A1 CD A3 B3 B5 A9 36")
        let ours = try OLMBoard().speech(["欢迎光临", "请入场停车"])
        #expect(ours[6] == 0x02)
        #expect(OLMBoard().frame(command: 0x30, data: [0x01] + ours[7..<(ours.count - 2)]) == printed)
    }

    @Test("address, version, colour, font and entry stand where the maker says")
    func members() throws {
        let frame = try OLMBoard(address: 7, version: 0x65, entry: .fromBelow, colour: .green, font: 4)
            .text("A", row: 2)
        #expect(
            frame.dropLast(2)
                == hex("07 65 FF FF 62 14 02 03 01 00 05 03 01 04 00 00 FF 00 00 00 00 00 00 01 00 41")[...])
    }

    @Test("a text that is too long is cut between characters, never within one", arguments: [59, 60, 61, 200])
    func longText(_ count: Int) throws {
        let frame = try OLMBoard().text("A" + String(repeating: "停", count: count), row: 0)
        let length = min(count, 59) * 2 + 1
        #expect(frame[5] == UInt8(19 + length) && frame[23] == UInt8(length) && frame.count == 6 + 19 + length + 2)
        let spoken = try OLMBoard().speech([String(repeating: "停", count: count * 4)])
        #expect(Int(spoken[5]) == min(count * 8, 254) + 1)
    }

    @Test("every row of the sign is written for a page, so that nothing old stays on it")
    func clears() throws {
        let frames = try #require(SignDriver.olm(OLMBoard()).frames(page: ["京A12345"], rows: 3))
        #expect(frames.map { $0[6] } == [0, 1, 2])
        #expect(frames[1][25] == 0x20 && frames[1][23] == 1)
        let lines = try #require(SignDriver.lines(LineSign(pagePrefix: [0x0C])).frames(page: ["京A12345"], rows: 2))
        #expect(lines == [hex("0C BE A9 41 31 32 33 34 35 0D 0A 0D 0A")])
    }

    @Test("what no sign's font has becomes a question mark: emoji, rare characters, control characters")
    func unknown() throws {
        #expect(try DeviceText.bytes("A😀\u{20000}\n京") == hex("41 3F 3F 3F BE A9"))
        #expect(DeviceText.fault == nil)
    }

    @Test("a code of the maker's example becomes the frame printed there; it is taken away by the same command")
    func code() throws {
        let printed = hex(
            """
            00 64 FF FF E1 41 01 00 00 0A 00 00 00 00 00 00 00 00 00 14 0B 80 01 00 00 00 00 00 00 00 00 00 00 00 00 00
            00 00 68 74 74 70 3A 2F 2F 77 77 77 2E 62 61 69 64 75 2E 63 6F 6D 00 70 6C 65 61 73 65 20 73 63 61 6E 00 D5
            24
            """)
        let board = OLMBoard(codes: .small)
        #expect(try board.code("http://www.baidu.com", caption: "please scan", seconds: 10) == printed)
        #expect(board.codeAway()[4] == 0xE1 && board.codeAway()[6] == 0)
    }

    @Test(
        "a code that the board's dots cannot hold is not sent, and a board that draws none gets none",
        arguments: [
            (.small, 42, true), (.small, 43, false), (.large, 152, true), (.large, 153, false), (.none, 1, false),
        ]
            as [(OLMBoard.CodeSize, Int, Bool)])
    func codeFits(size: OLMBoard.CodeSize, bytes: Int, isSent: Bool) {
        let driver = SignDriver.olm(OLMBoard(codes: size))
        #expect((driver.frames(code: String(repeating: "x", count: bytes), caption: "停车票") != nil) == isSent)
        #expect(SignDriver.lines(LineSign()).frames(code: "x", caption: "") == nil)
    }
}
