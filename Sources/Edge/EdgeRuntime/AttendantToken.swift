internal import Host
internal import Vocabulary

/// The secret by which the box's local server knows a person who may open a lane.
public enum AttendantToken {
    /// Where it stands; readable by the daemon's user and root only.
    public static func path(in folder: String) -> String { "\(folder)/attendant.token" }

    /// Reads the token, or makes one of 128 random bits.
    /// - Throws: ``BoxIdentityError``.
    public static func read(in folder: String) throws(BoxIdentityError) -> String {
        let path = path(in: folder)
        do throws(PrivateFileError) {
            let text = String(decoding: try PrivateFile.read(path, limit: 256), as: UTF8.self)
            return String(text.prefix { !$0.isNewline })
        } catch {
            guard error.cause == .system(code: SystemError.noSuchFile) else { throw .file(error.description) }
        }
        let token = Hexadecimal.text(SecureRandom.bytes(16))
        do throws(PrivateFileError) { try PrivateFile.write(Array("\(token)\n".utf8), to: path) } catch {
            throw .file(error.description)
        }
        return token
    }
}
