internal import Vocabulary

/// One `EventNotificationAlert`, as texts.
struct HikvisionAlert {
    let fields: XMLFields

    static let paths: Set<String> = [
        "eventType", "eventState", "macAddress", "channelName", "dateTime", "UUID", "isDataRetransmission",
        "ANPR/licensePlate", "ANPR/confidenceLevel", "ANPR/plateColor", "ANPR/plateType", "ANPR/vehicleType",
        "ANPR/direction", "ANPR/line", "ANPR/detectType", "ANPR/alarmDataType",
    ]

    /// - Throws: ``PlateCameraError``, in particular ``PlateCameraError/notAPlateEvent(_:)``.
    func read(_ text: CameraText) throws(PlateCameraError) -> PlateRead {
        guard fields.root == "EventNotificationAlert" else { throw .missing(field: "EventNotificationAlert") }
        guard let type = filled("eventType") else { throw .missing(field: "eventType") }
        guard type.lowercased() == "anpr" else { throw .notAPlateEvent(String(type.prefix(64))) }
        // An event is "inactive" when what it told of is over.
        guard filled("eventState")?.lowercased() != "inactive" else { throw .notAPlateEvent("ANPR inactive") }
        guard let written = fields["ANPR/licensePlate"] else { throw .missing(field: "ANPR/licensePlate") }
        let stated = filled("ANPR/plateColor").flatMap { HikvisionAlert.colours[$0] } ?? .unknown
        let colour = stated == .unknown ? PlateText.colour(in: written) : stated
        let isHistory = try integer("ANPR/alarmDataType", in: 0...1) == 1
        return PlateRead(
            plate: try text.plate(written),
            confidence: Int(try integer("ANPR/confidenceLevel", in: 0...100) ?? 0),
            colour: colour,
            vehicle: vehicle(colour),
            direction: filled("ANPR/direction").flatMap { HikvisionAlert.directions[$0] } ?? .unknown,
            trigger: try integer("ANPR/detectType", in: 0...Int64(Int32.max)).map(HikvisionAlert.trigger) ?? .automatic,
            cameraReadID: try identifier("UUID"),
            isOffline: try flag("isDataRetransmission") || isHistory,
            takenAt: filled("dateTime").flatMap { CameraTime.wall($0) },
            cameraSerial: filled("macAddress").map { String($0.prefix(64)) },
            cameraName: filled("channelName").map { String($0.prefix(64)) },
            cameraLane: filled("ANPR/line").flatMap { Int($0) }.flatMap { (0...9999).contains($0) ? $0 : nil })
    }

    private func filled(_ path: String) -> String? {
        guard let text = fields[path], !text.isEmpty else { return nil }
        return text
    }

    private func integer(_ path: String, in range: ClosedRange<Int64>) throws(PlateCameraError) -> Int64? {
        guard let text = filled(path) else { return nil }
        guard let number = Int64(text) else {
            throw .wrongType(field: path, found: "a text", expected: "a whole number")
        }
        guard range.contains(number) else { throw .outOfRange(field: path, found: number, expected: range) }
        return number
    }

    private func flag(_ path: String) throws(PlateCameraError) -> Bool {
        switch filled(path)?.lowercased() {
        case "true", "1": true
        case "false", "0", nil: false
        default: throw .wrongType(field: path, found: "another text", expected: "true or false")
        }
    }

    private func identifier(_ path: String) throws(PlateCameraError) -> String? {
        guard let text = filled(path) else { return nil }
        guard text.utf8.count <= 64 else {
            throw .wrongType(field: path, found: "a longer text", expected: "a text of at most 64 bytes")
        }
        return text
    }

    private func vehicle(_ colour: PlateColour) -> VehicleKind {
        let byPlate = filled("ANPR/plateType").flatMap { HikvisionAlert.vehiclesByPlate[$0] }
        if byPlate == .newEnergy, colour == .yellowGreen { return .largeNewEnergy }
        return byPlate ?? filled("ANPR/vehicleType").flatMap { HikvisionAlert.vehiclesByBody[$0] } ?? .unknown
    }

    /// How the camera noticed the vehicle: 1 is a loop, the others are the camera's own doing.
    private static func trigger(_ code: Int64) -> Trigger {
        switch code {
        case 0, 2...5: .automatic
        case 1: .input
        default: .other(Int(code))
        }
    }

    private static let directions: [String: TravelDirection] = ["forward": .forward, "reverse": .reverse]

    private static let colours: [String: PlateColour] = [
        "blue": .blue, "yellow": .yellow, "white": .white, "black": .black, "civilAviationBlack": .black,
        "green": .green, "newEnergyGreen": .green, "civilAviationGreen": .green, "newEnergyYellowGreen": .yellowGreen,
    ]

    /// Spelled as the cameras spell them.
    private static let vehiclesByPlate: [String: VehicleKind] = [
        "arm": .police, "upDownMilitay": .military, "leftRightMilitay": .military, "04NewMilitay": .military,
        "92TypeArm": .military, "oneLineArm": .military, "twoLineArm": .military,
        "oneLineArmHeadquarters": .military, "twoLineArmHeadquarters": .military, "yellowTwoLine": .large,
        "embassy": .diplomatic, "consulate": .diplomatic, "yellow1225FarmVehicle": .agricultural,
        "green1325FarmVehicle": .agricultural, "yellow1325FarmVehicle": .agricultural, "motorola": .motorcycle,
        "twoWheelVehicle": .motorcycle, "coach": .driverTraining, "hongKongMacao": .crossBorder,
        "civilAviation": .aviation, "newEnergy": .newEnergy, "emergency": .emergency,
    ]

    private static let vehiclesByBody: [String: VehicleKind] = [
        "smallCar": .small, "miniCar": .small, "vehicle": .small, "SUVMPV": .small, "saloon": .small,
        "hatchback": .small, "coupe": .small, "motorVehicle": .small, "van": .small, "buggy": .small,
        "pickupTruck": .small, "minibus": .small, "minitruck": .small, "lightTruck": .small, "largeBus": .large,
        "bus": .large, "mediumBus": .large, "truck": .large, "mediumHeavyTruck": .large, "containerTruck": .large,
        "crane": .large, "concreteMixer": .large, "slagTruck": .large, "platformTrailer": .large,
        "oilTankTruck": .large, "twoWheelVehicle": .motorcycle,
    ]
}
