import Canteen
import CanteenFit
import EdgeRuntime
import Effects
import FaceLink
import Host
import JSONText
import Kiosk
import Logging
import Payments
import Purses
import Readers
import Scale
import Tickets
import Vocabulary
import Wiegand
import Wire

/// Builds a canteen's box from its files.
struct CanteenBox {
    static let version = "0.1.0"

    let box: Box<CanteenSite>
    let server: KioskServer
    let faces: FaceService
    let modules: FaceModuleService
    let registers: RegisterService

    /// - Throws: every fault of the files, or what could not be opened.
    init(configuration file: String, logger: Logger) throws {
        let configuration = try BoxConfiguration(
            try TextFile.read(file), file: file, folder: TextFile.folder(of: file))
        let files = try CanteenFiles(configuration)
        let scenario = files.scenario
        var display = LaneDisplay.Options()
        if let signs = configuration.signs { display.texts = try SignTexts(try TextFile.read(signs), file: signs) }
        let boot = try Rehearsal.boot(configuration, files.hardware, logger)
        let folder = TextFile.folder(of: configuration.scenario)
        let playlist = Playlist(
            folder: folder.isEmpty ? "playlist" : "\(folder)/playlist", names: scenario.playlist, logger: logger)
        let faces = FaceService(files.canteen, scenario, configuration, logger: logger)
        let pages = TillPages(
            scenario, pages: CanteenPages(scenario, rules: files.rules), playlist: playlist,
            refill: { faces.replaced(at: $0) })
        let modules = try FaceModuleService(files.canteen.modules, configuration, logger: logger)
        let registers = try RegisterService(files.canteen.registers, configuration, logger: logger)
        box = try Box(
            configuration: configuration, hardware: files.hardware, states: CanteenRecovery.kinds, display: display,
            logger: logger, version: CanteenBox.version,
            watch: { site, _ in
                pages.watch(site)
                faces.watch(site)
                modules.watch(site)
                registers.watch(site)
            }
        ) { kept, ids, now in
            var lost: [String] = []
            let recovered = CanteenRecovery(kept, lost: &lost, at: now)
            for what in lost { logger.error("\(what)") }
            return CanteenSite(
                scenario: scenario, rules: files.rules, device: configuration.device, boot: boot, ids: ids, now: now,
                recovered: recovered)
        }
        let box = box
        faces.use { box.offer($0) }
        modules.use { box.offer($0) }
        registers.use { box.offer($0) }
        (self.faces, self.modules, self.registers) = (faces, modules, registers)
        try box.startReaders { CanteenBox.heard($0, box) }
        try box.startScanners { lane, line in CanteenBox.scanned(line, lane, box) }
        server = KioskServer(
            host: configuration.http.host, port: configuration.http.port, doors: [],
            hooks: KioskHooks(status: { box.board.current.json }),
            till: pages.hooks(
                stateFolder: configuration.stateFolder, token: try AttendantToken.read(in: configuration.stateFolder),
                enrol: { modules.enrol($0) }
            ) { box.offer($0) }, logger: logger
        ) { port in logger.info("listening on \(configuration.http.host):\(port)") }
    }

    /// On the readers' thread.
    private static func heard(_ news: ReaderNews, _ box: Box<CanteenSite>) {
        switch news {
        case .card(let lane, let card):
            _ = box.offer(.presented(lane, Presentation(.card(card.tenDigits), by: .card)))
        case .code(let lane, let line): scanned(line, lane, box)
        case .weight(let lane, .chargeable(let weight)): _ = box.offer(.weighed(lane, weight))
        case .weight(let lane, .empty): _ = box.offer(.weighed(lane, Grams(0)))
        // Silent or gone: whether the plate is still there nobody can tell.
        case .weight(let lane, nil): _ = box.offer(.weighed(lane, nil))
        // Until it is at rest nothing new lies there; the box's status tells the faults.
        case .weight(_, .moving), .weight(_, .overRange), .weight(_, .negative), .unreadable, .fault: break
        }
    }

    /// What is no payment code may be a member's own; the lane says if it is nobody's.
    private static func scanned(_ line: String, _ lane: LaneID, _ box: Box<CanteenSite>) {
        if GateTicketCode.isTicket(line) {
            _ = box.offer(.ticket(lane, code: line, people: nil))
        } else if let code = try? PayerCode(line) {
            _ = box.offer(.scanned(lane, code))
        } else {
            _ = box.offer(.presented(lane, Presentation(.code(line), by: .code)))
        }
    }
}
