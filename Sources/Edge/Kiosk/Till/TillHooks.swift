public import JSONText
public import Vocabulary

/// What the pages of tills and turnstiles need of the box.
public struct TillHooks: Sendable {
    /// What comes of an order.
    public enum Answer: Hashable, Sendable {
        /// It is with the box; what came of it stands on the board.
        case taken
        /// A refund has begun, under this id.
        case refund(PaymentID)
        /// The order cannot be read; or why it cannot be done, for the person.
        case unreadable(String), refused(String)
        /// The person's role may not do this.
        case notAllowed
        case noSuchTill
        /// The box is too far behind to take it.
        case busy
    }

    /// Who gives an order: somebody who is signed in, or a command, which says for whom in the order.
    public enum Orderer: Hashable, Sendable {
        case command
        case person(name: String, role: DeskRole)
    }

    /// A file of the playlist that an idle screen shows.
    public struct PlayFile: Hashable, Sendable {
        public var body: [UInt8]
        public var type: String

        public init(body: [UInt8], type: String) {
            self.body = body
            self.type = type
        }
    }

    /// What the cashier's page shows.
    public var board: BoardFeed
    /// What the customers' screens show.
    public var screens: ScreenHooks
    public var staff: StaffHooks
    /// What a role may do, in words for the page.
    public var rights: @Sendable (DeskRole) -> [String]
    public var wall: @Sendable () -> WallTime
    /// Carries out an order: its word, its members, who gives it.
    public var act: @Sendable (_ word: String, JSONNode, Orderer) -> Answer
    /// A period's report, for those who may read reports.
    public var report: @Sendable (_ period: String) -> ReportPage?
    /// A file of the playlist; nil if there is none of that name.
    public var playlist: @Sendable (_ file: String) -> PlayFile?

    /// Enrols the face of one person, for the box's own commands; what is wrong, in words, or nil when it is taken.
    public var enrol: @Sendable (JSONNode) -> String?

    public init(
        board: BoardFeed, screens: ScreenHooks, staff: StaffHooks, rights: @escaping @Sendable (DeskRole) -> [String],
        wall: @escaping @Sendable () -> WallTime, act: @escaping @Sendable (String, JSONNode, Orderer) -> Answer,
        report: @escaping @Sendable (String) -> ReportPage?, playlist: @escaping @Sendable (String) -> PlayFile?,
        enrol: @escaping @Sendable (JSONNode) -> String? = { _ in "本设备没有人脸模块 This box has no face module" }
    ) {
        self.board = board
        self.screens = screens
        self.staff = staff
        self.rights = rights
        self.wall = wall
        self.act = act
        self.report = report
        self.playlist = playlist
        self.enrol = enrol
    }
}
