internal import Journal
internal import Parking
internal import Services
internal import Vocabulary
internal import Wire

/// The judge of a run: it keeps its own account of what it saw, and trusts neither box nor platform.
///
/// While the run goes on it checks each step; the books and the records it checks now and then, and at the end.
class Checker {
    let world: World
    /// Cars for which a record on the box's disk lets the boom rise.
    private var written: Set<UUIDv7> = []
    /// Payments the platform has committed as approved, at some time.
    private var approved: Set<PaymentID> = []
    /// Payments on which a boom has risen.
    private(set) var risenOn: Set<PaymentID> = []
    /// Payments that a box has written down as approved.
    private(set) var writtenApproved: Set<PaymentID> = []
    /// Payments of which a box has written that nothing is held under them.
    private(set) var writtenReversed: Set<PaymentID> = []
    /// Promises on a box's disk.
    private(set) var promised: [PaymentID: Charge] = [:]
    private(set) var owed: [PaymentID: Charge] = [:]

    /// What the platform has set aside under a lease, all in all, and what a box has spent of it.
    private(set) var setAside: [LeaseID: Int64] = [:]
    private var spent: [LeaseID: Int64] = [:]
    /// Sales that a till may serve: paid by a record on its disk, or approved. And how many it has served.
    private var servable: [DeviceID: Int] = [:]
    private var served: [DeviceID: Int] = [:]
    /// Which till asked for a payment.
    private var tillOf: [PaymentID: DeviceID] = [:]

    init(_ world: World) { self.world = world }

    // MARK: - What it sees

    /// Records have reached a box's disk.
    func durable(_ box: SimulatedBox, _ records: [Record]) {
        for record in records {
            world.note("written", box.number, "\(box.device) has on disk: \(record.event)")
            switch record.event {
            case .decision(let transit, _, _, _, let verdict, _):
                switch verdict {
                case .admit, .letOut, .letOutOnDebt: written.insert(transit)
                case .hold, .refuse: break
                }
            case .manualOpening(let opening): if let transit = opening.transit { written.insert(transit) }
            case .leaseSpent(let lease, let charge, _): leaseSpent(lease, charge, box)
            case .payment(let state, let charge, _): paymentWritten(state, charge, box)
            case .debt(let charge):
                world.counts.debts += 1
                owed[charge.payment] = charge
            default: break
            }
        }
    }

    private func leaseSpent(_ lease: LeaseID, _ charge: Charge, _ box: SimulatedBox) {
        world.counts.paidFromLease += 1
        promised[charge.payment] = charge
        servable[box.device, default: 0] += 1
        spent[lease, default: 0] += charge.quote.total.count
        let (used, granted) = (spent[lease] ?? 0, setAside[lease] ?? 0)
        if used > granted { world.fail("\(box.device) has spent \(used) fen of lease \(lease), which had \(granted)") }
    }

    /// The turnstile of a till is energised.
    func serves(_ box: SimulatedBox) {
        served[box.device, default: 0] += 1
        if served[box.device, default: 0] > servable[box.device, default: 0] {
            world.fail("\(box.device) serves somebody whom no record on disk and no approval lets through")
        }
    }

    private func approve(_ id: PaymentID) {
        guard approved.insert(id).inserted, let till = tillOf[id] else { return }
        servable[till, default: 0] += 1
    }

    private func paymentWritten(_ state: Record.PaymentState, _ charge: Charge, _ box: SimulatedBox) {
        switch state {
        case .cashTaken:
            world.counts.paidInCash += 1
            servable[box.device, default: 0] += 1
            promised[charge.payment] = charge
        case .acceptedOffline:
            world.counts.promisedOffline += 1
            servable[box.device, default: 0] += 1
            promised[charge.payment] = charge
            if !charge.instrument.kind.canBeDebitedLater {
                world.fail(
                    "\(box.device) has queued a \(charge.instrument.kind.rawValue), which nobody can debit later")
            }
        case .reversed:
            world.counts.reversals += 1
            writtenReversed.insert(charge.payment)
        case .approved:
            world.counts.approved += 1
            writtenApproved.insert(charge.payment)
            if charge.instrument.holder == nil { world.counts.paidByCode += 1 }
            box.lastApproved = charge
        case .declined: world.counts.declined += 1
        default: break
        }
    }

    /// The platform has committed and is about to answer.
    func answered(_ incoming: Incoming, _ response: Response) {
        world.note("answer", 0, "the platform to \(incoming.device): \(response)")
        if let request = try? Request(payload: incoming.payload), case .charge(let charge, _) = request {
            world.counts.chargesAsked += 1
            if charge.stay == nil { tillOf[charge.payment] = incoming.device }
        }
        if case .lease(let id, .granted(let terms)) = response {
            setAside[id] = max(setAside[id] ?? 0, terms.amount.count)
        }
        if case .payment(let id, .approved, _) = response { approve(id) }
    }

    /// The platform sends an answer, at once or when a payment network has spoken; what it says is committed.
    func heard(_ response: Response) {
        if case .payment(let id, .approved, _) = response { approve(id) }
    }

    /// The raise relay of a lane is energised.
    func raises(_ lane: VirtualLane) {
        guard let view = lane.box.view(of: lane.id) else { return }
        for transit in view.awaited {
            if view.transit == transit, let payment = view.settledBy {
                risenOn.insert(payment)
                lane.raisedOn.append(payment)
            }
            guard !written.contains(transit) else { continue }
            if view.transit == transit, let payment = view.payment, approved.contains(payment) { continue }
            world.fail(
                "\(lane.id) of \(lane.box.device) rises for a car that no record on disk and no approval lets through")
        }
    }

    /// A car has left the car park.
    func left(_ lane: VirtualLane) { lane.raisedOn = [] }

    // MARK: - Checks

    /// What must hold at any moment.
    func check() {
        world.counts.checks += 1
        do {
            let books = try BookReading(world.platform.database)
            try checkBooks(books)
            checkStreams(books)
            checkStays(books)
        } catch { world.fail("the checks cannot read the platform's file: \(error)") }
    }

    /// What must hold when everything has come to rest.
    func checkAtRest() {
        for box in world.boxes where !box.isSettled {
            world.fail("\(box.device) has not come to rest: \(box.restWords)")
        }
        check()
        do {
            let books = try BookReading(world.platform.database)
            checkOutcomes(books)
            try checkNetwork(books)
            for box in world.boxes {
                let stream = books.streams[box.stream]
                if stream?.through ?? 0 != box.disk.head.sequence {
                    world.fail(
                        "\(box.device) has \(box.disk.head.sequence) records, the platform \(stream?.through ?? 0)")
                }
            }
        } catch { world.fail("the checks cannot read the platform's file: \(error)") }
    }

    /// Every visible effect that needs money has its money, and what was undone holds none.
    private func checkOutcomes(_ books: BookReading) {
        for id in risenOn.sorted() {
            guard let payment = books.payments[id] else {
                world.fail("a boom rose on payment \(id), of which the platform knows nothing")
                continue
            }
            if !payment.holdsMoney, books.refunded[id] == nil {
                world.fail("a boom rose on payment \(id), which is \(payment.state) and holds no money")
            }
        }
        for id in Set(promised.keys).union(owed.keys).sorted() where books.payments[id]?.holdsMoney != true {
            world.fail("payment \(id) was promised or owed on disk, and the platform holds nothing for it")
        }
        for id in writtenApproved.subtracting(writtenReversed).sorted() where books.payments[id]?.holdsMoney != true {
            world.fail("payment \(id) is written down as approved, and the platform holds no money for it")
        }
        for id in writtenReversed.sorted() where !risenOn.contains(id) && promised[id] == nil && owed[id] == nil {
            if books.payments[id]?.holdsMoney == true {
                world.fail("payment \(id) was undone, and the platform holds money for it")
            }
        }
    }

    /// What a box calls acknowledged the platform has, and the same.
    func checkStreams(_ books: BookReading) {
        for box in world.boxes {
            let known = max(box.disk.acknowledged, box.journal.status.acknowledgedThrough)
            let stream = books.streams[box.stream]
            let through = stream?.through ?? 0
            if known > through {
                world.fail("\(box.device) takes \(known) records for acknowledged, the platform has \(through)")
            }
            if let stream, box.disk.hash(at: through)?.bytes != stream.hash {
                world.fail("the platform's record \(through) of \(box.device) is not the one on the box's disk")
            }
        }
    }
}
