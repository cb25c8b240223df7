import Services
import Vocabulary
import Wire

/// A box as the platform sees it: it makes charges, and batches of its chained records, signed.
struct Box {
    let device: DeviceID
    let epoch: String
    let key: BoxKey
    private(set) var head: ChainHash
    private(set) var next: Int64 = 1

    init(_ name: String = "gate-1", epoch: String = "e1", seed: UInt8 = 7) throws {
        device = try DeviceID(name)
        self.epoch = epoch
        key = BoxKey(seed: [UInt8](repeating: seed, count: 32))!
        head = RecordChain.genesis(device: device, epoch: epoch)
    }

    var enrolment: PlatformConfiguration.Device { .init(id: device, publicKey: key.publicKey) }

    /// The payload of a batch that follows on the last one.
    mutating func batch(_ events: [Record.Event]) -> [UInt8] {
        batch(lines: events.enumerated().map { line($1, sequence: next + Int64($0)) })
    }

    mutating func batch(lines: [[UInt8]]) -> [UInt8] {
        let (first, previous) = (next, head)
        for line in lines { head = RecordChain.next(after: head, line: line) }
        next += Int64(lines.count)
        return Batch(device: device, epoch: epoch, first: first, previous: previous, head: head, lines: lines)
            .payload(signedBy: key)
    }

    /// What it says when it comes online.
    func birth(head: Int64? = nil, isRetained: Bool = false, id: UUIDv7? = nil) -> Incoming {
        let id = id ?? UUIDv7(at: Site.time, random: (.random(in: 0...(.max)), .random(in: 0...(.max))))
        let presence = Presence.online(
            birth: id, version: "1.0", epoch: epoch, head: head ?? next - 1)
        return Incoming(kind: .presence, device: device, payload: presence.payload, isRetained: isRetained)
    }

    /// What the broker says when it has gone.
    var will: Incoming { Incoming(kind: .presence, device: device, payload: Presence.offline.payload) }

    func health(head: Int64? = nil, queued: Int64 = 0, faults: [String] = []) -> Incoming {
        let health = Health(
            epoch: epoch, head: head ?? next - 1, queued: queued, isJournalHealthy: true, isClockSynchronised: false,
            disk: .ok, faults: faults)
        return Incoming(kind: .health, device: device, payload: health.payload)
    }

    /// A line of the journal, as it is hashed.
    func line(_ event: Record.Event, sequence: Int64, at: WallTime? = nil) -> [UInt8] {
        let at = at ?? WallTime(milliseconds: 1000 + sequence)
        let body = Record(at: at, isSynchronised: true, event: event).body
        return Array("{\"seq\":\(sequence),".utf8) + body.dropFirst()
    }

    /// The line with the sequence number that it gets as the `offset`-th of the next batch.
    func renumbered(_ line: [UInt8], _ offset: Int64) -> [UInt8] {
        Array("{\"seq\":\(next + offset)".utf8) + line.drop { $0 != UInt8(ascii: ",") }
    }

    func request(_ request: Request) -> Incoming {
        Incoming(kind: .request, device: device, payload: request.payload)
    }
}

/// A platform in memory with one box, `gate-1`, and four plates: rich, poor, suspended, and one without a contract.
final class Site {
    static let rich = try! Plate("粤B11111"), poor = try! Plate("粤B22222")
    static let suspended = try! Plate("粤B33333"), stranger = try! Plate("粤B44444")
    static let opening: Int64 = 100_000

    private(set) var store: PlatformStore
    private let configuration: PlatformConfiguration
    private let notices: (PlatformNotice) -> Void
    var box: Box
    static let time = WallTime(milliseconds: 1_760_000_000_000)
    private(set) var time = Site.time

    init(
        database: String = ":memory:", retryAfterHours: [Int64] = [1, 24], notices: ((PlatformNotice) -> Void)? = nil
    ) throws {
        box = try Box()
        var configuration = try Site.configuration(database, [box, Box("gate-2", seed: 9)])
        configuration.debts = DebtSchedule(retryAfterHours: retryAfterHours)
        self.configuration = configuration
        self.notices = notices ?? { _ in }
        store = try PlatformStore(configuration, at: time, report: self.notices)
    }

    /// Starts the platform anew on the same file, with these contracts in force and these holders blocked.
    func reopen(active: [Plate] = [], denied: [Holder] = [], tariffs: [PriceRule]? = nil) throws {
        var configuration = configuration
        for index in configuration.contracts.indices {
            let plate = configuration.contracts[index].holder.plate
            if active.contains(where: { $0 == plate }) { configuration.contracts[index].status = .active }
        }
        configuration.denied = denied
        if let tariffs { configuration.tariffs = tariffs }
        store = try PlatformStore(configuration, at: now(), report: notices)
    }

    static func configuration(_ database: String, _ boxes: [Box]) throws -> PlatformConfiguration {
        func contract(
            _ plate: Plate, _ account: String, _ opening: Int64, _ status: ContractStatus = .active
        ) throws -> PlatformConfiguration.SignedContract {
            .init(
                holder: Holder(plate: plate), account: try Slug(account), openingBalance: Fen(opening),
                offlineLimit: Fen(5000),
                status: status)
        }
        return PlatformConfiguration(
            database: database, mqtt: .init(host: "127.0.0.1", port: 1883), merchant: try Slug("city"),
            devices: boxes.map(\.enrolment),
            contracts: [
                try contract(rich, "rich", opening), try contract(poor, "poor", 499),
                try contract(suspended, "suspended", opening, .suspended),
            ], tariffs: [.items(try Slug("city-2026"))])
    }

    // MARK: - Asking

    func ask(_ request: Request, from other: Box? = nil) throws -> Response {
        let answers = store.answer([(other ?? box).request(request)], at: now())
        guard answers.count == 1 else { throw Unexpected(response: nil) }
        return answers[0]
    }

    func charge(_ charge: Charge, from other: Box? = nil) throws -> PaymentOutcome {
        try outcome(ask(.charge(charge, code: nil), from: other))
    }

    func query(_ charge: Charge) throws -> PaymentOutcome { try outcome(ask(.query(charge.payment))) }

    func reverse(_ charge: Charge, from other: Box? = nil) throws -> PaymentOutcome {
        try outcome(ask(.reverse(charge.payment), from: other))
    }

    @discardableResult
    func record(_ events: Record.Event...) throws -> Acknowledgement { try ingest(box.batch(events)) }

    @discardableResult
    func ingest(_ payload: [UInt8]) throws -> Acknowledgement {
        try store.ingest(payload, from: box.device, at: now())
    }

    /// The box says something of itself.
    @discardableResult
    func hear(_ news: Incoming...) throws -> [DeviceID] { try store.hear(news, at: now()) }

    // MARK: - Looking

    /// The incidents of one kind.
    func incidents(_ code: Incident.Code) throws -> [Incident] {
        try store.ledgerReport().incidents.filter { $0.code == code }
    }

    func balance(_ name: String) throws -> Int64? { try store.ledgerReport().balance(of: name)?.count }

    func owed(by plate: Plate) throws -> Int64 { try -(balance("debt:\(Holder(plate: plate).text)") ?? 0) }

    func incidents() throws -> [Incident.Code] { try store.ledgerReport().incidents.map(\.code) }

    /// Whether the books are sound and the merchant has exactly what was taken and what is owed.
    func isSound() throws -> Bool {
        let report = try store.ledgerReport()
        return report.faults.isEmpty && report.sumOfBooks == .zero
    }

    private func now() -> WallTime {
        time.milliseconds += 1
        return time
    }

    private func outcome(_ response: Response) throws -> PaymentOutcome {
        guard case .payment(_, let outcome, _) = response else { throw Unexpected(response: response) }
        return outcome
    }
}

struct Unexpected: Error { let response: Response? }

/// A charge with an id made from a small number; the same arguments give the same charge.
func makeCharge(_ number: UInt64, _ plate: Plate, _ amount: Int64, minutes: Int64 = 60) -> Charge {
    let until = WallTime(milliseconds: 1_760_000_000_000)
    return Charge(
        payment: PaymentID(at: until, random: (1, number)), plate: plate,
        stay: StayID(at: until, random: (2, number)), lane: try! LaneID("exit-1"),
        quote: Quote(
            tariff: try! Slug("city-2026"), from: WallTime(milliseconds: until.milliseconds - minutes * 60_000),
            until: until, lines: [.init(kind: .item, minutes: minutes, amount: Fen(amount))],
            total: Fen(amount)))
}
