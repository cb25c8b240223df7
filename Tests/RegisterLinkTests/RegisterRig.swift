import Host
import JSONText
import Logging
import Register
import RegisterLink
import ServiceLifecycle
import StandIns
import Synchronization
import Vocabulary

/// A desk with a site that only listens.
final class RegisterRig: Sendable {
    struct Site: Sendable {
        var orders: [RegisterOrder] = []
        var hasRoom = true
        var told: [RegisterStoreError?] = []
    }

    static let token = String(repeating: "t", count: 64)
    let folder: TemporaryFolder
    let site = Monitor(Site())
    /// While set, the disk fails.
    let isFull = Atomic<Bool>(false)
    private let current = Monitor<RegisterDesk?>(nil)

    init(recovers: Bool = true) throws {
        folder = try TemporaryFolder("turnpike-register")
        try start(recovers: recovers)
    }

    var desk: RegisterDesk { current.withLock { $0 }! }

    /// Starts the desk, or starts it anew with what the last one kept.
    func start(recovers: Bool = true, known: Set<PaymentID> = []) throws {
        stop()
        let (folder, site) = (folder.path, site)
        let desk = try RegisterDesk(
            .init(
                store: { [self] () throws(RegisterStoreError) in
                    MayFail(file: try RegisterFile(folder: folder)) { self.isFull.load(ordering: .relaxed) }
                },
                newID: { PaymentID(at: WallClock.now(), random: (SecureRandom.bits64(), SecureRandom.bits64())) },
                wall: { (WallClock.now(), true) },
                carryOut: { order in
                    let isTaken = site.withLock { site in
                        if site.hasRoom { site.orders.append(order) }
                        return site.hasRoom
                    }
                    site.wakeAll()
                    return isTaken
                },
                tell: { error in site.withLock { $0.told.append(error) } }))
        if recovers { desk.recovered(known: known) }
        current.withLock { $0 = desk }
    }

    func stop() {
        current.withLock { $0 }?.stop()
        current.withLock { $0 = nil }
    }

    var orders: [RegisterOrder] { site.withLock { $0.orders } }

    /// Asks and waits for the answer.
    func ask(_ ask: RegisterAsk, key: String) throws -> Result<RegisterReply, RegisterFault> {
        let answer = Monitor<Result<RegisterReply, RegisterFault>?>(nil)
        desk.ask(ask, key: try RegisterKey(door: try Slug("http"), key)) { result in
            answer.withLock { $0 = result.map(\.reply) }
            answer.wakeAll()
        }
        return answer.wait(until: BootClock.now() + .seconds(10)) { $0 } ?? .failure(.busy)
    }

    func pay(_ amount: Int64, key: String) throws -> Result<RegisterReply, RegisterFault> {
        try ask(RegisterAsk(.start(RegisterSale(amount: Fen(amount)))), key: key)
    }

    /// Waits for the status that was told to be there.
    func state(_ id: PaymentID) -> RegisterState? {
        let answer = Monitor<RegisterReply??>(nil)
        guard let door = try? Slug("http") else { return nil }
        desk.status(id, door: door) { result in
            answer.withLock { $0 = .some(try? result.get().reply) }
            answer.wakeAll()
        }
        let reply = answer.wait(until: BootClock.now() + .seconds(10)) { $0 } ?? nil
        if case .payment(let payment, _, _)? = reply { return payment.state }
        return nil
    }

    /// The server, while `body` runs.
    func serve(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (ports, told) = AsyncStream<Int>.makeStream()
        let server = RegisterServer(port: 0, token: Self.token, desk: desk, logger: Logger(label: "test")) {
            told.yield($0)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
        }
    }
}

/// A disk that is full when the test says so.
private final class MayFail: RegisterStore {
    private let file: RegisterFile
    private let isFull: () -> Bool

    init(file: RegisterFile, isFull: @escaping () -> Bool) {
        self.file = file
        self.isFull = isFull
    }

    func load() throws(RegisterStoreError) -> [RegisterEntry] { try file.load() }

    func write(put entries: [RegisterEntry], remove keys: [RegisterKey]) throws(RegisterStoreError) {
        if isFull() { throw RegisterStoreError(what: "the disk is full") }
        try file.write(put: entries, remove: keys)
    }
}

extension Result where Success == RegisterReply, Failure == RegisterFault {
    var payment: RegisterPayment? {
        if case .success(.payment(let payment, _, _)) = self { payment } else { nil }
    }

    var fault: RegisterFault? { if case .failure(let fault) = self { fault } else { nil } }
}
