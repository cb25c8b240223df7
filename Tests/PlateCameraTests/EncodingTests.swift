import Testing
import Vocabulary

@testable import PlateCamera

@Suite("The encodings of a push")
struct EncodingTests {
    /// Plates of every kind, for one province.
    static func plates(of province: Character) -> [String] {
        let suffixed = "学警挂港澳领使试超".map { "\(province)A1234\($0)" }
        return ["\(province)A12345", "\(province)AD12345", "WJ\(province)12345", "\(province)X1234应急"] + suffixed
    }

    static let otherPlates = ["使012345", "民航A1234", "军V12345", "空A12345", "海C12345", "北V1234临", "12345领"]

    static var everyPlate: [String] { Oracle.provinces.flatMap(plates) + otherPlates }

    @Test("every kind of plate of every province is the same in UTF-8 and GB2312, from Vzenith")
    func vzenith() throws {
        #expect(Oracle.provinces.count == 31)
        for text in EncodingTests.everyPlate {
            let plate = try Plate(text)
            #expect(try Vzenith.decode(Fixture.vzenith(text)).plate?.text == plate.text)
            #expect(try Vzenith.decode(Fixture.vzenith(Oracle.bytes(text))).plate?.text == plate.text)
        }
    }

    @Test("every kind of plate of every province is the same in UTF-8 and GB2312, from Hikvision, whatever it declares")
    func hikvision() throws {
        for text in EncodingTests.everyPlate {
            for declared in ["UTF-8", "GB2312"] {
                for bytes in [Array(text.utf8), Oracle.bytes(text)] {
                    let push = Fixture.hikvisionXML(bytes, encoding: declared)
                    #expect(try Hikvision.decode(push, contentType: "application/xml").plate?.text == text)
                }
            }
        }
    }

    @Test("some plates in GB2312 are valid UTF-8: validity alone does not tell the encoding")
    func accidents() {
        let accidental = Oracle.provinces.filter { String(validating: Oracle.gb2312[$0]!, as: UTF8.self) != nil }
        #expect(accidental == ["鲁", "豫"])
        #expect(String(validating: Oracle.bytes("鲁A12345"), as: UTF8.self) == "³A12345")
    }

    @Test("no two characters of plates, in GB2312, give an acceptable plate when read as UTF-8")
    func noConfusion() {
        let characters = Array(Oracle.gb2312.keys)
        var tried = 0
        for first in characters {
            for second in characters {
                for text in ["\(first)\(second)A1234", "\(first)A1234\(second)", "A1234\(first)\(second)"] {
                    tried += 1
                    guard let misread = String(validating: Oracle.bytes(text), as: UTF8.self) else { continue }
                    #expect(throws: PlateError.self) { try Plate(misread) }
                }
            }
        }
        #expect(tried == characters.count * characters.count * 3)
        #expect(characters.count >= 70)
    }

    @Test("a UTF-8 plate stays right when another field is damaged so that the whole is GB18030 and not UTF-8")
    func damagedName() throws {
        // 京A12345 in UTF-8 is 浜珹12345 in GB18030. The name below is a lone pair of GB2312.
        let name = Array(#","deviceName":""#.utf8) + [0xCD, 0xA3] + Array(#""}}"#.utf8)
        let push = Array(#"{"AlarmInfoPlate":{"result":{"PlateResult":{"license":"京A12345"}}"#.utf8) + name
        #expect(String(validating: push, as: UTF8.self) != nil, "CD A3 is valid UTF-8 by accident")
        let broken = Array(push.map { $0 == 0xCD ? 0xBE : $0 })
        #expect(String(validating: broken, as: UTF8.self) == nil)
        #expect(try Vzenith.decode(push).plate?.text == "京A12345")
        #expect(try Vzenith.decode(broken).plate?.text == "京A12345")
    }

    @Test("the mark for no plate is understood in both encodings")
    func noPlate() throws {
        #expect(Oracle.bytes("_无_") == [0x5F, 0xCE, 0xDE, 0x5F])
        #expect(try Vzenith.decode(Fixture.vzenith(Oracle.bytes("_无_"))).plate == nil)
        #expect(try Vzenith.decode(Fixture.vzenith("_无_")).plate == nil)
    }

    @Test("bytes that are neither UTF-8 nor GB18030 are refused with 415", arguments: [[0xFF], [0xBA], [0x80]])
    func notText(bytes: [UInt8]) {
        #expect(throws: PlateCameraError.notText) { try Vzenith.decode(Fixture.vzenith(bytes)) }
        #expect(PlateCameraError.notText.httpStatus == 415)
    }

    @Test("a plate refused in both encodings is refused for its UTF-8 reading")
    func refusedTwice() {
        #expect(throws: PlateCameraError.badPlate(.badCharacter(0x21))) {
            try Vzenith.decode(Fixture.vzenith("京A!2345"))
        }
        #expect(throws: PlateCameraError.badPlate(.badCharacter(0x3A9))) {
            try Vzenith.decode(Fixture.vzenith("ΩA12345"))
        }
    }

    @Test("plates in UTF-8, Cyrillic and Greek letters and half a character never become a plate in GB18030")
    func neverMisread() throws {
        for text in EncodingTests.everyPlate + ["ΩA12345", "А123ВС77", "Е001КХ"] {
            guard let misread = try GB18030.toUTF8(Array(text.utf8)) else { continue }
            let asGB18030 = CameraText(bytes: misread, encoding: .gb18030)
            let plate = try? asGB18030.plate(String(decoding: misread, as: UTF8.self))
            #expect(plate == nil || plate?.text == text)
            let written = String(decoding: misread, as: UTF8.self)
            #expect(written.unicodeScalars.contains(where: PlateText.isStrange))
        }
        #expect(throws: PlateCameraError.badPlate(.badCharacter(0x6D5C))) {
            try Vzenith.decode(Fixture.vzenith([0xE4, 0xBA]))
        }
    }

    @Test("text converted to GB18030 is what Python makes of it, and comes back")
    func conversion() throws {
        for (character, bytes) in Oracle.gb2312 {
            #expect(try GB18030.toUTF8(bytes) == Array(String(character).utf8))
            #expect(try GB18030.fromUTF8(Array(String(character).utf8)) == bytes)
        }
        #expect(try GB18030.toUTF8([]) == [])
        // Four bytes, beyond GBK: U+00B8 and U+20087, from Python's gb18030 codec.
        #expect(try GB18030.toUTF8([0x81, 0x30, 0x86, 0x30]) == [0xC2, 0xB8])
        #expect(try GB18030.toUTF8([0x95, 0x32, 0x90, 0x31]) == [0xF0, 0xA0, 0x82, 0x87])
    }

    @Test(
        "the colour before a mainland plate is taken off, and a province that is a colour stays",
        arguments: [
            ("蓝浙AX2P12", "浙AX2P12", .blue), ("黑A12345", "黑A12345", .unknown), ("黑黑A12345", "黑A12345", .black),
            ("黑粤Z1234澳", "粤Z1234澳", .black), ("黄绿粤BD12345", "粤BD12345", .yellowGreen),
            ("黄黑A12345", "黑A12345", .yellow), ("白WJ12345", "白WJ12345", .unknown), (" 绿粤B12345 ", "粤B12345", .green),
            ("A283KY77", "A283KY77", .unknown), ("", "", .unknown), ("蓝", "蓝", .unknown),
        ] as [(String, String, PlateColour)])
    func colourPrefix(written: String, expected: String, colour: PlateColour) {
        #expect(PlateText.withoutColour(written) == expected)
        #expect(PlateText.colour(in: written) == colour)
    }
}
