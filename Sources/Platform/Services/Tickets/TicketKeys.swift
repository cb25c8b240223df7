internal import Glibc
internal import Host
public import Wire

/// The platform's keys for tickets: files that only its user may read, `1.key`, `2.key`… in one folder.
///
/// The newest signs. Gates that know an older one by its number go on taking what it signed; a key whose tickets are
/// over may be taken away, at the gates and here.
public struct TicketKeys: Sendable {
    /// By number, 1 to 255.
    public private(set) var all: [UInt8: BoxKey]
    private let folder: String

    /// Reads every key there is.
    /// - Throws: ``TicketKeyError``: also for a file that others may read, or that is no key.
    public init(in folder: String) throws(TicketKeyError) {
        self.folder = folder
        all = [:]
        for number in UInt8(1)...255 {
            let path = TicketKeys.path(number, folder)
            let bytes: [UInt8]
            do throws(PrivateFileError) { bytes = try PrivateFile.read(path, limit: 64) } catch {
                guard error.cause == .system(code: SystemError.noSuchFile) else { throw .file(error.description) }
                continue
            }
            guard let key = BoxKey(seed: bytes) else { throw .notAKey(path: path, bytes: bytes.count) }
            all[number] = key
        }
    }

    /// The newest; nil: there is none yet.
    public var signing: (number: UInt8, key: BoxKey)? {
        all.keys.max().flatMap { number in all[number].map { (number, $0) } }
    }

    /// Makes the next key, on disk when it returns; it signs from now on.
    /// - Throws: ``TicketKeyError``.
    public mutating func makeNext() throws(TicketKeyError) -> UInt8 {
        guard let number = UInt8(exactly: Int(all.keys.max() ?? 0) + 1) else { throw .noNumberLeft(folder: folder) }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .folder(path: folder, code: errno) }
        guard let key = BoxKey(seed: SecureRandom.bytes(32)) else {
            preconditionFailure("any 32 bytes are an Ed25519 seed")
        }
        do throws(PrivateFileError) { try PrivateFile.write(key.seed, to: TicketKeys.path(number, folder)) } catch {
            throw .file(error.description)
        }
        all[number] = key
        return number
    }

    private static func path(_ number: UInt8, _ folder: String) -> String { "\(folder)/\(number).key" }
}

/// Why the platform's keys for tickets cannot be used.
public enum TicketKeyError: Error, Equatable, CustomStringConvertible {
    case folder(path: String, code: Int32)
    case file(String)
    case notAKey(path: String, bytes: Int)
    case noNumberLeft(folder: String)

    public var description: String {
        switch self {
        case .folder(let path, let code):
            "cannot make the folder of ticket keys \(path): \(SystemError.text(code)); make it, for the platform's user"
        case .file(let text): text
        case .notAKey(let path, let bytes):
            "\(path) has \(bytes) bytes and is no ticket key (32): restore it, or put it away and make another"
        case .noNumberLeft(let folder):
            "\(folder) has a key 255, and none after it: take away keys whose tickets are over, and name the rest anew"
        }
    }
}
