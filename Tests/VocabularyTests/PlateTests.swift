import Testing
import Vocabulary

@Suite("Number plates")
struct PlateTests {
    @Test(
        "a plate is compared without spaces, dots, hyphens and case",
        arguments: [
            ("粤B12345", "粤B12345"), ("粤b·12345", "粤B12345"), (" 粤 B 12345 ", "粤B12345"), ("粤B•12345", "粤B12345"),
            ("粤B・12345", "粤B12345"), ("粤B.123-45", "粤B12345"), ("粤B\u{3000}123\t45", "粤B12345"),
            ("京ad12345", "京AD12345"),
            ("a", "A"), ("z9", "Z9"), ("0123456789abcdef", "0123456789ABCDEF"),
        ])
    func normalised(written: String, text: String) throws {
        #expect(try Plate(written).text == text)
        #expect(try Plate(Plate(written).text) == Plate(written))
    }

    @Test(
        "every province and class character is accepted",
        arguments: Array("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领港澳警学挂"))
    func everyProvince(character: Character) throws {
        #expect(try Plate("\(character)A12345").text == "\(character)A12345")
        #expect(try Plate("粤Z1234\(character)").text == "粤Z1234\(character)")
    }

    @Test("a plate has 1 to 16 characters once the separators are gone", arguments: [1, 15, 16, 17, 200])
    func length(count: Int) throws {
        let letters = String(repeating: "A", count: count)
        let characters = String(repeating: "京", count: count)
        if count <= Plate.longest {
            #expect(try Plate(letters).text == letters)
            #expect(try Plate(characters).text == characters)
        } else {
            #expect(throws: PlateError.tooLong(count: count)) { try Plate(letters) }
            #expect(throws: PlateError.tooLong(count: count)) { try Plate(characters) }
        }
    }

    @Test("nothing, or nothing but separators, is no plate", arguments: ["", " ", "·", " - . ・ ", "\u{3000}\t"])
    func empty(written: String) {
        #expect(throws: PlateError.empty) { try Plate(written) }
    }

    @Test(
        "a character that no plate has is refused and named",
        arguments: [
            ("粤B1234_", UInt32(0x5F)), ("粤B/2345", 0x2F), ("粤B+2345", 0x2B), ("粤B1234\0", 0), ("粤B1234\n", 0x0A),
            ("粤B1234'", 0x27), ("粤É1234", 0xC9), ("粤Ａ1234", 0xFF21), ("\u{4DFF}A123", 0x4DFF), ("\u{A000}A123", 0xA000),
            ("🚗", 0x1F697), ("A\u{301}", 0x301), ("@", 0x40), ("[", 0x5B), ("`", 0x60), ("{", 0x7B),
        ])
    func badCharacter(written: String, scalar: UInt32) {
        #expect(throws: PlateError.badCharacter(scalar)) { try Plate(written) }
    }

    @Test("the first and last of the accepted ideographs are accepted", arguments: ["\u{4E00}A1", "\u{9FFF}A1"])
    func ideographBoundary(written: String) throws {
        #expect(try Plate(written).text == written)
    }

    @Test(
        "a masked plate shows two characters at either end, and none of a short one",
        arguments: [
            ("粤B12345", "粤B***45"), ("京AD12345", "京A****45"), ("A", "*"), ("AB12", "****"), ("AB123", "AB*23"),
            ("0123456789ABCDEF", "01************EF"),
        ])
    func masked(written: String, shown: String) throws {
        let plate = try Plate(written)
        #expect(plate.masked == shown)
        #expect("\(plate)" == shown)
        #expect("\(Optional(plate) as Any)".contains(shown))
        #expect(!"\([plate])".contains(plate.text) || plate.text == shown)
    }

    @Test("plates sort by their text in UTF-8, as a database does")
    func order() throws {
        let plates = try ["0A", "A0", "AA", "京A1", "粤A1", "粤B1"].map { try Plate($0) }
        #expect(plates.shuffledBackwards.sorted() == plates)
        for (left, right) in zip(plates, plates.dropFirst()) {
            #expect(Array(left.text.utf8).lexicographicallyPrecedes(Array(right.text.utf8)))
        }
    }
}

extension [Plate] {
    fileprivate var shuffledBackwards: [Plate] { reversed() }
}
