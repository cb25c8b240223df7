public import Vocabulary
public import Wire

/// Between the store and the payment networks: gives out tasks, brings answers in, and keeps a box's question for a
/// moment, so that a network that answers at once saves the box a second question.
public struct AcquirerLine {
    /// How long a question is kept; less than a lane waits for its answer.
    public static let longestHold = Uptime.Span.seconds(2)
    /// Questions kept at once; further ones are answered as they stand.
    public static let mostHeld = 4_096

    private struct Question {
        var device: DeviceID
        var response: Response
        var correlation: [UInt8]?
        var until: Uptime
    }

    private let beat: Uptime.Span
    private let offer: (AcquirerTask) -> Bool
    private let send: (Outgoing) -> Void
    private let report: (PlatformNotice) -> Void
    private var held: [PaymentID: [Question]] = [:]
    private var heldCount = 0
    /// When the first question kept has waited long enough; nil while none is kept.
    private var nextEnd: Uptime?
    /// When the store is looked through for what is due; nil while nothing is open.
    private var nextLook: Uptime?

    /// When ``turn(_:at:wall:)`` is wanted; nil while nothing is open.
    public var due: Uptime? {
        guard let nextEnd, let nextLook else { return nextEnd ?? nextLook }
        return min(nextEnd, nextLook)
    }

    /// - Parameters:
    ///   - beat: how often the store is looked through, while anything is open.
    ///   - offer: has a network called; false if nobody can take the task on.
    ///   - send: takes what is for a box. What it cannot send is lost: the box asks again.
    public init(
        at now: Uptime, beat: Uptime.Span = .milliseconds(500), offer: @escaping (AcquirerTask) -> Bool,
        send: @escaping (Outgoing) -> Void, report: @escaping (PlatformNotice) -> Void
    ) {
        self.beat = beat
        self.offer = offer
        self.send = send
        self.report = report
        // What an earlier run has left open is looked at once.
        nextLook = now
    }

    /// Sends the answers to requests, but keeps a question for which a network is being asked.
    public mutating func answer(
        _ requests: [Incoming], _ responses: [Response], _ store: PlatformStore, at now: Uptime
    ) {
        for (request, response) in zip(requests, responses) {
            if heldCount < Self.mostHeld, store.isAwaited(response), let id = response.subject {
                let end = now + Self.longestHold
                held[id, default: []].append(
                    Question(
                        device: request.device, response: response, correlation: request.correlation, until: end))
                heldCount += 1
                nextEnd = nextEnd ?? end
            } else {
                send(
                    Outgoing(device: request.device, content: .response(response, correlation: request.correlation)))
            }
        }
        giveOut(store, at: now)
    }

    /// Books what the networks said, and tells the boxes.
    public mutating func take(_ words: [AcquirerWord], _ store: PlatformStore, at now: Uptime, wall: WallTime) {
        guard !words.isEmpty else { return }
        let results = words.compactMap { if case .result(let result) = $0 { result } else { nil } }
        do throws(PlatformError) {
            for case .notice(let order) in words { try store.notice(order, at: wall) }
            if !results.isEmpty {
                for (device, response) in try store.hear(results, at: wall) { tell(device, response) }
            }
        } catch { report(.requestsFailed(count: words.count, error)) }
        giveOut(store, at: now)
    }

    /// Answers questions that have waited long enough, and looks for what is due.
    public mutating func turn(_ store: PlatformStore, at now: Uptime, wall: WallTime) {
        letGo(at: now)
        guard let nextLook, now >= nextLook else { return }
        self.nextLook = now + beat
        do throws(PlatformError) {
            if try store.hasOpenOrders() { try store.turn(at: wall) } else { self.nextLook = nil }
        } catch { report(.requestsFailed(count: 0, error)) }
        let tasks = store.takeTasks()
        store.giveUp(tasks.filter { !offer($0) })
    }

    /// Has the networks called as the store has decided; call it after whatever may have decided so.
    public mutating func giveOut(_ store: PlatformStore, at now: Uptime) {
        let tasks = store.takeTasks()
        store.giveUp(tasks.filter { !offer($0) })
        // Also what gave no task may be due later, such as a reversal that its network takes only after a while.
        nextLook = nextLook ?? now + beat
    }

    // MARK: -

    private mutating func tell(_ device: DeviceID, _ response: Response) {
        // Who ordered on the phone looks by itself.
        guard let id = response.subject, device != PlatformConfiguration.phone else { return }
        if let questions = held.removeValue(forKey: id) {
            heldCount -= questions.count
            for question in questions where question.device == device {
                send(Outgoing(device: device, content: .response(response, correlation: question.correlation)))
            }
        } else if case .payment(_, let outcome, _) = response, outcome != .unknown, outcome != .pending {
            // It was told that the end was open.
            send(Outgoing(device: device, content: .announcement(.paymentChanged(id))))
        }
    }

    /// Questions that have waited long enough are answered as they stood.
    private mutating func letGo(at now: Uptime) {
        guard let nextEnd, now >= nextEnd else { return }
        let over = held.filter { $0.value.contains { now >= $0.until } }
        // In a fixed order: a run of the simulation must be the same in every process.
        for (id, questions) in over.sorted(by: { $0.key < $1.key }) {
            let rest = questions.filter { now < $0.until }
            for question in questions where now >= question.until {
                send(
                    Outgoing(
                        device: question.device,
                        content: .response(question.response, correlation: question.correlation)))
            }
            heldCount -= questions.count - rest.count
            held[id] = rest.isEmpty ? nil : rest
        }
        self.nextEnd = held.values.flatMap { $0.map(\.until) }.min()
    }
}

extension Response {
    /// The payment or refund it is about.
    fileprivate var subject: PaymentID? {
        switch self {
        case .payment(let id, _, _), .refund(let id, _): id
        default: nil
        }
    }
}
