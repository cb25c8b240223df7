internal import JSONText
internal import Vocabulary
internal import Wire

/// Who had which meal at other boxes of this canteen, as the platform tells it. Facts are only added: an undone meal
/// stays undone, in whatever order and however often it is told. Pure.
struct MealsElsewhere: Hashable, Sendable {
    /// So many are kept; the oldest go first.
    static let most = 20_000
    static let stateKind = "canteen-meal-elsewhere", throughKind = "canteen-meals-through"

    private var facts: [UUIDv7: MealFact] = [:]
    private var transits: [Holder: [UUIDv7]] = [:]

    var count: Int { facts.count }

    /// How many helpings of a meal a person had elsewhere.
    func helpings(_ holder: Holder, _ meal: Meal) -> Int64 {
        Int64(served(holder).count { $0.meal == meal })
    }

    /// Whether somebody was served elsewhere within a time. Only wall clocks can tell, which differ from box to box.
    func isRecent(_ holder: Holder, within span: Uptime.Span, at now: ClockReading) -> Bool {
        served(holder).contains { fact in
            guard let served = fact.served else { return false }
            let (age, overflow) = now.wall.milliseconds.subtractingReportingOverflow(served.milliseconds)
            return !overflow && age.magnitude < span.milliseconds.magnitude
        }
    }

    private func served(_ holder: Holder) -> [MealFact] {
        (transits[holder] ?? []).compactMap { facts[$0] }.filter { $0.served != nil }
    }

    /// - Returns: what keeps it; nothing for what is known.
    mutating func learn(_ fact: MealFact) -> [StateChange] {
        if let known = facts[fact.transit] {
            // What is undone stays so; and one transit is one person's.
            guard known.served != nil, fact.served == nil, known.holder == fact.holder else { return [] }
        } else {
            transits[fact.holder, default: []].append(fact.transit)
        }
        facts[fact.transit] = fact
        let kept = StateChange.put(
            kind: Self.stateKind, key: fact.transit.description, value: JSONWriter.object { fact.write(to: &$0) })
        guard facts.count > Self.most else { return [kept] }
        return [kept] + forget(facts.keys.sorted().prefix(Self.most / 10))
    }

    /// Forgets the meals of days before one.
    mutating func forget(before day: CivilDate) -> [StateChange] {
        forget(facts.values.filter { $0.meal.day < day }.map(\.transit).sorted())
    }

    private mutating func forget(_ old: some Sequence<UUIDv7>) -> [StateChange] {
        old.map { transit in
            if let holder = facts.removeValue(forKey: transit)?.holder {
                transits[holder]?.removeAll { $0 == transit }
                if transits[holder]?.isEmpty == true { transits[holder] = nil }
            }
            return .remove(kind: Self.stateKind, key: transit.description)
        }
    }

    static func fact(stateValue bytes: [UInt8]) -> MealFact? {
        guard let node = try? JSONNode.parse(bytes, dialect: .json) else { return nil }
        return try? MealFact(node)
    }
}
