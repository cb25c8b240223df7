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
}

/// All that the attendant's page shows, decided here so that it can be tested without a page.
public struct LaneBoard: Hashable, Sendable {
    public var lanes: [BoardLane] = []
    public var carsInside = 0
    public var isLinkUp = false
    public var isJournalHealthy = true
    public var disk = DiskLevel.ok
    public var shift: BoardShift?
    /// The shifts that are over and on disk, oldest first.
    public var closedShifts: [BoardClosedShift] = []
    /// Why the last order about a shift was not carried out.
    public var shiftAnswer: BoardWords?
}

/// One lane as the page shows it.
public struct BoardLane: Hashable, Sendable {
    public var id: LaneID
    public var direction: ParkingScenario.Lane.Direction
    public var boom: String
    /// What is wrong with it now, by code.
    public var alarms: [String] = []
    /// What the sign was last told to show.
    public var notice: Notice?
    /// For whom that still is.
    public var audience = NoticeAudience.nobody
    public var car: BoardCar?
    /// What came of the last thing that was asked for here; nil if it was done.
    public var answer: BoardWords?
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
