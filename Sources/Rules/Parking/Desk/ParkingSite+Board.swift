internal import Effects
internal import Payments
public import Shifts
internal import Vocabulary
internal import Wire

extension ParkingSite {
    /// What the page shows and no machine keeps.
    struct BoardNotes {
        var notices: [LaneID: Notice] = [:]
        /// The car that a lane's notice was shown to; nil where none was known.
        var shownTo: [LaneID: UUIDv7] = [:]
        /// By lane and code what is wrong: as many as there are kinds of alarm.
        var alarms: [LaneID: [String: LaneCondition]] = [:]
        /// What happened and was over at once, oldest first.
        var moments: [BoardMoment] = []
        var shiftAnswer: BoardAnswer?
        var shiftAnswered: Int64 = 0
    }

    /// Takes note of what a decision shows and reports; called once, when it is complete.
    mutating func noteForBoard() {
        for effect in effects {
            switch effect {
            case .show(let lane, let notice):
                boardNotes.notices[lane] = notice
                boardNotes.shownTo[lane] = index(of: lane).flatMap { carAt($0) }
            // Not the records: what is over at once has no end there.
            case .alarm(let condition, isActive: true):
                boardNotes.alarms[condition.lane, default: [:]][condition.code] = condition
            case .alarm(let condition, isActive: false): boardNotes.alarms[condition.lane]?[condition.code] = nil
            case .happened(let condition):
                if boardNotes.moments.count >= LaneBoard.mostMoments { boardNotes.moments.removeFirst() }
                boardNotes.moments.append(BoardMoment(condition: condition, at: clock.wall))
            case .persist, .send, .pulse, .hold, .release, .refund, .fault, .log: break
            }
        }
    }

    /// All that the attendant's page shows.
    public var board: LaneBoard {
        var board = LaneBoard()
        board.lanes = lanes.indices.map { boardLane($0) }
        board.carsInside = carsInside
        board.isLinkUp = isLinkUp
        board.isJournalHealthy = isJournalHealthy
        board.disk = diskLevel
        board.shift = shifts.current.map { shift in
            BoardShift(
                id: shift.opening.shift, who: shift.opening.who, since: shift.opened, float: shift.opening.float,
                cash: shift.totals.cash, cashPayments: shift.totals.cashPayments, expected: shift.expected,
                isFull: shift.isFull)
        }
        board.closedShifts = shifts.closed.filter(\.isWritten).map { report in
            BoardClosedShift(
                id: report.id, who: report.closing.opening.who, opened: report.closing.opened, closed: report.closed,
                difference: report.closing.difference)
        }
        board.shiftAnswer = boardNotes.shiftAnswer
        board.shiftAnswered = boardNotes.shiftAnswered
        board.moments = boardNotes.moments
        return board
    }

    /// The reports of the shifts that are over and on disk, oldest first.
    public var shiftReports: [ClosedShift] { shifts.closed.filter(\.isWritten) }

    private func boardLane(_ index: Int) -> BoardLane {
        let lane = lanes[index]
        let id = lane.definition.id
        var board = BoardLane(id: id, direction: lane.definition.direction, boom: lane.barrier.position)
        board.alarms = (boardNotes.alarms[id] ?? [:]).values.sorted { $0.code < $1.code }
        board.notice = boardNotes.notices[id]
        board.audience = audience(index)
        board.answer = lane.answer.map { BoardAnswer(words: $0.words, isDone: $0.isDone) }
        board.answered = lane.answered
        board.car = boardCar(index)
        board.possible = possible(index)
        return board
    }

    private func carAt(_ index: Int) -> UUIDv7? {
        lanes[index].transaction?.transit ?? lanes[index].machine.transit
    }

    func audience(_ index: Int) -> NoticeAudience {
        let id = lanes[index].definition.id
        switch boardNotes.notices[id] {
        case nil: return .nobody
        case .lane(.fire), .lane(.outOfService): return .everybody
        case .some(let notice):
            guard let car = boardNotes.shownTo[id] else { return notice == .lane(.ready) ? .nobody : .passer }
            return car == carAt(index) ? .car : .nobody
        }
    }

    private func boardCar(_ index: Int) -> BoardCar? {
        guard let transaction = lanes[index].transaction else { return nil }
        let stay = transaction.stay.flatMap { stays[$0] }
        var car = BoardCar(
            transit: transaction.transit, plate: transaction.plate, vehicle: transaction.vehicle,
            since: WallTime(milliseconds: Int64(truncatingIfNeeded: transaction.transit.high >> 16)))
        car.stay = stay?.id
        car.entered = stay?.entered
        car.heldFor = transaction.heldFor
        car.owed = transaction.owed ?? transaction.plate.flatMap { debt(of: $0)?.owed }
        car.quote = transaction.quote
        // A car that leaves on a debt has a stay that is dealt with, and has paid nothing.
        if case .goOnDebt = boardNotes.notices[lanes[index].definition.id] {
        } else {
            car.payment = boardPayment(transaction, stay)
        }
        car.candidates = candidates(index)
        return car
    }

    private func boardPayment(_ transaction: Transaction, _ stay: Stay?) -> BoardPayment? {
        guard let id = transaction.payment else { return nil }
        if let paid = stay?.payment, paid.charge.payment == id, paid.progress == .settled {
            return BoardPayment(
                id: id, method: paid.charge.instrument.kind, amount: paid.charge.quote.total, stage: .settled)
        }
        guard let machine = payments[id]?.machine, let stage = machine.stage else { return nil }
        return BoardPayment(
            id: id, method: machine.charge.instrument.kind, amount: machine.charge.quote.total, stage: stage)
    }

    /// What a person can do at the lane now. The server asks the role besides.
    private func possible(_ index: Int) -> Set<DeskRight> {
        let lane = lanes[index]
        var rights: Set<DeskRight> = [.open, .serviceReset]
        guard let car = lane.transaction, car.heldFor != nil || isPayerAwaited(car),
            lane.machine.transit == car.transit
        else { return rights.union(lane.definition.direction == .entry ? [.ticket, .writeEntry] : []) }
        rights.formUnion([.correctPlate, .writeEntry])
        if fits(.admit, index, car) { rights.insert(.admit) }
        if fits(.passDebtor, index, car) { rights.insert(.passDebtor) }
        guard lane.definition.direction == .exit else { return rights.union([.ticket]) }
        rights.formUnion([.presentTicket, .lostTicket])
        if !candidates(index).isEmpty { rights.insert(.chooseStay) }
        guard car.stay.flatMap({ stays[$0] }) != nil else { return rights }
        if fits(.waive, index, car) { rights.insert(.waive) }
        guard mayPay(car) else { return rights }
        if scenario.payment.takes(.cash), cashRefusal == nil { rights.insert(.cash) }
        if isLinkUp, scenario.payment.takes(.shownCode) { rights.insert(.showCode) }
        if isLinkUp, scenario.payment.takes(.payerCode) { rights.insert(.enterCode) }
        return rights
    }

    private func candidates(_ index: Int) -> [BoardCandidate] {
        (view(of: lanes[index].definition.id)?.candidates ?? []).map { candidate in
            BoardCandidate(
                stay: candidate.stay, maskedPlate: candidate.maskedPlate, vehicle: candidate.vehicle,
                entered: candidate.entered)
        }
    }
}
