/// What a detector or a switch says at the moment.
///
/// Nothing is assumed of one that has not spoken: it is ``unknown``, and never taken for clear.
public enum SensorState: Sendable, Hashable, CaseIterable {
    /// A loop or photocell sees nothing; a limit switch says that the boom is not there.
    case clear
    /// A loop or photocell is occupied; a limit switch says that the boom is there.
    case active
    /// It reports a fault of its own, or its readings make no sense.
    case faulty
    /// Nobody has told yet: at power-up, or after the connection to it was lost.
    case unknown
}
