import Tariffs
import Vocabulary
import Wire

@testable import Services

/// A box with one exit, as `parkingd` decides there: what it knows of a car by itself, what it is told, what it asks.
struct ModelGate {
    struct Car {
        var entry: StayEntry
        var paidThrough: WallTime?
        var prepaid: Prepayment?
        /// When it was paid here.
        var paidHere: WallTime?

        mutating func take(_ prepayment: Prepayment) {
            if let prepaid, prepaid.at > prepayment.at { return }
            prepaid = prepayment
            paidThrough = max(paidThrough ?? prepayment.through, prepayment.through)
        }
    }

    let box: WritableKeyPath<CarPark, Box>
    let device: DeviceID
    var cars: [StayID: Car] = [:]
    var isCut = false
    /// What is said of payments on the phone does not reach it.
    var isDeaf = false
    /// What it has written and not sent.
    var outbox: [Record.Event] = []
    /// The batch that it sent last.
    var sent: [UInt8]?

    init(_ box: WritableKeyPath<CarPark, Box>, _ device: DeviceID) { (self.box, self.device) = (box, device) }

    mutating func take(_ note: StayNote) {
        var car = cars[note.entry.stay] ?? Car(entry: note.entry)
        if let through = note.paidThrough { car.paidThrough = max(car.paidThrough ?? through, through) }
        if let prepaid = note.prepaid { car.take(prepaid) }
        cars[note.entry.stay] = car
    }

    mutating func hear(_ announcement: Announcement) {
        switch announcement {
        case .stayOpened(let note): take(note)
        case .stayClosed(let stay): cars[stay] = nil
        case .stayPrepaid(let prepayment):
            guard cars[prepayment.stay] != nil else { return }
            cars[prepayment.stay]?.take(prepayment)
            outbox.append(.stayPrepaid(stay: prepayment.stay, payment: prepayment.payment))
        case .listChanged, .policyChanged, .paymentChanged, .journalContested, .leaseRecalled, .purseRules, .ticket,
            .meal:
            break
        }
    }
}

extension PrepaymentWorld {
    /// A car stands at an exit: it is let out free, charged, or held; now and then it turns back after all.
    func driveUp(_ plate: Plate, to gate: Int) throws {
        guard let stay = inside[plate] else { return }
        let isPaid = try judge.isInGrace(stay, park)
        let charges = judge.charges.count
        // An attendant opens by hand, now and then; the driver still has a page open.
        let isOpened = chance(8)
        let order = isOpened ? try order(stay, isHasty: false) : nil
        if isOpened { try run() } else { guard try isLetOut(stay, gate) else { return } }
        if isPaid, !gates[gate].isCut, judge.charges.count > charges {
            judge.fault("\(stay) was charged at \(gates[gate].device) within its grace")
        }
        if chance(3) { return }
        inside[plate] = nil
        gates[gate].cars[stay] = nil
        gates[gate].outbox.append(.stayClosed(stay: stay, lane: try LaneID("exit-1"), transit: stay))
        if let order { try pay(order) }
    }

    private func isLetOut(_ stay: StayID, _ gate: Int) throws -> Bool {
        for _ in 0..<4 {
            guard let car = gates[gate].cars[stay] else {
                guard try looks(for: stay, gate) else { return false }
                continue
            }
            if let prepaid = car.prepaid, park.time <= prepaid.leaveBy { return true }
            if let paid = car.paidHere, park.time.milliseconds - paid.milliseconds <= 15 * CarPark.minute {
                return true
            }
            let charge = try park.exitCharge(
                stay, car.entry.plate ?? Site.rich, entered: car.entry.entered, from: car.paidThrough, number: next())
            if charge.quote.total == .zero { return true }
            if gates[gate].isCut { return settles(charge, gate, isPromised: charge.plate == Site.rich) }
            judge.charges.append(.init(charge: charge, gate: gate, wasAsked: true))
            switch try park.charge(charge, from: park[keyPath: gates[gate].box]) {
            case .approved:
                if chance(6) {
                    // The answer was lost, and the driver turned back: it is undone.
                    _ = try park.ask(.reverse(charge.payment), from: park[keyPath: gates[gate].box])
                    return false
                }
                paid(charge, gate)
                return true
            case .declined(.prepaid):
                judge.charges.removeLast()
                guard try looks(for: stay, gate) else { return false }
            default:
                judge.charges.removeLast()
                var other = charge
                other.payment = PaymentID(at: park.time, random: (6, next()))
                return settles(other, gate, isPromised: false)
            }
        }
        judge.fault("\(stay) is held at \(gates[gate].device) with minutes that are paid")
        return false
    }

    /// - Returns: false where nothing is known of the car: the attendant holds it.
    private func looks(for stay: StayID, _ gate: Int) throws -> Bool {
        guard !gates[gate].isCut, let note = try park.find(.stay(stay), from: park[keyPath: gates[gate].box]) else {
            return false
        }
        gates[gate].take(note)
        return true
    }

    /// Without the platform's word: a promise, cash, or a debt.
    private func settles(_ charge: Charge, _ gate: Int, isPromised: Bool) -> Bool {
        var charge = charge
        if isPromised {
            gates[gate].outbox.append(.payment(.acceptedOffline, charge, nil))
        } else if chance(2) {
            charge.instrument = .cash(takenBy: "Zhao")
            gates[gate].outbox.append(.payment(.cashTaken, charge, nil))
        } else {
            gates[gate].outbox.append(.debt(charge))
        }
        judge.charges.append(.init(charge: charge, gate: gate, wasAsked: false))
        paid(charge, gate)
        return true
    }

    private func paid(_ charge: Charge, _ gate: Int) {
        guard let stay = charge.stay else { return }
        gates[gate].cars[stay]?.paidHere = park.time
        let until = charge.quote.until
        let before = gates[gate].cars[stay]?.paidThrough ?? until
        gates[gate].cars[stay]?.paidThrough = max(before, until)
    }
}
