public import Vocabulary
public import Wire

/// A ticket as the text of its QR.
///
/// `TK1`, then base 32 of: key number (1 byte), id (16), first and last day since 1970 (2 each), opening and closing
/// minute (2 each), entries (2), group (1), site and kind (each a length and its characters), the Ed25519 signature
/// over a line that names the purpose and all these (64), and a checksum of all before it (CRC-16/XMODEM, 2). Numbers
/// are most significant byte first. Letters and digits only, so that a QR takes 11 bits for two of them: 221 characters
/// at most, which fit version 8 (49 modules a side) at error correction M.
public enum GateTicketCode {
    public static let prefix = "TK1"
    /// Characters of the longest ticket.
    public static let longest = prefix.utf8.count + (mostBytes * 8 + 4) / 5

    static let fixedBytes = 1 + 16 + 2 * 4 + 2 + 1 + 2 + 64 + 2
    static let mostBytes = fixedBytes + GateTicket.longestSite + GateTicket.longestKind
    private static let purpose = Array("turnpike gate ticket 1\n".utf8)

    /// Signs a ticket and writes it.
    /// - Parameters:
    ///   - key: the platform's key for tickets.
    ///   - number: by which the gates know that key.
    public static func write(_ ticket: GateTicket, key: BoxKey, number: UInt8) -> String {
        var bytes = [number] + body(ticket)
        bytes += key.sign(purpose + bytes)
        bytes += big(UInt16(checksum(bytes)))
        return prefix + Base32.text(bytes)
    }

    /// Reads a ticket and makes sure that the platform signed it, for this site. Never traps, whatever was scanned.
    /// - Parameters:
    ///   - text: as scanned, without the scanner's line end; capitals or not.
    ///   - keys: the platform's public keys by number.
    /// - Throws: ``GateTicketCodeError``.
    public static func read(
        _ text: String, site: Slug, keys: [UInt8: BoxPublicKey]
    ) throws(GateTicketCodeError) -> GateTicket {
        // A longer text than this is not looked at at all.
        let characters = Array(text.utf8.prefix(longest + 1))
        guard characters.count > prefix.utf8.count, isTicket(characters) else { throw .notATicket }
        guard characters[2] == UInt8(ascii: "1") else { throw .otherVersion(characters[2] - UInt8(ascii: "0")) }
        guard characters.count <= longest else { throw .damaged }
        guard let bytes = Base32.bytes(characters.dropFirst(prefix.utf8.count)), bytes.count >= fixedBytes + 2,
            checksum(bytes[...]) == 0
        else { throw .damaged }
        let signatureStart = bytes.count - 66
        let signed = Array(bytes[..<signatureStart])
        let number = bytes[0]
        guard let key = keys[number] else { throw .unknownKey(number) }
        guard key.verifies(Array(bytes[signatureStart..<(signatureStart + 64)]), of: purpose + signed) else {
            throw .badSignature
        }
        guard let ticket = parse(signed[1...]) else { throw .unreadable }
        guard ticket.site == site else { throw .otherSite(ticket.site) }
        return ticket
    }

    /// Whether a scanned text is meant to be a ticket, good or not: by its first three characters.
    public static func isTicket(_ text: String) -> Bool { isTicket(Array(text.utf8.prefix(prefix.utf8.count))) }

    private static func isTicket(_ characters: [UInt8]) -> Bool {
        characters.count >= prefix.utf8.count && characters[0] & 0xDF == UInt8(ascii: "T")
            && characters[1] & 0xDF == UInt8(ascii: "K")
            && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(characters[2])
    }

    private static func body(_ ticket: GateTicket) -> [UInt8] {
        let window = ticket.window
        var bytes = ticket.id.bytes
        // All within 16 bits: a ticket and its window cannot be made otherwise.
        for number in [
            window.firstDay.dayNumber, window.lastDay.dayNumber, window.opens, window.closes, ticket.entries,
        ] { bytes += big(UInt16(number)) }
        bytes.append(UInt8(ticket.group))
        for name in [ticket.site, ticket.kind] { bytes += [UInt8(name.text.utf8.count)] + Array(name.text.utf8) }
        return bytes
    }

    /// - Returns: nil for what ``body(_:)`` never writes.
    private static func parse(_ bytes: ArraySlice<UInt8>) -> GateTicket? {
        var rest = bytes
        func take(_ count: Int) -> [UInt8]? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        func number(_ count: Int) -> Int64? { take(count).map { $0.reduce(0) { $0 << 8 | Int64($1) } } }
        func name() -> Slug? {
            guard let count = number(1), let text = take(Int(count)) else { return nil }
            return try? Slug(String(decoding: text, as: UTF8.self))
        }
        guard let id = take(16).flatMap(UUIDv7.init(bytes:)), let first = number(2), let last = number(2),
            let opens = number(2), let closes = number(2), let entries = number(2), let group = number(1),
            let site = name(), let kind = name(), rest.isEmpty,
            let window = try? TicketWindow(
                firstDay: CivilDate(dayNumber: first), lastDay: CivilDate(dayNumber: last), opens: opens,
                closes: closes)
        else { return nil }
        return try? GateTicket(id: id, site: site, kind: kind, window: window, entries: entries, group: group)
    }

    private static func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }

    /// CRC-16/XMODEM; 0 over bytes that end with their own. It tells a bad scan from a forgery and proves nothing else.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte) << 8) { sum, _ in sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
    }
}

/// Why a scanned text is no ticket for this gate.
public enum GateTicketCodeError: Error, Hashable, Sendable, CustomStringConvertible {
    case notATicket
    case otherVersion(UInt8)
    case damaged
    case unknownKey(UInt8)
    case badSignature
    case unreadable
    case otherSite(Slug)

    public var description: String {
        switch self {
        case .notATicket: "the code scanned is not a ticket: it does not begin with \(GateTicketCode.prefix)"
        case .otherVersion(let version):
            "the ticket scanned is of version \(version), and this gate reads version 1: update the gate"
        case .damaged: "the ticket scanned is damaged: a character is wrong or missing; scan it again, or print it anew"
        case .unknownKey(let number):
            """
            the ticket scanned is signed with key \(number), which this gate does not have: put the platform's public \
            key \(number) into the scenario
            """
        case .badSignature:
            "the ticket scanned was not signed by the platform: it is forged; call the office"
        case .unreadable: "the ticket scanned is signed, but says what no ticket may: report it to the platform"
        case .otherSite(let site): "the ticket scanned is for another site, \(site)"
        }
    }
}
