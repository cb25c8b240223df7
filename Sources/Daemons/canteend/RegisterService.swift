import Canteen
import CanteenFit
import EdgeRuntime
import Host
import Logging
import Register
import RegisterLink
import ServiceLifecycle
import Synchronization
import Vocabulary

/// The cash registers at a box: their doors, and what becomes of what they ask for.
final class RegisterService: Service {
    private let settings: CanteenHardware.Registers?
    private let logger: Logger
    private let desk: RegisterDesk?
    private let server: RegisterServer?
    private let offer: Mutex<@Sendable (CanteenEvent) -> Bool>
    private let told = Mutex<(version: UInt64?, standings: [PaymentID: RegisterStanding])>((nil, [:]))

    /// - Throws: what could not be opened.
    init(
        _ settings: CanteenHardware.Registers?, _ configuration: BoxConfiguration, logger: Logger
    ) throws {
        self.settings = settings
        self.logger = logger
        let offer = Mutex<@Sendable (CanteenEvent) -> Bool>({ _ in false })
        guard let settings else {
            (desk, server) = (nil, nil)
            self.offer = offer
            return
        }
        let carrier = Carrier()
        let folder = configuration.stateFolder
        let desk = try RegisterDesk(
            .init(
                store: { () throws(RegisterStoreError) -> any RegisterStore in try RegisterFile(folder: folder) },
                newID: { PaymentID(at: WallClock.now(), random: (SecureRandom.bits64(), SecureRandom.bits64())) },
                wall: {
                    let now = ClockReading.now()
                    return (now.wall, now.isSynchronised)
                }, carryOut: { carrier.carryOut($0) },
                tell: { error in
                    if let error { logger.error("\(error)") } else { logger.info("registers' orders are kept again") }
                }))
        self.desk = desk
        self.offer = offer
        server = try settings.port.map { port in
            RegisterServer(
                port: port, token: try RegisterToken.read(in: folder), desk: desk, logger: logger
            ) { logger.info("cash registers are served at 127.0.0.1:\($0)") }
        }
        carrier.use { [weak self] order in self?.offer.withLock { $0 }(.registered(order)) ?? false }
    }

    /// Lets orders reach the rules that are made after the desk.
    private final class Carrier: Sendable {
        private let take = Mutex<@Sendable (RegisterOrder) -> Bool>({ _ in false })
        func use(_ take: @escaping @Sendable (RegisterOrder) -> Bool) { self.take.withLock { $0 = take } }
        func carryOut(_ order: RegisterOrder) -> Bool { take.withLock { $0 }(order) }
    }

    /// Says who carries orders out; call it before the service runs.
    func use(_ take: @escaping @Sendable (CanteenEvent) -> Bool) { offer.withLock { $0 = take } }

    /// Tells registers what became of their orders; on the decision loop's thread, and never waits.
    func watch(_ site: CanteenSite) {
        guard let desk else { return }
        let now = site.registerStandings
        let (isFirst, changed) = told.withLock { told in
            guard told.version != now.version else { return (false, [RegisterChange]()) }
            defer { told = (now.version, now.all) }
            let changed = now.all.filter { told.standings[$0.key] != $0.value }
            return (told.version == nil, changed.map { $0.value.change($0.key) })
        }
        if isFirst { desk.recovered(known: Set(now.all.keys)) }
        for change in changed { desk.told(change) }
    }

    func run() async throws {
        guard let settings, let desk else {
            try? await gracefulShutdown()
            return
        }
        let logger = logger
        var ports: [RegisterPort] = []
        for line in settings.lines {
            ports.append(
                try RegisterPort(line.serial, door: line.door, desk: desk) { news in
                    switch news {
                    case .up: logger.info("cash register \(line.door): connected")
                    case .down(let fault): logger.warning("cash register \(line.door): \(fault)")
                    case .noise(let what): logger.warning("cash register \(line.door): a line was not taken: \(what)")
                    }
                })
        }
        if let server { try await server.run() } else { try? await gracefulShutdown() }
        let open = ports
        await withCheckedContinuation { continuation in
            let stop: @Sendable () -> Void = {
                for port in open { port.stop() }
                desk.stop()
                continuation.resume()
            }
            do { _ = try HostThread(name: "stop registers", body: stop) } catch { stop() }
        }
    }
}
