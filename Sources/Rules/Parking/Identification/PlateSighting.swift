public import Vocabulary

/// One read of a plate, as a camera reported it.
public struct PlateSighting: Hashable, Sendable {
    public var plate: Plate
    /// The camera's own trust in it, percent, 0 to 100.
    public var confidence: Int
    /// Nil where the camera could not tell.
    public var vehicle: VehicleClass?
    /// Which camera of the lane; nil where there is one only.
    public var camera: Slug?
    /// The camera's own id of the read: the same read sent again has the same one.
    public var readID: String?
    /// The camera takes the plate for a picture or a copy.
    public var isFake: Bool

    public init(
        _ plate: Plate, confidence: Int, vehicle: VehicleClass? = nil, camera: Slug? = nil, readID: String? = nil,
        isFake: Bool = false
    ) {
        self.plate = plate
        self.confidence = min(100, max(0, confidence))
        self.vehicle = vehicle
        self.camera = camera
        self.readID = readID
        self.isFake = isFake
    }
}

/// What the reads of one car come to.
public struct PlateVerdict: Hashable, Sendable {
    public var plate: Plate
    /// Nil where no camera could tell.
    public var vehicle: VehicleClass?
    /// A camera takes the plate for a picture or a copy.
    public var isFake: Bool
    /// How many reads it rests on, and whether all of them said exactly this plate.
    public var reads: Int
    public var isUnanimous: Bool

    public init(_ plate: Plate, vehicle: VehicleClass?, isFake: Bool, reads: Int, isUnanimous: Bool) {
        self.plate = plate
        self.vehicle = vehicle
        self.isFake = isFake
        self.reads = reads
        self.isUnanimous = isUnanimous
    }
}

extension ParkingEvent {
    /// A read of the only camera of a lane.
    public static func plateRead(
        lane: LaneID, _ plate: Plate, confidence: Int, vehicle: VehicleClass
    ) -> ParkingEvent {
        .plateRead(lane: lane, PlateSighting(plate, confidence: confidence, vehicle: vehicle))
    }
}
