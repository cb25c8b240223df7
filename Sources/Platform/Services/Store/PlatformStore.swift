internal import Ledger
internal import Payments
internal import SQLite
public import Vocabulary
public import Wire

/// The platform's one file: books, payments, contracts and the boxes' records, and the rules that change them.
///
/// Every call that changes something is one transaction, synced to the medium before the call returns. It belongs to
/// one thread at a time.
public final class PlatformStore {
    /// When this many pages have come into the write-ahead log they are copied into the file: about 1 MB. Few, because
    /// a payment's commit waits at the disk for what is being copied: with 1,000 pages the slowest hundredth of
    /// payments took 3 to 4 ms, with 250 it takes 1.
    static let copiedPages = 250
    /// Pages in the log from which it is begun anew: about 4 MB. Many, because that is done on the store's own thread.
    /// The log is at most a little more than that and what is written while one copying lasts.
    static let mostLogPages = 1_000
    /// At most so many leases are taken back before requests are answered: a millisecond or two.
    static let mostReturns: Int64 = 32

    let database: Database
    private let ledger: Ledger
    let payments: Payments
    private let streams: RecordStreams
    let codes: CodePayments
    let refunds: Refunds
    private let leases: Leases
    private let contracts: ContractRegister
    private let policies: [BoxPolicy]
    private let debts: DebtBook
    let boxes: BoxBook
    let incidents: IncidentBook
    let enrolled: [DeviceID: BoxPublicKey]
    let cars: CarBook
    let passes: [PassPlan]
    let canteens: CanteenMap
    let tickets: TicketRegister
    private let meals: MealRegister
    let purses: PurseBook
    let people: PersonRegister
    private let report: (PlatformNotice) -> Void
    private var checkpointer: Checkpointer?
    /// The length of the log when it was last copied.
    private var pagesAtCopy = 0

    /// Opens the file, makes the tables if it is new, and puts the configuration in force.
    /// - Parameters:
    ///   - dice: what random coupons are drawn with.
    ///   - report: hears what an engineer should know, on the caller's thread.
    public init(
        _ configuration: PlatformConfiguration, at now: WallTime,
        dice: any RandomNumberGenerator = SystemRandomNumberGenerator(), report: @escaping (PlatformNotice) -> Void
    ) throws(PlatformError) {
        var options = DatabaseOptions()
        options.cacheKibibytes = 16 << 10
        // Nobody else writes to this file for long; an answer later than this is of no use to the car that waits.
        options.busyTimeoutMilliseconds = 1_000
        // A checkpoint within a commit would delay the payment that happens to fill the log: see `tidy`.
        options.autocheckpointPages = 0
        let database = try stored(Database(path: configuration.database, options: options))
        try PlatformSchema.prepare(database)
        ledger = try booked(Ledger(in: database))
        contracts = try stored(ContractRegister(in: database, ledger: ledger))
        let incidents = try stored(IncidentBook(in: database, report: report))
        let epochs = try stored(EpochBook(in: database, incidents: incidents))
        boxes = try stored(BoxBook(in: database, epochs: epochs, incidents: incidents))
        self.incidents = incidents
        policies = configuration.policies
        passes = configuration.passes
        canteens = CanteenMap(configuration.canteens)
        purses = try stored(PurseBook(in: database, ledger: ledger))
        let people = try stored(PersonRegister(in: database, canteens: canteens))
        self.people = people
        enrolled = Dictionary(uniqueKeysWithValues: configuration.devices.map { ($0.id, $0.publicKey) })
        self.report = report
        debts = try stored(
            DebtBook(in: database, schedule: configuration.debts, denials: DenialRegister(in: database)))
        let stays = try stored(StayTable(in: database))
        let sites = SiteMap(configuration.sites)
        let permits = try stored(PermitRegister(in: database, sites: sites))
        let orders = try stored(PhoneOrderTable(in: database))
        let (ledger, contracts, debts) = (ledger, contracts, debts)
        let table = try stored(CouponTable(in: database))
        let merchant = try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            try permits.configure(configuration.permits, at: now)
            try people.configure(at: now)
            try RuleHistory.note(configuration.canteens, in: database, at: now)
            try stays.configure(configuration.devices.map(\.id), sites)
            return try PlatformStore.configure(configuration, ledger, contracts, debts, table, at: now, report)
        }
        let parts = try stored(PurseParts(in: database, canteens: canteens, people: people, book: purses))
        leases = try stored(
            Leases(
                in: database, ledger: ledger, contracts: contracts, incidents: incidents, limits: configuration.leases,
                parts: parts))
        let coupons = CouponRegister(
            configuration.campaigns, table: table, ledger: ledger, incidents: incidents, merchant: merchant, dice: dice)
        payments = try stored(
            Payments(
                in: database, ledger: ledger, contracts: contracts, debts: debts,
                quotes: QuoteCheck(
                    PriceBook(configuration.tariffs + configuration.passes.map { .items($0.id) }), stays: stays,
                    incidents: incidents),
                coupons: coupons, incidents: incidents, merchant: merchant, leases: leases,
                purses: PursePayments(parts, ledger: ledger, incidents: incidents, merchant: merchant)))
        codes = try stored(CodePayments(in: database, payments: payments, acquirers: configuration.acquirers))
        refunds = Refunds(payments: payments, codes: codes)
        let phone = PhoneSettlement(
            orders: orders, permits: permits, stays: stays, sites: sites, payments: payments, codes: codes,
            refunds: refunds, plans: configuration.passes)
        payments.phone = phone
        cars = CarBook(stays: stays, sites: sites, phone: phone)
        tickets = try stored(
            TicketRegister(
                in: database, sites: configuration.ticketSites, incidents: incidents, say: { phone.say($0) }))
        meals = try stored(MealRegister(in: database, canteens: canteens, say: { phone.say($0) }))
        streams = try stored(
            RecordStreams(
                in: database, payments: payments, cars: cars, tickets: tickets, meals: meals, incidents: incidents,
                epochs: epochs))
        self.database = database
        // Of what the configuration has changed the boxes are told when they can be reached.
        _ = debts.denials.takeChange()
    }

    /// Answers requests, all in one transaction: durable when it returns.
    ///
    /// It never throws: if the store fails nothing was decided, each payment is answered as unknown, and the box asks
    /// again with the same id.
    /// - Returns: one answer for each request, in order.
    public func answer(_ requests: [Incoming], at now: WallTime) -> [Response] {
        let readings = requests.map { request -> Result<Request, WireError> in
            do throws(WireError) { return .success(try Request(payload: request.payload)) } catch {
                return .failure(error)
            }
        }
        do throws(PlatformError) {
            return try settling(at: now) { () throws(PlatformError) in
                // Before anything is decided that this money may be wanted for. Records do not do it: one that comes
                // late is honoured as long as nobody has asked.
                _ = try leases.returnDue(at: now, most: PlatformStore.mostReturns)
                var answers: [Response] = []
                answers.reserveCapacity(requests.count)
                for (request, reading) in zip(requests, readings) {
                    answers.append(try answer(reading, from: request.device, at: now))
                }
                return answers
            }
        } catch {
            report(.requestsFailed(count: requests.count, error))
            return readings.map(PlatformStore.undecided)
        }
    }

    /// Stores a payload of `up/records` and books what its records ask for: durable when it returns.
    ///
    /// A batch that came before is acknowledged again and changes nothing; one that is refused changes nothing either,
    /// and the acknowledgement says what is expected instead.
    public func ingest(
        _ payload: [UInt8], from device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> Acknowledgement {
        let word = try ingest(read(payload, from: device), at: now, isWantedElsewhere: { false })
        guard let word else { preconditionFailure("nothing asked for the turn, and the batch was not finished") }
        return word
    }

    /// What can be found out about a payload without the store.
    /// - Parameter pause: called now and then meanwhile.
    func read(_ payload: [UInt8], from device: DeviceID, pause: () -> Void = {}) -> BatchReading {
        BatchReading(payload, from: device, enrolled: enrolled, pause: pause)
    }

    /// Stores a batch, or a part of it if something more urgent comes: durable when it returns.
    /// - Returns: nil when the batch is not finished: call it again with the same reading.
    func ingest(
        _ reading: BatchReading, at now: WallTime, isWantedElsewhere: () -> Bool
    ) throws(PlatformError) -> Acknowledgement? {
        try settling(at: now) { () throws(PlatformError) in
            try streams.ingest(reading, at: now, isWantedElsewhere: isWantedElsewhere)
        }
    }

    /// At most so many debts are tried in one turn, a few milliseconds of work; the rest waits for the next.
    static let mostTries: Int64 = 50

    /// Does what is to be done from time to time without being asked: tries debts whose time has come, and takes back
    /// what is left of leases that are over and of money that has expired. Durable when it returns; call it every ten
    /// seconds or so.
    /// - Returns: whether more is waiting.
    public func tend(at now: WallTime) throws(PlatformError) -> Bool {
        // Nothing is written, and nothing synced, where nothing is due.
        if try nextWait() != nil { try decideWaits(at: now) }
        try cars.stays.forget(at: now, most: 500)
        let returned = try returnLeases(at: now, most: PlatformStore.mostReturns)
        let expired = try expirePurses(at: now)
        let isMoreLeft =
            returned == Int(PlatformStore.mostReturns)
            || max(expired.lots, expired.persons) == PlatformStore.mostExpiring
        guard try !debts.due(at: now, most: 1).isEmpty else { return isMoreLeft }
        let (tried, paid) = try settling(at: now) { () throws(PlatformError) in
            try payments.retry(at: now, most: PlatformStore.mostTries)
        }
        report(.debtsTried(tried: tried, paid: paid))
        return isMoreLeft || tried == PlatformStore.mostTries
    }

    /// Carries out a person's decision on what a box recorded with a quote that the platform cannot reproduce.
    /// - Parameters:
    ///   - isOwed: book it as a debt, as the box recorded it; or dismiss it for good.
    ///   - who: the person, for the incident that keeps the decision.
    /// - Returns: false if nothing is held under this id, or it cannot be booked; nothing has changed then.
    public func decide(
        _ payment: PaymentID, isOwed: Bool, by who: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        try settling(at: now) { () throws(PlatformError) in
            try payments.decide(payment, isOwed: isOwed, by: who, at: now)
        }
    }

    /// The version of the list of denials, which also other processes change.
    public func denialVersion() throws(PlatformError) -> Int64 { try debts.denials.version() }

    /// Whether this store may have changed the list of denials since the last call.
    public func takeDenialChange() -> Bool { debts.denials.takeChange() }

    /// Takes back the rest of leases whose end and grace are over; durable when it returns. ``answer(_:at:)`` does so
    /// too, so that nobody is refused for money whose time is over; this is for a platform that nobody asks.
    /// - Parameter most: how many at once, so that a payment waits for no more than these.
    /// - Returns: how many were taken back; as many as `most`: there may be more.
    @discardableResult
    public func returnLeases(at now: WallTime, most: Int64 = 100) throws(PlatformError) -> Int {
        try settling(at: now) { () throws(PlatformError) in try leases.returnDue(at: now, most: most) }
    }

    /// Keeps the write-ahead log short; call it after each commit. It takes next to no time, or about a millisecond
    /// when the log has just been copied.
    public func tidy() {
        let pages = database.writeAheadLogPages
        guard pages >= min(pagesAtCopy + PlatformStore.copiedPages, PlatformStore.mostLogPages) else { return }
        do throws(PlatformError) {
            if checkpointer == nil { checkpointer = try started(Checkpointer(path: database.path)) }
            switch checkpointer?.takeState() {
            case .idle:
                pagesAtCopy = pages
                checkpointer?.begin()
            case .failed(let error): throw error
            case .done where pages >= PlatformStore.mostLogPages:
                // The few pages written meanwhile are copied here, where nothing is added: then the log begins anew.
                _ = try stored(database.checkpoint())
                pagesAtCopy = database.writeAheadLogPages
            case .done, .running, .stopped, nil: break
            }
        } catch { report(.checkpointFailed(error)) }
    }

    /// The state of the books and of everything else, as ``LedgerReport/read(_:)`` gives it.
    public func ledgerReport() throws(PlatformError) -> LedgerReport { try LedgerReport(reading: database) }

    /// Who owes what, as ``DebtReport/read(_:)`` gives it.
    public func debtReport() throws(PlatformError) -> DebtReport { try DebtReport(reading: database) }

    /// The state of the campaigns, as ``CouponReport/read(_:)`` gives it.
    public func couponReport() throws(PlatformError) -> CouponReport { try CouponReport(reading: database) }

    // MARK: -

    private func answer(
        _ reading: Result<Request, WireError>, from device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> Response {
        guard enrolled[device] != nil else {
            return .refused(why: "device \(device) is not enrolled; add its public key at the platform")
        }
        switch reading {
        case .failure(let error): return .refused(why: "\(error)")
        case .success(.charge(let charge, let code)):
            let outcome = try answer(charge, code, from: device, at: now)
            return .payment(charge.payment, outcome, receipt: try receipt(of: charge.payment, outcome, for: device))
        case .success(.query(let id)):
            if let outcome = try codes.query(id, from: device, at: now) { return .payment(id, outcome) }
            let outcome = try payments.query(id, from: device)
            return .payment(id, outcome, receipt: try receipt(of: id, outcome, for: device))
        case .success(.reverse(let id)): return .payment(id, try reverse(id, from: device, at: now))
        case .success(.refund(let refund)):
            return .refund(refund.id, try refunds.refund(refund, from: device, at: now))
        case .success(.list(.contracts, let version, let offset)):
            return .contracts(try contracts.page(version: version, offset: offset))
        case .success(.lease(let order)): return .lease(order.lease, try leases.carryOut(order, from: device, at: now))
        case .success(.coupon(let charge)):
            return .coupon(charge.payment, try payments.coupon(charge, from: device, at: now))
        case .success(.offlinePolicy):
            let sent = policies.policy(of: device)
            return .offlinePolicy(
                version: sent?.version ?? 0,
                policy: sent.map { String(decoding: $0.policy.canonical, as: UTF8.self) })
        case .success(.list(.denials, let version, let offset)):
            return .denials(try debts.denials.page(version: version, offset: offset))
        case .success(.collect(let id)): return .payment(id, try payments.collect(id, from: device, at: now))
        case .success(.list(.people, let version, let offset)):
            return .people(try people.page(for: device, version: version, offset: offset))
        case .success(.list(.permits, let version, let offset)):
            return .permits(try cars.phone.permits.page(for: device, version: version, offset: offset))
        case .success(.ticket(let use)): return .ticket(use.id, try tickets.claim(use, from: device, at: now))
        case .success(.ticketFacts(let after)):
            return .ticketFacts(try tickets.page(after: after, for: device, at: now))
        case .success(.mealFacts(let after)):
            return .mealFacts(try meals.page(after: after, for: device, at: now))
        case .success(.findStay(let key)): return .stay(try cars.find(key, for: device))
        case .success(.stays(let after)): return .stays(try cars.page(after: after, for: device))
        }
    }

    private static func undecided(_ reading: Result<Request, WireError>) -> Response {
        switch reading {
        case .failure(let error): .refused(why: "\(error)")
        case .success(.charge(let charge, _)): .payment(charge.payment, .unknown)
        case .success(.query(let id)), .success(.reverse(let id)), .success(.collect(let id)): .payment(id, .unknown)
        case .success(.lease(let order)): .lease(order.lease, .unknown)
        case .success(.refund(let refund)): .refund(refund.id, .unknown)
        case .success(.coupon(let charge)): .coupon(charge.payment, nil)
        case .success(.ticket(let use)): .ticket(use.id, TicketReply(.unknown))
        case .success(.list), .success(.offlinePolicy), .success(.ticketFacts), .success(.mealFacts),
            .success(.findStay), .success(.stays):
            .refused(why: "the platform's store failed; ask again later")
        }
    }

    /// - Returns: the merchant's account.
    private static func configure(
        _ configuration: PlatformConfiguration, _ ledger: Ledger, _ contracts: ContractRegister, _ debts: DebtBook,
        _ coupons: CouponTable, at now: WallTime, _ report: (PlatformNotice) -> Void
    ) throws(PlatformError) -> AccountID {
        let (notice, payable) = try contracts.configure(configuration.contracts, at: now)
        for holder in payable { try debts.becamePayable(holder, at: now) }
        try debts.denials.configure(configuration.denied, at: now)
        let bank = try booked(ledger.openAccount("bank:opening", mayNotGoNegative: false))
        for contract in configuration.contracts where contract.openingBalance > .zero {
            let account = try booked(
                ledger.openAccount(ContractRegister.accountName(contract.account), mayNotGoNegative: true))
            let id = TransferID(openingOf: account)
            if let opened = try booked(ledger.transfer(id)) {
                guard opened.order.amount != contract.openingBalance else { continue }
                report(
                    .openingDiffers(
                        account: contract.account, booked: opened.order.amount, configured: contract.openingBalance))
                continue
            }
            try booked(
                ledger.post(
                    TransferOrder(
                        id: id, debit: bank, credit: account, amount: contract.openingBalance, code: .opening, at: now)
                ))
        }
        try CouponRegister.configure(configuration.campaigns, coupons, ledger, bank: bank, at: now, report)
        report(notice)
        return try booked(ledger.openAccount("merchant:\(configuration.merchant)", mayNotGoNegative: false))
    }
}
