public import Vocabulary

/// The times by which a lane tells cars apart, and knows that something is wrong.
public struct LaneSettings: Hashable, Sendable {
    /// A read of the plate that last passed counts as the same car for this long.
    public var sameCarFor: Uptime.Span
    /// A car that is held or never decided is forgotten after this long, unless the approach loop shows that it stands
    /// there.
    public var forgetHeldAfter: Uptime.Span
    /// A read of the car behind counts for this long, once the lane is free.
    public var carBehindFor: Uptime.Span
    /// A car on the approach loop whose plate has not been read by then needs help; nil: never.
    public var noPlateAfter: Uptime.Span?
    /// A car that has left the approach loop and is not on the safety loop by then has turned back.
    public var turnedBackAfter: Uptime.Span
    /// How long after a car has left the safety loop it may turn out that it went backwards.
    public var reversalJudgedWithin: Uptime.Span
    /// A car under the open boom for longer than this is told to the attendant.
    public var standingAfter: Uptime.Span
    /// Two cars on the two loops for longer than this are told to the attendant.
    public var twoCarsAfter: Uptime.Span
    /// A loop, photocell or pressure edge that is occupied for longer than this since a car was last let through is
    /// faulty.
    public var stuckAfter: Uptime.Span
    /// A faulty sensor is believed again when it has behaved for this long.
    public var sensorRecoversAfter: Uptime.Span

    public init(
        sameCarFor: Uptime.Span, forgetHeldAfter: Uptime.Span, carBehindFor: Uptime.Span,
        noPlateAfter: Uptime.Span? = .seconds(8), turnedBackAfter: Uptime.Span = .seconds(5),
        reversalJudgedWithin: Uptime.Span = .seconds(3), standingAfter: Uptime.Span = .seconds(30),
        twoCarsAfter: Uptime.Span = .seconds(3), stuckAfter: Uptime.Span = .seconds(300),
        sensorRecoversAfter: Uptime.Span = .seconds(10)
    ) {
        self.sameCarFor = sameCarFor
        self.forgetHeldAfter = forgetHeldAfter
        self.carBehindFor = carBehindFor
        self.noPlateAfter = noPlateAfter
        self.turnedBackAfter = turnedBackAfter
        self.reversalJudgedWithin = reversalJudgedWithin
        self.standingAfter = standingAfter
        self.twoCarsAfter = twoCarsAfter
        self.stuckAfter = stuckAfter
        self.sensorRecoversAfter = sensorRecoversAfter
    }
}
