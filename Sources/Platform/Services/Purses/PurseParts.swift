internal import Purses
internal import SQLite
internal import Vocabulary
internal import Wire

/// What payments and leases of persons with purses are made of.
struct PurseParts {
    let canteens: CanteenMap
    let people: PersonRegister
    let book: PurseBook
    let payments: PursePaymentTable
    let lots: LeaseLotTable

    init(
        in database: borrowing Database, canteens: CanteenMap, people: PersonRegister, book: PurseBook
    ) throws(SQLiteError) {
        (self.canteens, self.people, self.book) = (canteens, people, book)
        payments = try PursePaymentTable(in: database)
        lots = try LeaseLotTable(in: database)
    }

    /// The rules by which money goes back to a person: of the box's canteen, or of the person's, or, where neither
    /// stands in the configuration any more, none but that it goes back to where it came from.
    func rules(for device: DeviceID, _ holder: Holder, of spends: [Slug]) throws(PlatformError) -> PurseRules {
        if let canteen = canteens[device] { return canteen.rules }
        if let list = try people.person(holder)?.list, let canteen = canteens.canteens(of: list).first {
            return canteen.rules
        }
        guard let none = try? Slug("none") else { preconditionFailure("a name is a name") }
        let names = Array(Set(spends).sorted().prefix(PurseRules.mostPurses))
        return PurseRules(
            id: none,
            purses: (names.isEmpty ? [none] : names).map { Purse(id: $0, chinese: "", english: "", kind: .cash) })
    }

    /// What a person has in each purse of the rules, also in those that are empty, without what is lent to boxes.
    func states(
        of holder: Holder, on occasion: Occasion, by rules: PurseRules
    ) throws(PlatformError) -> [PurseState] {
        var states = try book.states(of: holder, on: occasion)
        let usage = try book.usage(of: holder, on: occasion)
        for purse in rules.purses where purse.kind != .debit && !states.contains(where: { $0.purse == purse.id }) {
            states.append(PurseState(purse: purse.id, used: usage.used(purse.id, on: occasion)))
        }
        return states
    }
}

/// What open leases of a person may still be used for: counted as if it were wholly used, in whichever window.
struct Reserved {
    /// By purse; nil: all together.
    private(set) var tallies: [Slug?: Tally] = [:]

    /// A lease that may be spent in any number of payments counts as so many: more than any limit allows.
    static let manyPayments: Int64 = 1_000_000

    /// - Parameter countsPayments: whether they may also use up how often may be paid.
    init(_ leases: [PersonLease], countsPayments: Bool = true) {
        for lease in leases {
            let payments = lease.paymentsLeft ?? Reserved.manyPayments
            var sums: [Slug?: Int64] = [:]
            for lot in lease.lots where lot.rest > .zero {
                // What was lent came out of purses, whose sums are within 64 bits.
                sums[lot.lent.purse, default: 0] += lot.rest.count
                sums[nil, default: 0] += lot.rest.count
            }
            // In no more payments nothing more can be spent, until it is renewed.
            guard payments > 0 else { continue }
            for (purse, amount) in sums {
                let old = tallies[purse] ?? Tally()
                tallies[purse] = Tally(
                    amount: Fen(old.amount.count + amount), count: old.count + (countsPayments ? payments : 0))
            }
        }
    }

    /// What was used, and what may yet be.
    func added(to used: Used, _ purse: Slug?) -> Used {
        guard let more = tallies[purse] else { return used }
        func sum(_ tally: Tally) -> Tally {
            Tally(
                amount: (try? tally.amount.adding(more.amount)) ?? Fen(.max),
                count: tally.count.addingReportingOverflow(more.count).overflow ? .max : tally.count + more.count)
        }
        return Used(period: sum(used.period), day: sum(used.day), month: sum(used.month))
    }

    func added(to states: [PurseState]) -> [PurseState] {
        states.map { state in
            var state = state
            state.used = added(to: state.used, state.purse)
            return state
        }
    }
}
