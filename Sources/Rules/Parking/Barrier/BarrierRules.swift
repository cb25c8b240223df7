/// The safety rules of ``BarrierMachine``, each of which a test can leave out.
///
/// A machine made outside this module always keeps all of them. The exploration runs again with one rule less and must
/// then find a fault: that is the proof that it would notice.
struct BarrierRules: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    /// A faulty loop or photocell is not clear.
    static let faultySensorBlocks = BarrierRules(rawValue: 1 << 0)
    /// A loop or photocell of which nothing is known is not clear.
    static let unknownSensorBlocks = BarrierRules(rawValue: 1 << 1)
    /// The photocell counts, where one is fitted.
    static let photocellBlocks = BarrierRules(rawValue: 1 << 2)
    /// The way must have been clear for some time.
    static let waitsForClearDelay = BarrierRules(rawValue: 1 << 3)
    /// A lowering boom rises when the way is not clear any more.
    static let reopensForSensor = BarrierRules(rawValue: 1 << 4)
    /// A lowering boom rises when it meets something.
    static let reopensForObstruction = BarrierRules(rawValue: 1 << 5)
    /// A running lower pulse is cut before the boom is raised.
    static let cutsLowerPulse = BarrierRules(rawValue: 1 << 6)
    /// There is a pause between the pulses of the two relays.
    static let keepsDeadTime = BarrierRules(rawValue: 1 << 7)
    /// Closing is given up after some failures.
    static let boundsRetries = BarrierRules(rawValue: 1 << 8)
    /// A boom out of service is not lowered.
    static let outOfServiceStaysOpen = BarrierRules(rawValue: 1 << 9)
    /// A boom that is held open is not lowered.
    static let holdWins = BarrierRules(rawValue: 1 << 10)

    /// A boom whose arm is not in its holder is not lowered.
    static let armMustStand = BarrierRules(rawValue: 1 << 11)
    /// The contact of the pressure edge counts as a sensor of the way, where one is fitted.
    static let edgeBlocks = BarrierRules(rawValue: 1 << 12)

    /// A limit switch that does not follow the boom is faulty.
    static let stuckSwitchIsFaulty = BarrierRules(rawValue: 1 << 13)

    /// A boom whose closed switch reads clear is not closed, however long the switch has not followed it.
    static let clearSwitchIsNotClosed = BarrierRules(rawValue: 1 << 14)

    static let all = BarrierRules(rawValue: 1 << 15 - 1)
}
