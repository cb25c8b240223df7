public import Scale
public import Vocabulary
public import Wiegand

/// What the readers of a box tell.
public enum ReaderNews: Equatable, Sendable {
    /// Personal data.
    case card(LaneID, CardNumber)
    /// A line of a code scanner, as text. It may be a payer's code: not for logs.
    case code(LaneID, String)
    /// What lies on the scale, whenever that changes; nil when the scale has said nothing for two seconds or is gone.
    case weight(LaneID, ScaleSettling.Verdict?)
    /// Something was presented that could not be read: why, without a number in it. At most one a second and reader.
    case unreadable(LaneID, String)
    /// A fault of a reader's line or device, told once for each spell; nil when it works again.
    case fault(device: String, String?)
}
