internal import CSecret
internal import Glibc

/// Slow salted hashes (yescrypt) of what a person types: about 40 ms and 16 MB each.
public enum SecretHash {
    /// - Throws: ``SecretHashError``.
    public static func make(_ secret: String) throws(SecretHashError) -> String {
        var buffer = [CChar](repeating: 0, count: 512)
        let code = turnpike_secret_hash(secret, &buffer, buffer.count)
        guard code == 0 else { throw SecretHashError(code: code) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the secret is the one that the hash was made of; never for what is no hash.
    public static func matches(_ secret: String, _ hash: String) -> Bool {
        turnpike_secret_matches(secret, hash) == 1
    }
}

/// The system made no hash.
public struct SecretHashError: Error, CustomStringConvertible {
    public var code: Int32

    public var description: String {
        "hashing a PIN failed (\(String(cString: strerror(code)))): is libcrypt of this system complete?"
    }
}
