import Testing
import Vocabulary

@testable import GPIO

/// Walks every order of commands, ticks and failures on an interlocked pair and looks at the contacts, not at the
/// bank's own account of them.
@Suite struct RelayBankExplorationTests {
    private enum Step: CaseIterable {
        case shortRaise, longRaise, shortLower, longLower, releaseRaise, releaseLower, failRaise, tick, lateTick
    }

    /// The bank, and what really happened to the contacts it commands.
    private struct World: Hashable {
        var bank: RelayBank
        var now: Int64 = 0
        /// Since when each contact is closed; nil when it is open.
        var closedSince: [Int64?] = [nil, nil]
        /// An attempt to switch off has failed: its bound has been given up, its interlock has not.
        var isStuck = [false, false]
    }

    private static let maximum: Int64 = 30

    @Test("in no order of up to twelve steps are both outputs on or is one on for longer than its maximum")
    func explore() throws {
        let board = try GPIOBoard(
            outputs: [
                GPIOOutput(name: "raise", chip: "c", line: 0, maximumPulseMilliseconds: Int(Self.maximum)),
                GPIOOutput(name: "lower", chip: "c", line: 1, maximumPulseMilliseconds: Int(Self.maximum)),
            ], interlocks: [["raise", "lower"]])
        var frontier: Set<World> = [World(bank: RelayBank(board: board))]
        var steps = 0
        var refusals = 0
        var ends = 0
        for _ in 0..<12 {
            var next: Set<World> = []
            for world in frontier {
                for step in Step.allCases {
                    var world = world
                    Self.take(step, &world, &refusals, &ends)
                    Self.check(world)
                    next.insert(world)
                    steps += 1
                }
            }
            frontier = next
        }
        // Equal worlds are walked on from once, so these stand for 9^12 orders. The walk is not an empty proof.
        #expect(steps > 50_000)
        #expect(refusals > 10_000)
        #expect(ends > 1_000)
    }

    private static func take(_ step: Step, _ world: inout World, _ refusals: inout Int, _ ends: inout Int) {
        switch step {
        case .shortRaise: pulse(0, 10, &world, &refusals)
        case .longRaise: pulse(0, Int(maximum), &world, &refusals)
        case .shortLower: pulse(1, 10, &world, &refusals)
        case .longLower: pulse(1, Int(maximum), &world, &refusals)
        case .releaseRaise: release(0, &world)
        case .releaseLower: release(1, &world)
        case .failRaise:
            guard world.bank.isOn(0) else { return }
            _ = world.bank.switchOffFailed(0, at: Uptime(milliseconds: world.now))
            world.isStuck[0] = true
        case .tick: advance(10, &world, &ends)
        case .lateTick: advance(35, &world, &ends)
        }
    }

    private static func pulse(_ output: Int, _ milliseconds: Int, _ world: inout World, _ refusals: inout Int) {
        do throws(GPIOError) {
            let now = Uptime(milliseconds: world.now)
            let isClosing = try world.bank.pulse(output, milliseconds: milliseconds, at: now)
            #expect(isClosing == (world.closedSince[output] == nil))
            if isClosing { world.closedSince[output] = world.now }
        } catch {
            refusals += 1
        }
    }

    private static func release(_ output: Int, _ world: inout World) {
        guard world.bank.isOn(output) else { return }
        world.bank.switchedOff(output)
        world.closedSince[output] = nil
        world.isStuck[output] = false
    }

    /// Time passes as it does for the driver's thread: it wakes at each deadline.
    private static func advance(_ milliseconds: Int64, _ world: inout World, _ ends: inout Int) {
        let target = world.now + milliseconds
        while let deadline = world.bank.nextDeadline, deadline <= Uptime(milliseconds: target) {
            world.now = max(world.now, deadline.nanoseconds / 1_000_000)
            while let output = world.bank.firstDue(at: Uptime(milliseconds: world.now)) {
                release(output, &world)
                ends += 1
            }
            check(world)
        }
        world.now = target
    }

    private static func check(_ world: World) {
        if world.closedSince[0] != nil && world.closedSince[1] != nil {
            Issue.record("raise and lower are both on in \(world)")
        }
        for output in 0..<2 {
            if world.bank.isOn(output) != (world.closedSince[output] != nil) {
                Issue.record("the bank and the contact \(output) disagree in \(world)")
            }
            guard let since = world.closedSince[output], !world.isStuck[output] else { continue }
            if world.now - since > maximum { Issue.record("output \(output) is on for too long in \(world)") }
            guard let deadline = world.bank.nextDeadline, deadline <= Uptime(milliseconds: since + maximum) else {
                Issue.record("output \(output) has no end in time in \(world)")
                continue
            }
        }
    }
}
