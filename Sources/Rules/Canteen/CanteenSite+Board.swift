internal import Payments
public import Vocabulary
public import Wire

/// What the pages show, and what devices are to know.
extension CanteenSite {
    /// The version of the list of people that is in use, and who is on it.
    public var peopleVersion: Int64 { lists.people.version }
    public var listedPeople: [Person] { lists.people.all }

    public func board(at now: ClockReading) -> CanteenBoard {
        let period = meal.period.flatMap { scenario.calendar.period($0) }
        let holders = people.holders
        let ready = holders.filter { holder in
            leases.map { $0.available(.purse(holder), at: now) > .zero } ?? false
        }
        return CanteenBoard(
            meal: meal, chineseMeal: period?.chinese, englishMeal: period?.english,
            lanes: lanes.indices.map(desk), last: book.last,
            stock: stock.stock.keys.sorted().map {
                CanteenBoard.StockRow(item: $0, left: stock.left($0) ?? 0, sold: stock.sold($0))
            }, report: book.current, reports: book.reports, peopleReady: doRulesDiffer ? 0 : ready.count,
            peopleKnown: holders.count, isLinkUp: isLinkUp, isJournalHealthy: isJournalHealthy, disk: diskLevel,
            doRulesDiffer: doRulesDiffer, playlist: scenario.playlist)
    }

    private func desk(_ lane: Int) -> LaneDesk {
        let state = lanes[lane]
        let stage: LaneDesk.Stage =
            switch state.sale?.stage {
            case nil: .idle
            case .keyed: .keyed
            case .paying: .paying
            case .writing: .writing
            case .waitingForGate: .waitingForGate
            }
        let id = state.settings.id
        return LaneDesk(
            id: id, mode: mode(lane)?.kind, stage: stage, sale: state.sale?.id, screen: state.screen,
            waiting: state.guest?.guest.name,
            weight: state.weight, isGateReady: state.turnstile?.isReady,
            alarms: TurnstileAlarm.allCases.filter { alarms[id]?.contains($0) == true }.map { condition(id, $0) },
            people: state.ticketPeople?.count)
    }
}
