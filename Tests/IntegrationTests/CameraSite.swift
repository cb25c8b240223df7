import Host
import JSONText
import ParkingDemo
import StandIns
import Wire

/// A camera that the box listens to, whichever kind.
struct SiteCamera: Sendable {
    enum Kind: String, CaseIterable, Sendable { case dahua, hikvisionStream, vzenithMQTT }

    static let password = "let-me-in"

    /// Its entry in the hardware file.
    let entry: String
    let see: @Sendable (_ plate: String) -> Void
    let send: @Sendable (_ garbage: [UInt8]) -> Void
    /// How many orders to open have come.
    let orders: @Sendable () -> Int
    let beMute: @Sendable (Bool) -> Void
    let answerOrders: @Sendable (Bool) -> Void
    let isHeard: @Sendable () -> Bool

    init(_ kind: Kind, id: String, lane: String, broker: Broker) throws {
        let common = "id: \"\(id)\", lane: \"\(lane)\", kind: \"\(kind.rawValue)\", silentAfterSeconds: 4"
        switch kind {
        case .dahua, .hikvisionStream:
            let camera = try StreamingCamera(kind == .dahua ? .dahua : .hikvision, password: Self.password)
            let beat = kind == .dahua ? ", heartbeatSeconds: 1" : ""
            entry =
                "{ \(common)\(beat), address: { host: \"127.0.0.1\", port: \(camera.port), password: \"\(Self.password)\" } }"
            see = { camera.see($0) }
            send = { camera.send($0) }
            orders = { camera.opened.count }
            beMute = { camera.beMute($0) }
            answerOrders = { camera.answerOrders($0) }
            isHeard = { camera.listeners > 0 }
        case .vzenithMQTT:
            let camera = Monitor<MQTTCamera?>(try MQTTCamera(serial: id, brokerPort: broker.port))
            let port = broker.port
            entry = "{ \(common), serial: \"\(id)\", broker: { port: \(port) } }"
            see = { plate in camera.withLock { $0 }?.see(license: plate) }
            send = { bytes in camera.withLock { $0 }?.send(bytes) }
            orders = { camera.withLock { $0 }?.orders.count ?? 0 }
            beMute = { isMute in
                let next = isMute ? nil : try? MQTTCamera(serial: id, brokerPort: port)
                camera.withLock { $0 = next }
            }
            answerOrders = { answers in
                let next = answers ? try? MQTTCamera(serial: id, brokerPort: port) : nil
                camera.withLock { $0 = next }
            }
            isHeard = { true }
        }
    }
}

/// A car park with an entry on relays and an exit that its camera opens, both cameras of one kind.
struct CameraSite {
    let rig: Rig
    let entry: SiteCamera
    let exit: SiteCamera
    /// The hardware file.
    var file: String { "\(folder.path)/cameras.json5" }
    private let broker: Broker
    private let folder: TemporaryFolder

    init(_ kind: SiteCamera.Kind) throws {
        broker = try Broker()
        folder = try TemporaryFolder("turnpike-cameras")
        entry = try SiteCamera(kind, id: "entry-camera", lane: "entry-1", broker: broker)
        exit = try SiteCamera(kind, id: "exit-camera", lane: "exit-1", broker: broker)
        try folder.write(
            """
            {
              kind: "hardware", driver: { kind: "twin" },
              outputs: [
                { name: "entry-1.raise", chip: "twin", line: 0 }, { name: "entry-1.lower", chip: "twin", line: 1 },
              ],
              interlocks: [{ neverTogether: ["entry-1.raise", "entry-1.lower"] }],
              inputs: [
                { name: "entry-1.safetyLoop", chip: "twin", line: 2, debounceMilliseconds: 0 },
                { name: "entry-1.openLimit", chip: "twin", line: 3, debounceMilliseconds: 0 },
                { name: "entry-1.closedLimit", chip: "twin", line: 4, debounceMilliseconds: 0 },
                { name: "exit-1.safetyLoop", chip: "twin", line: 5, debounceMilliseconds: 0 },
              ],
              barriers: [
                { lane: "entry-1" },
                { lane: "exit-1", drive: { camera: "exit-camera" }, travelLimitMilliseconds: 1000,
                  noShowLimitMilliseconds: 3000 },
              ],
              cameras: [ \(entry.entry), \(exit.entry) ],
            }
            """, to: "cameras.json5")
        rig = try Rig(
            programs: Place.programs, scenario: Place.scenario, hardware: "\(folder.path)/cameras.json5",
            inside: [], contracts: [])
        try rig.startPlatform()
        try rig.startBox()
        try rig.wait("the box listens to both cameras") { entry.isHeard() && exit.isHeard() }
    }

    /// The alarms that have begun and not ended, by their code.
    func alarms() throws -> [String] {
        var active: [String] = []
        for case .alarm(_, let code, let isActive) in try rig.records() where code.hasPrefix("camera") {
            if isActive { active.append(code) } else { active.removeAll { $0 == code } }
        }
        return active
    }

    func faults() throws -> [String] {
        try rig.status()["faults"]?.array?.compactMap { $0["line"]?.string } ?? []
    }

    func passages() throws -> Int {
        try rig.records().reduce(0) { if case .passage(_, _, .passed) = $1 { $0 + 1 } else { $0 } }
    }
}
