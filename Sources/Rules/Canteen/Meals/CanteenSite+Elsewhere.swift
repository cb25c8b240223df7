internal import Effects
internal import Vocabulary
internal import Wire

/// Meals had at other boxes of this canteen: a helping there is a helping here, as far as the platform has told.
extension CanteenSite {
    /// Whether anything here is a meal at all.
    var countsMeals: Bool {
        lanes.contains { lane in lane.settings.modes.contains { $0.kind != .tickets && $0.kind != .passOnly } }
    }

    mutating func mealsLink(isUp: Bool, at now: ClockReading) {
        guard countsMeals else { return }
        mealCursor.link(isUp: isUp, at: now)
        askForMeals(at: now)
    }

    mutating func askForMeals(at now: ClockReading) {
        guard isLinkUp, mealCursor.tick(at: now) else { return }
        effects.append(
            .send(
                .mealFacts(after: mealCursor.through), RequestToken(nextToken()), expires: FactCursor.askAgainAfter))
    }

    mutating func take(_ page: FactPage<MealFact>, at now: ClockReading) {
        var changes: [StateChange] = []
        for fact in page.facts { changes += notes.told(fact) }
        changes += mealCursor.took(through: page.through, isMoreLeft: page.isMoreLeft, at: now)
        if !changes.isEmpty { persist([], state: changes) }
        askForMeals(at: now)
    }

    mutating func mealTold(_ fact: MealFact) {
        let changes = notes.told(fact)
        if !changes.isEmpty { persist([], state: changes) }
    }

    /// A helping is undone: here, and by its record at the other boxes.
    mutating func takeBack(transit: UUIDv7) -> (records: [Record.Event], state: [StateChange]) {
        guard let (holder, note) = notes.last(transit: transit) else { return ([], []) }
        let state = notes.takeBack(holder, transit)
        // Of what is bought at a till no other box was told.
        return (note.till == nil ? [.mealUndone(transit: transit, holder: holder, note.meal)] : [], state)
    }
}
