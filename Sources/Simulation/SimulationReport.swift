public import Vocabulary

/// What was counted in a run.
public struct SimulationCounts: Equatable, Sendable {
    public var carsIn = 0, carsOut = 0, turnedBack = 0, tailgated = 0, openedByHand = 0
    public var chargesAsked = 0, approved = 0, declined = 0, promisedOffline = 0, debts = 0, reversals = 0
    /// Payments and refunds whose outcome a box heard of only after it had been told that the end was open.
    public var answeredLate = 0
    public var paidByCode = 0, paidInCash = 0, refunds = 0
    public var sales = 0, paidFromLease = 0
    public var records: Int64 = 0
    public var commits = 0, failedCommits = 0, refusedWrites = 0
    public var messages = 0, messagesLost = 0, duplicates = 0
    public var linkDrops = 0, brokerRestarts = 0, platformRestarts = 0, crashes = 0, crashesInCommit = 0
    public var fullDisks = 0, clockJumps = 0
    /// Records that terminals have sent again.
    public var replayed = 0
    public var checks = 0

    public init() {}
}

/// What a run did, and what was wrong.
public struct SimulationReport: Sendable {
    public var seed: UInt64
    /// Virtual time from beginning to rest.
    public var virtual: Uptime.Span
    public var counts: SimulationCounts
    /// Over every moment, every box's chain and the books: equal for two runs that were the same.
    public var digest: UInt64
    /// Things that happened, each one step of a box, a car or the network.
    public var moments: Int64
    /// What was wrong; nil if nothing was.
    public var failure: String?
    /// When, in virtual time, and the last moments before it.
    public var failedAt: String?
    public var lastMoments: [String] = []
    /// The moments that were asked for.
    public var watched: [String] = []
}

extension SimulationReport: CustomStringConvertible {
    public var description: String {
        var lines = [
            "seed \(seed): \(VirtualTime.words(virtual.nanoseconds / 1_000)) of virtual time, \(moments) moments, "
                + "digest \(String(digest, radix: 16))",
            "  cars: \(counts.carsIn) in, \(counts.carsOut) out, \(counts.turnedBack) turned back, "
                + "\(counts.tailgated) behind another, \(counts.openedByHand) let out by hand",
            "  payments: \(counts.chargesAsked) requests, \(counts.approved) approved, \(counts.declined) declined, "
                + "\(counts.promisedOffline) promised offline, \(counts.debts) debts, \(counts.reversals) reversed; "
                + "\(counts.paidByCode) by code (\(counts.answeredLate) answered late), \(counts.paidInCash) in cash, "
                + "\(counts.refunds) refunds",
            "  tills: \(counts.sales) sales keyed, \(counts.paidFromLease) paid from money set aside",
            "  journal: \(counts.records) records, \(counts.commits) commits, \(counts.failedCommits) failed, "
                + "\(counts.refusedWrites) writes refused",
            "  network: \(counts.messages) messages, \(counts.messagesLost) lost, \(counts.duplicates) twice; "
                + "\(counts.linkDrops) links dropped, \(counts.brokerRestarts) broker and "
                + "\(counts.platformRestarts) platform restarts",
            "  boxes: \(counts.crashes) crashes (\(counts.crashesInCommit) within a commit), "
                + "\(counts.fullDisks) full disks, \(counts.clockJumps) clock jumps; \(counts.checks) checks",
        ]
        if let failure {
            lines.append("FAILED at \(failedAt ?? "the end"): \(failure)")
            lines.append("the last moments:")
            lines += lastMoments.map { "  \($0)" }
        }
        if !watched.isEmpty { lines += ["watched:"] + watched.map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }
}
