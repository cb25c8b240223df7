public import Effects
public import Payments
public import Vocabulary
public import Wire

/// A few words in both languages of the page.
public struct BoardWords: Hashable, Sendable {
    public var chinese: String
    public var english: String

    public init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// Why the cash that was taken counts for nothing: another amount is due.
    public static func due(_ due: Fen, not amount: Fen) -> BoardWords {
        BoardWords(
            chinese: "应付\(due)元 不是\(amount)元 未办理",
            english: "\(due) yuan are due, not \(amount): nothing was done")
    }
}

/// What came of what a person asked for.
public struct BoardAnswer: Hashable, Sendable {
    public var words: BoardWords
    public var isDone: Bool
}

/// What happened at a lane and was over at once.
public struct BoardMoment: Hashable, Sendable {
    public var condition: LaneCondition
    public var at: WallTime
}

/// All that the attendant's page shows, decided here so that it can be tested without a page.
public struct LaneBoard: Hashable, Sendable {
    /// The page lists at most this many moments; the oldest gives way.
    static let mostMoments = 10

    public var lanes: [BoardLane] = []
    public var carsInside = 0
    public var isLinkUp = false
    public var isJournalHealthy = true
    public var disk = DiskLevel.ok
    public var shift: BoardShift?
    /// The shifts that are over and on disk, oldest first.
    public var closedShifts: [BoardClosedShift] = []
    /// What came of the last order about a shift, and how often something came of one.
    public var shiftAnswer: BoardAnswer?
    public var shiftAnswered: Int64 = 0
    /// What happened lately and was over at once, oldest first.
    public var moments: [BoardMoment] = []
}

/// One lane as the page shows it.
public struct BoardLane: Hashable, Sendable {
    public var id: LaneID
    public var direction: ParkingScenario.Lane.Direction
    public var boom: BarrierMachine.Position
    /// What is wrong with it, or with its car, now; by code.
    public var alarms: [LaneCondition] = []
    /// What the sign was last told to show.
    public var notice: Notice?
    /// For whom that still is.
    public var audience = NoticeAudience.nobody
    public var car: BoardCar?
    /// What came of the last thing that was asked for here; nil once the car has gone that it was about.
    public var answer: BoardAnswer?
    /// How often something came of what was asked for here, since the box began.
    public var answered: Int64 = 0
    /// What makes sense now; a role may do less.
    public var possible: Set<DeskRight> = []
}

/// For whom a lane's last notice still is.
public enum NoticeAudience: Hashable, Sendable {
    /// The car that it was shown to has gone.
    case nobody
    /// The car that stands at the lane, or drives through.
    case car
    /// Whoever comes: it is about the lane, and another notice says when it is over.
    case everybody
    /// Somebody of whom no car is known here: it is worth reading for some seconds.
    case passer
}

extension BoardLane {
    /// What a phone may scan from the lane now: the code of a car that has gone is nobody's.
    public var code: String? { audience == .nobody ? nil : notice?.code }
}

/// The car that stands at a lane.
public struct BoardCar: Hashable, Sendable {
    public var transit: UUIDv7
    /// Nil where none was read.
    public var plate: Plate?
    public var vehicle: VehicleClass
    /// When the lane took it up.
    public var since: WallTime
    /// The stay that it pays for, and when that began.
    public var stay: StayID?
    public var entered: WallTime?
    public var heldFor: Notice.HoldReason?
    public var owed: Fen?
    public var quote: Quote?
    public var payment: BoardPayment?
    /// Cars inside that it may be.
    public var candidates: [BoardCandidate] = []
}

/// How the payment of the car stands.
public struct BoardPayment: Hashable, Sendable {
    public var id: PaymentID
    public var method: Instrument.Kind
    public var amount: Fen
    public var stage: PaymentMachine.Stage
}

/// A car inside, with its plate half hidden: the attendant compares what is left with the car.
public struct BoardCandidate: Hashable, Sendable {
    public var stay: StayID
    public var maskedPlate: String
    public var vehicle: VehicleClass
    public var entered: WallTime

    public init(stay: StayID, maskedPlate: String, vehicle: VehicleClass, entered: WallTime) {
        self.stay = stay
        self.maskedPlate = maskedPlate
        self.vehicle = vehicle
        self.entered = entered
    }
}

/// The shift that is open.
public struct BoardShift: Hashable, Sendable {
    public var id: ShiftID
    public var who: String
    public var since: WallTime
    public var float: Fen
    public var cash: Fen
    public var cashPayments: Int64
    public var expected: Fen
    public var isFull: Bool
}

/// A shift that is over.
public struct BoardClosedShift: Hashable, Sendable {
    public var id: ShiftID
    public var who: String
    public var opened: WallTime
    public var closed: WallTime
    public var difference: Fen
}
