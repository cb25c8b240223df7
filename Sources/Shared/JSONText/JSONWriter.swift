/// Writes compact JSON (RFC 8259) in the order of the calls, so that the same calls give the same bytes.
///
/// That matters where bytes are hashed or signed: a record is hashed as it was written, and never written again.
public struct JSONWriter: Sendable {
    /// The text so far, UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// - Parameter capacity: bytes to have room for at first.
    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Writes one object and returns its bytes.
    public static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(body)
        return writer.bytes
    }

    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        begin(UInt8(ascii: "{"))
        body(&self)
        end(UInt8(ascii: "}"))
    }

    public mutating func field(_ key: StaticString, _ text: String) { self.key(key); string(text) }
    public mutating func field(_ key: StaticString, _ number: Int64) { self.key(key); integer(number) }
    public mutating func field(_ key: StaticString, _ flag: Bool) { self.key(key); bool(flag) }
    public mutating func field(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    /// Writes a list: `body` writes one element.
    public mutating func field<Element>(
        _ key: StaticString, array elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void
    ) {
        self.key(key)
        begin(UInt8(ascii: "["))
        for element in elements { body(&self, element) }
        end(UInt8(ascii: "]"))
    }

    /// Writes the member only if there is a value: an absent value is an absent key, never `null`.
    public mutating func field(_ key: StaticString, ifPresent text: String?) { if let text { field(key, text) } }
    public mutating func field(_ key: StaticString, ifPresent number: Int64?) { if let number { field(key, number) } }

    /// Writes a value of a list.
    public mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { for byte in $0 { escape(byte) } }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    public mutating func integer(_ number: Int64) {
        separate()
        appendDigits(number)
        needsComma = true
    }

    public mutating func bool(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: flag ? [0x74, 0x72, 0x75, 0x65] : [0x66, 0x61, 0x6C, 0x73, 0x65])
        needsComma = true
    }

    /// Writes a value that was read, without its comments and spaces.
    public mutating func value(_ node: JSONNode) {
        switch node.value {
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .string(let text): string(text)
        case .null: word("null")
        case .decimal(let text): word(text)
        case .array(let elements):
            begin(UInt8(ascii: "["))
            for element in elements { value(element) }
            end(UInt8(ascii: "]"))
        case .object(let members):
            object { writer in
                for member in members {
                    writer.string(member.key)
                    writer.bytes.append(UInt8(ascii: ":"))
                    writer.needsComma = false
                    writer.value(member.node)
                }
            }
        }
    }

    private mutating func word(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    /// Writes `"key":`; exactly one value must follow.
    public mutating func key(_ key: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendDigits(_ number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var magnitude = number.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
        case 0x00..<0x20, 0x7F:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: Array("\\u00".utf8))
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
}
