internal import JSONText
public import Vocabulary

/// What is left of a menu's items in the meal that is served. Pure.
///
/// What stands in a sale that is not paid is held; paying makes it sold, giving up frees it. An item without a stock is
/// never counted. With a new meal counting begins again.
public struct MenuStock: Hashable, Sendable {
    /// Of each item, how many there are for a meal.
    public let stock: [Slug: Int64]
    public private(set) var meal: Meal
    private var sold: [Slug: Int64] = [:]
    private var held: [Slug: Int64] = [:]

    /// The kind under which what is sold stands in the journal's state.
    static let stateKind = "canteen-stock"

    public init(_ stock: [Slug: Int64], meal: Meal) {
        self.stock = stock
        self.meal = meal
    }

    /// What is left of an item, zero or more; nil: it is not counted.
    public func left(_ item: Slug) -> Int64? {
        stock[item].map { max(0, $0 - (sold[item] ?? 0) - (held[item] ?? 0)) }
    }

    public func sold(_ item: Slug) -> Int64 { sold[item] ?? 0 }

    /// Another meal is served: counting begins again. What is held stays so.
    /// - Returns: whether anything changed.
    public mutating func begin(_ meal: Meal) -> Bool {
        guard meal != self.meal else { return false }
        self.meal = meal
        sold = [:]
        return true
    }

    /// Takes so many of each item for a sale, or none.
    /// - Returns: the first item of which there are not enough; nil: they are held.
    public mutating func hold(_ items: [Slug: Int64]) -> Slug? {
        for (item, count) in items.sorted(by: { $0.key < $1.key }) {
            precondition(count > 0, "nothing is not held")
            if let left = left(item), left < count { return item }
        }
        for (item, count) in items where stock[item] != nil { held[item, default: 0] += count }
        return nil
    }

    /// A sale was given up.
    public mutating func free(_ items: [Slug: Int64]) { lower(&held, items) }

    /// A sale is paid: what was held for it is sold.
    public mutating func sell(_ items: [Slug: Int64]) {
        lower(&held, items)
        for (item, count) in items where stock[item] != nil { sold[item, default: 0] += count }
    }

    /// What was sold came back, or the sale's record never reached the disk; of another meal than now, it is no news.
    public mutating func putBack(_ items: [Slug: Int64], of meal: Meal) {
        if meal == self.meal { lower(&sold, items) }
    }

    private func lower(_ counts: inout [Slug: Int64], _ items: [Slug: Int64]) {
        for (item, count) in items {
            let rest = (counts[item] ?? 0) - count
            counts[item] = rest > 0 ? rest : nil
        }
    }

    // MARK: - In the journal's state

    var kept: StateChange {
        .put(
            kind: MenuStock.stateKind, key: "sold",
            value: JSONWriter.object { writer in
                writer.field("period", ifPresent: meal.period?.text)
                writer.field("day", meal.day.description)
                writer.field("sold", array: sold.sorted { $0.key < $1.key }) { writer, entry in
                    writer.object {
                        $0.field("item", entry.key.text)
                        $0.field("count", entry.value)
                    }
                }
            })
    }

    /// - Returns: nil for bytes that are none of this version; what is sold of an item that is not on the menu any more
    ///   is forgotten.
    init?(_ stock: [Slug: Int64], stateValue: [UInt8]) {
        guard let node = try? JSONNode.parse(stateValue, dialect: .json),
            let day = (node["day"]?.string).flatMap({ try? CivilDate($0) }), let list = node["sold"]?.array
        else { return nil }
        self.init(stock, meal: Meal(period: (node["period"]?.string).flatMap { try? Slug($0) }, day: day))
        for entry in list {
            guard let item = (entry["item"]?.string).flatMap({ try? Slug($0) }),
                let count = entry["count"]?.integer, count > 0
            else { return nil }
            if stock[item] != nil { sold[item] = count }
        }
    }
}
