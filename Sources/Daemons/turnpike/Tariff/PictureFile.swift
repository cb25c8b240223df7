import Glibc
import Host

/// A picture that a command writes for a person.
enum PictureFile {
    /// Writes a file, in place of one of that name.
    /// - Throws: ``PictureFileError``, naming the file and why.
    static func write(_ text: String, to path: String) throws(PictureFileError) {
        guard let file = fopen(path, "w") else { throw PictureFileError(path: path, why: SystemError.text(errno)) }
        let bytes = Array(text.utf8)
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        let code = errno
        guard fclose(file) == 0, isWritten else { throw PictureFileError(path: path, why: SystemError.text(code)) }
    }
}

struct PictureFileError: Error, CustomStringConvertible {
    let path: String
    let why: String
    var description: String { "\(path): the picture cannot be written: \(why)" }
}
