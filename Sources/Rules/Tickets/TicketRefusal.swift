/// Why somebody is not let in on a ticket.
public enum TicketRefusal: Hashable, Sendable {
    case code(GateTicketCodeError)
    case notYet
    case closedNow
    case over
    /// Everybody it was sold for has passed.
    case used
    /// So many may still pass, fewer than were asked for.
    case tooFewLeft(Int64)
    /// At one time at most so many.
    case groupTooLarge(Int64)
    /// The platform does not answer, and the rule says to wait for it.
    case platformAway
    /// Let in here once already while the platform was away.
    case onceHere
    /// Nobody knows the time, and the rule says to wait until it is known.
    case clockUnsure
    /// The gate itself gave this presentation up before.
    case takenBack
    /// Too many are being asked about.
    case busy
    /// The office has stopped it.
    case voided
    /// The platform did not sell it.
    case notSold
    /// There is no room to remember that the ticket was used.
    case memoryFull

    init?(_ verdict: TicketWindow.Verdict) {
        switch verdict {
        case .open: return nil
        case .notYet: self = .notYet
        case .closedNow: self = .closedNow
        case .over: self = .over
        }
    }

    /// What stands on the display, in Chinese and in English.
    public var words: (chinese: String, english: String) {
        switch self {
        case .code(.notATicket): ("这不是门票", "This is not a ticket")
        case .code(.damaged): ("请重新扫描", "Please scan again")
        case .code(.otherSite): ("不是本景点的门票", "This ticket is for another site")
        case .code(.otherVersion), .code(.unknownKey), .code(.badSignature), .code(.unreadable):
            ("门票无法验证，请到服务台", "This ticket cannot be verified: please ask at the desk")
        case .notYet: ("未到入场日期或时间", "It is too early for this ticket")
        case .closedNow: ("现在不是入场时间", "This ticket is not for this time of day")
        case .over: ("门票已过期", "This ticket has expired")
        case .used: ("门票已使用", "This ticket has been used")
        case .tooFewLeft(let left): ("门票还可入 \(left) 人", "This ticket is good for \(left) more")
        case .groupTooLarge(let most): ("每次最多 \(most) 人", "At most \(most) people at a time")
        case .platformAway: ("暂时无法验票，请到服务台", "Tickets cannot be checked now: please ask at the desk")
        case .onceHere: ("网络中断，本机已入场一次", "Offline: already admitted once here")
        case .clockUnsure: ("时钟未校准，请到服务台", "The clock is not set: please ask at the desk")
        case .voided: ("门票已作废，请到服务台", "This ticket was cancelled: please ask at the desk")
        case .notSold: ("查无此票，请到服务台", "This ticket is not on sale here: please ask at the desk")
        case .takenBack, .busy: ("请再试一次", "Please try again")
        case .memoryFull: ("本机已满，请走其他通道", "Please use another gate")
        }
    }
}
