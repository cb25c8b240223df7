/// A number plate as the rules compare it: no spaces or dots, upper case, 1 to 16 characters.
public struct Plate: Hashable, Comparable, Sendable {
    /// The normalised text. Personal data: show ``masked`` in logs.
    public let text: String

    /// The longest plate accepted, in characters.
    public static let longest = 16

    /// Normalises what a camera or person wrote: spaces, dots and hyphens go, letters become upper case.
    /// - Throws: ``PlateError`` when nothing is left, it is too long, or it has a character no plate has.
    public init(_ written: String) throws(PlateError) {
        guard written.utf8.count <= 256 else { throw .tooLong(count: written.unicodeScalars.count) }
        var normalised = ""
        for scalar in written.unicodeScalars {
            switch scalar {
            case " ", "\t", "\u{3000}", "·", "•", "・", ".", "-": continue
            case "a"..."z": normalised.unicodeScalars.append(Unicode.Scalar(scalar.value - 32)!)
            case "A"..."Z", "0"..."9", "\u{4E00}"..."\u{9FFF}": normalised.unicodeScalars.append(scalar)
            default: throw .badCharacter(scalar.value)
            }
        }
        guard !normalised.isEmpty else { throw .empty }
        guard normalised.unicodeScalars.count <= Plate.longest else {
            throw .tooLong(count: normalised.unicodeScalars.count)
        }
        text = normalised
    }

    /// The plate with its middle hidden, for logs and public screens: `粤B***45`.
    public var masked: String {
        let characters = Array(text)
        guard characters.count > 4 else { return String(repeating: "*", count: characters.count) }
        let hidden = characters.count - 4
        return String(characters.prefix(2)) + String(repeating: "*", count: hidden) + String(characters.suffix(2))
    }

    public static func < (left: Plate, right: Plate) -> Bool { left.text < right.text }
}

extension Plate: CustomStringConvertible {
    /// Masked, so that a plate which slips into a log line is not readable there.
    public var description: String { masked }
}

/// A text that cannot be a number plate.
public enum PlateError: Error, Equatable, CustomStringConvertible {
    case empty
    case tooLong(count: Int)
    case badCharacter(UInt32)

    public var description: String {
        switch self {
        case .empty: "the plate is empty"
        case .tooLong(let count): "the plate has \(count) characters, at most \(Plate.longest) are accepted"
        case .badCharacter(let value):
            "the plate has the character U+\(String(value, radix: 16, uppercase: true)), which no plate has"
        }
    }
}

/// The colour of a plate, which tells the class of the vehicle in mainland China.
public enum PlateColour: String, CaseIterable, Sendable {
    case unknown, blue, yellow, white, black, green, yellowGreen
}
