import Canteen
import Effects
import Payments
import Testing
import Vocabulary
import Wire

/// A lunch at a turnstile in which everything goes wrong that can: lost and late answers, a network that comes and
/// goes, a slow disk that refuses writes, power cuts, faces seen twice, people who do not walk.
final class RoughLunch {
    static let people = [School.pupil, School.second, School.teacher]

    let world: CanteenWorld
    var platform = PlatformSketch()
    var dice: SystemDice
    var faults: [String] = []
    private var answered = 0
    private var isUp = true
    private var openings = 0
    private(set) var served = 0, cuts = 0

    init(seed: UInt64, hasPurses: Bool) throws {
        dice = SystemDice(seed: seed)
        let rule = dice.below(2)
        world = try School.world(hasPurses: hasPurses) {
            $0.lanes[0].turnstile?.notPassed = rule == 0 ? .reverse : .keep
            $0.leasesAhead = nil
        }
        world.isDiskSlow = true
        world.onPulse = { [unowned self] output in if output == "gate-1.open" { opened() } }
    }

    private var onDisk: Set<PaymentID> {
        Set(
            world.records.compactMap {
                switch $0 {
                case .leaseSpent(_, let charge, _), .payment(.acceptedOffline, let charge, _): charge.payment
                default: nil
                }
            })
    }

    /// The turnstile has opened: somebody must have paid for that.
    private func opened() {
        openings += 1
        served += 1
        let word = world.word()
        switch word {
        case .paid, .paidLater:
            guard let id = world.board.last.last?.payment else { return faults.append("opens for no sale") }
            if platform.payments[id] != .approved, !onDisk.contains(id) {
                faults.append("opens on \(id), which nobody has paid")
            }
        case .opensAgain:
            let shown = School.people.first { $0.name == world.board.lanes[0].screen.name }?.holder
            let isPaid =
                platform.holding.contains { $0.instrument.holder == shown }
                || world.records.contains {
                    if case .leaseSpent(_, let charge, _) = $0 { charge.instrument.holder == shown } else { false }
                }
            if !isPaid { faults.append("opens again for somebody who has not paid") }
        default: faults.append("opens and says \(word)")
        }
    }

    func step() {
        switch dice.below(100) {
        case 0..<18: present()
        case 18..<45: answer()
        case 45..<62: commit()
        case 62..<72: world.pass(milliseconds: dice.pick([50, 500, 2_000, 7_000, 61_000]))
        case 72..<86: world.tell(.sensor("gate-1.passage", dice.below(3) == 0 ? .active : .clear))
        case 86..<89:
            // Most of the time there is a network, and room on the disk.
            isUp = dice.below(3) > 0 ? true : !isUp
            world.tell(isUp ? .linkUp : .linkDown)
        case 89..<91: world.refusesWrites = dice.below(3) == 0
        case 91..<93: world.tell(.own(.expected(Self.people)))
        case 93..<95: cut()
        case 95..<97: report()
        case 97: world.tell(.sensor("gate-1.passage", dice.pick([.faulty, .unknown])))
        default:
            // The last answers come a second time.
            answered = max(0, answered - 2)
        }
        check()
    }

    private func present() {
        world.tell(.own(.presented(world.lane, Presentation(.holder(dice.pick(Self.people)), by: .face))))
    }

    private func answer() {
        guard isUp, answered < world.sent.count else { return }
        let (request, token) = world.sent[answered]
        answered += 1
        // Lost on the way there.
        if dice.below(8) == 0 { return }
        let response = platform.answer(request, declines: dice.below(10) == 0, at: world.now.wall)
        // Lost on the way back.
        if let response, dice.below(8) != 0 { world.tell(.answer(token, response)) }
    }

    private func commit() { for _ in 0...dice.below(3) { world.commitOne() } }

    private func cut() {
        cuts += 1
        commit()
        answered = world.sent.count
        world.restart(boot: "boot-\(dice.below(2))")
        if isUp { world.tell(.linkUp) }
    }

    private func report() {
        guard isUp, world.isDiskIdle else { return }
        platform.read(world.records)
        world.tell(.settledWithPlatform)
    }

    private func check() {
        let board = world.board
        if let left = board.stock.map(\.left).min(), left < 0 { faults.append("less than nothing is left") }
        var spent: [LeaseID: Int64] = [:]
        for record in world.records {
            guard case .leaseSpent(let lease, let charge, let spends) = record else { continue }
            spent[lease, default: 0] += charge.quote.total.count
            if !spends.isEmpty, spends.reduce(0, { $0 + $1.amount.count }) != charge.quote.total.count {
                faults.append("the spends of a payment are not its price")
            }
        }
        for (lease, amount) in spent where amount > platform.leases[lease]?.terms.amount.count ?? 0 {
            faults.append("\(amount) fen are spent of lease \(lease), which had less")
        }
    }

    /// Everything comes to rest: the network is there, the disk writes, nobody presents any more.
    func rest() {
        world.refusesWrites = false
        world.isDiskSlow = false
        world.tell(.journal(isHealthy: true))
        world.sync()
        isUp = true
        world.tell(.sensor("gate-1.passage", .clear))
        world.tell(.linkUp)
        for _ in 0..<60 {
            world.pass(seconds: 7)
            platform.read(world.records)
            world.tell(.settledWithPlatform)
            while answered < world.sent.count {
                let (request, token) = world.sent[answered]
                answered += 1
                if let response = platform.answer(request, declines: false, at: world.now.wall) {
                    world.tell(.answer(token, response))
                }
            }
        }
    }

    /// Nobody has paid twice for one presentation, and nobody ate more than the rule allows.
    func checkBooks() {
        for holder in Self.people {
            let charges = platform.holding.filter { $0.instrument.holder == holder }
                .sorted { $0.quote.from < $1.quote.from }
            for (one, next) in zip(charges, charges.dropFirst())
            where next.quote.from.milliseconds - one.quote.from.milliseconds < 60_000 {
                faults.append(
                    "two charges of \(holder) within a minute: \(one.payment) at \(one.quote.from.milliseconds) and "
                        + "\(next.payment) at \(next.quote.from.milliseconds)")
            }
            if charges.count > 2 { faults.append("\(holder) paid for \(charges.count) helpings, and 2 are allowed") }
        }
        for kind in ["till-payment", "reversal", "till-refund"] {
            let open = world.table[kind]?.count ?? 0
            if open > 0 { faults.append("\(open) of kind \(kind) are open at the end") }
        }
    }
}

@Suite("A lunch in which everything goes wrong")
struct CanteenPropertyTests {
    @Test("nobody pays twice, nothing opens unpaid, no lease is overspent, and all comes to an end", arguments: 1...60)
    func rough(seed: UInt64) throws {
        for hasPurses in [false, true] {
            let lunch = try RoughLunch(seed: seed, hasPurses: hasPurses)
            for step in 0..<400 {
                lunch.step()
                guard lunch.faults.isEmpty else {
                    Issue.record("seed \(seed), purses \(hasPurses), step \(step): \(lunch.faults)")
                    return
                }
            }
            lunch.rest()
            lunch.checkBooks()
            #expect(lunch.faults.isEmpty, "seed \(seed), purses \(hasPurses): \(lunch.faults)")
        }
    }
}
