import Testing
import Vocabulary

@Suite("Slugs")
struct SlugTests {
    @Test(
        "a name of a-z, 0-9 and hyphens is taken as it is",
        arguments: ["a", "0", "z9", "exit-1", "a-", "a--b", "0123456789", String(repeating: "x", count: 64)])
    func accepted(text: String) throws {
        #expect(try Slug(text).text == text)
        #expect(try "\(Slug(text))" == text)
    }

    @Test(
        "anything that could change the meaning of a topic, a path or an account is refused",
        arguments: [
            "", "-", "-a", "a/b", "/", "+", "#", "a+", "a#", "$share", "A", "Exit", "a b", " a", "a\n", "a\0", "a.b",
            "..",
            "a_b", "é", "京", "a\u{301}", "ａ", String(repeating: "x", count: 65), String(repeating: "京", count: 22),
        ])
    func refused(text: String) {
        #expect(throws: IdentifierError.badSlug(text)) { try Slug(text) }
    }

    @Test("every ASCII character is either one of the 37 allowed or refused")
    func everyCharacter() {
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-")
        for byte in UInt8(0)..<128 {
            let character = Character(Unicode.Scalar(byte))
            #expect(((try? Slug("a\(character)")) != nil) == allowed.contains(character), "U+\(byte)")
        }
    }

    @Test("a very long bad name is cut short in its error")
    func longNamesAreCut() {
        let error = #expect(throws: IdentifierError.self) { try Slug(String(repeating: "X", count: 100_000)) }
        #expect((error?.description.utf8.count ?? .max) < 250)
    }
}

@Suite("Version 7 UUIDs")
struct UUIDv7Tests {
    static let times: [Int64] = [
        0, 1, 999, 1_000, 1_700_000_000_000, 1_700_000_000_001, 0xFFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF,
    ]
    static let dice: [UInt64] = [0, 1, 0x0FFF, 0x1000, 0x3FFF_FFFF_FFFF_FFFF, 0x4000_0000_0000_0000, .max]

    @Test("an id reads back as it was written, with version 7 and variant 10", arguments: times, dice)
    func roundTrip(milliseconds: Int64, die: UInt64) throws {
        for other in Self.dice {
            let id = UUIDv7(at: WallTime(milliseconds: milliseconds), random: (die, other))
            let text = id.description
            #expect(try UUIDv7(text) == id)
            #expect(text.utf8.count == 36)
            #expect(Array(text)[14] == "7")
            #expect("89ab".contains(Array(text)[19]))
            #expect(id.bytes.prefix(6).reduce(Int64(0)) { $0 << 8 | Int64($1) } == milliseconds)
            #expect(id.bytes[6] >> 4 == 7)
            #expect(id.bytes[8] >> 6 == 2)
        }
    }

    @Test("74 random bits all count, and no more")
    func randomBits() {
        let base = UUIDv7(at: WallTime(milliseconds: 5), random: (0, 0))
        let first = (0..<64).filter { UUIDv7(at: WallTime(milliseconds: 5), random: (1 << $0, 0)) != base }
        let second = (0..<64).filter { UUIDv7(at: WallTime(milliseconds: 5), random: (0, 1 << $0)) != base }
        #expect(first == Array(0..<12))
        #expect(second == Array(0..<62))
    }

    @Test("ids sort by the time they were made, as values, as text and as bytes")
    func order() {
        for (earlier, later) in zip(Self.times, Self.times.dropFirst()) {
            let left = UUIDv7(at: WallTime(milliseconds: earlier), random: (.max, .max))
            let right = UUIDv7(at: WallTime(milliseconds: later), random: (0, 0))
            #expect(left < right)
            #expect(!(right < left))
            #expect(left.description < right.description)
            #expect(left.bytes.lexicographicallyPrecedes(right.bytes))
        }
    }

    @Test("the example of RFC 9562 is read")
    func published() throws {
        let id = try UUIDv7("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(id.high == 0x017F_22E2_79B0_7CC3)
        #expect(id.low == 0x98C4_DC0C_0C07_398F)
        #expect(id == UUIDv7(at: WallTime(milliseconds: 1_645_557_742_000), random: (0xCC3, 0x18C4_DC0C_0C07_398F)))
    }

    @Test(
        "another version, variant or spelling is refused",
        arguments: [
            "", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-6cc3-98c4-dc0c0c07398f",
            "017f22e2-79b0-8cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-78c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
            "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
            "017f22e2-79b0-7cc3-98c4+dc0c0c07398f", "017f22e2-79b0-7cc39-8c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "00000000-0000-0000-0000-000000000000",
        ])
    func refused(text: String) {
        #expect(throws: IdentifierError.badUUID(text)) { try UUIDv7(text) }
    }
}
