import Vocabulary

@testable import Parking

/// Plays a scene at one barrier as the runtime would: between two events every deadline gets its tick in time.
struct BarrierScript {
    private(set) var machine: BarrierMachine
    private(set) var milliseconds: Int64 = 0

    /// A boom that is closed, with all that is fitted clear. Pulses 500 ms, travel 6 s, no-show 30 s, clear delay
    /// 500 ms, dead time 100 ms.
    static func closed(openLimit: Bool = false, closedLimit: Bool = false, retries: Int = 3) throws -> BarrierScript {
        var script = try atPowerUp(openLimit: openLimit, closedLimit: closedLimit, retries: retries)
        _ = script.play(.safetyLoop(.clear))
        _ = script.play(.photocell(.clear))
        if openLimit { _ = script.play(.openLimit(.clear)) }
        if closedLimit { _ = script.play(.closedLimit(.active)) }
        _ = script.wait(40_000)
        return script
    }

    /// A boom at power-up, of which nothing is known.
    static func atPowerUp(
        openLimit: Bool = false, closedLimit: Bool = false, retries: Int = 3
    ) throws -> BarrierScript {
        let settings = try BarrierSettings(
            hasOpenLimit: openLimit, hasClosedLimit: closedLimit, hasPhotocell: true, obstructionRetries: retries)
        return BarrierScript(machine: BarrierMachine(settings: settings, at: Uptime(milliseconds: 0)))
    }

    /// A boom that has been raised for the cars given, by time.
    static func open(for cars: UUIDv7...) throws -> BarrierScript {
        var script = try closed()
        for car in cars { _ = script.play(.open(transit: car)) }
        _ = script.wait(6_000)
        return script
    }

    private init(machine: BarrierMachine) { self.machine = machine }

    /// - Returns: what the machine wants done at this event.
    mutating func play(_ event: BarrierMachine.Event) -> [BarrierMachine.Action] {
        machine.handle(event, at: Uptime(milliseconds: milliseconds))
    }

    /// Lets time go by.
    /// - Returns: what the machine wants done in the meantime.
    mutating func wait(_ span: Int64) -> [BarrierMachine.Action] {
        let end = milliseconds + span
        var actions: [BarrierMachine.Action] = []
        while let deadline = machine.nextDeadline, deadline <= Uptime(milliseconds: end) {
            actions += machine.handle(.tick, at: deadline)
        }
        milliseconds = end
        return actions
    }
}

extension BarrierMachine.Action {
    static let raise = BarrierMachine.Action.pulse(.raise, .milliseconds(500))
    static let lower = BarrierMachine.Action.pulse(.lower, .milliseconds(500))
}
