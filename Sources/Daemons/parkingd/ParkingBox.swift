import EdgeRuntime
import Effects
import Host
import JSONText
import Kiosk
import Logging
import Parking
import Payments
import Shifts
import Vocabulary
import Wire

/// Builds a car park's box from its three files.
struct ParkingBox {
    static let version = "0.1.0"

    let box: Box<ParkingSite>
    let server: KioskServer
    let cameras: CameraService

    /// - Throws: every fault of the files, or what could not be opened.
    init(configuration file: String, logger: Logger) throws {
        let configuration = try BoxConfiguration(
            try TextFile.read(file), file: file, folder: TextFile.folder(of: file))
        let scenario = try ParkingScenario(try TextFile.read(configuration.scenario), file: configuration.scenario)
        let (hardware, parking) = try HardwareFile.read(
            try TextFile.read(configuration.hardware), file: configuration.hardware,
            extra: ParkingHardware.init(_:outputs:inputs:))
        try ParkingFit.check(scenario, parking, files: (configuration.scenario, configuration.hardware))
        try hardware.lanes.check(lanes: Set(scenario.lanes.map(\.id)), file: configuration.hardware)
        var display = LaneDisplay.Options()
        if let signs = configuration.signs { display.texts = try SignTexts(try TextFile.read(signs), file: signs) }
        let boot = try Rehearsal.boot(configuration, hardware, logger)
        let links = try CameraLinks(parking, device: configuration.device)
        let attendant = try AttendantDesk(
            configuration, scenario, display.texts, hardware.lanes.deskPrinter, logger: logger)
        let printers = hardware.lanes.ticketPrinters
        let tickets = try TicketPrinter(printers, site: scenario.id.text)
        let screens = DriverScreens(scenario.lanes.map(\.id), display.texts)
        box = try Box(
            configuration: configuration, hardware: hardware, states: ParkingRecovery.kinds,
            vouching: ParkingRecovery.vouchingKinds, display: display, logger: logger, version: ParkingBox.version,
            elsewhere: links.drivers,
            told: { lane, notice in
                let now = WallClock.now()
                tickets.told(lane, notice, time: LocalTime.text(now, minutesEast: scenario.minutesEast(at: now)))
            },
            watch: { site, _ in
                let board = site.board
                attendant.watch(site, board)
                screens.watch(board.lanes)
            }
        ) { kept, ids, now in
            let (recovered, lost) = ParkingRecovery.recover(kept, at: now)
            for what in lost { logger.error("\(what)") }
            return ParkingSite(
                scenario: scenario, barriers: parking.barriers, cameras: parking.cameras.map(\.watch),
                ticketPrinters: Set(printers.keys), boot: boot, ids: ids, now: now, recovered: recovered)
        }
        let token = try AttendantToken.read(in: configuration.stateFolder)
        let box = box
        tickets.report(to: { lane, code, why in
            if !box.offer(.identity(.ticketPrinted(lane: lane, code: code, why: why))), let why {
                logger.error("\(lane): a ticket was not printed: \(why)")
            }
        })
        cameras = CameraService(links: links, box: box, logger: logger)
        let hooks = KioskHooks(status: { box.board.current.json })
        try box.startScanners { lane, line in
            // What is no payment code may be a ticket; what is neither, the lane's sign says.
            if let code = try? PayerCode(line) {
                _ = box.offer(.codePresented(lane: lane, code))
            } else {
                _ = box.offer(.identity(.ticketPresented(lane: lane, line)))
            }
        }
        server = KioskServer(
            host: configuration.http.host, port: configuration.http.port,
            doors: parking.cameras.compactMap { $0.door(box, logger) },
            hooks: hooks, desk: attendant.hooks(token: token) { box.offer($0) }, driver: screens.hooks, logger: logger
        ) { port in logger.info("listening on \(configuration.http.host):\(port)") }
    }
}
