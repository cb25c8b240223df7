public import Vocabulary
public import Wire

/// A shift that is under way: what the records have said since it began.
public struct Shift: Hashable, Sendable {
    /// At most this many acts are listed; later openings and the like are only counted, and cash is refused.
    public static let mostItems = 2_000

    public let opening: ShiftOpening
    public let opened: WallTime
    public internal(set) var totals = ShiftTotals()
    /// By number: a number is never used twice in one shift.
    public internal(set) var items: [Int: ShiftItem] = [:]
    var nextItem = 1

    init(opening: ShiftOpening, opened: WallTime) {
        self.opening = opening
        self.opened = opened
    }

    /// In the order they happened.
    public var listed: [ShiftItem] { items.sorted { $0.key < $1.key }.map(\.value) }

    /// No more acts can be listed.
    public var isFull: Bool { items.count >= Shift.mostItems }

    /// What should be in the drawer: the float and the cash, less what was given back out of it.
    public var expected: Fen {
        let given = (try? opening.float.adding(totals.cash)) ?? Fen(.max)
        return (try? given.subtracting(totals.cashRefunds)) ?? Fen(.min)
    }
}

/// A shift that is over: what its report says.
public struct ClosedShift: Hashable, Sendable {
    public let closing: ShiftClosing
    public let closed: WallTime
    public let items: [ShiftItem]
    /// It is on disk: only then may a report be shown or printed.
    public internal(set) var isWritten: Bool

    public var id: ShiftID { closing.opening.shift }

    public init(closing: ShiftClosing, closed: WallTime, items: [ShiftItem], isWritten: Bool) {
        self.closing = closing
        self.closed = closed
        self.items = items
        self.isWritten = isWritten
    }
}

/// What a shift cannot do.
public enum ShiftRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case alreadyOpen(by: String)
    case noneOpen
    /// Too many acts: it has to be closed first.
    case full
    case badFloat(Fen)

    public var description: String { "\(chinese). \(english)" }

    public var chinese: String {
        switch self {
        case .alreadyOpen(let who): "\(who)的班次尚未交班"
        case .noneOpen: "尚未开班 请先开班"
        case .full: "本班记录已满 请先交班"
        case .badFloat: "备用金无效"
        }
    }

    public var english: String {
        switch self {
        case .alreadyOpen(let who): "The shift of \(who) is open: it has to be closed first"
        case .noneOpen: "No shift is open: open one first"
        case .full: "This shift has \(Shift.mostItems) acts listed: close it first"
        case .badFloat(let float): "A float of \(float) yuan: 0 to 1000000.00 are possible"
        }
    }
}
