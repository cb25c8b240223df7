public import Vocabulary

extension PlateRead {
    /// As ``vehicleClass``, but nil where the camera said nothing that tells it.
    public var knownVehicleClass: VehicleClass? { vehicle == .unknown && colour == .unknown ? nil : vehicleClass }

    /// The class that tariffs and gates go by: what the camera says of the vehicle, else what the plate's colour says.
    public var vehicleClass: VehicleClass {
        switch vehicle {
        case .large, .agricultural: .large
        case .newEnergy: .newEnergy
        case .largeNewEnergy: .newEnergyLarge
        case .police, .emergency, .military: .special
        case .small, .motorcycle: colour == .unknown ? .small : VehicleClass(colour)
        case .unknown, .diplomatic, .crossBorder, .driverTraining, .aviation, .foreign: VehicleClass(colour)
        }
    }
}
