public import Vocabulary

/// Why a basket is not paid; nothing of it is.
public enum SplitRefusal: Error, Hashable, Sendable {
    /// The guardian bars the whole meal period, or the classes of some items; each once, in the order of the basket.
    case barredByGuardian(period: Slug?, items: [Slug])
    /// No purse that the person has may pay these lines here and now, whatever is in it.
    case nothingPayableHere(lines: [Int])
    /// There is money enough, but this limit would be passed.
    case overLimit(ReachedLimit)
    /// The part of the price that nothing covers: with so much more of money that may pay for anything, it would be
    /// paid.
    case notEnough(missing: Fen)
}

/// A limit that a payment would pass.
public struct ReachedLimit: Hashable, Sendable {
    public enum Measure: String, CaseIterable, Sendable { case amount, count }

    /// nil: a guardian's, over all purses.
    public var purse: Slug?
    public var span: PurseLimits.Span
    public var measure: Measure
    /// What may still be paid within it; zero where the count is used up.
    public var left: Fen

    public init(purse: Slug?, span: PurseLimits.Span, measure: Measure, left: Fen) {
        self.purse = purse
        self.span = span
        self.measure = measure
        self.left = left
    }
}

extension SplitRefusal {
    /// What the payer is told.
    public func words(by rules: PurseRules) -> (chinese: String, english: String) {
        switch self {
        case .barredByGuardian(nil, _): ("家长已限制此类商品", "Your guardian does not allow this item")
        case .barredByGuardian: ("家长已限制此餐段", "Your guardian does not allow this meal")
        case .nothingPayableHere: ("此处没有可用的钱包", "No purse can pay for this here")
        case .notEnough(let missing): ("余额不足，差\(missing)元", "Not enough money: \(missing) yuan missing")
        case .overLimit(let limit): limit.words(by: rules)
        }
    }
}

extension ReachedLimit {
    func words(by rules: PurseRules) -> (chinese: String, english: String) {
        let owner = purse.flatMap(rules.purse)
        let chinese = owner.map { "\($0.chinese)：" } ?? (purse == nil ? "家长限额：" : "")
        let english = owner.map { "\($0.english): " } ?? (purse == nil ? "Guardian's limit: " : "")
        let spans =
            switch span {
            case .payment: ("单笔", "payment")
            case .period: ("本餐", "meal")
            case .day: ("今日", "day")
            case .month: ("本月", "month")
            }
        if measure == .count { return ("\(chinese)\(spans.0)次数已用完", "\(english)no more payments this \(spans.1)") }
        return ("\(chinese)\(spans.0)还可用\(left)元", "\(english)\(left) yuan left for this \(spans.1)")
    }
}
