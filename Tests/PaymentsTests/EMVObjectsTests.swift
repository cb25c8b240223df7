import Payments
import Testing

/// The sample of the EMV QR Code Specification, Merchant-Presented Mode (annex of versions 1.0 and 1.1). Object 64 has
/// 20 characters in 32 bytes, so it shows that lengths count characters while the checksum covers bytes.
let specificationSample =
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    + "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME"
    + "91320016A0112233449988770708123456786304A13A"

@Suite("Data objects of a payment QR")
struct EMVObjectsTests {
    @Test("the specification's own sample is read")
    func sample() throws {
        let objects = try EMVObjects(payload: specificationSample)
        #expect(objects.list.map(\.id) == [0, 1, 29, 31, 52, 58, 59, 60, 64, 54, 53, 55, 62, 91, 63])
        #expect(objects[54] == "23.72")
        #expect(objects[59] == "BEST TRANSPORT")
        #expect(objects[64] == "0002ZH0104最佳运输0202北京")
        #expect(objects[62] == "030412340603***0708A60086670902ME")
        #expect(objects[2] == nil)
    }

    @Test(
        "what other schemes publish is read: the checksum is theirs",
        arguments: [
            "00020101021252044131153137210116372101160123456789ABCDE6016Banteay Meanchey5913Kuntheas Shop5802KH540510.00"
                + "5303840621201081234567863041FF2",
            "0002010102121313JCB12345678900416MASTER12345678905204531153033925407999.1235802JP5906DONGRI6005TOKYO6224"
                + "0104hoge0504fuga0704piyo6304C343",
        ])
    func others(payload: String) throws {
        #expect(try EMVObjects(payload: payload)[0] == "01")
    }

    @Test("a payload that is damaged in one character is refused, whatever the damage")
    func everyChange() throws {
        let original = Array(specificationSample.unicodeScalars)
        var accepted: [String] = []
        func look(_ scalars: some Sequence<Unicode.Scalar>) {
            let payload = text(scalars)
            if (try? EMVObjects(payload: payload)) != nil { accepted.append(payload) }
        }
        look(original)
        #expect(accepted == [specificationSample])
        for position in original.indices {
            for value in UInt32(0x20)...0x7E where original[position].value != value {
                var damaged = original
                damaged[position] = Unicode.Scalar(UInt8(value))
                look(damaged)
            }
            look(original[..<position] + original[(position + 1)...])
            look(original[..<position])
            look(original[..<position] + [original[position]] + original[position...])
        }
        #expect(accepted == [specificationSample])
    }

    @Test("nothing may follow the checksum", arguments: ["0", " ", "\n", "6304", "6400", "8001A", "630400000"])
    func trailing(rest: String) {
        #expect(throws: MerchantQRError.self) { try EMVObjects(payload: specificationSample + rest) }
    }

    /// Payloads whose checksum was computed over what they say, so that only the rule under test can refuse them.
    @Test(
        "a payload with a valid checksum is refused for its form",
        arguments: [
            ("5802CN", MerchantQRError.noFormatIndicator(found: 58)),
            ("000202", .unexpected(object: "00", found: "02", expected: "01")),
            ("0002015802CN5802CN", .duplicate(object: "58")), ("0002015800", .empty(object: "58")),
            ("000201000201", .duplicate(object: "00")), ("0002015", .truncated(object: "56", length: 30, left: 5)),
            ("0002015x02CN", .notAnObject(atCharacter: 7, within: nil)),
            ("00020158٠2CN", .notAnObject(atCharacter: 7, within: nil)),
        ])
    func form(body: String, error: MerchantQRError) {
        #expect(throws: error) { try EMVObjects(payload: withChecksum(body)) }
    }

    @Test("a length that runs past the end, or over the checksum, is refused")
    func lengths() {
        #expect(throws: MerchantQRError.truncated(object: "58", length: 99, left: 10)) {
            try EMVObjects(payload: withChecksum("0002015899CN"))
        }
        let swallowing = withChecksum("0002015810CN")
        #expect(throws: MerchantQRError.noChecksum(found: 58)) { try EMVObjects(payload: swallowing) }
        #expect(throws: MerchantQRError.noFormatIndicator(found: nil)) { try EMVObjects(payload: "") }
        #expect(throws: MerchantQRError.noChecksum(found: 0)) { try EMVObjects(payload: "000201") }
    }

    @Test("a payload has at most 512 bytes, whatever its characters")
    func longest() throws {
        let names = "7099" + String(repeating: "停", count: 99) + "7199" + String(repeating: "a", count: 99)
        let fixed = "000201\(names)".utf8.count + 8
        let fill = 512 - fixed - 4
        #expect(fill <= 99)
        #expect(try EMVObjects(payload: withChecksum("000201\(names)72\(fill)\(zeros(fill))"))[72] == zeros(fill))
        #expect(throws: MerchantQRError.tooLong(bytes: 513)) {
            try EMVObjects(payload: withChecksum("000201\(names)72\(fill + 1)\(zeros(fill + 1))"))
        }
    }

    private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

    private func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}

/// The checksum in another form than the rules compute it: by long division of the message, bit by bit, in an integer.
func withChecksum(_ body: String) -> String {
    let covered = body + "6304"
    var bits = covered.utf8.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    for index in 0..<16 { bits[index] ^= 1 }
    var remainder = 0
    for bit in bits + [UInt8](repeating: 0, count: 16) {
        remainder = remainder << 1 | Int(bit)
        if remainder > 0xFFFF { remainder ^= 0x11021 }
    }
    let digits = String(remainder, radix: 16, uppercase: true)
    return covered + String(repeating: "0", count: 4 - digits.count) + digits
}
