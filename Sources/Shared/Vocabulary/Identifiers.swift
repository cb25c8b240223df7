/// A short name that goes into MQTT topics, file names and account names: a device, a lane, a scenario.
///
/// 1 to 64 characters, each `a`–`z`, `0`–`9` or `-`, and the first not `-`. No `/`, `+`, `#` or space can come in, so
/// a name never changes the meaning of a topic.
public struct Slug: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as written.
    public let text: String

    /// - Throws: ``IdentifierError/badSlug(_:)``.
    public init(_ text: String) throws(IdentifierError) {
        let bytes = Array(text.utf8)
        guard (1...64).contains(bytes.count), bytes[0] != UInt8(ascii: "-"), bytes.allSatisfy(Slug.allows) else {
            throw .badSlug(text)
        }
        self.text = text
    }

    public static func < (left: Slug, right: Slug) -> Bool { left.text < right.text }

    public var description: String { text }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

/// The name a box has towards the platform and in every topic.
public typealias DeviceID = Slug
/// The name of one lane of a box.
public typealias LaneID = Slug

/// A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then random bits; sorts by the time it was made.
public struct UUIDv7: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first and last eight bytes, most significant first.
    public let high: UInt64, low: UInt64

    /// Makes an id from a wall time and dice that the caller throws.
    /// - Parameter random: 74 of these 128 bits are used.
    public init(at wall: WallTime, random: (UInt64, UInt64)) {
        high = UInt64(truncatingIfNeeded: wall.milliseconds) << 16 | 0x7000 | (random.0 & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Reads the canonical form: 8-4-4-4-12 lower-case hexadecimal digits, version 7, variant 10.
    /// - Throws: ``IdentifierError/badUUID(_:)``.
    public init(_ text: String) throws(IdentifierError) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { throw .badUUID(text) }
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { throw .badUUID(text) }
                continue
            }
            guard let nibble = Hexadecimal.value(of: byte) else { throw .badUUID(text) }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(nibble) } else { words.1 = words.1 << 4 | UInt64(nibble) }
            digits += 1
        }
        guard words.0 & 0xF000 == 0x7000, words.1 >> 62 == 2 else { throw .badUUID(text) }
        (high, low) = words
    }

    /// Reads the sixteen bytes; nil if they are not those of such an id.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
        guard high & 0xF000 == 0x7000, low >> 62 == 2 else { return nil }
    }

    public static func < (left: UUIDv7, right: UUIDv7) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    public var description: String {
        let digits = Hexadecimal.text(bytes)
        var result = ""
        result.reserveCapacity(36)
        for (index, digit) in digits.utf8.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { result.append("-") }
            result.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return result
    }

    /// The sixteen bytes in network order.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - (index % 8) * 8))
        }
    }
}

/// One payment's id, for life: made by the box before the first request, the idempotency key on every path.
public typealias PaymentID = UUIDv7
/// One stay's id: one car, from entry to exit.
public typealias StayID = UUIDv7

/// A text that is not a valid identifier.
public enum IdentifierError: Error, Equatable, CustomStringConvertible {
    case badSlug(String)
    case badUUID(String)

    public var description: String {
        switch self {
        case .badSlug(let text):
            "\"\(text.prefix(80))\" is not a name: use 1 to 64 characters a-z, 0-9 and -, not beginning with -"
        case .badUUID(let text):
            "\"\(text.prefix(80))\" is not a version 7 UUID such as 01890a5d-ac96-774b-bcce-b302099a8057"
        }
    }
}
