/// Who holds an account that can be debited later: the plate of a contract, a member pass, an enrolled face, a card.
public struct Holder: Hashable, Comparable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case plate, member, face, card
    }

    public let kind: Kind
    /// The plate, or the name under which the member, face or card is enrolled. Personal data.
    public let key: String

    public init(plate: Plate) {
        kind = .plate
        key = plate.text
    }

    /// - Parameter kind: any but `plate`, which has letters a name has not.
    public init(_ kind: Kind, _ name: Slug) {
        precondition(kind != .plate, "a plate is not a name")
        self.kind = kind
        key = name.text
    }

    /// Reads the form in which it is kept and sent: `plate:粤B12345`, `card:0012345678`.
    /// - Throws: ``HolderError``.
    public init(_ text: String) throws(HolderError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { throw HolderError(text: text) }
        if kind == .plate {
            guard let plate = try? Plate(String(parts[1])) else { throw HolderError(text: text) }
            self.init(plate: plate)
        } else {
            guard let name = try? Slug(String(parts[1])) else { throw HolderError(text: text) }
            self.init(kind, name)
        }
    }

    /// As it is kept and sent.
    public var text: String { "\(kind.rawValue):\(key)" }

    /// The plate, if it is one.
    public var plate: Plate? { kind == .plate ? try? Plate(key) : nil }

    public static func < (left: Holder, right: Holder) -> Bool { left.text < right.text }
}

extension Holder: CustomStringConvertible {
    /// With the middle hidden, so that a holder which slips into a log line is not readable there.
    public var description: String {
        let characters = Array(key)
        let shown = characters.count > 4 ? 2 : 0
        let hidden = String(repeating: "*", count: characters.count - 2 * shown)
        return "\(kind.rawValue) \(String(characters.prefix(shown)))\(hidden)\(String(characters.suffix(shown)))"
    }
}

/// A text that names no holder.
public struct HolderError: Error, Equatable, CustomStringConvertible {
    let text: String

    public var description: String {
        "\"\(text.prefix(80))\" names no holder: write plate:, member:, face: or card: and the plate or name"
    }
}
