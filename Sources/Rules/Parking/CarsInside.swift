internal import JSONText
public import Vocabulary

/// Some of the cars inside.
public struct CarsInside: Hashable, Sendable {
    /// How many there are, listed or not.
    public var count: Int
    public var cars: [CarInside]
}

/// One car inside.
public struct CarInside: Hashable, Sendable {
    public var stay: StayID
    /// Nil for a car with a ticket.
    public var plate: Plate?
    public var vehicle: VehicleClass
    public var entered: WallTime
    /// What it would pay now; nil where nobody can say.
    public var owed: Fen?
}

extension CarsInside {
    /// - Parameter showsPlates: else the middle of each is hidden.
    public func json(showsPlates: Bool) -> [UInt8] {
        JSONWriter.object { writer in
            writer.field("count", Int64(count))
            writer.field("cars", array: cars) { writer, car in
                writer.object {
                    $0.field("stay", car.stay.description)
                    $0.field("plate", ifPresent: showsPlates ? car.plate?.text : car.plate?.masked)
                    $0.field("vehicle", car.vehicle.rawValue)
                    $0.field("entered", car.entered.milliseconds)
                    $0.field("owed", ifPresent: car.owed?.count)
                }
            }
        }
    }
}
