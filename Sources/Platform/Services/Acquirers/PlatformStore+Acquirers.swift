internal import Acquiring
internal import SQLite
public import Vocabulary
public import Wire

/// Payments by code, and refunds: what is decided here the caller asks at the payment networks, outside the store.
extension PlatformStore {
    func answer(
        _ charge: Charge, _ code: PayerCode?, from device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> PaymentOutcome {
        switch charge.instrument {
        case .payerCode, .shownCode: try codes.charge(charge, code: code, from: device, at: now)
        case .contract, .cash: try payments.charge(charge, from: device, at: now)
        }
    }

    func reverse(_ id: PaymentID, from device: DeviceID, at now: WallTime) throws(PlatformError) -> PaymentOutcome {
        if let outcome = try codes.reverse(id, from: device, at: now) { return outcome }
        if let outcome = try refunds.reverse(id, from: device, at: now) { return outcome }
        return try payments.reverse(id, from: device, at: now)
    }

    /// The calls that the last committed transaction has decided on; whoever takes them makes them, and gives what was
    /// said to ``hear(_:at:)``. One that is not made is due again later.
    public func takeTasks() -> [AcquirerTask] { codes.takeDrafts() + refunds.takeDrafts() }

    /// Tasks that nobody could take on.
    public func giveUp(_ tasks: [AcquirerTask]) {
        for task in tasks {
            if task.call.isOrders { codes.giveUp(task) } else { refunds.giveUp(task) }
        }
    }

    /// Books what payment networks have said: durable when it returns.
    ///
    /// If the store fails nothing was booked, and the networks are asked again.
    /// - Returns: what became of each payment or refund, and its box.
    public func hear(_ results: [AcquirerResult], at now: WallTime) throws(PlatformError) -> [(DeviceID, Response)] {
        do throws(PlatformError) {
            return try settling(at: now) { () throws(PlatformError) in
                var answers: [(DeviceID, Response)] = []
                for result in results {
                    if result.task.call.isOrders {
                        guard let (device, outcome) = try codes.take(result, at: now) else { continue }
                        answers.append((device, .payment(result.task.call.order, outcome)))
                    } else if case .refund(_, let id, _) = result.task.call {
                        guard let (device, outcome) = try refunds.take(result, at: now) else { continue }
                        answers.append((device, .refund(id, outcome)))
                    }
                }
                return answers
            }
        } catch {
            giveUp(results.map(\.task))
            throw error
        }
    }

    /// Decides on what is due at the payment networks: orders nobody has answered for, reversals to be repeated.
    public func turn(at now: WallTime) throws(PlatformError) {
        try settling(at: now) { () throws(PlatformError) in
            try codes.turn(at: now)
            try refunds.turn(at: now)
        }
    }

    /// Somebody says that an order was paid: its network is asked, and only that is believed.
    public func notice(_ order: PaymentID, at now: WallTime) throws(PlatformError) {
        try settling(at: now) { () throws(PlatformError) in try codes.notice(order, at: now) }
    }

    /// Whether the network is being asked for what this answer leaves open: a better one may come in a moment.
    func isAwaited(_ response: Response) -> Bool {
        switch response {
        case .payment(let id, .unknown, _), .payment(let id, .pending, _): codes.underWay.contains(id)
        case .refund(let id, .unknown): refunds.underWay.contains(id)
        default: false
        }
    }

    /// Whether anything is open at a payment network.
    func hasOpenOrders() throws(PlatformError) -> Bool {
        try stored(
            database.integer(
                """
                SELECT EXISTS (SELECT 1 FROM acquirer_orders WHERE next IS NOT NULL)
                    OR EXISTS (SELECT 1 FROM refunds WHERE next IS NOT NULL)
                """)) == 1
    }

    /// One transaction that may move money: what it has changed of payments on the phone has its effect with it.
    func settling<Value>(
        at now: WallTime, _ body: () throws(PlatformError) -> Value
    ) throws(PlatformError) -> Value {
        do throws(PlatformError) {
            let value = try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
                let value = try body()
                if !canteens.all.isEmpty { try payments.decideWaits(at: now) }
                try cars.phone.settle(at: now)
                return value
            }
            cars.phone.committed()
            return value
        } catch {
            dropDrafts()
            throw error
        }
    }

    private func dropDrafts() {
        codes.dropDrafts()
        refunds.dropDrafts()
        payments.purses.dropDrafts()
        cars.phone.drop()
    }
}

extension AcquirerCall {
    /// Whether the order's own machine has made this call: all but the refunds that have a number of their own.
    fileprivate var isOrders: Bool {
        guard case .refund(let order, let number, _) = self else { return true }
        return number == order
    }
}
