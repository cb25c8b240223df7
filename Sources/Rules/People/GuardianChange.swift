public import Vocabulary

/// What a guardian lays down anew for one person; what it does not speak of stays.
public struct GuardianChange: Hashable, Sendable {
    /// One limit.
    public enum Field: String, CaseIterable, Sendable {
        case paymentAmount, periodAmount, periodCount, dayAmount, dayCount, monthAmount, monthCount

        public var isAmount: Bool { self != .periodCount && self != .dayCount && self != .monthCount }

        /// The span that it limits.
        public var span: PurseLimits.Span {
            switch self {
            case .paymentAmount: .payment
            case .periodAmount, .periodCount: .period
            case .dayAmount, .dayCount: .day
            case .monthAmount, .monthCount: .month
            }
        }
    }

    /// Fen or payments, zero or more; nil: the limit is lifted.
    public var limits: [Field: Int64?]
    /// Classes of items that the person may not have; nil: as before.
    public var barredItems: Set<Slug>?
    /// Meal periods in which the person may have nothing; nil: as before.
    public var barredPeriods: Set<Slug>?

    /// Fen: a hundred thousand yuan is a slip of the finger.
    public static let mostAmount: Int64 = 10_000_000
    public static let mostCount: Int64 = 1_000
    /// At most so many classes and periods are barred.
    public static let mostBarred = 32

    public init(
        limits: [Field: Int64?] = [:], barredItems: Set<Slug>? = nil, barredPeriods: Set<Slug>? = nil
    ) {
        self.limits = limits
        self.barredItems = barredItems
        self.barredPeriods = barredPeriods
    }

    /// Lifts everything.
    public static let none = GuardianChange(
        limits: Dictionary(uniqueKeysWithValues: Field.allCases.map { ($0, nil) }), barredItems: [], barredPeriods: [])

    public var isEmpty: Bool { limits.isEmpty && barredItems == nil && barredPeriods == nil }

    /// What is laid down after it.
    /// - Returns: nil in place of a guardian who has laid down nothing.
    /// - Throws: ``GuardianFault``.
    public func applied(to old: Guardian?) throws(GuardianFault) -> Guardian? {
        var guardian = old ?? Guardian()
        for (field, most) in limits {
            if let most, !(0...(field.isAmount ? GuardianChange.mostAmount : GuardianChange.mostCount)).contains(most) {
                throw .outOfRange(field, most)
            }
            guardian.limits[field] = most
        }
        if let barredItems { guardian.barredItems = barredItems }
        if let barredPeriods { guardian.barredPeriods = barredPeriods }
        guard guardian.barredItems.count <= GuardianChange.mostBarred,
            guardian.barredPeriods.count <= GuardianChange.mostBarred
        else { throw .tooManyBarred }
        for fields in [Field.allCases.filter(\.isAmount), Field.allCases.filter { !$0.isAmount }] {
            var shorter: (field: Field, most: Int64)?
            for field in fields {
                guard let most = guardian.limits[field] else { continue }
                if let shorter, most < shorter.most { throw .longerAllowsLess(field, most, than: shorter.field) }
                shorter = (field, most)
            }
        }
        return guardian == Guardian() ? nil : guardian
    }
}

/// What no guardian can have meant.
public enum GuardianFault: Error, Hashable, Sendable, CustomStringConvertible {
    case outOfRange(GuardianChange.Field, Int64)
    /// A longer span would allow less than a shorter one, so that the shorter one's limit says what does not hold.
    case longerAllowsLess(GuardianChange.Field, Int64, than: GuardianChange.Field)
    case tooManyBarred

    public var description: String {
        switch self {
        case .outOfRange(let field, let most):
            "\(field.rawValue) of \(field.words(most)): from \(field.words(0)) to "
                + field.words(field.isAmount ? GuardianChange.mostAmount : GuardianChange.mostCount)
        case .longerAllowsLess(let field, let most, let shorter):
            "\(field.rawValue) of \(field.words(most)), less than \(shorter.rawValue): a longer span may not allow less"
        case .tooManyBarred: "at most \(GuardianChange.mostBarred) classes of items and as many meal periods are barred"
        }
    }
}

extension GuardianChange.Field {
    func words(_ most: Int64) -> String { isAmount ? "\(Fen(most)) yuan" : "\(most) payments" }
}

extension PurseLimits {
    /// One limit; nil: there is none.
    public subscript(field: GuardianChange.Field) -> Int64? {
        get {
            let limit =
                switch field.span {
                case .payment: payment.map { Limit(amount: $0) }
                case .period: period
                case .day: day
                case .month: month
                }
            return field.isAmount ? limit?.amount?.count : limit?.count
        }
        set {
            func changed(_ old: Limit?) -> Limit? {
                var limit = old ?? Limit()
                if field.isAmount { limit.amount = newValue.map(Fen.init) } else { limit.count = newValue }
                return limit == Limit() ? nil : limit
            }
            switch field.span {
            case .payment: payment = newValue.map(Fen.init)
            case .period: period = changed(period)
            case .day: day = changed(day)
            case .month: month = changed(month)
            }
        }
    }
}

extension Guardian {
    /// A few words for a terminal: `dayAmount 20.00 yuan, no snack`.
    public var words: String {
        let limits = GuardianChange.Field.allCases.compactMap { field in
            self.limits[field].map { "\(field.rawValue) \(field.words($0))" }
        }
        let items = barredItems.sorted().map { "no \($0)" }
        let periods = barredPeriods.sorted().map { "nothing at \($0)" }
        return (limits + items + periods).joined(separator: ", ")
    }
}
