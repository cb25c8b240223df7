internal import JSONText
public import Vocabulary

/// Who ate or passed somewhere, and by what they were known. Of a meal the other boxes of the canteen are told.
public struct Identification: Hashable, Sendable {
    public var transit: UUIDv7
    public var lane: LaneID
    /// Personal data.
    public var holder: Holder
    /// nil: an earlier run of the box knew it, and the platform's approval came after.
    public var by: KnownBy?
    /// Of a face: how like it was, in thousandths, -1,000 to 1,000; nil: the terminal keeps it to itself.
    public var similarity: Int64?
    /// The meal; nil: a passage that is no meal.
    public var meal: Meal?
    /// Bought at a till, where somebody keyed it: no helping of what a turnstile lets in to.
    public var isKeyed: Bool

    public init(
        transit: UUIDv7, lane: LaneID, holder: Holder, by: KnownBy?, similarity: Int64? = nil, meal: Meal? = nil,
        isKeyed: Bool = false
    ) {
        self.transit = transit
        self.lane = lane
        self.holder = holder
        self.by = by
        self.similarity = similarity
        self.meal = meal
        self.isKeyed = isKeyed
    }

    func write(to writer: inout JSONWriter) {
        writer.field("transit", transit.description)
        writer.field("lane", lane.text)
        writer.field("holder", holder.text)
        writer.field("by", ifPresent: by?.rawValue)
        writer.field("similarity", ifPresent: similarity)
        if let meal { writer.field("meal") { meal.write(to: &$0) } }
        if isKeyed { writer.field("keyed", true) }
    }

    init(_ node: JSONNode) throws(WireError) {
        let similarity = node["similarity"] == nil ? nil : try node.number("similarity")
        guard (-1_000...1_000).contains(similarity ?? 0) else { throw .wrong("similarity") }
        self.init(
            transit: try node.parse("transit", UUIDv7.init), lane: try node.parse("lane", LaneID.init),
            holder: try node.parse("holder", Holder.init), by: try node.choiceIfPresent("by"), similarity: similarity,
            meal: node["meal"] == nil ? nil : try Meal(try node.object("meal")),
            isKeyed: node["keyed"] == nil ? false : try node.flag("keyed"))
    }
}
