internal import Crypto
internal import Vocabulary

/// By what two copies of one document are told to be the same.
public enum ContentDigest {
    /// SHA-256 in lower-case hexadecimal.
    public static func of(_ content: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: content)) }

    /// The text, if it can be such a digest.
    static func checked(_ text: String) throws(WireError) -> String {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ Hexadecimal.value(of: $0) != nil }) else {
            throw .wrong("digest")
        }
        return text
    }
}
