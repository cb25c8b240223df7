import EdgeRuntime
import Effects
import Host
import JSONText
import Kiosk
import Logging
import Parking
import Payments
import PlateCamera
import QRCode
import Vocabulary
import Wire

/// Builds a car park's box from its three files.
struct ParkingBox {
    static let version = "0.1.0"

    let box: Box<ParkingSite>
    let server: KioskServer

    /// - Throws: every fault of the files, or what could not be opened.
    init(configuration file: String, logger: Logger) throws {
        let configuration = try BoxConfiguration(
            try TextFile.read(file), file: file, folder: TextFile.folder(of: file))
        let scenario = try ParkingScenario(try TextFile.read(configuration.scenario), file: configuration.scenario)
        let (hardware, parking) = try HardwareFile.read(
            try TextFile.read(configuration.hardware), file: configuration.hardware,
            extra: ParkingHardware.init(_:outputs:inputs:))
        try ParkingFit.check(scenario, parking, files: (configuration.scenario, configuration.hardware))
        let boot = try BootID.read()
        box = try Box(
            configuration: configuration, hardware: hardware, states: ParkingRecovery.kinds,
            vouching: ParkingRecovery.vouchingKinds, logger: logger, version: ParkingBox.version
        ) { kept, ids, now in
            let (recovered, lost) = ParkingRecovery.recover(kept, at: now)
            for what in lost { logger.error("\(what)") }
            return ParkingSite(
                scenario: scenario, barriers: parking.barriers, boot: boot, ids: ids, now: now, recovered: recovered)
        }
        let token = try AttendantToken.read(in: configuration.stateFolder)
        let box = box
        server = KioskServer(
            host: configuration.http.host, port: configuration.http.port,
            doors: parking.cameras.map { ParkingBox.door($0, box: box, logger: logger) },
            hooks: KioskHooks(
                status: { box.board.current.json },
                open: { lane, who, reason in
                    guard let lane = scenario.lanes.first(where: { $0.id.text == lane }) else { return false }
                    return box.offer(.openedByHand(lane: lane.id, who: who, reason: reason))
                },
                pay: { lane, payment in
                    guard let lane = scenario.lanes.first(where: { $0.id.text == lane })?.id else { return false }
                    switch payment {
                    case .code(let code): return box.offer(.codePresented(lane: lane, code))
                    case .show: return box.offer(.codeRequested(lane: lane))
                    case .cash(let who): return box.offer(.cashTaken(lane: lane, who: who))
                    }
                },
                code: { lane in
                    guard let code = box.board.current.signs.first(where: { $0.lane.text == lane })?.code,
                        let symbol = try? QRSymbol(code)
                    else { return nil }
                    return Array(symbol.svg(title: "扫码支付 Scan to pay").utf8)
                },
                refund: { order in
                    let id = PaymentID(at: WallClock.now(), random: (SecureRandom.bits64(), SecureRandom.bits64()))
                    let refund = Refund(
                        id: id, payment: order.payment, amount: order.amount, who: order.who, why: order.why)
                    return box.offer(.refund(refund)) ? id : nil
                }, token: token), logger: logger
        ) { port in logger.info("listening on \(configuration.http.host):\(port)") }
    }

    private static func door(_ camera: ParkingHardware.Camera, box: Box<ParkingSite>, logger: Logger) -> CameraDoor {
        CameraDoor(id: camera.id, kind: camera.kind == .vzenith ? .vzenith : .hikvision) { read in
            // What a camera kept while it was offline is history: the car is gone, and nothing opens for it.
            guard !read.isOffline, let plate = read.plate else { return true }
            switch read.trigger {
            case .stay, .stayEnded, .turnedBack: return true
            case .automatic, .input, .software, .virtualLoop, .other:
                logger.info("\(camera.lane): read \(plate), \(read.confidence) %")
                return box.offer(
                    .plateRead(
                        lane: camera.lane, plate, confidence: read.confidence, vehicle: read.vehicleClass))
            }
        }
    }
}
