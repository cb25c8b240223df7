internal import Purses
internal import Vocabulary
internal import Wire

/// What a person has, as they are told.
extension PurseParts {
    /// What a person has in each purse of the rules, in spending order, by last day; a purse that is debited later is
    /// left out, one that is empty is not. What ended before the day before the occasion's is not told.
    /// - Parameter leases: what of it is counted, wherever it is: what has been lent and not spent, as far as records
    ///   have come.
    func money(
        of holder: Holder, lent leases: [PersonLease], on occasion: Occasion, by rules: PurseRules
    ) throws(PlatformError) -> [DatedBalance] {
        let states = PurseParts.states(try states(of: holder, on: occasion, by: rules), with: leases, by: rules)
        // Supper after midnight is of the day before.
        let since = CivilDate(dayNumber: occasion.day.dayNumber - 1)
        var money: [DatedBalance] = []
        for purse in rules.purses where purse.kind != .debit {
            guard let state = states.first(where: { $0.purse == purse.id }) else { continue }
            // No lot is below zero in the books, and a purse's sum is within 64 bits.
            var sums: [CivilDate?: Int64] = [:]
            for lot in state.lots where lot.expires.map({ $0 >= since }) ?? true {
                sums[lot.expires, default: 0] += lot.left.count
            }
            if sums.isEmpty { sums[nil] = 0 }
            money += sums.sorted { ($0.key?.dayNumber ?? .max) < ($1.key?.dayNumber ?? .max) }
                .map { DatedBalance(purse: purse.id, expires: $0, amount: Fen($1)) }
        }
        return money
    }

    /// What a person would have if nothing were lent.
    static func states(
        _ states: [PurseState], with leases: [PersonLease], by rules: PurseRules
    ) -> [PurseState] {
        var states = states
        for lot in leases.flatMap(\.lots) where lot.rest > .zero {
            guard let index = states.firstIndex(where: { $0.purse == lot.lent.purse }) else { continue }
            if rules.purse(lot.lent.purse)?.kind == .debit {
                states[index].owed = Fen(states[index].owed.count - lot.rest.count)
            } else if let place = states[index].lots.firstIndex(where: {
                $0.id == lot.lent.lot && $0.expires == lot.lent.expires
            }) {
                states[index].lots[place].left = Fen(states[index].lots[place].left.count + lot.rest.count)
            } else {
                states[index].lots.append(
                    PurseState.Lot(id: lot.lent.lot, expires: lot.lent.expires, left: lot.rest))
            }
        }
        return states
    }
}
