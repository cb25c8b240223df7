internal import Vocabulary

/// What a Dahua camera's own word about its trust in a plate is worth.
///
/// Its events have no percentage. `Object.Confidence` is 0 on many cameras whatever they read, and where it is filled
/// sources disagree whether it ends at 100 or at 255.
public struct DahuaConfidence: Hashable, Sendable {
    /// What a read counts for whose event says nothing, in percent, 0 to 100. The camera sends only what it took for a
    /// plate.
    public var assumed: Int
    /// What `Object.Confidence` ends at, 100 or 255; nil: it is not looked at.
    public var fullScale: Int?

    public init(assumed: Int = 80, fullScale: Int? = nil) {
        precondition((0...100).contains(assumed) && (fullScale.map { $0 > 0 } ?? true), "a percentage and a scale")
        self.assumed = assumed
        self.fullScale = fullScale
    }
}

/// The text parts of Dahua's attached stream: lines of `Events[0].TrafficCar.PlateNumber=粤B12345`, or `Heartbeat`.
public enum Dahua {
    /// Events in one part; further ones are refused.
    static let mostEvents = 8
    /// Lines of one part. An event has about 150.
    static let mostLines = 4_096

    /// Reads one text part.
    ///
    /// - Returns: one signal for each event in it, in order; `alive` for a heartbeat.
    public static func signals(in text: [UInt8], confidence: DahuaConfidence = .init()) -> [CameraSignal] {
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: mostLines)
        guard lines.count <= mostLines else { return [.refused(.tooManyValues(limit: mostLines))] }
        let filled = lines.filter { line in line.contains { $0 > 0x20 } }
        if filled.isEmpty || filled.allSatisfy(isHeartbeat) { return [.alive] }
        let indices = Set(filled.compactMap(index)).sorted()
        guard !indices.isEmpty else { return [.refused(.missing(field: "Events[0]"))] }
        guard indices.count <= mostEvents else { return [.refused(.tooManyValues(limit: mostEvents))] }
        return indices.map { index in
            do throws(PlateCameraError) {
                return .read(
                    try CameraText.read(text) { text throws(PlateCameraError) in
                        try DahuaEvent(text, index).read(text, confidence)
                    })
            } catch { return CameraSignal(.failure(error)) }
        }
    }

    private static func isHeartbeat(_ line: ArraySlice<UInt8>) -> Bool {
        String(decoding: line, as: UTF8.self).trimmed.lowercased() == "heartbeat"
    }

    /// The number in `Events[0].…`.
    private static func index(_ line: ArraySlice<UInt8>) -> Int? {
        guard let open = line.firstRange(of: Array("Events[".utf8)), open.lowerBound - line.startIndex <= 8 else {
            return nil
        }
        let digits = line[open.upperBound...].prefix { (0x30...0x39).contains($0) }
        guard (1...3).contains(digits.count) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}

/// One event of a part, as texts.
struct DahuaEvent {
    private var fields: [String: String] = [:]

    /// What is kept of an event; all else is thrown away unread.
    private static let kept: Set<String> = [
        "Code", "Action", "EventBaseInfo.Code", "EventBaseInfo.Action", "TrafficCar.PlateNumber",
        "TrafficCar.PlateColor", "TrafficCar.PlateType", "Object.ObjectType", "Object.Text", "Object.Confidence",
        "UTC", "UTCMS", "GroupID", "Lane", "MachineName", "TrafficCar.MachineName",
    ]
    /// Characters of a value.
    private static let longestValue = 256

    /// - Throws: ``PlateCameraError/duplicate(field:)``; ``PlateCameraError/outOfRange(field:found:expected:)`` for a
    ///   value that is too long.
    init(_ text: CameraText, _ index: Int) throws(PlateCameraError) {
        let mark = Array("Events[\(index)].".utf8)
        for line in text.bytes.split(separator: UInt8(ascii: "\n")) {
            guard let start = line.firstRange(of: mark), start.lowerBound - line.startIndex <= 8,
                let equals = line[start.upperBound...].firstIndex(of: UInt8(ascii: "="))
            else { continue }
            let key = String(decoding: line[start.upperBound..<equals], as: UTF8.self).trimmed
            guard DahuaEvent.kept.contains(key) else { continue }
            let value = line[(equals + 1)...]
            guard value.count <= DahuaEvent.longestValue else {
                throw .outOfRange(
                    field: key, found: Int64(value.count), expected: 0...Int64(DahuaEvent.longestValue))
            }
            guard fields.updateValue(String(decoding: value, as: UTF8.self).trimmed, forKey: key) == nil else {
                throw .duplicate(field: key)
            }
        }
    }

    /// - Throws: ``PlateCameraError``, in particular ``PlateCameraError/notAPlateEvent(_:)``.
    func read(_ text: CameraText, _ confidence: DahuaConfidence) throws(PlateCameraError) -> PlateRead {
        guard let code = filled("EventBaseInfo.Code") ?? filled("Code") else { throw .missing(field: "Code") }
        guard code == "TrafficJunction" else { throw .notAPlateEvent(String(code.prefix(64))) }
        // "Stop" ends what an earlier event began.
        let action = filled("EventBaseInfo.Action") ?? filled("Action") ?? "Pulse"
        guard action != "Stop" else { throw .notAPlateEvent("\(code) Stop") }
        let colour = filled("TrafficCar.PlateColor").flatMap { DahuaEvent.colours[$0] } ?? .unknown
        return PlateRead(
            plate: try text.plate(try licence()), confidence: try trust(confidence), colour: colour,
            vehicle: vehicle(colour), cameraReadID: filled("GroupID").flatMap { $0 == "0" ? nil : $0 },
            takenAt: takenAt,
            cameraName: (filled("MachineName") ?? filled("TrafficCar.MachineName")).map { String($0.prefix(64)) },
            cameraLane: number("Lane").flatMap { (0...9999).contains($0) ? Int($0) : nil })
    }

    private var takenAt: WallTime? {
        guard let seconds = number("UTC") else { return nil }
        let milliseconds = number("UTCMS").flatMap { (0..<1_000).contains($0) ? $0 : nil } ?? 0
        return CameraTime.wall(seconds: seconds, microseconds: milliseconds * 1_000)
    }

    private func licence() throws(PlateCameraError) -> String {
        let plate = fields["TrafficCar.PlateNumber"]
        let object = fields["Object.ObjectType"] == "Plate" ? fields["Object.Text"] : nil
        guard let written = plate ?? object else { throw .missing(field: "TrafficCar.PlateNumber") }
        return written
    }

    private func trust(_ confidence: DahuaConfidence) throws(PlateCameraError) -> Int {
        guard let scale = confidence.fullScale, let written = filled("Object.Confidence") else {
            return confidence.assumed
        }
        guard let value = Int64(written) else {
            throw .wrongType(field: "Object.Confidence", found: "a text", expected: "a whole number")
        }
        guard (0...Int64(scale)).contains(value) else {
            throw .outOfRange(field: "Object.Confidence", found: value, expected: 0...Int64(scale))
        }
        return value == 0 ? confidence.assumed : Int(value) * 100 / scale
    }

    private func vehicle(_ colour: PlateColour) -> VehicleKind {
        if let named = filled("TrafficCar.PlateType").flatMap({ DahuaEvent.vehicles[$0] }) { return named }
        return switch colour {
        case .blue: .small
        case .yellow: .large
        case .green: .newEnergy
        case .yellowGreen: .largeNewEnergy
        case .unknown, .white, .black: .unknown
        }
    }

    private func filled(_ key: String) -> String? { fields[key].flatMap { $0.isEmpty ? nil : $0 } }
    private func number(_ key: String) -> Int64? { filled(key).flatMap { Int64($0) } }

    private static let colours: [String: PlateColour] = [
        "Blue": .blue, "Yellow": .yellow, "White": .white, "Black": .black, "Green": .green, "ShadowGreen": .green,
        "YellowGreen": .yellowGreen,
    ]

    private static let vehicles: [String: VehicleKind] = [
        "Police": .police, "Armed": .military, "Military": .military, "Embassy": .diplomatic, "Foreign": .foreign,
        "Coach": .driverTraining, "Tractor": .agricultural, "Motorcycle": .motorcycle, "SAR": .crossBorder,
        "HongKong": .crossBorder, "Macao": .crossBorder,
    ]
}
