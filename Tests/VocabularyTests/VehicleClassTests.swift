import Testing
import Vocabulary

@Suite("Classes of vehicles")
struct VehicleClassTests {
    @Test(
        "a plate's characters tell new energy and special vehicles",
        arguments: [
            ("粤B12345", .small), ("粤BD12345", .newEnergy), ("粤BF12345", .newEnergy), ("粤BK12345", .newEnergy),
            ("粤B12345D", .newEnergyLarge), ("粤B12345F", .newEnergyLarge), ("粤B1234警", .special),
            ("京X1234应急", .special), ("粤BL12345", .small), ("粤B12345L", .small), ("粤Z1234港", .small),
            ("粤BD1234", .small), ("粤BD123456", .small),
        ] as [(String, VehicleClass)])
    func plates(text: String, vehicle: VehicleClass) throws {
        #expect(VehicleClass(plate: try Plate(text)) == vehicle)
    }

    @Test(
        "a plate's colour tells the class",
        arguments: zip(
            PlateColour.allCases,
            [.small, .small, .large, .special, .small, .newEnergy, .newEnergyLarge] as [VehicleClass]))
    func colours(colour: PlateColour, vehicle: VehicleClass) { #expect(VehicleClass(colour) == vehicle) }
}
