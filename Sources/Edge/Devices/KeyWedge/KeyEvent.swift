/// Turns a keyboard's events (Linux input, US layout, which scanners and readers are delivered with) into characters.
///
/// A scanner that is set to another layout sends the wrong letters, not wrong digits: set it to US.
public struct KeyEvents: Sendable {
    private var shiftsHeld: Set<UInt16> = []

    public init() {}

    /// - Parameters:
    ///   - code: the key's code (`KEY_…` of linux/input-event-codes.h).
    ///   - value: 1 pressed, 0 released, 2 repeated by the keyboard.
    /// - Returns: the ASCII character that was typed (Enter is CR, Tab is Tab); nil for every other event. A key held
    ///   down counts once: a scanner never holds a key.
    public mutating func take(code: UInt16, value: Int32) -> UInt8? {
        if code == 42 || code == 54 {
            if value == 0 { shiftsHeld.remove(code) } else { shiftsHeld.insert(code) }
            return nil
        }
        guard value == 1 else { return nil }
        switch code {
        case 28, 96: return 0x0D
        case 15: return 0x09
        case 57: return 0x20
        default:
            let row = KeyEvents.rows.first { code >= $0.first && Int(code - $0.first) < $0.plain.utf8.count }
            guard let row else { return nil }
            let characters = shiftsHeld.isEmpty ? row.plain : row.shifted
            let character = characters.utf8[
                characters.utf8.index(characters.utf8.startIndex, offsetBy: Int(code - row.first))]
            return character == 0x20 ? nil : character
        }
    }

    /// Runs of keys with codes that follow each other; a space is no character.
    private static let rows: [(first: UInt16, plain: String, shifted: String)] = [
        (2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"), (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
        // The number block, with its lock on.
        (55, "*", "*"), (71, "789-456+1230.", "789-456+1230."), (98, "/", "/"),
    ]
}
