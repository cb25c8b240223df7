public import Vocabulary

extension Basket {
    /// What a quote asks purses for: each of its lines, in their order.
    ///
    /// - Throws: ``BasketError``: a line that is no item of a class cannot be paid from purses, whatever its amount.
    public init(_ quote: Quote) throws(BasketError) {
        var lines: [Line] = []
        for (index, line) in quote.lines.enumerated() {
            guard line.kind == .item, let item = line.itemClass else { throw .noItem(line: index) }
            lines.append(Line(amount: line.amount, item: item))
        }
        try self.init(lines)
        guard total == quote.total else { throw .notTheSum }
    }
}

extension Occasion {
    /// The occasion of a meal at a merchant of a class.
    public init(merchant: Slug, meal: Meal) { self.init(merchant: merchant, period: meal.period, day: meal.day) }
}
