internal import Vocabulary

/// One simulated world: its time, its agenda, and all that lives in it. One thread, no clock, one seed.
final class World {
    /// What the wall clock usually shows at the beginning: 2026-06-01T00:00:00Z.
    static let usualStart = WallTime(milliseconds: 1_780_272_000_000)

    let setup: SimulationSetup
    /// The wall clock at the beginning.
    let wallAtStart: WallTime
    /// Virtual microseconds since the run began.
    private(set) var now: Int64 = 0
    private var agenda = Agenda()
    var chronicle = Chronicle()
    var counts = SimulationCounts()
    private(set) var watched: [String] = []
    private(set) var failure: String?
    private(set) var failedAt: String?
    /// Nothing goes wrong any more, nobody comes: all must come to rest.
    var isQuiet = false
    /// A script plays the drivers: none pays by dice.
    var isScripted = false
    private(set) var boxes: [SimulatedBox] = []
    private var parts: Parts?

    private struct Parts {
        var broker: BrokerModel
        var platform: PlatformModel
        var network: PaymentNetwork
        var checker: Checker
    }

    var broker: BrokerModel { part.broker }
    var platform: PlatformModel { part.platform }
    var network: PaymentNetwork { part.network }
    var checker: Checker { part.checker }

    private var part: Parts {
        guard let parts else { preconditionFailure("the world is not furnished yet") }
        return parts
    }

    init(_ setup: SimulationSetup, wallAtStart: WallTime = World.usualStart) {
        self.setup = setup
        self.wallAtStart = wallAtStart
    }

    func furnish(
        _ boxes: [SimulatedBox], _ broker: BrokerModel, _ platform: PlatformModel, _ network: PaymentNetwork,
        _ checker: Checker
    ) {
        self.boxes = boxes
        parts = Parts(broker: broker, platform: platform, network: network, checker: checker)
    }

    /// The true wall time; a box's own clock may be wrong.
    var wall: WallTime { WallTime(milliseconds: wallAtStart.milliseconds + now / 1_000) }

    func has(_ fault: SimulatedFault) -> Bool { !isQuiet && setup.faults.contains(fault) }

    func after(_ microseconds: Int64, _ work: @escaping () -> Void) { at(now + microseconds, work) }

    func at(_ time: Int64, _ work: @escaping () -> Void) { agenda.add(at: max(time, now), work) }

    func note(_ kind: StaticString, _ number: Int64 = 0, _ text: @escaping @autoclosure () -> String) {
        chronicle.note(kind, number, at: now, text)
        if let watch = setup.watch, case let words = text(), words.contains(watch) {
            watched.append("\(VirtualTime.words(now))  \(words)")
        }
    }

    /// The first failure counts; the run ends with it.
    func fail(_ text: String) {
        guard failure == nil else { return }
        failure = text
        failedAt = VirtualTime.words(now)
    }

    /// Lets things happen until `end`.
    func run(until end: Int64) {
        while failure == nil, let next = agenda.next, next <= end, let item = agenda.takeFirst() {
            now = item.at
            item.work()
        }
        if failure == nil { now = max(now, end) }
    }

    func end() { agenda.removeAll() }
}
