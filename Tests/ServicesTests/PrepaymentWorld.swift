import Acquiring
import Vocabulary
import Wire

@testable import Services

/// Two boxes of one car park as the platform sees them, three cars, their drivers' phones, and a payment network. What
/// runs between them is late, lost, or comes twice; a ``PrepaymentJudge`` watches.
final class PrepaymentWorld {
    let park: CarPark
    let rules: PrepaymentRules
    var judge = PrepaymentJudge()
    var gates: [ModelGate]
    /// The stays under way, by plate.
    var inside: [Plate: StayID] = [:]
    var entries: [(entry: StayEntry, gate: Int)] = []
    /// Answers of the network that are still on their way.
    var late: [AcquirerResult] = []
    private var crier = SiteCrier()
    private var dice: Dice
    private var number: UInt64 = 0

    static let plates = [Site.rich, Site.poor, Site.stranger]

    init(seed: UInt64, rules: PrepaymentRules) throws {
        park = try CarPark()
        self.rules = rules
        dice = Dice(state: seed)
        gates = [ModelGate(\.gate1, park.gate1.device), ModelGate(\.gate2, park.gate2.device)]
        park.store.cars.phone.rules = rules
        for plate in Self.plates { enter(plate, at: Int.random(in: 0..<2, using: &dice)) }
        try pump()
        park.wait(minutes: 30)
    }

    func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &dice) == 0 }

    func next() -> UInt64 {
        number += 1
        return number
    }

    func step() throws {
        let plate = Self.plates[Int.random(in: 0..<3, using: &dice)], gate = Int.random(in: 0..<2, using: &dice)
        switch Int.random(in: 0..<26, using: &dice) {
        case 0...2: inside[plate] == nil ? enter(plate, at: gate) : try driveUp(plate, to: gate)
        case 3...5: if let stay = inside[plate] { try order(stay) }
        case 6: if let stay = entries.randomElement(using: &dice)?.entry.stay { try order(stay) }
        case 7, 8: if let order = judge.orders.keys.sorted().randomElement(using: &dice) { try pay(order) }
        case 9: try run()
        case 10: try ask(isLate: true)
        case 11: try hearLate()
        case 12: if chance(2) { try restart() }
        case 13, 25: if !gates[gate].isCut { cut(gate) } else if chance(2) { try heal(gate) }
        case 14: gates[gate].isDeaf.toggle()
        case 15, 16:
            // Paid on the way to the gate, which may not have heard of it.
            guard let stay = inside[plate] else { break }
            if chance(2) { gates[gate].isDeaf = true }
            try order(stay)
            try driveUp(plate, to: gate)
        case 17: try comesTwice()
        case 18...21: try pass(Int64.random(in: 1...8, using: &dice) * 1_000)
        case 22, 23: park.wait(minutes: Int64.random(in: 1...20, using: &dice))
        default: park.wait(minutes: Int64.random(in: 20...60, using: &dice))
        }
        try pump()
        try judge.check(park)
    }

    /// The platform starts anew while no box hears it. Then everything that is late comes; whoever still has a page
    /// open pays; and there is quiet.
    func end() throws {
        for gate in gates.indices { if gates[gate].isCut { try heal(gate) } else { try send(gate) } }
        for gate in gates.indices { gates[gate].isDeaf = true }
        if let (_, stay) = inside.max(by: { $0.value < $1.value }) { try order(stay) }
        while !late.isEmpty { try hearLate() }
        try pass(6_000)
        try restart()
        for gate in gates.indices { gates[gate].isDeaf = false }
        try pump()
        // One more driver has the page open, and pays at the gate.
        if let (plate, stay) = inside.min(by: { $0.value < $1.value }) {
            try order(stay, isHasty: false)
            try run()
            try driveUp(plate, to: 0)
        }
        try pump()
        try pass(40_000)
        try judge.check(park)
        for order in judge.orders.keys.sorted() {
            let isStale = try judge.isPaidOtherwise(order, park)
            if try pay(order), isStale { judge.fault("\(order) could be paid after its minutes were paid at a gate") }
        }
        try pass(300_000)
        try judge.check(park)
        try judge.checkEnd(park)
        for (stay, payment) in try judge.standing(park) where try park.find(.stay(stay)) != nil {
            for gate in gates where gate.cars[stay]?.prepaid?.payment != payment {
                judge.fault("\(gate.device) has not heard of \(payment)")
            }
        }
        if crier.nextTime != nil { judge.fault("boxes are told for ever") }
    }

    // MARK: - Phones

    /// - Returns: the order, if there is one.
    @discardableResult
    func order(_ stay: StayID, isHasty: Bool = true) throws -> PaymentID? {
        let due = try park.due(.stay(stay))
        if due != nil, try judge.isInGrace(stay, park) { judge.fault("\(stay) owes on the phone within its grace") }
        let amount = due?.quote.total ?? .zero
        let question = PhoneQuestion.payStay(site: CarPark.site, .stay(stay), amount: amount, key: "k\(next())")
        guard case .order(let order) = park.phone(question) else { return nil }
        try judge.ordered(order.payment, stay, park)
        // Most drivers pay at once, and most networks say so soon.
        if isHasty, !chance(3) {
            try run()
            try pay(order.payment)
            if !chance(3) { try pass(6_000) }
        }
        if chance(3) { _ = park.phone(question) }
        return order.payment
    }

    @discardableResult
    func pay(_ order: PaymentID) throws -> Bool { try park.book.pay(order) != nil }

    // MARK: - The network

    /// The network is asked; what it says is heard at once, later, never, or twice.
    private func ask(isLate: Bool = false) throws {
        guard !park.tasks.isEmpty else { return }
        let task = park.tasks.removeFirst()
        judge.asked(task.call)
        let result = AcquirerResult(task: task, answer: try park.book.answer(task.call, at: park.time))
        guard isLate else { return try hear(result) }
        if chance(3) { try hear(AcquirerResult(task: task, answer: .unknown)) } else { late.append(result) }
    }

    private func hearLate() throws {
        guard !late.isEmpty else { return }
        let result = late.removeFirst()
        try hear(result)
        if chance(3) { try hear(result) }
    }

    private func hear(_ result: AcquirerResult) throws {
        park.time.milliseconds += 1
        try judge.hears(result, park)
        _ = try park.store.hear([result], at: park.time)
        park.tasks += park.store.takeTasks()
    }

    func run() throws { while !park.tasks.isEmpty { try ask() } }

    private func pass(_ milliseconds: Int64) throws {
        let end = park.time.milliseconds + milliseconds
        while park.time.milliseconds < end {
            // Seconds in which nothing is due are passed over where the time is long.
            park.time.milliseconds += milliseconds > 10_000 ? 5_000 : 1_000
            try park.store.turn(at: park.time)
            park.tasks += park.store.takeTasks()
            try run()
            try pump()
        }
    }

    private func restart() throws {
        try park.restart()
        park.store.cars.phone.rules = rules
        late = []
        crier = SiteCrier()
        _ = crier.hear(try park.store.openSiteNews(), at: uptime)
    }

    // MARK: - Boxes

    private var uptime: Uptime { Uptime(milliseconds: park.time.milliseconds - Site.time.milliseconds) }

    /// What the platform has to say reaches the boxes that are online, now and then twice; what they write reaches it.
    private func pump() throws {
        for (device, announcement) in crier.hear(park.store.takeSiteNews(), at: uptime) + crier.take(at: uptime) {
            guard let index = gates.firstIndex(where: { $0.device == device }), !gates[index].isCut else { continue }
            if gates[index].isDeaf, case .stayPrepaid = announcement { continue }
            gates[index].hear(announcement)
            if chance(4) { gates[index].hear(announcement) }
        }
        // A box lets a few records come together.
        for gate in gates.indices where !gates[gate].isCut && chance(3) { try send(gate) }
    }

    private func cut(_ gate: Int) { gates[gate].isCut = true }

    /// Online again: it sends its records, and reads which cars are inside.
    private func heal(_ gate: Int) throws {
        gates[gate].isCut = false
        try send(gate)
        crier.isBack(gates[gate].device, at: uptime)
        var after: StayID?
        repeat {
            let page = try park.page(after, from: park[keyPath: gates[gate].box])
            for note in page.stays { gates[gate].take(note) }
            for stay in page.closed { gates[gate].cars[stay] = nil }
            after = page.next
        } while after != nil
    }

    private func send(_ gate: Int) throws {
        guard !gates[gate].outbox.isEmpty else { return }
        var park = park
        let payload = park[keyPath: gates[gate].box].batch(gates[gate].outbox)
        (gates[gate].outbox, gates[gate].sent) = ([], payload)
        try ingest(payload, gate)
    }

    private func ingest(_ payload: [UInt8], _ gate: Int) throws {
        park.time.milliseconds += 1
        _ = try park.store.ingest(payload, from: gates[gate].device, at: park.time)
        park.tasks += park.store.takeTasks()
        try judge.notesClosed(park)
    }

    /// A batch whose acknowledgement was lost; an entry that is recorded after the car has left; a charge again.
    private func comesTwice() throws {
        for gate in gates.indices where !gates[gate].isCut {
            if let sent = gates[gate].sent { try ingest(sent, gate) }
        }
        if let old = entries.randomElement(using: &dice) { gates[old.gate].outbox.append(.stayOpened(old.entry)) }
        if let old = judge.charges.filter({ $0.wasAsked }).randomElement(using: &dice), !gates[old.gate].isCut {
            _ = try park.charge(old.charge, from: park[keyPath: gates[old.gate].box])
        }
    }

    private func enter(_ plate: Plate, at gate: Int) {
        let entry = park.entry(plate, next())
        inside[plate] = entry.stay
        judge.entered[entry.stay] = entry.entered
        entries.append((entry, gate))
        gates[gate].cars[entry.stay] = ModelGate.Car(entry: entry)
        gates[gate].outbox.append(.stayOpened(entry))
    }
}
