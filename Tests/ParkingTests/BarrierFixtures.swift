import Vocabulary

@testable import Parking

/// What the barrier tests share.
enum BarrierFixtures {
    static func transit(_ number: UInt64) -> UUIDv7 { UUIDv7(at: WallTime(milliseconds: 0), random: (0, number)) }

    /// Settings of which every span is a multiple of 250 ms, so that few instants have to be told apart.
    static func coarse(
        openLimit: Bool = false, closedLimit: Bool = false, photocell: Bool = false, contacts: Bool = false,
        approach: Bool = false, retries: Int = 1
    ) throws(BarrierSettingsError) -> BarrierSettings {
        try BarrierSettings(
            raisePulse: .milliseconds(250), lowerPulse: .milliseconds(250), travelLimit: .milliseconds(500),
            noShowLimit: .milliseconds(1_000), clearDelay: .milliseconds(250), reverseDeadTime: .milliseconds(250),
            hasOpenLimit: openLimit, hasClosedLimit: closedLimit, hasPhotocell: photocell, hasObstruction: contacts,
            hasArmContact: contacts, hasApproachLoop: approach, obstructionRetries: retries, stuckMovements: 1)
    }

    /// The fewest instants that a lane as a whole can do with: every span is one or two seconds.
    static func seconds(_ fitted: Set<LaneSensor>) throws(BarrierSettingsError) -> BarrierSettings {
        try BarrierSettings(
            raisePulse: .seconds(1), lowerPulse: .seconds(1), travelLimit: .seconds(2), noShowLimit: .seconds(1),
            clearDelay: .seconds(1), reverseDeadTime: .seconds(1), hasOpenLimit: fitted.contains(.openLimit),
            hasClosedLimit: fitted.contains(.closedLimit), hasPhotocell: fitted.contains(.photocell),
            hasObstruction: fitted.contains(.obstruction), hasArmContact: fitted.contains(.armIntact),
            hasApproachLoop: fitted.contains(.approachLoop), obstructionRetries: 0, stuckMovements: 1)
    }

    static func seconds(
        photocell: Bool = false, approach: Bool = false, limits: Bool = false, contacts: Bool = false
    ) throws(BarrierSettingsError) -> BarrierSettings {
        try BarrierSettings(
            raisePulse: .seconds(1), lowerPulse: .seconds(1), travelLimit: .seconds(2), noShowLimit: .seconds(1),
            clearDelay: .seconds(1), reverseDeadTime: .seconds(1), hasOpenLimit: limits, hasClosedLimit: limits,
            hasPhotocell: photocell, hasObstruction: contacts, hasArmContact: contacts, hasApproachLoop: approach,
            obstructionRetries: 0, stuckMovements: 1)
    }

    /// Settings with a raise pulse, lower pulse, travel, clear delay and dead time that all differ, off any grid.
    static func uneven(
        openLimit: Bool, closedLimit: Bool, photocell: Bool
    ) throws(BarrierSettingsError) -> BarrierSettings {
        try BarrierSettings(
            raisePulse: .milliseconds(310), lowerPulse: .milliseconds(470), travelLimit: .milliseconds(1_130),
            noShowLimit: .milliseconds(2_900), clearDelay: .milliseconds(370), reverseDeadTime: .milliseconds(90),
            hasOpenLimit: openLimit, hasClosedLimit: closedLimit, hasPhotocell: photocell,
            hasObstruction: photocell, hasArmContact: openLimit, hasApproachLoop: true, obstructionRetries: 2,
            stuckMovements: 2)
    }

    static let cars: [BarrierMachine.Event] = [.open(transit: transit(1)), .open(transit: transit(2))]
    static let people: [BarrierMachine.Event] = [.holdOpen(true), .holdOpen(false), .serviceReset]
    static let loops = SensorState.allCases.map { BarrierMachine.Event.safetyLoop($0) }
    static let photocells = SensorState.allCases.map { BarrierMachine.Event.photocell($0) }
    static let limits =
        SensorState.allCases.map { BarrierMachine.Event.openLimit($0) }
        + SensorState.allCases.map { BarrierMachine.Event.closedLimit($0) }
    static let contacts =
        SensorState.allCases.map { BarrierMachine.Event.obstructionContact($0) }
        + SensorState.allCases.map { BarrierMachine.Event.armIntact($0) }
    /// What the lane's own account of the cars adds.
    static let lane: [BarrierMachine.Event] = [.backedOff, .withdraw(transit: transit(1))]
    static let everything = cars + people + [.obstruction] + loops + photocells + limits + contacts + lane
}

/// A small seeded generator (SplitMix64): the same seed gives the same walk on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
