public import FaceTerminal
public import Vocabulary

/// Somebody stands before a terminal now.
public struct FaceArrival: Equatable, Sendable {
    /// The terminal's id on the wire.
    public var terminal: String
    /// Where it stands.
    public var lane: LaneID
    /// Fresh, as ``FaceRecords`` has it. Personal data.
    public var record: FaceRecord

    public init(terminal: String, lane: LaneID, record: FaceRecord) {
        self.terminal = terminal
        self.lane = lane
        self.record = record
    }
}

/// What the terminals' link tells beside arrivals; terminals by their ids.
public enum FaceNews: Equatable, Sendable {
    /// The broker is reached, and everything subscribed to.
    case up
    /// The connection to the broker was lost or could not be made; another attempt follows.
    case down(String)
    /// The terminal said something that was understood, for the first time or after a silence.
    case heard(terminal: String)
    /// Nothing was heard for as long as the settings allow, or its last will came. Told once for each silence.
    case silent(terminal: String)
    /// Its clock is off by so many seconds (positive: ahead): it charges nobody until it is set. Nil: right again.
    case clock(terminal: String, offSeconds: Int64?)
    /// A record that counts for nothing, told once and answered; never `fresh` or `repeated`.
    case history(terminal: String, FaceRecords.Finding)
    /// A fresh record that the box had no room for; it was not answered, so that it comes again.
    case busy(terminal: String)
    /// A face that the terminal does not know stands there now.
    case stranger(terminal: String, lane: LaneID)
    /// A message was not understood; at most one a second and terminal is told. Nil: of a terminal that is not known.
    case garbage(terminal: String?, FaceTerminalError)
    /// A terminal that the settings do not name speaks at this broker; told once each, for the first 16.
    case unknownTerminal(String)
    /// A batch was answered; so many people are still to be brought or removed.
    case pushed(terminal: String, remaining: Int)
    /// The terminal did not take a person, or did not let go of them: its code. Personal data.
    case refused(terminal: String, person: String, code: String)
    /// So many sendings of a batch were not answered; it rests, and is tried again.
    case unanswered(terminal: String, attempts: Int)
    /// What was pushed cannot be kept: nothing is pushed until it can. Told once for each spell. Nil: it can again.
    case notes(FaceNotesError?)
}
