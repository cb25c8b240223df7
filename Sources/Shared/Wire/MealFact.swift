public import JSONText
public import Vocabulary

/// A person had a meal at one box of a canteen, or that meal was undone there.
public struct MealFact: SharedFact {
    /// The sale; an undone meal has that of the meal.
    public var transit: UUIDv7
    /// Personal data.
    public var holder: Holder
    public var meal: Meal
    /// When it was served; nil: it is undone, and counts no more.
    public var served: WallTime?

    public init(transit: UUIDv7, holder: Holder, meal: Meal, served: WallTime?) {
        self.transit = transit
        self.holder = holder
        self.meal = meal
        self.served = served
    }

    public func write(to writer: inout JSONWriter) {
        writer.field("transit", transit.description)
        writer.field("holder", holder.text)
        writer.field("meal") { meal.write(to: &$0) }
        writer.field("served", ifPresent: served?.milliseconds)
    }

    public init(_ node: JSONNode) throws(WireError) {
        let served = node["served"] == nil ? nil : WallTime(milliseconds: try node.number("served"))
        self.init(
            transit: try node.parse("transit", UUIDv7.init), holder: try node.parse("holder", Holder.init),
            meal: try Meal(try node.object("meal")), served: served)
    }
}
