public import Vocabulary
public import Wire

/// Keeps the shifts of one cash drawer. Pure: it counts the records that a box writes, and says what to write.
///
/// A shift is never counted by hand: whatever is written between its two records counts, in the same write that holds
/// the record itself. So after a power cut the counts are those of the records on disk.
public struct ShiftDesk: Hashable, Sendable {
    /// At most this many closed shifts are kept here; older ones are in the saved reports and in the records.
    public static let mostClosed = 10
    /// The largest float.
    public static let largestFloat = Fen(100_000_000)

    public internal(set) var current: Shift?
    /// The last ones, oldest first.
    public internal(set) var closed: [ClosedShift] = []
    /// Lanes at which a passage counts as a car that left; at all others it came in.
    public var exits: Set<LaneID>

    public init(exits: Set<LaneID> = []) { self.exits = exits }

    /// What a decision about shifts wants written.
    public struct Write: Equatable, Sendable {
        public var records: [Record.Event]
        public var state: [StateChange]
    }

    /// What was counted with one write, to be taken back should that write be refused.
    public struct Counted: Hashable, Sendable {
        var shift: ShiftID
        var records: [Record.Event]
        var items: [Int]

        public static func == (left: Counted, right: Counted) -> Bool {
            left.shift == right.shift && left.items == right.items && left.records == right.records
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(shift)
            hasher.combine(items)
        }
    }

    // MARK: - Beginning and end

    /// - Throws: ``ShiftRefusal``; nothing has changed then.
    public mutating func open(_ opening: ShiftOpening, at now: WallTime) throws(ShiftRefusal) -> Write {
        if let current { throw .alreadyOpen(by: current.opening.who) }
        guard opening.float >= .zero, opening.float <= ShiftDesk.largestFloat else { throw .badFloat(opening.float) }
        let shift = Shift(opening: opening, opened: now)
        current = shift
        return Write(records: [.shiftOpened(opening)], state: [keep(shift)])
    }

    /// Closes the shift; with a successor, its own begins with what is left in the drawer.
    ///
    /// - Parameters:
    ///   - next: who takes over, and the id of that shift.
    ///   - left: what stays in the drawer for the successor; the counted total if nil.
    /// - Throws: ``ShiftRefusal``; nothing has changed then.
    public mutating func close(
        by who: String, _ count: CashCount, next: (who: String, shift: ShiftID)? = nil, left: Fen? = nil,
        at now: WallTime
    ) throws(ShiftRefusal) -> Write {
        guard let shift = current else { throw .noneOpen }
        let float = left ?? count.total
        if next != nil, float < .zero || float > min(count.total, ShiftDesk.largestFloat) { throw .badFloat(float) }
        let closing = ShiftClosing(
            opening: shift.opening, opened: shift.opened, closedBy: who, totals: shift.totals,
            expected: shift.expected, counted: count.total, pieces: count.pieces, next: next?.who)
        let report = ClosedShift(closing: closing, closed: now, items: shift.listed, isWritten: false)
        closed.append(report)
        var write = Write(
            records: [.shiftClosed(closing)],
            state: [.put(kind: ShiftDesk.closedKind, key: report.id.description, value: report.stateValue)])
        if closed.count > ShiftDesk.mostClosed {
            let oldest = closed.removeFirst()
            write.state += forget(oldest)
        }
        if let next {
            let opening = ShiftOpening(shift: next.shift, who: next.who, float: float)
            let successor = Shift(opening: opening, opened: now)
            current = successor
            write.records.append(.shiftOpened(opening))
            write.state.append(keep(successor))
        } else {
            current = nil
            write.state.append(.remove(kind: ShiftDesk.openKind, key: ShiftDesk.openKey))
        }
        return write
    }

    /// The last report is on disk.
    public mutating func written(_ shift: ShiftID) {
        for index in closed.indices where closed[index].id == shift { closed[index].isWritten = true }
    }

    /// Why no cash can be taken now; nil if it can.
    public var refusesCash: ShiftRefusal? {
        guard let current else { return .noneOpen }
        return current.isFull ? .full : nil
    }

    // MARK: - Counting

    /// Counts what is about to be written.
    /// - Returns: what is to be written with it, and what to hand to ``takeBack(_:)`` should the write be refused; nil
    ///   if nothing of it counts.
    public mutating func count(
        _ records: [Record.Event], at now: WallTime
    ) -> (state: [StateChange], counted: Counted)? {
        guard var shift = current else { return nil }
        let relevant = records.filter { counts($0) }
        guard !relevant.isEmpty else { return nil }
        var state: [StateChange] = []
        var numbers: [Int] = []
        for record in relevant {
            add(record, sign: 1, to: &shift.totals)
            guard let item = item(record, at: now), !shift.isFull else { continue }
            let number = shift.nextItem
            shift.nextItem += 1
            shift.items[number] = item
            numbers.append(number)
            state.append(.put(kind: ShiftDesk.itemKind, key: key(shift, number), value: item.stateValue))
        }
        state.append(keep(shift))
        current = shift
        return (state, Counted(shift: shift.opening.shift, records: relevant, items: numbers))
    }

    /// The write was refused: what it counted never was.
    /// - Returns: what is to be written now, so that the disk has the same counts.
    public mutating func takeBack(_ counted: Counted) -> [StateChange] {
        guard var shift = current, shift.opening.shift == counted.shift else { return [] }
        for record in counted.records { add(record, sign: -1, to: &shift.totals) }
        for number in counted.items { shift.items[number] = nil }
        current = shift
        return [keep(shift)]
    }

    private func counts(_ record: Record.Event) -> Bool {
        switch record {
        case .payment(.approved, _, _), .payment(.acceptedOffline, _, _), .payment(.cashTaken, _, _),
            .payment(.reversed, _, _), .debt, .manualOpening, .plateCorrected, .deskAct,
            .refund(.refunded, _, _), .passage(_, _, .passed), .passage(_, _, .unknown):
            true
        default: false
        }
    }

    private func add(_ record: Record.Event, sign: Int64, to totals: inout ShiftTotals) {
        switch record {
        case .payment(let state, let charge, _):
            let kind = charge.instrument.kind.rawValue
            let method =
                state == .acceptedOffline ? "offline-\(kind)" : state == .reversed ? "reversed" : kind
            totals.add(method, charge.quote.total, sign: sign)
            guard state == .cashTaken else { return }
            totals.cashPayments += sign
            totals.cash = totals.cash.moved(by: charge.quote.total, sign: sign)
        case .debt(let charge): totals.add("debt", charge.quote.total, sign: sign)
        case .manualOpening(let opening):
            totals.manualOpenings += sign
            guard let unpaid = opening.unpaid, unpaid > .zero else { return }
            totals.unpaidOpenings += sign
            totals.leftUnpaid = totals.leftUnpaid.moved(by: unpaid, sign: sign)
        case .plateCorrected: totals.corrections += sign
        case .refund(_, let refund, _):
            totals.refunds += sign
            totals.refunded = totals.refunded.moved(by: refund.amount, sign: sign)
            guard wasCash(refund.payment) else { return }
            totals.cashRefunds = totals.cashRefunds.moved(by: refund.amount, sign: sign)
        case .passage(_, let lane, _):
            if exits.contains(lane) { totals.carsOut += sign } else { totals.carsIn += sign }
        case .deskAct(let act) where act.kind == .waived: totals.waivers += sign
        default: break
        }
    }

    /// Whether the payment was made in cash in this shift or in one of those kept: it goes back out of the drawer.
    func wasCash(_ payment: PaymentID) -> Bool {
        func isCash(_ item: ShiftItem) -> Bool { item.kind == .cash && item.payment == payment }
        return current?.items.values.contains(where: isCash) == true
            || closed.contains { $0.items.contains(where: isCash) }
    }
}

extension Fen {
    /// A total that would leave the range stays at its end: the acts themselves are on record.
    fileprivate func moved(by amount: Fen, sign: Int64) -> Fen {
        if sign > 0 { return (try? adding(amount)) ?? Fen(.max) }
        return (try? subtracting(amount)) ?? Fen(.min)
    }
}

extension ShiftTotals {
    fileprivate mutating func add(_ method: String, _ amount: Fen, sign: Int64) {
        if let index = methods.firstIndex(where: { $0.method == method }) {
            methods[index].count += sign
            methods[index].amount = methods[index].amount.moved(by: amount, sign: sign)
            if methods[index].count == 0 { methods.remove(at: index) }
        } else if sign > 0, methods.count < ShiftTotals.mostMethods {
            let index = methods.firstIndex { $0.method > method } ?? methods.count
            methods.insert(MethodTotal(method: method, count: 1, amount: amount), at: index)
        }
    }
}
