internal import Host

/// Why a text was not spoken, or not to its end.
public enum SpeechFault: Error, Equatable, Sendable, CustomStringConvertible {
    case notThere(path: String, code: Int32)
    case notStarted(path: String, code: Int32)
    /// It ended with this status; 128 and more: a signal ended it.
    case failed(path: String, status: Int32)
    case tookTooLong(path: String, seconds: Int64)

    public var description: String {
        switch self {
        case .notThere(let path, let code):
            """
            the speech program \(path) cannot be run: \(SystemError.text(code)); \
            install it or correct its path in the hardware file
            """
        case .notStarted(let path, let code): "starting the speech program \(path) failed: \(SystemError.text(code))"
        case .failed(let path, let status):
            "the speech program \(path) ended with status \(status); run it by hand with the same arguments to see why"
        case .tookTooLong(let path, let seconds): "the speech program \(path) spoke for over \(seconds) s and was ended"
        }
    }
}
