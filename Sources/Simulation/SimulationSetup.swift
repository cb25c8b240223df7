public import Parking
public import Vocabulary

/// What goes wrong in a simulated world; each can be switched off.
public enum SimulatedFault: String, CaseIterable, Sendable {
    /// Connections break, silently or not, with what was under way on them.
    case loss
    /// Messages take seconds instead of milliseconds.
    case delay
    /// Messages come twice.
    case duplication
    /// Messages of different topics overtake each other.
    case reordering
    case brokerRestarts, platformRestarts
    /// Boxes lose power or their daemon dies, at any boundary between two of their actions.
    case boxCrashes
    /// A box's disk takes nothing for a while.
    case fullDisk
    /// A box's wall clock jumps by hours, either way.
    case clockJumps
    /// Two workers serve one store, and take messages in any order.
    case twoWorkers
}

/// A rule that is switched off to show that the checker finds it. Nothing but the simulation's tests uses it.
public enum Sabotage: String, CaseIterable, Sendable {
    /// The box takes the broker's word for the platform's.
    case acknowledgeOnPublish
    /// The platform forgets that an id was reversed before it came.
    case forgetTombstones
    /// A commit is called durable before it is synced.
    case skipSync
    /// The boom moves before its record is even on its way to the disk.
    case pulseBeforeDurable
    /// A write that the journal refused is taken for written.
    case takeRefusedForWritten
    /// A charge that is asked for again is not the same any more.
    case reuseID
    /// A payment by a code is promised and queued.
    case queueCode
    /// The box believes that a car is gone as soon as it has come.
    case closeOnCar
    /// A box that restarts forgets which payments were under way.
    case forgetPayments
    /// A till does not write down what it has spent of the money set aside for it.
    case forgetSpends
}

/// What one run simulates.
public struct SimulationSetup: Sendable {
    public var seed: UInt64
    /// How long cars come and things go wrong; after that everything is mended and must come to rest.
    public var span: Uptime.Span
    /// Boxes, one car park each; 1...64.
    public var sites: Int
    /// Tills that sell from the same purses, each a box of its own; 0...8.
    public var tills = 2
    public var faults: Set<SimulatedFault>
    /// What every car park does; nil where there are only canteens.
    public let scenario: ParkingScenario?
    /// Cars that come to each car park in a day.
    public var carsPerDay: Int64
    /// Most minutes a car stays; some stay less than a quarter of an hour.
    public var longestStayMinutes: Int64 = 150
    /// How rare faults are: 1 is several an hour of each kind; 10 a tenth of that.
    public var calm: Int64
    /// Where the platform's file is made, and removed again.
    public var folder: String
    public var sabotage: Sabotage?
    /// Moments with this text in them are kept for the report, however long ago they were.
    public var watch: String?

    /// - Parameter folder: best one in memory, such as `/dev/shm`: the platform's commits are synced.
    public init(
        seed: UInt64, span: Uptime.Span, sites: Int = 2, faults: Set<SimulatedFault> = Set(SimulatedFault.allCases),
        scenario: ParkingScenario, carsPerDay: Int64 = 1_000, calm: Int64 = 1, folder: String, sabotage: Sabotage? = nil
    ) {
        precondition((1...64).contains(sites), "1 to 64 sites")
        precondition(carsPerDay > 0 && calm > 0, "cars come, and faults do")
        self.seed = seed
        self.span = span
        self.sites = sites
        self.faults = faults
        self.scenario = scenario
        self.carsPerDay = carsPerDay
        self.calm = calm
        self.folder = folder
        self.sabotage = sabotage
    }

    /// Canteens only.
    init(canteens: Int, seed: UInt64, span: Uptime.Span, faults: Set<SimulatedFault>, folder: String) {
        (self.seed, self.span, self.faults, self.folder) = (seed, span, faults, folder)
        (sites, tills, scenario, carsPerDay, calm) = (0, canteens, nil, 1, 1)
    }
}
