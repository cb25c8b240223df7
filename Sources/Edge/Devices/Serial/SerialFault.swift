internal import Host

/// Why a serial line does not work at the moment; the port tries again by itself.
public enum SerialFault: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotOpen(path: String, settings: String, code: Int32)
    /// The device went away: a converter was pulled out.
    case gone(path: String)
    case cannotRead(path: String, code: Int32)
    case cannotWrite(path: String, code: Int32)
    /// The device took no byte for so long: its flow control or its buffer holds it up.
    case stalled(path: String, milliseconds: Int64)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let settings, let code):
            """
            serial line \(path) cannot be opened at \(settings): \(SystemError.text(code)); \
            look at the cable, the path and whether this service is in the group dialout
            """
        case .gone(let path): "serial line \(path) went away; it is opened again when its converter is back"
        case .cannotRead(let path, let code): "reading from serial line \(path) failed: \(SystemError.text(code))"
        case .cannotWrite(let path, let code): "writing to serial line \(path) failed: \(SystemError.text(code))"
        case .stalled(let path, let milliseconds):
            "serial line \(path) took nothing for \(milliseconds) ms; what waited was dropped, and the line is reopened"
        }
    }

    /// The device was not there; once it opens again, it works.
    var isAbsence: Bool {
        switch self {
        case .cannotOpen, .gone: true
        case .cannotRead, .cannotWrite, .stalled: false
        }
    }
}
