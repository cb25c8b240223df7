import Acquiring
import Vocabulary

/// A payment network in a few lines, and one order at it with all that the platform knows: copied, it branches.
struct ModelNetwork: Hashable {
    enum State: Hashable { case none, open, paid, declined, reversed, refunded }
    /// What the network will do with a reversal and a refund of money it holds.
    enum Temper: CaseIterable { case willing, refundsOnly, keepsAll }
    /// What happens to a call.
    enum Fate: CaseIterable { case answered, lostOnTheWay, answerLost }

    var state: State
    var temper: Temper
    var order: AcquirerOrder
    var now = start
    var isUndone = false
    /// Money booked for this order, and how often it was.
    var booked: Int64 = 0
    var captures = 0
    var faults: [String] = []

    static let start = WallTime(milliseconds: 1_760_000_000_000)
    static let timings = AcquirerTimings(.weChat)

    /// The order has just been made; the network did, or did not, hear of it.
    init(_ state: State, _ temper: Temper = .willing, isShown: Bool = false) {
        self.state = state
        self.temper = temper
        order = AcquirerOrder(amount: Fen(700), isShown: isShown, at: Self.start, Self.timings)
    }

    mutating func wait(_ milliseconds: Int64) { now = WallTime(milliseconds: now.milliseconds + milliseconds) }

    /// The state as an answer; what an authorisation returns.
    var word: AcquirerAnswer {
        switch state {
        case .none: .neverSeen
        case .open: .pending
        case .paid: .approved(Fen(700))
        case .declined: .declined(.insufficientFunds)
        case .reversed: .reversed
        case .refunded: .refunded
        }
    }

    mutating func handle(_ event: AcquirerOrder.Event, _ fate: Fate = .answered) {
        if event == .undo { isUndone = true }
        let before = order.phase
        let actions = order.handle(event, at: now, Self.timings)
        for action in actions { carryOut(action, fate) }
        let calls = actions.filter { $0.isCall }
        if calls.count > 1 { faults.append("two calls at once after \(event)") }
        if [.captured, .declined, .reversed, .held].contains(before), !calls.isEmpty {
            faults.append("\(calls) from \(before)")
        }
    }

    private mutating func carryOut(_ action: AcquirerOrder.Action, _ fate: Fate) {
        switch action {
        case .query: tell(fate == .answered ? word : .unknown)
        case .reverse:
            let age = now.milliseconds - order.asked.milliseconds
            if age < 15_000 { faults.append("reversed after \(age) ms") }
            if age >= 7 * 86_400_000 { faults.append("reversed after 7 days") }
            var answer = AcquirerAnswer.unknown
            if fate != .lostOnTheWay { answer = reverse() }
            tell(fate == .answered ? answer : .unknown)
        case .refund(let amount):
            if amount != Fen(700) { faults.append("gives back \(amount)") }
            var answer = AcquirerAnswer.unknown
            if fate != .lostOnTheWay { answer = refund() }
            tell(fate == .answered ? answer : .unknown)
        case .capture:
            booked += 700
            captures += 1
        case .undone: booked = 0
        case .hold(let amount): booked = amount.count
        case .decline, .trouble: break
        }
    }

    private mutating func reverse() -> AcquirerAnswer {
        switch state {
        case .paid where temper != .willing, .refunded: return .reversalRefused
        case .declined: break
        case .none, .open, .paid, .reversed: state = .reversed
        }
        return .reversed
    }

    private mutating func refund() -> AcquirerAnswer {
        guard state == .paid || state == .refunded, temper != .keepsAll else { return .refundRefused }
        state = .refunded
        return .refunded
    }

    private mutating func tell(_ answer: AcquirerAnswer) { handle(.answered(answer)) }

    /// What is wrong in this state; nil if nothing is.
    var fault: String? {
        if let first = faults.first { return first }
        if captures > 1 { return "captured \(captures) times" }
        let held: Int64 = state == .paid ? 700 : 0
        switch order.phase {
        case .captured where isUndone: return "an order that was undone is captured"
        case .captured, .declined, .reversed, .held:
            if order.next != nil { return "\(order.phase) goes on" }
            if booked != held { return "\(order.phase): booked \(booked), the network holds \(held)" }
        case .asking, .pending, .reversing, .refunding:
            if order.next == nil { return "\(order.phase) waits for nothing" }
        }
        return nil
    }
}

extension AcquirerOrder.Action {
    var isCall: Bool {
        switch self {
        case .query, .reverse, .refund: true
        case .capture, .decline, .undone, .hold, .trouble: false
        }
    }
}
