public import Vocabulary

/// What a plate camera says it saw, whichever make it is.
///
/// The fields that decide whether money may move or a barrier may open (plate, confidence, trigger, read id, offline,
/// fake) are read strictly: a push where one of them is malformed is refused. The others are hints, and a hint that
/// cannot be understood is `unknown` or nil.
public struct PlateRead: Equatable, Sendable {
    /// The plate; nil when the camera saw a vehicle without one, or could not read it.
    public var plate: Plate?
    /// The camera's own trust in the plate, percent, 0 to 100; 0 when it did not say.
    public var confidence: Int
    public var colour: PlateColour
    public var vehicle: VehicleKind
    public var direction: TravelDirection
    public var trigger: Trigger
    /// The camera's own id of this read; the same read sent again has the same one. Nil when it gave none.
    public var cameraReadID: String?
    /// The read was kept while nobody answered and is sent late. A barrier must never open for it.
    public var isOffline: Bool
    /// The camera takes the plate for a picture or a copy.
    public var isFake: Bool
    /// The camera's own wall time, which nothing guarantees to be right; nil when it gave none that is a time.
    public var takenAt: WallTime?
    /// Vzenith: the serial number. Hikvision: the MAC address.
    public var cameraSerial: String?
    /// The name the camera was given by whoever installed it.
    public var cameraName: String?
    /// The lane number the camera gives, as configured in it; nil when it gave none.
    public var cameraLane: Int?

    public init(
        plate: Plate?, confidence: Int = 0, colour: PlateColour = .unknown, vehicle: VehicleKind = .unknown,
        direction: TravelDirection = .unknown, trigger: Trigger = .automatic, cameraReadID: String? = nil,
        isOffline: Bool = false, isFake: Bool = false, takenAt: WallTime? = nil, cameraSerial: String? = nil,
        cameraName: String? = nil, cameraLane: Int? = nil
    ) {
        self.plate = plate
        self.confidence = confidence
        self.colour = colour
        self.vehicle = vehicle
        self.direction = direction
        self.trigger = trigger
        self.cameraReadID = cameraReadID
        self.isOffline = isOffline
        self.isFake = isFake
        self.takenAt = takenAt
        self.cameraSerial = cameraSerial
        self.cameraName = cameraName
        self.cameraLane = cameraLane
    }

    /// The largest push that is decoded, in bytes: 4 MiB, which is the text and a few pictures.
    public static let largestPush = 4 << 20
}

/// What kind of vehicle the camera takes it for: a hint, mostly derived from the kind of plate.
public enum VehicleKind: String, CaseIterable, Sendable {
    case unknown, small, large, newEnergy, largeNewEnergy, motorcycle
    case police, emergency, military, diplomatic, crossBorder, agricultural, driverTraining, aviation, foreign
}

/// Which way the vehicle moved: within the picture (left, right, up, down) or along the lane (forward, reverse).
public enum TravelDirection: String, CaseIterable, Sendable {
    case unknown, left, right, up, down, forward, reverse
}

/// What made the camera report.
public enum Trigger: Hashable, Sendable {
    /// The camera saw the vehicle; also the value when the camera did not say.
    case automatic
    /// An input of the camera, such as a vehicle loop.
    case input
    /// Somebody asked the camera to look.
    case software
    case virtualLoop
    /// The vehicle stands longer than the camera's limit; no new arrival.
    case stay
    /// The vehicle that stood has moved on; no new arrival.
    case stayEnded
    /// The vehicle turned back.
    case turnedBack
    /// A number that no source explains.
    case other(Int)
}
