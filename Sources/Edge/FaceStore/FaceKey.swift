internal import Crypto
internal import Host

/// The key that templates are sealed with (AES-256 in Galois/Counter mode); made on the box, never leaves it.
struct FaceKey {
    static let byteCount = 32
    private static let nonceBytes = 12
    private static let tagBytes = 16

    private let key: SymmetricKey

    /// Reads the key in a file of mode 0600, or makes one.
    /// - Parameter mayBeMade: whether nothing is sealed yet. A new key would make garbage of what is.
    static func read(_ path: String, mayBeMade: Bool) throws(FaceStoreError) -> FaceKey {
        var found: [UInt8]?
        do throws(PrivateFileError) { found = try PrivateFile.read(path, limit: 2 * byteCount) } catch {
            guard error.cause == .system(code: SystemError.noSuchFile) else { throw .file(error) }
        }
        if let found {
            guard found.count == byteCount else { throw .notAKey(path: path, bytes: found.count) }
            return FaceKey(key: SymmetricKey(data: found))
        }
        guard mayBeMade else { throw .keyMissing(path: path) }
        let bytes = SecureRandom.bytes(byteCount)
        do throws(PrivateFileError) { try PrivateFile.write(bytes, to: path) } catch { throw .file(error) }
        return FaceKey(key: SymmetricKey(data: bytes))
    }

    /// Seals `bytes` so that they open only beside the same `label`.
    ///
    /// Each time under 96 new random bits: fit for 2³² rows under one key.
    func seal(_ bytes: [UInt8], label: [UInt8]) -> [UInt8] {
        let nonce = SecureRandom.bytes(FaceKey.nonceBytes)
        guard let value = try? AES.GCM.Nonce(data: nonce),
            let box = try? AES.GCM.seal(bytes, using: key, nonce: value, authenticating: label)
        else { preconditionFailure("AES-GCM takes every text under 12 bytes of nonce and 32 of key") }
        return nonce + [UInt8](box.ciphertext) + [UInt8](box.tag)
    }

    /// - Returns: nil if a bit of it, or of the label, is not what was sealed under this key.
    func open(_ sealed: [UInt8], label: [UInt8]) -> [UInt8]? {
        let overhead = FaceKey.nonceBytes + FaceKey.tagBytes
        guard sealed.count >= overhead, let nonce = try? AES.GCM.Nonce(data: sealed[..<FaceKey.nonceBytes]),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: sealed[FaceKey.nonceBytes..<(sealed.count - FaceKey.tagBytes)],
                tag: sealed[(sealed.count - FaceKey.tagBytes)...]),
            let opened = try? AES.GCM.open(box, using: key, authenticating: label)
        else { return nil }
        return [UInt8](opened)
    }
}
