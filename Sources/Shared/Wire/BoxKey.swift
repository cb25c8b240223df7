internal import Crypto
internal import Vocabulary

/// The key a box signs its batches with (Ed25519); made on the box, never leaves it.
public struct BoxKey: Sendable {
    /// The 32 secret bytes, to be kept in a file only the daemon can read.
    public let seed: [UInt8]
    private let key: Curve25519.Signing.PrivateKey

    /// - Parameter seed: 32 random bytes.
    /// - Returns: nil if there are not exactly 32.
    public init?(seed: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
        self.seed = seed
        self.key = key
    }

    /// What the platform needs to check this box's signatures.
    public var publicKey: BoxPublicKey { BoxPublicKey(bytes: [UInt8](key.publicKey.rawRepresentation))! }

    /// - Returns: the 64 bytes of the signature.
    public func sign(_ text: [UInt8]) -> [UInt8] {
        guard let signature = try? key.signature(for: text) else {
            preconditionFailure("Ed25519 signing cannot fail with a valid key")
        }
        return [UInt8](signature)
    }
}

/// The public half of a box's key.
public struct BoxPublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// - Returns: nil unless the bytes are an Ed25519 public key.
    public init?(bytes: [UInt8]) {
        guard (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)) != nil else { return nil }
        self.bytes = bytes
    }

    /// - Throws: ``BoxPublicKeyError`` unless the text is 64 lower-case hexadecimal digits of a public key.
    public init(hexadecimal: String) throws(BoxPublicKeyError) {
        guard let bytes = Hexadecimal.bytes(hexadecimal), let key = BoxPublicKey(bytes: bytes) else {
            throw BoxPublicKeyError()
        }
        self = key
    }

    public func verifies(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
        return key.isValidSignature(signature, for: text)
    }

    public var description: String { Hexadecimal.text(bytes) }
}

/// A text that is not a box's public key.
public struct BoxPublicKeyError: Error, CustomStringConvertible {
    public var description: String { "64 hexadecimal digits, as `turnpike enrol` prints them" }
}
