internal import Purses
internal import Services
public import Vocabulary

/// A rule that is switched off to show that the week's judge finds it. Nothing but the simulation's tests uses it.
public enum WeekSabotage: String, CaseIterable, Sendable {
    /// A box is not told what other boxes may spend of the same person's limits.
    case leasesUncounted
    /// Boxes and platform let any purse pay for any class of item.
    case itemClassIgnored
    /// Whoever shows themselves twice gets two meals.
    case noDuplicates
    /// The meal of whoever did not pass is not given back.
    case reversalForgotten
    /// What is given back goes into another lot.
    case wrongLot
    /// A terminal's old records charge again.
    case replayCharges
    /// Gates are not told who has eaten at the others.
    case gatesUntold
}

/// What one run of a week does beside what its file says.
public struct WeekSetup: Sendable {
    /// What goes wrong by chance; if anything does, scenes are played and nothing is expected of them.
    public var faults: Set<SimulatedFault> = []
    public var seed: UInt64
    /// How rare faults are: 1 is several an hour of each kind.
    public var calm: Int64 = 8
    /// Where the platform's file is made, and removed again.
    public var folder: String
    public var sabotage: WeekSabotage?
    public var watch: String?

    public init(seed: UInt64, folder: String) { (self.seed, self.folder) = (seed, folder) }
}

/// What is counted in a week.
struct WeekTally {
    struct Wait {
        var at: Int64
        var gate: Int
        var microseconds: Int64
        var isCut: Bool, isBehindAnother: Bool, isLetIn: Bool
    }

    var meals = 0, openings = 0, openedAgain = 0, hungry = 0, notPassed = 0, twoOnOne = 0, refunds = 0
    var paidOnline = 0, paidFromLease = 0
    var byPurse: [Slug: (count: Int, fen: Int64)] = [:]
    var refused: [String: Int] = [:]
    var waits: [Wait] = []
    var faults: [String] = []
    var corrected: [Holder: Int] = [:]
    var guardianChanged: Set<String> = []
    var audit = ""

    mutating func fault(_ text: String) { if faults.count < 200 { faults.append(text) } }

    mutating func note(_ spends: [PurseSpend]) {
        for spend in spends {
            let old = byPurse[spend.purse] ?? (0, 0)
            byPurse[spend.purse] = (old.count + 1, old.fen + spend.amount.count)
        }
    }
}

/// How long people waited from showing themselves to the turnstile's or the display's answer.
public struct WaitSum: Equatable, Sendable, CustomStringConvertible {
    public var count = 0
    /// Microseconds.
    public var median: Int64 = 0, worst: Int64 = 0

    init(_ waits: [Int64]) {
        let sorted = waits.sorted()
        count = sorted.count
        if let last = sorted.last { (median, worst) = (sorted[sorted.count / 2], last) }
    }

    public var description: String { "\(count) people, median \(median / 1_000) ms, worst \(worst / 1_000) ms" }
}

/// What a week came to, and what was wrong.
public struct WeekReport: Sendable, CustomStringConvertible {
    public var seed: UInt64
    public var people: Int
    public var virtual: Uptime.Span
    public var counts: SimulationCounts
    public var digest: UInt64
    public var meals: Int, openings: Int, openedAgain: Int, hungry: Int, notPassed: Int, twoOnOne: Int
    public var paidOnline: Int, paidFromLease: Int, refunds: Int
    /// Screens with balances as told some time before, and how many of them were held to what was left.
    public var balancesRead: Int, balancesCompared: Int
    /// Payments and fen, by purse.
    public var byPurse: [(purse: Slug, parts: Int, amount: Fen)]
    /// How many went away without a meal, by what they were told.
    public var refused: [String: Int]
    /// With the network, without it; people behind somebody who did not pass are in neither.
    public var online: WaitSum, cut: WaitSum
    /// Minutes of the week in which somebody came to a gate without network: within them and online, minute by minute,
    /// the median and the worst.
    public var minutes: [(minute: Int64, isCut: Bool, wait: WaitSum)]
    public var audit: String
    /// What was not as a scene expected.
    public var differences: [String]
    /// What must hold and did not; nil: nothing was found.
    public var failure: String?
    public var failedAt: String?
    public var lastMoments: [String]
    public var watched: [String]

    init(_ world: World, _ checker: WeekChecker, seed: UInt64) {
        let tally = checker.tally
        self.seed = seed
        people = checker.school.members.count
        virtual = Uptime.Span(nanoseconds: world.now * 1_000)
        (counts, digest) = (world.counts, world.chronicle.digest)
        (meals, openings, openedAgain, hungry) = (tally.meals, tally.openings, tally.openedAgain, tally.hungry)
        (notPassed, twoOnOne) = (tally.notPassed, tally.twoOnOne)
        (balancesRead, balancesCompared) = (checker.shown.told, checker.shown.count)
        (paidOnline, paidFromLease, refunds) = (tally.paidOnline, tally.paidFromLease, tally.refunds)
        byPurse = tally.byPurse.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count, Fen($0.value.fen)) }
        refused = tally.refused
        let waits = tally.waits.filter { !$0.isBehindAnother }
        online = WaitSum(waits.filter { !$0.isCut }.map(\.microseconds))
        cut = WaitSum(waits.filter(\.isCut).map(\.microseconds))
        let byMinute = Dictionary(grouping: waits) { $0.at / VirtualTime.minutes(1) * 2 + ($0.isCut ? 1 : 0) }
        minutes = byMinute.sorted { $0.key < $1.key }.map {
            ($0.key / 2, $0.key % 2 == 1, WaitSum($0.value.map(\.microseconds)))
        }
        (audit, differences) = (tally.audit, tally.faults)
        (failure, failedAt) = (world.failure, world.failedAt)
        lastMoments = world.failure == nil ? [] : world.chronicle.lines
        watched = world.watched
    }

    public var isRight: Bool { failure == nil && differences.isEmpty }

    public var description: String {
        var lines = [
            "seed \(seed): \(people) people, \(VirtualTime.words(virtual.nanoseconds / 1_000)) of virtual time, digest "
                + String(digest, radix: 16),
            "  meals: \(meals) taken, \(openings) openings (\(openedAgain) again), \(notPassed) not passed, "
                + "\(twoOnOne) two on one, \(hungry) without an answer",
            "  paid: \(paidOnline) online, \(paidFromLease) from money set aside, \(refunds) refunds; "
                + "\(balancesRead) balances as told before, \(balancesCompared) of them compared; \(counts.replayed) old records sent again",
        ]
        lines += byPurse.map { "    \($0.purse): \($0.amount) yuan in \($0.parts) parts" }
        lines.append(
            "  refused: " + refused.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        lines += ["  waited with the network: \(online)", "  waited without it: \(cut)"]
        let worst = minutes.filter(\.isCut).max { $0.wait.worst < $1.wait.worst }
        if let worst { lines.append("    the worst minute without it: \(worst.wait)") }
        lines += [
            "  journal: \(counts.records) records in \(counts.commits) commits; network: \(counts.messages) messages, "
                + "\(counts.messagesLost) lost; \(counts.linkDrops) links dropped, \(counts.crashes) power cuts, "
                + "\(counts.platformRestarts) platform restarts, \(counts.checks) checks",
            audit,
        ]
        lines += differences.map { "DIFFERENCE \($0)" }
        if let failure {
            lines.append("FAILED at \(failedAt ?? "the end"): \(failure)")
            lines += lastMoments.map { "  \($0)" }
        }
        if !watched.isEmpty { lines += ["watched:"] + watched.map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }
}
