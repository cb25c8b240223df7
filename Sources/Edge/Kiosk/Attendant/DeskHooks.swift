public import DeskOrders
public import Shifts
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
    /// The secret of the box's own commands: whoever bears it may do all, and says who asks for it.
    public var bearer: String
    /// The people who may sign in, read anew each time.
    /// - Throws: what is wrong with the list, for the log.
    public var staff: @Sendable () throws -> [StaffMember]
    /// Whether the PIN is the one of the hash; slow, so it is called on a thread of its own.
    public var isPIN: @Sendable (_ pin: String, _ hash: String) -> Bool
    /// 128 random bits as text.
    public var newToken: @Sendable () -> String
    public var uptime: @Sendable () -> Uptime
    public var wall: @Sendable () -> WallTime
    /// Carries out an order of the person signed in.
    public var act: @Sendable (DeskOrder, _ who: String) -> Answer
    /// A shift's report as a page, and whose shift it was; nil if there is none of that id.
    public var report: @Sendable (_ shift: String) -> (who: Set<String>, page: ShiftPage)?
    /// The cars inside whose plate has a text in it, as JSON; nil: the box is too busy to say.
    public var inside: @Sendable (_ plate: String, _ showsPlates: Bool) async -> [UInt8]?

    /// Nil for a box without a receipt printer.
    public var slips: SlipHooks?

    public init(
        feed: BoardFeed, rights: DeskRights, bearer: String, staff: @escaping @Sendable () throws -> [StaffMember],
        isPIN: @escaping @Sendable (String, String) -> Bool, newToken: @escaping @Sendable () -> String,
        uptime: @escaping @Sendable () -> Uptime, wall: @escaping @Sendable () -> WallTime,
        act: @escaping @Sendable (DeskOrder, String) -> Answer,
        report: @escaping @Sendable (String) -> (who: Set<String>, page: ShiftPage)?,
        inside: @escaping @Sendable (String, Bool) async -> [UInt8]?, slips: SlipHooks? = nil
    ) {
        self.feed = feed
        self.rights = rights
        self.bearer = bearer
        self.staff = staff
        self.isPIN = isPIN
        self.newToken = newToken
        self.uptime = uptime
        self.wall = wall
        self.act = act
        self.report = report
        self.inside = inside
        self.slips = slips
    }
}

/// A shift's report in the forms a person wants it.
public struct ShiftPage: Hashable, Sendable {
    /// Lines of a slip.
    public var text: String
    /// Rows for a spreadsheet.
    public var csv: String

    public init(text: String, csv: String) {
        self.text = text
        self.csv = csv
    }
}
