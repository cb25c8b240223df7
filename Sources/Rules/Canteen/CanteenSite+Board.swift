internal import Payments
public import Vocabulary
public import Wire

/// What the pages show, and what devices are to know.
extension CanteenSite {
    /// The version of the list of people that is in use, and who is on it.
    public var peopleVersion: Int64 { lists.people.version }
    public var listedPeople: [Person] { lists.people.all }

    /// What the display of a lane shows; nil: there is no such lane.
    public func screen(of lane: LaneID) -> LaneScreen? { lanes.first { $0.settings.id == lane }?.screen }

    /// For whom a lane's turnstile has opened who is awaited; nil: nobody is.
    public func awaited(at lane: LaneID) -> (transit: UUIDv7, holder: Holder?)? {
        guard let lane = lanes.first(where: { $0.settings.id == lane }), let transit = lane.turnstile?.awaited else {
            return nil
        }
        return (transit, lane.served[transit]?.holder)
    }

    /// Of so many people who are listed, so many can eat while the platform cannot be asked; goes through them all.
    public func peopleReady(at now: ClockReading) -> Int {
        guard !doRulesDiffer, let leases else { return 0 }
        return people.holders.count { leases.available(.purse($0), at: now) > .zero }
    }

    /// - Parameter isCounting: whether ``CanteenBoard/peopleReady`` is counted, which takes its time.
    public func board(at now: ClockReading, isCounting: Bool = true) -> CanteenBoard {
        let period = meal.period.flatMap { scenario.calendar.period($0) }
        return CanteenBoard(
            meal: meal, chineseMeal: period?.chinese, englishMeal: period?.english,
            lanes: lanes.indices.map(desk), last: book.last,
            stock: stock.stock.keys.sorted().map {
                CanteenBoard.StockRow(item: $0, left: stock.left($0) ?? 0, sold: stock.sold($0))
            }, report: book.current, reports: book.reports, peopleReady: isCounting ? peopleReady(at: now) : 0,
            peopleKnown: people.count, isLinkUp: isLinkUp, isJournalHealthy: isJournalHealthy, disk: diskLevel,
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
