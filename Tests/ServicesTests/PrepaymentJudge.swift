import Acquiring
import Payments
import Tariffs
import Vocabulary
import Wire

@testable import Services

/// Knows by itself what was ordered, paid and charged for which stay, and says where the platform has it otherwise.
struct PrepaymentJudge {
    struct Order {
        var stay: StayID
        var amount: Fen
        var from: WallTime, until: WallTime
        /// When the platform first heard that it was paid, and whether the car had left then.
        var known: WallTime?
        var hadLeft = false
        /// The numbers under which the network was asked to give it back.
        var refunds: Set<PaymentID> = []
    }

    /// What a box has charged or written down as owed.
    struct Taken {
        var charge: Charge
        var gate: Int
        /// By request, not by record.
        var wasAsked: Bool
    }

    /// What pays for minutes of a stay by the platform's books.
    struct Standing {
        var payment: PaymentID
        var amount: Fen
        var from: WallTime, until: WallTime
        var gate: Int?
    }

    static let grace = 15 * CarPark.minute

    private(set) var faults: [String] = []
    private(set) var orders: [PaymentID: Order] = [:]
    var charges: [Taken] = []
    var entered: [StayID: WallTime] = [:]
    private var closed: Set<StayID> = []
    /// What the runs came to.
    private(set) var applied: Set<PaymentID> = [], givenBack: Set<PaymentID> = [], over: Set<PaymentID> = []
    private(set) var overlaps = 0

    mutating func fault(_ words: String) { faults.append(words) }

    // MARK: - What happens

    mutating func ordered(_ payment: PaymentID, _ stay: StayID, _ park: CarPark) throws {
        guard orders[payment] == nil, let row = try park.store.payments.table.find(payment),
            let quote = Payments.read(row.charge)?.quote
        else { return }
        orders[payment] = Order(stay: stay, amount: quote.total, from: quote.from, until: quote.until)
    }

    /// Before the platform hears what the network says.
    mutating func hears(_ result: AcquirerResult, _ park: CarPark) throws {
        let id = result.task.call.order
        guard case .approved = result.answer, let order = orders[id], order.known == nil,
            try !park.store.codes.isReversing(id)
        else { return }
        orders[id]?.known = park.time
        orders[id]?.hadLeft = closed.contains(order.stay)
    }

    mutating func asked(_ call: AcquirerCall) {
        guard case .refund(let order, let number, let amount) = call else { return }
        orders[order]?.refunds.insert(number)
        if amount != orders[order]?.amount { fault("\(order) is given back in part: \(amount)") }
    }

    /// Which stays are over; none of them begins anew.
    mutating func notesClosed(_ park: CarPark) throws {
        for stay in entered.keys {
            let isClosed = try park.store.cars.stays.row(stay)?.isClosed ?? false
            if closed.contains(stay), !isClosed { fault("\(stay) has begun anew") }
            if isClosed { closed.insert(stay) }
        }
    }

    // MARK: - What must hold at any time

    mutating func check(_ park: CarPark) throws {
        for (id, order) in orders {
            guard let known = order.known, let row = try park.store.cars.phone.orders.find(id) else { continue }
            if order.hadLeft, !row.isGivenBack { fault("\(id) was paid for a car that had left, and is kept") }
            if row.applied == nil, !row.isGivenBack { fault("\(id) was paid and has no effect") }
            if let applied = row.applied {
                if applied != known { fault("\(id) had its effect at another time than when it was known") }
                if row.until?.milliseconds != known.milliseconds + Self.grace { fault("\(id) has another grace") }
            }
            if row.isGivenBack { givenBack.insert(id) } else { applied.insert(id) }
            if order.refunds.count > 1 { fault("\(id) is given back \(order.refunds.count) times") }
        }
        for stay in entered.keys {
            let all = try paying(stay, park)
            for (index, one) in all.enumerated() {
                for other in all[(index + 1)...] where one.from < other.until && other.from < one.until {
                    guard one.gate == nil || other.gate == nil else { continue }
                    fault("minutes of \(stay) are paid by \(one.payment) and by \(other.payment)")
                }
            }
            if try park.store.payments.table.stays.paidThrough(stay) != all.map(\.until).max() {
                fault("\(stay) is paid through another minute than what stands pays for")
            }
        }
    }

    /// What stands for a stay, on the phone and at the gates.
    private func paying(_ stay: StayID, _ park: CarPark) throws -> [Standing] {
        var all: [Standing] = []
        for (id, order) in orders where order.stay == stay {
            guard let row = try park.store.cars.phone.orders.find(id), row.applied != nil, !row.isGivenBack else {
                continue
            }
            all.append(Standing(payment: id, amount: order.amount, from: order.from, until: order.until))
        }
        for taken in charges where taken.charge.stay == stay {
            let (charge, quote) = (taken.charge, taken.charge.quote)
            guard let state = try park.store.payments.table.find(charge.payment)?.state,
                [.approved, .debt, .collected].contains(state)
            else { continue }
            all.append(
                Standing(
                    payment: charge.payment, amount: quote.total, from: quote.from, until: quote.until,
                    gate: taken.gate))
        }
        return all
    }

    /// Whether its driver was told that the car may leave now.
    func isInGrace(_ stay: StayID, _ park: CarPark) throws -> Bool {
        try paying(stay, park).contains { one in
            guard one.gate == nil, let known = orders[one.payment]?.known else { return false }
            return park.time.milliseconds + 10 < known.milliseconds + Self.grace
        }
    }

    /// Whether what an order would pay for is paid by something else that stands.
    func isPaidOtherwise(_ id: PaymentID, _ park: CarPark) throws -> Bool {
        guard let order = orders[id] else { return false }
        return try paying(order.stay, park).contains {
            $0.payment != id && $0.from < order.until && order.from < $0.until
        }
    }

    /// The last payment on the phone that stands for each stay.
    func standing(_ park: CarPark) throws -> [(StayID, PaymentID)] {
        try entered.keys.compactMap { stay in
            try paying(stay, park).filter { $0.gate == nil }.map(\.payment).max().map { (stay, $0) }
        }
    }

    // MARK: - What must hold in the end

    mutating func checkEnd(_ park: CarPark) throws {
        if try !park.isSound() { fault("the books do not agree") }
        for (id, order) in orders {
            let held = try park.book.held(id)
            switch try park.look(id) {
            case .waiting: fault("\(id) is waiting for ever")
            case .paid where held != order.amount: fault("\(id) is paid, and the network holds \(held)")
            case .givenBack where held != .zero: fault("\(id) is given back, and the network holds \(held)")
            case .over where held != .zero: fault("\(id) is over, and the network holds \(held)")
            case .over: over.insert(id)
            case .paid, .givenBack: break
            }
        }
        var told: [String: Int64] = [:]
        for incident in try park.store.ledgerReport().incidents where incident.code == .stayPaidTwice {
            told[incident.subject] = incident.count
            if incident.count > 1 { fault("\(incident.subject) was told of \(incident.count) times") }
        }
        for (stay, began) in entered {
            var all = try paying(stay, park)
            // What two gates have taken without knowing of each other a person gives back, who is told of it.
            for one in all {
                let others = all.filter { $0.gate != one.gate && $0.from < one.until && one.from < $0.until }
                guard one.gate != nil, !others.isEmpty else { continue }
                overlaps += 1
                if told[one.payment.description] != nil {
                    all.removeAll { $0.payment == one.payment }
                } else if others.allSatisfy({ told[$0.payment.description] == nil }) {
                    fault("minutes of \(stay) were paid at two gates, and nobody is told")
                }
            }
            guard let end = all.map(\.until).max() else { continue }
            let whole = try CarPark.prices.quote(
                from: began, duration: .milliseconds(end.milliseconds - began.milliseconds)
            ).total
            let kept = all.reduce(0) { $0 + $1.amount.count }
            if kept > whole.count { fault("\(stay) was charged \(Fen(kept)) and costs \(whole)") }
        }
    }
}
