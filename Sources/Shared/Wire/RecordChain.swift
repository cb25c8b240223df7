internal import Crypto
public import Vocabulary

/// The SHA-256 that binds a record to every record before it.
public struct ChainHash: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// - Returns: nil unless there are exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(_ digest: SHA256.Digest) { bytes = digest.withUnsafeBytes { [UInt8]($0) } }

    /// - Returns: nil unless the text is 64 lower-case hexadecimal digits.
    public init?(hexadecimal: String) {
        guard let bytes = Hexadecimal.bytes(hexadecimal) else { return nil }
        self.init(bytes: bytes)
    }

    public var description: String { Hexadecimal.text(bytes) }
}

/// The hash chain over the records of one journal epoch.
///
/// H(0) = SHA-256 of `turnpike-journal-1`, the device and the epoch, each ended by a line feed;
/// H(n) = SHA-256 of H(n-1) and the n-th line, byte for byte, without its line feed.
public enum RecordChain {
    /// The hash before the first record: it binds the chain to one device and one epoch.
    public static func genesis(device: DeviceID, epoch: String) -> ChainHash {
        ChainHash(SHA256.hash(data: Array("turnpike-journal-1\n\(device)\n\(epoch)\n".utf8)))
    }

    /// The hash after one more record.
    public static func next(after previous: ChainHash, line: [UInt8]) -> ChainHash {
        var hash = SHA256()
        previous.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        line.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return ChainHash(hash.finalize())
    }
}
