internal import Host
internal import Vocabulary

/// The secret by which the local API knows a cash register.
public enum RegisterToken {
    private static let shortest = 32

    /// Where it stands; readable by the daemon's user and root only. To be copied into the register's settings.
    public static func path(in folder: String) -> String { "\(folder)/register.token" }

    /// Reads the token, or makes one of 256 random bits.
    /// - Throws: ``RegisterStoreError``.
    public static func read(in folder: String) throws(RegisterStoreError) -> String {
        let path = path(in: folder)
        let found: [UInt8]?
        do throws(PrivateFileError) { found = try PrivateFile.read(path, limit: 256) } catch {
            guard error.cause == .system(code: SystemError.noSuchFile) else {
                throw RegisterStoreError(what: error.description)
            }
            found = nil
        }
        if let found {
            let token = String(String(decoding: found, as: UTF8.self).prefix { !$0.isNewline })
            guard token.utf8.count >= shortest else {
                throw RegisterStoreError(what: "\(path) is shorter than \(shortest) characters; remove it, one is made")
            }
            return token
        }
        let token = Hexadecimal.text(SecureRandom.bytes(32))
        do throws(PrivateFileError) { try PrivateFile.write(Array("\(token)\n".utf8), to: path) } catch {
            throw RegisterStoreError(what: error.description)
        }
        return token
    }
}
