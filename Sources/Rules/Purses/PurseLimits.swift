public import Vocabulary

extension PurseLimits {
    /// What one limit leaves for a payment.
    struct Left: Hashable {
        var span: Span
        var measure: ReachedLimit.Measure
        /// Zero or more.
        var amount: Fen
    }

    /// What each limit leaves for one more payment; a count that is used up leaves nothing, any other does not matter.
    func left(after used: Used, on occasion: Occasion, _ checks: PurseChecks) -> [Left] {
        var left: [Left] = []
        func note(_ span: Span, _ limit: Limit?, _ tally: Tally) {
            guard let limit, checks.contains(PurseChecks.keeps(span)) else { return }
            // What was used is never below zero, so nothing here leaves 64 bits.
            if let amount = limit.amount {
                let rest = max(0, amount.count - max(0, tally.amount.count))
                left.append(Left(span: span, measure: .amount, amount: Fen(rest)))
            }
            if let count = limit.count, tally.count >= count, checks.contains(.keepsCounts) {
                left.append(Left(span: span, measure: .count, amount: .zero))
            }
        }
        note(.payment, payment.map { Limit(amount: $0) }, Tally())
        if occasion.period != nil { note(.period, period, used.period) }
        note(.day, day, used.day)
        note(.month, month, used.month)
        return left
    }
}

extension PurseLimits {
    /// The most that the limits leave for one more payment on an occasion.
    /// - Returns: zero or more; `Int64.max` where nothing is limited.
    public func room(after used: Used, on occasion: Occasion) -> Fen {
        left(after: used, on: occasion, .all).map(\.amount).min() ?? Fen(.max)
    }

    /// The limits that are passed by what was paid, the last payment included; of the payment itself, its amount.
    public func passed(by used: Used, payment amount: Fen, on occasion: Occasion) -> [Span] {
        func isPassed(_ limit: Limit?, _ tally: Tally) -> Bool {
            guard let limit else { return false }
            return limit.amount.map { tally.amount > $0 } ?? false || limit.count.map { tally.count > $0 } ?? false
        }
        var spans: [Span] = []
        if let payment, amount > payment { spans.append(.payment) }
        if occasion.period != nil, isPassed(period, used.period) { spans.append(.period) }
        if isPassed(day, used.day) { spans.append(.day) }
        if isPassed(month, used.month) { spans.append(.month) }
        return spans
    }
}

/// What has been paid within a span.
public struct Tally: Hashable, Sendable {
    public var amount: Fen
    /// Payments.
    public var count: Int64

    public init(amount: Fen = .zero, count: Int64 = 0) {
        self.amount = amount
        self.count = count
    }
}

/// What has been paid in the meal period, day and month of an occasion, before it.
public struct Used: Hashable, Sendable {
    public var period: Tally, day: Tally, month: Tally

    public init(period: Tally = Tally(), day: Tally = Tally(), month: Tally = Tally()) {
        self.period = period
        self.day = day
        self.month = month
    }
}

/// A guardian's word and what the person has paid from all purses together.
public struct GuardianState: Hashable, Sendable {
    public var guardian: Guardian
    public var used: Used

    public init(_ guardian: Guardian, used: Used = Used()) {
        self.guardian = guardian
        self.used = used
    }
}
