internal import Host
internal import Vocabulary
internal import Wire

/// Between the store and the payment networks: gives out tasks, brings answers in, and keeps a box's question for a
/// moment, so that a network that answers at once saves the box a second question.
struct AcquirerLine {
    /// How long a question is kept; less than a lane waits for its answer.
    static let longestHold = Uptime.Span.seconds(2)
    /// Questions kept at once; further ones are answered as they stand.
    static let mostHeld = 4_096
    /// How often what is due is looked for, while anything is open.
    static let beat = Uptime.Span.milliseconds(500)

    private struct Question {
        var device: DeviceID
        var response: Response
        var correlation: [UInt8]?
        var until: Uptime
    }

    private let threads: AcquirerThreads
    private let send: (Outgoing) -> Void
    private let report: (PlatformNotice) -> Void
    private var held: [PaymentID: [Question]] = [:]
    private var heldCount = 0
    /// When ``turn(_:at:)`` is wanted; nil while nothing is open.
    private(set) var due: Uptime?

    init(
        _ threads: AcquirerThreads, at now: Uptime, send: @escaping (Outgoing) -> Void,
        report: @escaping (PlatformNotice) -> Void
    ) {
        self.threads = threads
        self.send = send
        self.report = report
        // What an earlier run has left open is looked at once.
        due = now
    }

    /// Sends the answers to requests, but keeps a question for which a network is being asked.
    mutating func answer(_ requests: [Incoming], _ responses: [Response], _ store: PlatformStore, at now: Uptime) {
        for (request, response) in zip(requests, responses) {
            if heldCount < Self.mostHeld, store.isAwaited(response), let id = response.subject {
                held[id, default: []].append(
                    Question(
                        device: request.device, response: response, correlation: request.correlation,
                        until: now + Self.longestHold))
                heldCount += 1
            } else {
                send(
                    Outgoing(device: request.device, content: .response(response, correlation: request.correlation)))
            }
        }
        giveOut(store, at: now)
    }

    /// Books what the networks said, and tells the boxes.
    mutating func take(_ words: [AcquirerWord], _ store: PlatformStore, at now: Uptime) {
        guard !words.isEmpty else { return }
        let results = words.compactMap { if case .result(let result) = $0 { result } else { nil } }
        do throws(PlatformError) {
            for case .notice(let order) in words { try store.notice(order, at: WallClock.now()) }
            if !results.isEmpty {
                for (device, response) in try store.hear(results, at: WallClock.now()) { tell(device, response) }
            }
        } catch { report(.requestsFailed(count: words.count, error)) }
        giveOut(store, at: now)
        store.tidy()
    }

    /// Looks for what is due.
    mutating func turn(_ store: PlatformStore, at now: Uptime) {
        guard let due, now >= due else { return }
        self.due = now + Self.beat
        do throws(PlatformError) {
            if try store.hasOpenOrders() { try store.turn(at: WallClock.now()) } else { self.due = nil }
        } catch { report(.requestsFailed(count: 0, error)) }
        letGo(at: now)
        giveOut(store, at: now)
    }

    // MARK: -

    /// Has the networks called as the store has decided.
    mutating func giveOut(_ store: PlatformStore, at now: Uptime) {
        let tasks = store.takeTasks()
        store.giveUp(tasks.filter { !threads.offer($0) })
        if !tasks.isEmpty || heldCount > 0 { due = due ?? now + Self.beat }
    }

    private mutating func tell(_ device: DeviceID, _ response: Response) {
        // Who ordered on the phone looks by itself.
        guard let id = response.subject, device != PlatformConfiguration.phone else { return }
        if let questions = held.removeValue(forKey: id) {
            heldCount -= questions.count
            for question in questions where question.device == device {
                send(Outgoing(device: device, content: .response(response, correlation: question.correlation)))
            }
        } else if case .payment(_, let outcome) = response, outcome != .unknown, outcome != .pending {
            // It was told that the end was open.
            send(Outgoing(device: device, content: .announcement(.paymentChanged(id))))
        }
    }

    /// Questions that have waited long enough are answered as they stood.
    private mutating func letGo(at now: Uptime) {
        for (id, questions) in held where questions.contains(where: { now >= $0.until }) {
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
    }
}

extension Response {
    /// The payment or refund it is about.
    fileprivate var subject: PaymentID? {
        switch self {
        case .payment(let id, _), .refund(let id, _): id
        default: nil
        }
    }
}
