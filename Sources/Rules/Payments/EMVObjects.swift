/// The data objects of a merchant-presented QR or of one template in it: two digits of id, two digits of length in
/// characters, the value. Ids are unique, lengths 1 to 99.
public struct EMVObjects: Hashable, Sendable {
    public struct DataObject: Hashable, Sendable {
        /// 0 to 99.
        public let id: Int
        public let value: String
    }

    /// In the order of the text.
    public private(set) var list: [DataObject] = []

    /// The most bytes a whole payload may have. The specification allows 512 characters, fewer where some take
    /// several bytes.
    public static let longestPayload = 512

    public init() {}

    /// The value of an object, or nil where it is absent.
    public subscript(id: Int) -> String? { list.first { $0.id == id }?.value }

    /// - Precondition: the id is new and from 0 to 99, the value has 1 to 99 characters: callers check their fields.
    mutating func append(_ id: Int, _ value: String) {
        precondition((0...99).contains(id) && self[id] == nil, "object \(id) twice, or no such id")
        precondition((1...99).contains(value.unicodeScalars.count), "object \(id) has a value no length can say")
        list.append(DataObject(id: id, value: value))
    }

    /// The objects as text, without a checksum.
    var text: String {
        list.map { "\(EMVObjects.twoDigits($0.id))\(EMVObjects.twoDigits($0.value.unicodeScalars.count))\($0.value)" }
            .joined()
    }

    /// The objects as a whole payload, ended by the checksum (object 63).
    var payload: String {
        let covered = text + "6304"
        return covered + EMVObjects.checksum(covered.utf8)
    }

    /// Reads a whole payload: object 00 is "01" and first, object 63 is last and the checksum of all before it.
    /// - Throws: ``MerchantQRError``.
    public init(payload: String) throws(MerchantQRError) {
        let bytes = payload.utf8
        guard bytes.count <= EMVObjects.longestPayload else { throw .tooLong(bytes: bytes.count) }
        try self.init(template: payload, within: nil)
        guard let first = list.first, first.id == 0 else { throw .noFormatIndicator(found: list.first?.id) }
        guard first.value == "01" else { throw .unexpected(object: "00", found: first.value, expected: "01") }
        guard let last = list.last, last.id == 63 else { throw .noChecksum(found: list.last?.id) }
        let expected = EMVObjects.checksum(bytes.dropLast(last.value.utf8.count))
        guard last.value == expected else { throw .badChecksum(found: last.value, expected: expected) }
    }

    /// Reads the objects of a template, or of a payload whose checksum is not looked at.
    init(template: String, within parent: Int?) throws(MerchantQRError) {
        var rest = Array(template.unicodeScalars)[...]
        while !rest.isEmpty {
            let start = rest.startIndex
            guard let id = EMVObjects.takeTwoDigits(&rest), let length = EMVObjects.takeTwoDigits(&rest) else {
                throw .notAnObject(atCharacter: start + 1, within: parent)
            }
            guard length > 0 else { throw .empty(object: EMVObjects.name(id, within: parent)) }
            guard length <= rest.count else {
                throw .truncated(object: EMVObjects.name(id, within: parent), length: length, left: rest.count)
            }
            guard self[id] == nil else { throw .duplicate(object: EMVObjects.name(id, within: parent)) }
            append(id, String(String.UnicodeScalarView(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
    }

    /// `62.05` for object 05 of template 62.
    static func name(_ id: Int, within parent: Int?) -> String {
        (parent.map { twoDigits($0) + "." } ?? "") + twoDigits(id)
    }

    static func twoDigits(_ number: Int) -> String { "\(number < 10 ? "0" : "")\(number)" }

    private static func takeTwoDigits(_ rest: inout ArraySlice<Unicode.Scalar>) -> Int? {
        guard rest.count >= 2 else { return nil }
        var number = 0
        for scalar in rest.prefix(2) {
            guard ("0"..."9").contains(scalar) else { return nil }
            number = number * 10 + Int(scalar.value - 0x30)
        }
        rest = rest.dropFirst(2)
        return number
    }

    /// CRC-16/CCITT-FALSE (polynomial 1021, beginning with FFFF) as four upper-case hexadecimal digits.
    static func checksum(_ bytes: some Sequence<UInt8>) -> String {
        var register: UInt16 = 0xFFFF
        for byte in bytes {
            register ^= UInt16(byte) << 8
            for _ in 0..<8 { register = register & 0x8000 == 0 ? register << 1 : register << 1 ^ 0x1021 }
        }
        let digits = String(register, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
