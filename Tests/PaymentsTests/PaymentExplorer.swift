import Vocabulary
import Wire

@testable import Payments

/// Runs a payment through every order of events up to a depth and collects every breach of the rules.
struct PaymentExplorer {
    typealias Step = (inout PaymentMachine, PaymentMachine.Event, Uptime) -> [PaymentMachine.Action]

    enum Stimulus: Hashable {
        case event(PaymentMachine.Event)
        /// A tick one second later, due or not.
        case laterTick
        /// A tick when the machine wants one.
        case dueTick

        static let all: [Stimulus] =
            [
                .event(.durable), .event(.linkUp), .event(.linkDown), .event(.abandoned), .event(.settledByRecord),
                .event(.changedElsewhere), .laterTick, .dueTick,
            ]
            + [
                PaymentOutcome.approved, .declined(.insufficientFunds), .pending, .unknown, .reversed, .neverSeen,
                .conflict,
            ].map { .event(.answer($0)) }
    }

    struct Node: Hashable {
        var machine: PaymentMachine
        var watch: PaymentWatch
        var now: Uptime
    }

    var step: Step = { $0.handle($1, at: $2) }
    private(set) var faults: Set<String> = []
    private(set) var visited = 0

    init(step: @escaping Step = { $0.handle($1, at: $2) }) { self.step = step }

    mutating func explore(_ machine: PaymentMachine, watch: PaymentWatch, depth: Int) {
        var level: Set = [Node(machine: machine, watch: watch, now: Fixtures.at(1_000))]
        var seen = level
        for _ in 0..<depth {
            var following: Set<Node> = []
            for node in level {
                for stimulus in Stimulus.all {
                    guard let reached = play(stimulus, on: node), seen.insert(reached).inserted else { continue }
                    following.insert(reached)
                }
            }
            level = following
        }
        visited += seen.count
    }

    private mutating func play(_ stimulus: Stimulus, on node: Node) -> Node? {
        var node = node
        var event = PaymentMachine.Event.tick
        switch stimulus {
        case .event(let own): event = own
        case .laterTick: node.now = node.now + .seconds(1)
        case .dueTick:
            guard let deadline = node.machine.nextDeadline else { return nil }
            node.now = max(node.now, deadline)
        }
        let actions = step(&node.machine, event, node.now)
        let found = node.watch.note(event, actions)
        let progress = deadlineFault(stimulus, node)
        for fault in found + progress { faults.insert("\(fault) (after \(stimulus))") }
        return node
    }

    private func deadlineFault(_ stimulus: Stimulus, _ node: Node) -> [String] {
        var faults: [String] = []
        if stimulus == .dueTick, let next = node.machine.nextDeadline, next <= node.now {
            faults.append("a tick that was due is due again at once")
        }
        if node.watch.mustAskOn, node.machine.nextDeadline == nil {
            faults.append("the outcome is open, the link is up, and nothing will ask again")
        }
        return faults
    }
}

/// What must hold of one payment, whatever happens in whatever order.
struct PaymentWatch: Hashable {
    private var isDurable = false
    private var hasBegun = false
    private var wasSent: Bool
    private var isLinkUp: Bool
    private var isAbandoned = false
    private var isSettled = false
    private var isFinished = false
    private var isReversed = false
    private var reports: Set<String> = []
    private var isLeftOver: Bool

    /// - Parameter isOpen: the payment was begun by an earlier run: it is on disk and may have been sent.
    /// - Parameter isLeftOver: its car may have gone: it must not be charged again of itself.
    init(isLinkUp: Bool, isOpen: Bool = false, isLeftOver: Bool = false) {
        self.isLinkUp = isLinkUp
        self.isLeftOver = isLeftOver
        isDurable = isOpen
        wasSent = isOpen
    }

    /// The platform has the last word and can be asked: the machine must see to it that it is.
    var mustAskOn: Bool { isLinkUp && hasBegun && !isFinished }

    mutating func note(_ event: PaymentMachine.Event, _ actions: [PaymentMachine.Action]) -> [String] {
        if isFinished { return actions.isEmpty ? [] : ["a finished payment does something"] }
        switch event {
        case .durable: (isDurable, hasBegun) = (true, true)
        case .linkUp: isLinkUp = true
        case .linkDown: isLinkUp = false
        case .abandoned: (isAbandoned, hasBegun) = (true, true)
        case .settledByRecord: if !isAbandoned { isSettled = true }
        case .answer(.neverSeen), .answer(.pending): if isLeftOver, !isSettled { isAbandoned = true }
        case .answer, .tick, .changedElsewhere: break
        }
        // The machine gives up of itself only a payer who was told to confirm.
        if event == .tick, actions.contains(.report(.notConfirmed)), reports.contains("pending"), !isSettled {
            isAbandoned = true
        }
        var faults: [String] = []
        for action in actions {
            if let fault = check(action, after: event) { faults.append(fault) }
        }
        if isAbandoned, isLinkUp, !isFinished, event == .answer(.approved),
            !actions.contains(.send(.reverse(Fixtures.charge.payment)))
        {
            faults.append("money moved for a car that has gone, and no reversal is asked for")
        }
        if event == .abandoned || actions.contains(.report(.notConfirmed)), isLinkUp, wasSent, !isReversed, !isFinished,
            !actions.contains(.send(.reverse(Fixtures.charge.payment))), !actions.isEmpty
        {
            faults.append("the payment is given up and the platform is not told")
        }
        if isSettled, !isFinished { faults.append("settled by a record, and the payment goes on") }
        return faults
    }

    private mutating func check(_ action: PaymentMachine.Action, after event: PaymentMachine.Event) -> String? {
        switch action {
        case .send(let request): return check(request)
        case .report(let report):
            if isAbandoned && report != .notConfirmed || isSettled {
                return "the lane hears \(report) of a payment it gave up or settled"
            }
            guard reports.insert("\(report)").inserted else { return "the lane hears \(report) twice" }
            return isTrue(report, after: event) ? nil : "\(report) is reported, and that is not what happened"
        case .record(.declined, let reason):
            return event == .answer(.declined(.insufficientFunds)) && reason == .insufficientFunds
                ? nil : "declined stands in the journal unsaid"
        case .record(.approved, _):
            return event == .answer(.approved) && !isAbandoned ? nil : "approved stands in the journal unsaid"
        case .record(.reversed, _):
            isReversed = true
            return !wasSent || isAnswer(event) ? nil : "a payment that was sent counts as reversed without an answer"
        case .record: return nil
        case .finished:
            isFinished = true
            if isAbandoned, wasSent, !isReversed { return "a payment that was given up ends without its reversal" }
            return isAnswer(event) || event == .settledByRecord || event == .abandoned
                ? nil : "a payment ends without an outcome"
        }
    }

    private mutating func check(_ request: Request) -> String? {
        if !isDurable { return "something is sent before the charge is on disk" }
        if !isLinkUp { return "something is sent while the link is down" }
        switch request {
        case .charge(let charge, _):
            wasSent = true
            if isAbandoned { return "the charge is sent again after it was given up" }
            if isLeftOver { return "a charge whose car may have gone is sent again" }
            return charge == Fixtures.charge ? nil : "another charge is sent under this id"
        case .reverse(let id):
            return isAbandoned && id == Fixtures.charge.payment ? nil : "a payment that nobody gave up is reversed"
        case .query(let id): return id == Fixtures.charge.payment && !isAbandoned ? nil : "it asks in vain"
        case .refund, .collect, .coupon, .lease, .list, .offlinePolicy, .findStay, .stays, .ticket,
            .ticketFacts, .mealFacts:
            return "it asks for something else"
        }
    }

    private func isAnswer(_ event: PaymentMachine.Event) -> Bool { if case .answer = event { true } else { false } }

    private func isTrue(_ report: PaymentMachine.Report, after event: PaymentMachine.Event) -> Bool {
        switch (report, event) {
        case (.approved, .answer(.approved)), (.conflict, .answer(.conflict)): true
        case (.declined(let reason), .answer(.declined(let given))): reason == given
        case (.declined(.payerCancelled), .answer(.reversed)), (.pending, .answer(.pending)): true
        case (.notConfirmed, .tick): reports.contains("pending")
        case (.unknown, .answer(.unknown)): true
        case (.timedOut, .tick), (.timedOut, .linkDown), (.timedOut, .durable): true
        default: false
        }
    }
}
