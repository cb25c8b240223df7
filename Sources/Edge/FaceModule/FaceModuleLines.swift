public import FaceMatch
internal import JSONText
public import Vocabulary

/// One face as a module saw it.
public struct FaceSighting: Sendable {
    /// What made the vector.
    public var model: Slug
    /// 0 to 1,000: how good the picture was.
    public var quality: Int64
    public var reading: FaceReading

    public init(model: Slug, quality: Int64, reading: FaceReading) {
        self.model = model
        self.quality = quality
        self.reading = reading
    }
}

/// A line of a module that is none. It never has a number of a vector in it.
public enum FaceModuleError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong
    case notJSON
    case badMember(String)
    /// The line's version is another one than 1.
    case otherVersion

    public var description: String {
        let what =
            switch self {
            case .tooLong: "a line of more than \(FaceModuleLines.longest) bytes; check the speed of the line"
            case .notJSON: "a line that is no JSON object; check the speed of the line"
            case .badMember(let name): "\"\(name)\" is missing or has a value that it cannot have; update its software"
            case .otherVersion: "another version of the protocol than 1; update its software"
            }
        return "reading a face module: \(what)"
    }
}

/// Cuts a face module's bytes into what it saw, wherever reads are split. Pure.
///
/// No public protocol for modules that hand out 512 components was found, so this one is ours (docs/FACES.md): a line
/// of JSON a face, `{"v":1,"model":"arc-1","live":true,"quality":912,"vector":"…"}` with 2,048 bytes in base64 (512
/// numbers of IEEE 754 single precision, low byte first), and `{"v":1,"model":"arc-1","alive":true}` at least every
/// five seconds while there is no face.
public struct FaceModuleLines: Sendable {
    public enum Output: Sendable {
        case face(FaceSighting)
        case alive(model: Slug)
        case refused(FaceModuleError)
    }

    /// The longest line without its end, in bytes.
    public static let longest = 4_096

    private var line: [UInt8] = []
    private var isSkipping = false

    public init() {}

    /// - Returns: what is whole now, in order.
    public mutating func take(_ bytes: [UInt8]) -> [Output] {
        var outputs: [Output] = []
        for byte in bytes {
            switch byte {
            case 0x0A, 0x0D:
                if !line.isEmpty { outputs.append(FaceModuleLines.read(line)) }
                line = []
                isSkipping = false
            case _ where isSkipping: break
            case _ where line.count == FaceModuleLines.longest:
                line = []
                isSkipping = true
                outputs.append(.refused(.tooLong))
            default: line.append(byte)
            }
        }
        return outputs
    }

    /// Reads a vector as modules write it: base64 of 512 floats of 4 bytes each, little-endian; nil for anything else.
    public static func vector(base64 text: String) -> [Float]? {
        guard let bytes = Base64.decode(text), bytes.count == 4 * FaceTemplate.length else { return nil }
        var vector: [Float] = []
        vector.reserveCapacity(FaceTemplate.length)
        for at in stride(from: 0, to: bytes.count, by: 4) {
            let bits = bytes[at..<at + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            vector.append(Float(bitPattern: bits))
        }
        return vector
    }

    private static func read(_ line: [UInt8]) -> Output {
        do throws(FaceModuleError) { return try message(line) } catch { return .refused(error) }
    }

    private static func message(_ line: [UInt8]) throws(FaceModuleError) -> Output {
        guard let node = try? JSONNode.parse(line, dialect: .json), node.members != nil else { throw .notJSON }
        guard node["v"]?.integer == 1 else { throw .otherVersion }
        guard let model = node["model"]?.string.flatMap({ try? Slug($0) }) else { throw .badMember("model") }
        if node["alive"]?.bool == true { return .alive(model: model) }
        // A module that does not say that the face lives says that it does not.
        let isLive = node["live"]?.bool ?? false
        guard let quality = node["quality"]?.integer, (0...1_000).contains(quality) else { throw .badMember("quality") }
        guard let vector = node["vector"]?.string.flatMap(vector(base64:)) else { throw .badMember("vector") }
        return .face(FaceSighting(model: model, quality: quality, reading: FaceReading(vector: vector, isLive: isLive)))
    }
}

/// RFC 4648, with its padding and nothing else.
enum Base64 {
    static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 4) else { return nil }
        let padding = characters.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        var bits: UInt32 = 0, count = 0
        for character in characters.dropLast(padding) {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // What is left over must be zeros: otherwise two texts would be the same bytes.
        return bits & (1 << UInt32(count) - 1) == 0 ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
