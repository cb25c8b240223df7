internal import Glibc

/// What the operating system says about an error number.
public enum SystemError {
    /// The error number of the last failed call on this thread (`errno`).
    public static var last: Int32 { errno }

    /// `ENOENT`: there is no such file.
    public static var noSuchFile: Int32 { ENOENT }

    /// A sentence a person can read, such as "No such file or directory (errno 2)".
    ///
    /// - Parameter code: an `errno` value.
    public static func text(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "errno \(code)" }
        return "\(String(cString: text)) (errno \(code))"
    }
}
