import Vocabulary

@testable import Parking

/// A lane and its judge, packed: two nodes have the same key only if they are equal in everything that can make a
/// difference later. Instants are whole steps of the exploration from the last event on.
struct LaneKey: Hashable {
    private var words: [UInt64] = []
    private var last: UInt64 = 0
    private var used = 0
    private let nanosecondsPerStep: Int64

    private static let longestInstant = 7

    init(_ node: LaneExplorer.Node, stepMilliseconds: Int) {
        nanosecondsPerStep = Int64(stepMilliseconds) * 1_000_000
        words.reserveCapacity(6)
        put(node.gate.barrier.state)
        for watch in node.gate.watches { put(watch) }
        put(node.gate.standingSince)
        put(node.gate.twoCarsSince)
        put(Int(node.gate.lasting.rawValue), bits: 4)
        put(node.gate.cars.state)
        put(node.watch)
        words.append(last)
    }

    static func == (left: LaneKey, right: LaneKey) -> Bool { left.words == right.words }
    func hash(into hasher: inout Hasher) { hasher.combine(words) }

    // MARK: - Parts

    private mutating func put(_ state: BarrierMachine.State) {
        switch state.phase {
        case .closed: put(0, bits: 3)
        case .waitingToRaise(let at): put(1, bits: 3); put(at)
        case .raising(let until): put(2, bits: 3); put(until)
        case .open(let until): put(3, bits: 3); put(until)
        case .unknown(let until): put(4, bits: 3); put(until)
        case .lowering(let until): put(5, bits: 3); put(until)
        }
        if case .closed = state.phase { put(nil as Uptime?) }
        put(state.relays.end(of: .raise))
        put(state.relays.end(of: .lower))
        for reading in [state.safetyLoop, state.photocell, state.openLimit, state.closedLimit] { put(reading) }
        put(state.obstruction)
        put(state.arm)
        for watch in [state.openLimitWatch, state.closedLimitWatch] {
            put(watch.isChangeDue)
            put(watch.missedChanges, bits: 2)
        }
        put(state.clearSince)
        put(state.waiting.count, bits: 3)
        for transit in state.waiting { put(LaneExplorer.number(of: transit), bits: 3) }
        for _ in state.waiting.count..<LaneExplorer.mostCars { put(0, bits: 3) }
        put(state.loopWasBlind)
        put(state.isHeldOpen)
        put(state.isInService)
        put(state.failedClosings, bits: 2)
        put(state.graceEnd)
        put(Int(state.alarms.rawValue), bits: 13)
    }

    private mutating func put(_ watch: SensorWatch) {
        put(watch.raw)
        switch watch.fault {
        case nil: put(0, bits: 2)
        case .reported: put(1, bits: 2)
        case .stuck: put(2, bits: 2)
        }
        put(watch.occupiedSince)
        put(watch.soundSince)
    }

    private mutating func put(_ state: LaneMachine.State) {
        put(state.current != nil)
        if let car = state.current { put(car) } else { put(0, bits: 26) }
        for sighting in [state.behind, state.lastThrough] {
            put(sighting?.plate)
            put(sighting?.at)
        }
        put(state.approach)
        put(state.safety)
        put(state.unattendedSince)
        put(state.wasApproachFree)
        put(state.explainedBy)
    }

    /// 26 bits.
    private mutating func put(_ car: LaneMachine.Car) {
        put(LaneExplorer.number(of: car.transit), bits: 3)
        put(car.plate)
        switch car.phase {
        case .deciding: put(0, bits: 2); put(0, bits: 5)
        case .held: put(1, bits: 2); put(0, bits: 5)
        case .goingThrough: put(2, bits: 2); put(0, bits: 5)
        case .leaving(let until, let isCertain): put(3, bits: 2); put(until); put(isCertain)
        }
        put(car.since)
        put(car.isUnread)
        switch car.place {
        case .unseen: put(0, bits: 2)
        case .onLoop: put(1, bits: 2)
        case .offLoop: put(2, bits: 2)
        }
        put(car.goneSince)
        put(car.isFollowed)
        put(car.hasBackedOff)
    }

    private mutating func put(_ watch: LaneWatch) {
        for line in watch.lines { put(line) }
        for since in watch.soundSince {
            put(milliseconds: since == .max ? 0 : since)
            put(since == .max)
        }
        for instant in [watch.raiseEnd, watch.lowerEnd] { put(milliseconds: instant) }
        for instant in [watch.clearSince, watch.loweringUntil, watch.raisingUntil, watch.raiseDue] {
            put(milliseconds: instant)
        }
        for instant in [watch.occupiedSince, watch.twoSince] { put(milliseconds: instant) }
        put(watch.isHeld)
        put(watch.isAskedFor)
        put(watch.wasUnder)
        put(watch.wasApproachFree)
        put(watch.car != nil)
        put(watch.car.map { LaneExplorer.number(of: $0.transit) } ?? 0, bits: 3)
        put(watch.car?.isLetThrough == true)
        put(watch.car?.mayHaveGone == true)
        put(watch.car?.wasOnApproach == true)
        put(milliseconds: watch.car?.goneSince)
    }

    // MARK: - Bits

    private mutating func put(_ value: Int, bits: Int) {
        precondition(value >= 0 && value < 1 << bits, "a value does not fit in the key of a lane")
        last |= UInt64(truncatingIfNeeded: value) << UInt64(truncatingIfNeeded: used)
        used += bits
        guard used >= 64 else { return }
        words.append(last)
        used -= 64
        last = used == 0 ? 0 : UInt64(truncatingIfNeeded: value) >> UInt64(truncatingIfNeeded: bits - used)
    }

    private mutating func put(_ flag: Bool) { put(flag ? 1 : 0, bits: 1) }

    private mutating func put(_ reading: SensorState) {
        switch reading {
        case .unknown: put(0, bits: 2)
        case .clear: put(1, bits: 2)
        case .active: put(2, bits: 2)
        case .faulty: put(3, bits: 2)
        }
    }

    private mutating func put(_ plate: Plate?) { put(plate.map { LaneExplorer.number(of: $0) } ?? 0, bits: 2) }

    /// Four bits: 0 for none.
    private mutating func put(_ instant: Uptime?) {
        guard let instant else { return put(0, bits: 4) }
        let (steps, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: nanosecondsPerStep)
        // What is so long ago that it makes no difference is set just beyond the last instant that does.
        precondition([0, -1, -1_000_000].contains(rest), "an instant is not a whole step of the exploration")
        put(Int(rest == 0 ? steps : steps - 1) + LaneKey.longestInstant + 1, bits: 4)
    }

    private mutating func put(milliseconds: Int?) {
        put(milliseconds.map { Uptime(milliseconds: Int64($0)) })
    }
}
