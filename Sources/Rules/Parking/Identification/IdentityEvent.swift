public import Vocabulary

/// What cameras, drivers and attendants say about who a car is.
public enum IdentityEvent: Hashable, Sendable {
    /// A camera saw the car with this plate turn back.
    case turnedBack(lane: LaneID, Plate)
    /// A camera saw a vehicle without a plate, or could not read it. The same read sent again has the same id.
    case seenWithoutPlate(lane: LaneID, camera: Slug?, readID: String?)
    /// An attendant says what stands on the plate: of the car at the lane, or of a car inside.
    case plateCorrected(lane: LaneID, Plate, stay: StayID?, DeskWords)
    /// The driver of a car that no camera can read asks for a ticket, or an attendant does.
    case ticketRequested(lane: LaneID, DeskWords?)
    /// What became of the paper of a ticket; `why` it was not printed, nil if it was. The code is the ticket's.
    case ticketPrinted(lane: LaneID, code: String, why: String?)
    /// A scanner, or a person, gives what a ticket says.
    case ticketPresented(lane: LaneID, String)
    /// The driver has no ticket any more; `stay`, if the attendant knows which car it is.
    case ticketLost(lane: LaneID, stay: StayID?, DeskWords)
    /// The car at the exit is this one of those inside.
    case stayChosen(lane: LaneID, StayID, DeskWords)
    /// A car is inside that the lanes missed.
    case entryWritten(lane: LaneID, Plate, VehicleClass, entered: WallTime, DeskWords)
    /// A car inside came in at this moment, whatever the clock said then.
    case entryTimeSet(lane: LaneID, StayID, entered: WallTime, DeskWords)
    /// A car that counts as inside is not there any more.
    case stayEnded(lane: LaneID, StayID, DeskWords)

    /// Whether somebody asks for it and is to hear what came of it; else a device reports.
    var isOrder: Bool {
        switch self {
        case .seenWithoutPlate, .turnedBack, .ticketPrinted: false
        case .plateCorrected, .ticketRequested, .ticketPresented, .ticketLost, .stayChosen, .entryWritten,
            .entryTimeSet, .stayEnded:
            true
        }
    }

    var lane: LaneID {
        switch self {
        case .seenWithoutPlate(let lane, _, _), .turnedBack(let lane, _), .plateCorrected(let lane, _, _, _),
            .ticketRequested(let lane, _),
            .ticketPresented(let lane, _), .ticketLost(let lane, _, _), .stayChosen(let lane, _, _),
            .ticketPrinted(let lane, _, _), .entryWritten(let lane, _, _, _, _), .entryTimeSet(let lane, _, _, _),
            .stayEnded(let lane, _, _):
            lane
        }
    }
}

/// Who did something at a desk, and why: every act of a person has both.
public struct DeskWords: Hashable, Sendable {
    public let who: String, why: String

    /// - Returns: nil unless who has 1 to 64 bytes and why 1 to 200, neither of them blank.
    public init?(who: String, why: String) {
        guard (1...64).contains(who.utf8.count), (1...200).contains(why.utf8.count), DeskWords.says(who),
            DeskWords.says(why)
        else { return nil }
        self.who = who
        self.why = why
    }

    private static func says(_ text: String) -> Bool {
        text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }
}

/// What came of the last thing that an attendant, or a ticket, asked for at a lane.
public enum DeskAnswer: String, Hashable, Sendable, CaseIterable {
    case done
    /// A payment has begun; how it goes stands with the car.
    case begun
    /// Nothing that the box could do followed from it.
    case nothingDone
    case noReason, notHeld, notPayable, noNetwork
    case noCar, alreadyGoing, wrongDirection, noSuchStay, plateIsInside, stayIsElsewhere, stayIsAtLane, noRule
    case noTickets, noEntryWritten
    case timeInFuture, timeTooLongAgo, plateIsRead, diskFull, noPrice
    case ticketUnreadable, ticketOfOtherCarPark, ticketNotValid, ticketOfOtherCar
    /// The order was meant for a car that stands there no longer.
    case otherCar

    /// In both languages.
    public var words: BoardWords { BoardWords(chinese: chinese, english: english) }

    public var chinese: String {
        switch self {
        case .done: "已办理"
        case .begun: "已开始收款"
        case .nothingDone: "未办理"
        case .noReason: "须写明姓名和原因 未办理"
        case .notHeld: "车道上没有适用此操作的车辆"
        case .notPayable: "没有可用此方式付款的车辆"
        case .noNetwork: "网络中断 不能用付款码"
        case .noCar: "车道上没有车辆"
        case .alreadyGoing: "已放行 不能更改"
        case .wrongDirection: "此车道不能办理"
        case .noSuchStay: "场内没有这辆车"
        case .plateIsInside: "该车牌已在场内"
        case .stayIsElsewhere: "该车正在另一车道办理"
        case .stayIsAtLane: "该车正停在车道上 请在该车道办理"
        case .noEntryWritten: "已开闸 车牌未识别 无入场记录 请补录入场"
        case .noRule: "未设置遗失停车票的收费规则"
        case .noTickets: "本停车场不发停车票"
        case .timeInFuture: "入场时间晚于现在"
        case .timeTooLongAgo: "入场时间太早"
        case .plateIsRead: "车牌已识别 不需要停车票"
        case .diskFull: "设备存储故障 未记录"
        case .noPrice: "无法计算费用"
        case .ticketUnreadable: "无法识别停车票"
        case .ticketOfOtherCarPark: "这是其他停车场的停车票"
        case .ticketNotValid: "停车票已使用或无效"
        case .ticketOfOtherCar: "停车票与车牌不符"
        case .otherCar: "车道上已不是这辆车 未办理"
        }
    }

    public var english: String {
        switch self {
        case .done: "Done"
        case .begun: "The payment has begun"
        case .nothingDone: "Nothing was done"
        case .noReason: "Who and why have to be said: nothing was done"
        case .notHeld: "No car is held here to which this applies"
        case .notPayable: "No car waits here that could be paid for like this"
        case .noNetwork: "No network: no code can be taken"
        case .noCar: "No car is at the lane"
        case .alreadyGoing: "The boom opens already; too late to change"
        case .wrongDirection: "Not possible at this lane"
        case .noSuchStay: "This car is not inside"
        case .plateIsInside: "A car with this plate is inside already"
        case .stayIsElsewhere: "This car is being dealt with at another lane"
        case .stayIsAtLane: "This car stands at a lane: deal with it there"
        case .noEntryWritten: "Opened; no plate was read, so the car has no entry: write one"
        case .noRule: "The scenario has no rule for a lost ticket"
        case .noTickets: "This car park issues no tickets"
        case .timeInFuture: "The time of entry is yet to come"
        case .timeTooLongAgo: "The time of entry is too long ago"
        case .plateIsRead: "The plate was read; no ticket is needed"
        case .diskFull: "The box cannot store records; nothing was changed"
        case .noPrice: "No price can be computed"
        case .ticketUnreadable: "This is not a ticket"
        case .ticketOfOtherCarPark: "This ticket is of another car park"
        case .ticketNotValid: "This ticket has been used or is not valid"
        case .ticketOfOtherCar: "This ticket belongs to another car"
        case .otherCar: "That car stands there no longer: nothing was done"
        }
    }
}

/// What is known of the car at a lane beside what its plate says.
struct CarIdentity {
    /// The stay of the ticket that was shown, or declared lost: no contract pays for it.
    var ticket: StayID?
    /// The stay that an attendant says it is.
    var chosen: StayID?
    /// The price that a rule fixes, whatever the tariff says.
    var fixed: Quote?
    /// A stay that exists only because a lost ticket is charged: it ends with the car's visit to the lane.
    var written: StayID?
    /// Cars inside that it may be.
    var candidates: [StayID] = []
    /// Its stay, while another lane deals with that: this one may have read a car that stands there.
    var elsewhere: StayID?
    /// No contract pays by itself: nobody can tell whose it would be.
    var isOwnerDoubtful = false
    /// What the camera read, where another plate is taken for it.
    var read: Plate?
    /// It came to the entry without a plate and is to get a ticket.
    var takesTicket = false
}

/// What a person said of the car at a lane, once that is on disk.
enum Identified {
    case plate(Plate)
    case stay(StayID)
    case lostTicket(StayID, Quote, isWritten: Bool)
}
