internal import JSONText
internal import Vocabulary

/// The HTTP push of Vzenith (臻识) plate cameras and those that copy its protocol: JSON, `AlarmInfoPlate`.
public enum Vzenith {
    /// Reads one push.
    ///
    /// - Parameter body: the request's body, UTF-8 or GB2312, at most ``PlateRead/largestPush`` bytes.
    /// - Throws: ``PlateCameraError``; nothing else happens.
    public static func decode(_ body: [UInt8]) throws(PlateCameraError) -> PlateRead {
        guard !body.isEmpty else { throw .empty }
        guard body.count <= PlateRead.largestPush else {
            throw .tooLarge(bytes: body.count, limit: PlateRead.largestPush)
        }
        // The camera announces itself by a form that it may send to the same address.
        if body.starts(with: "--".utf8), body.prefix(512).firstRange(of: Array("form-data".utf8)) != nil {
            throw .notAPlateEvent("registration")
        }
        return try CameraText.read(body) { text throws(PlateCameraError) in try read(text) }
    }

    /// The other messages of the protocol, which come to the same address when it is so configured.
    private static let otherMessages = ["heartbeat", "AlarmGioIn", "SerialData", "TriggerImage"]

    /// A push has about a hundred values; each takes far more memory than the two bytes that it can be written in.
    static let mostValues = 16_384

    private static func read(_ text: CameraText) throws(PlateCameraError) -> PlateRead {
        let root = try json(text)
        let document = JSONFields(node: root, path: "")
        if root.members != nil, root["AlarmInfoPlate"] == nil,
            let other = otherMessages.first(where: { root[$0] != nil })
        {
            throw .notAPlateEvent(other)
        }
        return try plateRead(try document.object("AlarmInfoPlate"), text, isEncoded: false)
    }

    /// - Parameter isEncoded: the plate may be written in base64, as over MQTT.
    static func plateRead(
        _ alarm: JSONFields, _ text: CameraText, isEncoded: Bool
    ) throws(PlateCameraError) -> PlateRead {
        let result = try alarm.object("result").object("PlateResult")
        guard let license = try result.text("license") else { throw .missing(field: result.path("license")) }
        let type = result.hint("type")
        let colour = result.hint("colorType")
        return PlateRead(
            plate: type == noPlateType ? nil : try isEncoded ? encodedPlate(license, text) : text.plate(license),
            confidence: Int(try result.integer("confidence", in: 0...100) ?? 0),
            colour: colour.flatMap { colours[$0] } ?? .unknown,
            vehicle: type.flatMap { vehicles[$0] } ?? .unknown,
            direction: result.hint("direction").flatMap { directions[$0] } ?? .unknown,
            trigger: try result.integer("triggerType", in: 0...Int64(Int32.max)).map(trigger) ?? .automatic,
            cameraReadID: try result.identifier("plateid"),
            isOffline: try result.flag("isoffline") ?? false,
            isFake: try result.flag("is_fake_plate") ?? false || type == fakeType,
            takenAt: time(result),
            cameraSerial: alarm.hintText("serialno"),
            cameraName: alarm.hintText("deviceName"))
    }

    static func json(_ text: CameraText) throws(PlateCameraError) -> JSONNode {
        guard marks(in: text.bytes) <= mostValues else { throw .tooManyValues(limit: mostValues) }
        do { return try JSONNode.parse(text.bytes, dialect: .json) } catch { throw .malformedJSON(error) }
    }

    /// Before every value but the first stands one of these; those within texts count too, and a push has few.
    private static func marks(in text: [UInt8]) -> Int {
        var count = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["): count += 1
            default: break
            }
        }
        return count
    }

    private static func time(_ result: JSONFields) -> WallTime? {
        guard let value = result.node["timeStamp"]?["Timeval"], let seconds = value["sec"]?.integer else { return nil }
        return CameraTime.wall(seconds: seconds, microseconds: value["usec"]?.integer ?? 0)
    }

    private static func trigger(_ code: Int64) -> Trigger {
        switch code {
        case 1: .automatic
        case 2: .input
        case 4: .software
        case 8: .virtualLoop
        case 64: .stay
        case 65: .stayEnded
        case 66: .turnedBack
        default: .other(Int(code))
        }
    }

    private static let fakeType: Int64 = 29
    private static let noPlateType: Int64 = 31

    private static let colours: [Int64: PlateColour] = [
        1: .blue, 2: .yellow, 3: .white, 4: .black, 5: .green, 6: .yellowGreen,
    ]

    private static let directions: [Int64: TravelDirection] = [1: .left, 2: .right, 3: .up, 4: .down]

    /// The camera's table of plate types; what it leaves open is unknown.
    private static let vehicles: [Int64: VehicleKind] = [
        1: .small, 2: .small, 3: .large, 4: .large, 5: .police, 6: .military, 8: .military, 9: .military,
        10: .diplomatic, 11: .crossBorder, 12: .agricultural, 13: .driverTraining, 14: .crossBorder, 15: .military,
        16: .military, 17: .military, 18: .aviation, 19: .newEnergy, 20: .largeNewEnergy, 21: .emergency,
        22: .diplomatic, 24: .newEnergy, 25: .aviation, 26: .foreign,
    ]
}
