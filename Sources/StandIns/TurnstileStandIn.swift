internal import Glibc
internal import Host
public import Vocabulary

/// The physical world of a canteen's turnstiles, over the twin board's socket: relays that open, and people who walk
/// through past the passage sensor.
public final class TurnstileStandIn: Sendable {
    /// An output that was energised.
    public struct Pulse: Equatable, Sendable {
        /// Such as `gate-1.open`.
        public var output: String
        /// 0: held until it is released.
        public var milliseconds: Int64
        /// When the board did it.
        public var at: Uptime
    }

    private struct World {
        var pulses: [Pulse] = []
        var held: Set<String> = []
        var inputs: [String: Bool] = [:]
        /// Lanes at which whoever is let in walks through at once.
        var walking: Set<String> = []
        var isClosed = false
    }

    /// How long somebody stands in the sensor, in microseconds: real ones take half a second.
    private static let walkMicroseconds: UInt32 = 20_000

    private let board: BoardSocket
    private let world: Monitor<World>

    /// Connects to the board.
    /// - Parameter walking: lanes at which whoever is let in walks through at once.
    public init(socketPath: String, walking: Set<String> = []) throws(StandInError) {
        let world = Monitor(World(walking: walking))
        self.world = world
        board = try BoardSocket(socketPath)
        try board.listen { words, line in
            Self.heard(words, line, world)
            world.wakeAll()
        } closed: {
            world.withLock { $0.isClosed = true }
            world.wakeAll()
        }
    }

    /// Whoever is let in at these lanes from now on walks through at once; at others people are walked by hand.
    public func setWalking(_ lanes: Set<String>) { world.withLock { $0.walking = lanes } }

    /// Every output that was energised, in order.
    public var pulses: [Pulse] { world.withLock { $0.pulses } }

    /// How often a lane was opened for one.
    public func openings(of lane: String) -> Int { pulses.reduce(0) { $0 + ($1.output == "\(lane).open" ? 1 : 0) } }

    /// Waits until a lane has been opened so often in all.
    /// - Returns: when it was; nil if it is not in time.
    public func waitForOpening(_ number: Int, of lane: String, milliseconds: Int64 = 10_000) -> Uptime? {
        let output = "\(lane).open"
        return world.wait(until: BootClock.now() + .milliseconds(milliseconds)) { world -> Uptime?? in
            let openings = world.pulses.filter { $0.output == output }
            if openings.count >= number { return .some(openings[number - 1].at) }
            return world.isClosed ? .some(nil) : nil
        } ?? nil
    }

    /// Waits until an output is held, or is not any more.
    public func wait(until output: String, isHeld: Bool, seconds: Int64 = 10) -> Bool {
        world.wait(until: BootClock.now() + .seconds(seconds)) {
            $0.held.contains(output) == isHeld ? true : $0.isClosed ? false : nil
        } ?? false
    }

    /// Somebody walks through.
    public func walk(through lane: String) {
        set("\(lane).passage", true)
        usleep(Self.walkMicroseconds)
        set("\(lane).passage", false)
    }

    /// Moves an input of the board, and waits until the board says so.
    public func set(_ input: String, _ active: Bool) {
        board.line.set(input, active)
        _ = world.wait(until: BootClock.now() + .seconds(5)) {
            $0.inputs[input] == active || $0.isClosed ? true : nil
        }
    }

    private static func heard(_ words: [String], _ line: BoardSocket.Line, _ world: Monitor<World>) {
        switch words.first {
        case "input" where words.count == 3: world.withLock { $0.inputs[words[1]] = words[2] == "1" }
        case "off" where words.count >= 2: world.withLock { _ = $0.held.remove(words[1]) }
        case "on" where words.count == 4:
            guard let span = Int64(words[2]), let at = Int64(words[3]) else { return }
            let walker = world.withLock { world -> String? in
                world.pulses.append(Pulse(output: words[1], milliseconds: span, at: Uptime(nanoseconds: at)))
                if span == 0 { world.held.insert(words[1]) }
                guard span > 0, words[1].hasSuffix(".open") else { return nil }
                let lane = String(words[1].dropLast(5))
                return world.walking.contains(lane) ? lane : nil
            }
            guard let walker else { return }
            // In and out: the board takes one after the other.
            line.set("\(walker).passage", true)
            usleep(5_000)
            line.set("\(walker).passage", false)
        default: break
        }
    }
}
