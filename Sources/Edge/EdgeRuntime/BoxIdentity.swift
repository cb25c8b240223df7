internal import Glibc
internal import Host
public import Wire

/// The box's folder of lasting things: its key and its journal.
public enum BoxIdentity {
    /// The file of the 32 secret bytes.
    public static func keyPath(in folder: String) -> String { "\(folder)/box.key" }
    public static func journalPath(in folder: String) -> String { "\(folder)/journal.db" }

    /// Reads the box's key, or makes one. The secret never leaves the folder.
    ///
    /// - Throws: ``BoxIdentityError``.
    public static func key(in folder: String) throws(BoxIdentityError) -> BoxKey {
        try makeFolder(folder)
        let path = keyPath(in: folder)
        let bytes: [UInt8]?
        do throws(PrivateFileError) { bytes = try PrivateFile.read(path, limit: 64) } catch {
            guard error.cause == .system(code: SystemError.noSuchFile) else { throw .file(error.description) }
            bytes = nil
        }
        if let bytes {
            guard let key = BoxKey(seed: bytes) else { throw .notAKey(path: path, bytes: bytes.count) }
            return key
        }
        guard let key = BoxKey(seed: SecureRandom.bytes(32)) else {
            preconditionFailure("any 32 bytes are an Ed25519 seed")
        }
        do throws(PrivateFileError) { try PrivateFile.write(key.seed, to: path) } catch {
            throw .file(error.description)
        }
        return key
    }

    private static func makeFolder(_ folder: String) throws(BoxIdentityError) {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        throw .folder(path: folder, code: errno)
    }
}

/// Why a box has no identity.
public enum BoxIdentityError: Error, Equatable, CustomStringConvertible {
    case folder(path: String, code: Int32)
    case file(String)
    case notAKey(path: String, bytes: Int)

    public var description: String {
        switch self {
        case .folder(let path, let code):
            "cannot make the state folder \(path): \(SystemError.text(code)); make it and give it to the daemon's user"
        case .file(let text): text
        case .notAKey(let path, let bytes):
            "\(path) has \(bytes) bytes and is not a box key (32); restore it, or remove it and enrol the box anew"
        }
    }
}
