public import DeskOrders
public import Vocabulary

/// What the attendant's page needs of the box.
public struct DeskHooks: Sendable {
    /// What comes of an order.
    public enum Answer: Hashable, Sendable {
        /// It is with the box; what came of it stands on the board.
        case taken
        /// A refund has begun, under this id.
        case refund(PaymentID)
        case noSuchLane
        /// The box is too far behind to take it.
        case busy
        /// This box does no such thing; or why it cannot, for the person.
        case refused(String)
    }

    public var feed: BoardFeed
    public var rights: DeskRights
    public var staff: StaffHooks
    public var wall: @Sendable () -> WallTime
    /// Carries out an order of the person signed in.
    public var act: @Sendable (DeskOrder, _ who: String) -> Answer
    /// A shift's report as a page, and whose shift it was; nil if there is none of that id.
    public var report: @Sendable (_ shift: String) -> (who: Set<String>, page: ReportPage)?
    /// The cars inside whose plate has a text in it, as JSON; nil: the box is too busy to say.
    public var inside: @Sendable (_ plate: String, _ showsPlates: Bool) async -> [UInt8]?

    /// Nil for a box without a receipt printer.
    public var slips: SlipHooks?

    public init(
        feed: BoardFeed, rights: DeskRights, staff: StaffHooks, wall: @escaping @Sendable () -> WallTime,
        act: @escaping @Sendable (DeskOrder, String) -> Answer,
        report: @escaping @Sendable (String) -> (who: Set<String>, page: ReportPage)?,
        inside: @escaping @Sendable (String, Bool) async -> [UInt8]?, slips: SlipHooks? = nil
    ) {
        self.feed = feed
        self.rights = rights
        self.staff = staff
        self.wall = wall
        self.act = act
        self.report = report
        self.inside = inside
        self.slips = slips
    }
}
