internal import Glibc
internal import Host
internal import Vocabulary

/// The physical world of a car park, over the twin board's socket: booms with limit switches, and cars that drive
/// across loops.
///
/// A boom takes ``travel`` to move. What it does is real in one way: it closes its limit switches late, and a car
/// drives only under a boom that is up.
public final class CarParkStandIn: Sendable {
    /// How long a boom takes to rise or fall.
    public static let travelMicroseconds: UInt32 = 120_000

    private struct World {
        /// How long a boom takes to rise or fall, in microseconds.
        var travel: UInt32
        /// Lanes whose boom does not leave the ground, and stops halfway down.
        var stuck: Set<String> = []
        /// Lanes whose boom stopped halfway down; from there it rises.
        var halfway: Set<String> = []
        /// By lane: whether the boom is up, and how often it was raised.
        var isUp: [String: Bool] = [:]
        var raised: [String: Int] = [:]
        /// Every output energised, in order: `exit-1.raise`.
        var pulses: [String] = []
        var isClosed = false
    }

    private let board: BoardSocket
    private let world: Monitor<World>

    /// Connects to the board and puts every boom down.
    /// - Parameters:
    ///   - lanes: the lanes whose booms it plays.
    ///   - travel: how long a boom takes to rise or fall, in microseconds.
    public init(
        socketPath: String, lanes: [String], travel: UInt32 = CarParkStandIn.travelMicroseconds
    ) throws(StandInError) {
        let world = Monitor(World(travel: travel))
        self.world = world
        board = try BoardSocket(socketPath)
        for lane in lanes { board.line.set("\(lane).closedLimit", true) }
        try board.listen { words, line in
            if words.count >= 2, words[0] == "on" { Self.moved(words[1], line, world) }
        } closed: {
            world.withLock { $0.isClosed = true }
            world.wakeAll()
        }
    }

    /// Waits until a lane's boom is up.
    /// - Returns: false if it does not rise in time.
    public func waitUntilUp(_ lane: String, seconds: Int64 = 10) -> Bool { wait(seconds) { $0.isUp[lane] == true } }

    /// Waits until a lane's boom is up.
    /// - Returns: false if it does not rise in time.
    public func waitUntilUp(_ lane: String, milliseconds: Int64) -> Bool {
        world.wait(until: BootClock.now() + .milliseconds(milliseconds)) {
            $0.isUp[lane] == true || $0.isClosed ? $0.isUp[lane] == true : nil
        } ?? false
    }

    /// Waits until a lane's boom is down again.
    public func waitUntilDown(_ lane: String, seconds: Int64 = 10) -> Bool { wait(seconds) { $0.isUp[lane] != true } }

    /// How often the lane's raise relay was energised.
    public func raises(of lane: String) -> Int { world.withLock { $0.raised[lane] ?? 0 } }

    /// Every output that was energised, in order.
    public var pulses: [String] { world.withLock { $0.pulses } }

    /// A car drives across the safety loop, under a boom that is up.
    public func driveThrough(_ lane: String) {
        set("\(lane).safetyLoop", true)
        usleep(80_000)
        set("\(lane).safetyLoop", false)
    }

    /// A stuck boom does not leave the ground, and on its way down it stops halfway, from where it rises; one that is
    /// free follows its relays again.
    public func setStuck(_ lane: String, _ isStuck: Bool) {
        world.withLock { if isStuck { $0.stuck.insert(lane) } else { $0.stuck.remove(lane) } }
    }

    /// Moves an input of the board.
    public func set(_ input: String, _ active: Bool) { board.line.set(input, active) }

    private func wait(_ seconds: Int64, _ condition: @escaping (World) -> Bool) -> Bool {
        world.wait(until: BootClock.now() + .seconds(seconds)) { condition($0) || $0.isClosed ? condition($0) : nil }
            ?? false
    }

    private static func moved(_ output: String, _ line: BoardSocket.Line, _ world: Monitor<World>) {
        guard let dot = output.lastIndex(of: ".") else { return }
        let lane = String(output[..<dot])
        let rises = output.hasSuffix(".raise")
        let isStuck = world.withLock {
            $0.pulses.append(output)
            if rises { $0.raised[lane, default: 0] += 1 }
            if rises { return $0.halfway.remove(lane) == nil && $0.stuck.contains(lane) }
            guard $0.stuck.contains(lane) else {
                $0.halfway.remove(lane)
                return false
            }
            if $0.isUp[lane] == true { $0.halfway.insert(lane) }
            $0.isUp[lane] = false
            return true
        }
        if isStuck {
            if !rises { line.set("\(lane).openLimit", false) }
            world.wakeAll()
            return
        }
        line.set("\(lane).\(rises ? "closedLimit" : "openLimit")", false)
        usleep(world.withLock { $0.travel })
        line.set("\(lane).\(rises ? "openLimit" : "closedLimit")", true)
        world.withLock { $0.isUp[lane] = rises }
        world.wakeAll()
    }
}
