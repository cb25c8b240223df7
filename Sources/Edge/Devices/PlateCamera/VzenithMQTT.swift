internal import JSONText
internal import Vocabulary

/// Vzenith (臻识) plate cameras over MQTT: `device/<serial>/message/up/…` and `device/<serial>/message/down/…`, each
/// message in an envelope {id, sn, name, version, timestamp, payload}.
public struct VzenithMQTT: Hashable, Sendable {
    /// What the camera said.
    public enum Message: Equatable, Sendable {
        case signal(CameraSignal)
        /// The camera answers a command: 200 when it was carried out.
        case reply(id: String, code: Int64)
    }

    /// Letters, digits, hyphens and underscores: it stands in topics.
    public static func isSerial(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The pulse that the camera's outputs take, in milliseconds.
    public static let pulseRange = 500...5_000

    public let serial: String

    /// - Parameter serial: one that ``isSerial(_:)`` accepts.
    public init(serial: String) {
        precondition(VzenithMQTT.isSerial(serial), "a serial number that can stand in a topic")
        self.serial = serial
    }

    /// What to subscribe to. Firmwares differ in whether the heartbeat's topic begins with `$/`.
    public var subscriptions: [String] {
        [
            "device/\(serial)/message/up/+", "$/device/\(serial)/message/up/keep_alive",
            "device/\(serial)/message/down/+/reply",
        ]
    }

    /// Where ``openCommand(id:output:pulseMilliseconds:timestamp:)`` goes.
    public var commandTopic: String { "device/\(serial)/message/down/gpio_out" }

    /// The command that pulses one of the camera's outputs.
    ///
    /// - Parameters:
    ///   - id: 1 to 64 characters; the reply has it.
    ///   - output: 0 to 3.
    ///   - pulseMilliseconds: brought within ``pulseRange``.
    ///   - timestamp: seconds since 1970.
    public func openCommand(id: String, output: Int, pulseMilliseconds: Int, timestamp: Int64) -> [UInt8] {
        precondition((0...3).contains(output), "an output of the camera")
        let range = VzenithMQTT.pulseRange
        let pulse = min(max(pulseMilliseconds, range.lowerBound), range.upperBound)
        return JSONWriter.object { root in
            root.field("id", id)
            root.field("sn", serial)
            root.field("name", "gpio_out")
            root.field("version", "1.0")
            root.field("timestamp", timestamp)
            root.field("payload") { payload in
                payload.field("type", "gpio_out")
                payload.field("body") { body in
                    body.field("io", Int64(output))
                    body.field("value", 2)
                    body.field("delay", Int64(pulse))
                }
            }
        }
    }

    /// Reads one message.
    ///
    /// - Parameters:
    ///   - isRetained: the broker had kept it. A read that was kept is history: it never opens.
    /// - Returns: a signal that is `refused` for whatever is not understood; nothing is thrown.
    public func read(topic: String, payload: [UInt8], isRetained: Bool) -> Message {
        guard payload.count <= PlateRead.largestPush else {
            return .signal(.refused(.tooLarge(bytes: payload.count, limit: PlateRead.largestPush)))
        }
        let levels = topic.split(separator: "/").map(String.init)
        do throws(PlateCameraError) {
            if levels.last == "reply" { return try reply(payload) }
            // What the heartbeat says does not matter, and a kept one says nothing about now.
            if levels.last != "ivs_result" { return .signal(isRetained ? .refused(.notAPlateEvent("kept")) : .alive) }
            var read = try CameraText.read(payload) { text throws(PlateCameraError) in try self.plateRead(text) }
            if isRetained { read.isOffline = true }
            return .signal(.read(read))
        } catch {
            return .signal(CameraSignal(.failure(error)))
        }
    }

    private func plateRead(_ text: CameraText) throws(PlateCameraError) -> PlateRead {
        let envelope = JSONFields(node: try Vzenith.json(text), path: "")
        try checkSerial(envelope)
        let payload = try envelope.object("payload")
        // Firmwares differ: the alarm stands in the payload, or in its body.
        let holder = payload.node["AlarmInfoPlate"] == nil ? try payload.object("body") : payload
        return try Vzenith.plateRead(try holder.object("AlarmInfoPlate"), text, isEncoded: true)
    }

    private func reply(_ bytes: [UInt8]) throws(PlateCameraError) -> Message {
        try CameraText.read(bytes) { text throws(PlateCameraError) in
            let envelope = JSONFields(node: try Vzenith.json(text), path: "")
            try checkSerial(envelope)
            guard let id = try envelope.identifier("id") else { throw .missing(field: "id") }
            guard let code = try envelope.integer("code", in: 0...Int64(Int32.max)) else {
                throw .missing(field: "code")
            }
            return .reply(id: id, code: code)
        }
    }

    /// Another camera's message under this one's topic: one of the two is set up wrongly.
    private func checkSerial(_ envelope: JSONFields) throws(PlateCameraError) {
        guard let said = try envelope.text("sn") else { throw .missing(field: "sn") }
        guard said == serial else { throw .otherCamera }
    }
}

extension Vzenith {
    /// The plate of an MQTT message, plain or in base64: firmwares differ.
    ///
    /// It is taken for base64 when it has what no plate has (small letters, `+`, `/`, `=`, more than ten characters
    /// with only those of base64), or when it decodes to a plate with a Chinese character.
    static func encodedPlate(_ written: String, _ text: CameraText) throws(PlateCameraError) -> Plate? {
        guard let bytes = Base64.decode(written) else { return try text.plate(written) }
        let plate = Result { () throws(PlateCameraError) in
            try CameraText.read(bytes) { inner throws(PlateCameraError) in
                try inner.plate(String(decoding: inner.bytes, as: UTF8.self))
            }
        }
        let isSurely =
            written.utf8.count > 10 || written.utf8.contains { $0 > UInt8(ascii: "Z") || !Base64.isPlain($0) }
        if isSurely { return try plate.get() }
        if case .success(let decoded?) = plate, decoded.text.unicodeScalars.contains(where: { $0.value >= 0x80 }) {
            return decoded
        }
        return try text.plate(written)
    }
}

/// RFC 4648.
enum Base64 {
    /// A letter or a digit.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// - Returns: nil when the text is not whole base64 with its padding, is empty, or longer than 512 characters.
    static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard !digits.isEmpty, digits.count <= 512, digits.count % 4 == 0 else { return nil }
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        var bits = 0
        for (place, digit) in digits.enumerated() {
            let isPadding = place >= digits.count - padding
            guard let value = isPadding ? 0 : value(digit) else { return nil }
            bits = bits << 6 | value
            guard place % 4 == 3 else { continue }
            bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
            bits = 0
        }
        return Array(bytes.dropLast(padding))
    }

    private static func value(_ digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
