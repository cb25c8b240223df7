public import Vocabulary

/// Something that is wrong at a lane until it is over, as people read it.
public struct LaneCondition: Hashable, Sendable {
    public var lane: LaneID
    /// The word in alarm records, such as `outOfService`; one lane has each at most once.
    public var code: String
    public var chinese: String
    public var english: String

    public init(lane: LaneID, code: String, chinese: String, english: String) {
        self.lane = lane
        self.code = code
        self.chinese = chinese
        self.english = english
    }
}
