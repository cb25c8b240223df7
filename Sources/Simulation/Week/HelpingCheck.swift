internal import Canteen
internal import Vocabulary
internal import Wire

/// Nobody has more helpings of a meal than the rule allows, at whichever gates, as long as each gate can be told of the
/// others.
struct HelpingCheck {
    private struct Eater: Hashable {
        var holder: Holder
        var meal: Meal
    }

    private let lane: CanteenLane
    private var had: [Eater: Set<UUIDv7>] = [:]
    /// Meals during which some gate could not be reached: a gate that knows nothing goes by what it saw itself.
    private var cut: Set<Meal> = []

    init(_ lane: CanteenLane) { self.lane = lane }

    /// - Parameter areTold: whether all gates can be reached now.
    /// - Returns: what is wrong; nil: nothing is.
    mutating func note(_ event: Record.Event, areTold: Bool) -> String? {
        switch event {
        case .mealUndone(let transit, let holder, let meal):
            had[Eater(holder: holder, meal: meal)]?.remove(transit)
            return nil
        case .identified(let known):
            guard let meal = known.meal, !known.isKeyed else { return nil }
            if !areTold { cut.insert(meal) }
            let eater = Eater(holder: known.holder, meal: meal)
            had[eater, default: []].insert(known.transit)
            guard !cut.contains(meal), let more = lane.mode(meal.period)?.helpings.more,
                let count = had[eater]?.count, count > more + 1
            else { return nil }
            return "\(known.holder.key) had \(count) helpings of \(meal.period?.text ?? "a meal") on \(meal.day)"
        default: return nil
        }
    }
}
