internal import Effects
public import Shifts
public import Vocabulary
internal import Wire

/// What a person does with the shifts of the box's cash drawer.
public enum ShiftOrder: Hashable, Sendable {
    case open(who: String, float: Fen)
    /// - Parameter next: who takes over, with what of the counted cash stays in the drawer (nil: all of it).
    case close(who: String, CashCount, next: String?, left: Fen?)
}

extension ParkingSite {
    /// What to go back to when a write that counted for a shift is refused.
    enum ShiftUndo {
        case counted(ShiftDesk.Counted)
        /// A shift began or ended with it.
        case whole(ShiftDesk)
    }

    mutating func shift(_ order: ShiftOrder, at now: ClockReading) {
        guard isJournalHealthy else {
            return answerShift(
                BoardWords(chinese: "设备存储故障 未办理", english: "The box cannot store records: not done"),
                isDone: false)
        }
        let before = shifts
        let ended = shifts.current?.opening.shift
        let write: ShiftDesk.Write
        do throws(ShiftRefusal) {
            switch order {
            case .open(let who, let float):
                write = try shifts.open(
                    ShiftOpening(shift: ids.next(at: now.wall), who: who, float: float), at: now.wall)
            case .close(let who, let count, let next, let left):
                write = try shifts.close(
                    by: who, count, next: next.map { ($0, ids.next(at: now.wall)) }, left: left, at: now.wall)
            }
        } catch {
            return answerShift(BoardWords(chinese: error.chinese, english: error.english), isDone: false)
        }
        persistShift(write, before: before, ended: ended ?? ids.next(at: now.wall))
    }

    private mutating func persistShift(_ write: ShiftDesk.Write, before: ShiftDesk, ended: ShiftID) {
        let token = WriteToken(nextToken())
        continuations[token] = .shiftWritten(ended)
        shiftUndos[token] = .whole(before)
        effects.append(.persist(records: write.records, state: write.state, token: token))
    }

    /// Why no cash can be taken; nil if it can, or if it opens a shift.
    var cashRefusal: ShiftRefusal? {
        switch (shifts.refusesCash, scenario.staff.cashWithoutShift) {
        case (nil, _), (.noneOpen, .open), (.noneOpen, .allow): nil
        case (let refusal?, _): refusal
        }
    }

    /// Begins the shift that cash opens by itself.
    /// - Returns: what goes into the write of the cash; nil where a shift is open, or none is to be.
    mutating func shiftForCash(_ who: String, at now: ClockReading) -> ShiftDesk.Write? {
        guard shifts.current == nil, scenario.staff.cashWithoutShift == .open else { return nil }
        let opening = ShiftOpening(shift: ids.next(at: now.wall), who: who, float: .zero, isByRule: true)
        do throws(ShiftRefusal) { return try shifts.open(opening, at: now.wall) } catch {
            preconditionFailure("none is open, and nothing is a float: \(error)")
        }
    }

    /// Counts what is about to be written for the shift that is open.
    mutating func countForShift(_ records: [Record.Event], _ token: WriteToken?, before: ShiftDesk?) -> [StateChange] {
        guard let (state, counted) = shifts.count(records, at: clock.wall) else { return [] }
        if let token { shiftUndos[token] = before.map { .whole($0) } ?? .counted(counted) }
        return state
    }

    /// The write was refused: no shift counts what never was.
    mutating func takeBackFromShift(_ token: WriteToken) {
        switch shiftUndos.removeValue(forKey: token) {
        case .counted(let counted):
            let state = shifts.takeBack(counted)
            if !state.isEmpty { persist([], state: state) }
        case .whole(let before):
            shifts = before
            answerShift(
                BoardWords(chinese: "设备存储已满 未办理", english: "The box's storage is full: not done"),
                isDone: false)
        case nil: break
        }
    }
}
