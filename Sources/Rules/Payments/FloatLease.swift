public import JSONText
public import Purses
public import Vocabulary
internal import Wire

/// Money that the platform has set aside for this box, as the box knows it. Pure.
public struct FloatLease: Hashable, Sendable {
    /// Where a lease stands at the box.
    public enum Standing: String, Sendable {
        /// Ordered; nothing may be spent yet.
        case asked
        case granted
        /// On its way back: nothing is spent from it any more.
        case returning
    }

    public let id: LeaseID
    public let purpose: LeasePurpose
    /// As it was ordered: the same id must always say the same.
    public let asked: Fen, askedSeconds: Int64
    public internal(set) var standing = Standing.asked
    /// All that was ever set aside, what of it is spent, and in how many payments.
    public internal(set) var granted = Fen.zero, spent = Fen.zero
    public internal(set) var spends: Int64 = 0
    /// Of a person with purses: which money it is.
    var purses = LeasePurses()
    /// From when to when it was granted on the platform's clock.
    var from = WallTime(milliseconds: 0), until = WallTime(milliseconds: 0)
    /// The same end on this machine's boot clock, and the run of the machine it counts in.
    var deadline = Uptime(nanoseconds: 0)
    var boot = ""

    init(id: LeaseID, purpose: LeasePurpose, asked: Fen, askedSeconds: Int64) {
        self.id = id
        self.purpose = purpose
        self.asked = asked
        self.askedSeconds = askedSeconds
    }

    /// What may still be spent, if the lease has not ended.
    public var rest: Fen { Fen(granted.count - spent.count) }

    /// How many payments may still be made from it; nil: any number.
    public var paymentsLeft: Int64? { purses.payments.map { max(0, $0 - spends) } }

    /// Takes in what the platform says.
    ///
    /// The answer's seconds count from when the box asked: the platform decided later than that, so that the box's end
    /// never comes after the platform's.
    /// - Parameters:
    ///   - isNewest: no later question was answered before.
    ///   - tells: it was asked after the last change, at this box, of what is not in the lease.
    mutating func take(
        _ terms: LeaseTerms, askedAt: Uptime, boot: String, isNewest: Bool = true, tells: Bool = true
    ) {
        let end = askedAt + .seconds(terms.seconds)
        if self.boot != boot || end > deadline { deadline = end }
        self.boot = boot
        // An older answer that comes late says less, never more.
        granted = max(granted, terms.amount)
        purses.take(terms, isNewest: isNewest, tells: tells)
        if terms.expires > until { until = terms.expires }
        from = terms.told
        standing = .granted
    }

    /// Whether anything may be spent now.
    ///
    /// Within the run of the machine in which it was granted the boot clock says so, and the wall clock may jump. After
    /// a reboot nobody knows how long the machine was off: only a synchronised wall clock can tell, and one that stands
    /// before the grant cannot be right.
    public func isUsable(at now: ClockReading, boot: String) -> Bool {
        guard standing == .granted else { return false }
        guard self.boot != boot else { return now.uptime < deadline }
        return now.isSynchronised && now.wall >= from && now.wall < until
    }

    /// Whether it has ended for certain; one of which a clock that is not synchronised cannot tell may still be usable.
    public func isOver(at now: ClockReading, boot: String) -> Bool {
        guard standing != .asked else { return false }
        return self.boot == boot ? now.uptime >= deadline : now.isSynchronised && now.wall >= until
    }
}

extension FloatLease {
    /// The kind under which leases stand in the journal's state.
    public static let stateKind = "lease"

    /// What keeps the lease as it now is.
    var kept: StateChange { .put(kind: FloatLease.stateKind, key: id.description, value: stateValue) }

    /// What removes it.
    var removed: StateChange { .remove(kind: FloatLease.stateKind, key: id.description) }

    /// The lease as JSON.
    public var stateValue: [UInt8] {
        JSONWriter.object { writer in
            writer.field("lease", id.description)
            writer.field("purpose", purpose.text)
            writer.field("standing", standing.rawValue)
            writer.field("asked", asked.count)
            writer.field("askedSeconds", askedSeconds)
            writer.field("granted", granted.count)
            writer.field("spent", spent.count)
            writer.field("spends", spends)
            writer.field("from", from.milliseconds)
            writer.field("until", until.milliseconds)
            writer.field("deadline", deadline.nanoseconds)
            writer.field("boot", boot)
            purses.write(to: &writer)
        }
    }

    /// - Returns: nil for bytes that are no lease of this version.
    public init?(stateValue: [UInt8]) {
        guard let node = try? JSONNode.parse(stateValue, dialect: .json), let id = node["lease"]?.string,
            let lease = try? LeaseID(id), let purpose = (node["purpose"]?.string).flatMap({ try? LeasePurpose($0) }),
            let standing = node["standing"]?.string.flatMap(Standing.init), let asked = node["asked"]?.integer,
            let askedSeconds = node["askedSeconds"]?.integer, let granted = node["granted"]?.integer,
            let spent = node["spent"]?.integer, let spends = node["spends"]?.integer, (0...granted).contains(spent),
            let from = node["from"]?.integer, let until = node["until"]?.integer,
            let deadline = node["deadline"]?.integer, let boot = node["boot"]?.string,
            let purses = LeasePurses(node)
        else { return nil }
        self.init(id: lease, purpose: purpose, asked: Fen(asked), askedSeconds: askedSeconds)
        self.standing = standing
        (self.granted, self.spent, self.spends) = (Fen(granted), Fen(spent), spends)
        (self.from, self.until) = (WallTime(milliseconds: from), WallTime(milliseconds: until))
        (self.deadline, self.boot) = (Uptime(nanoseconds: deadline), boot)
        self.purses = purses
    }
}

/// When a box asks for leases, how much it asks for, and when it gives them back. Data of the scenario file.
public struct LeasePolicy: Hashable, Sendable {
    /// What is to be left to spend after a grant.
    public var amount: Fen
    /// How long a lease is to last.
    public var seconds: Int64
    /// When less than this is left, more is asked for.
    public var renewBelow: Fen
    /// When it ends sooner than this, more time is asked for.
    public var renewBefore: Uptime.Span
    /// A lease from which nothing was spent for so long is given back.
    public var giveBackUnusedAfter: Uptime.Span
    /// At most so many leases at once; who comes when there are as many is not asked for.
    public var most: Int

    public init(
        amount: Fen, seconds: Int64, renewBelow: Fen, renewBefore: Uptime.Span, giveBackUnusedAfter: Uptime.Span,
        most: Int
    ) {
        self.amount = amount
        self.seconds = seconds
        self.renewBelow = renewBelow
        self.renewBefore = renewBefore
        self.giveBackUnusedAfter = giveBackUnusedAfter
        self.most = most
    }

    /// Reads the `leases` part of a scenario.
    /// - Returns: nil, with what is wrong noted in the reader.
    public init?(_ reader: ObjectReader) {
        let amounts: ClosedRange<Int64> = 1...1_000_000_000
        let amount = reader.integer("amount", in: amounts, unit: "fen")
        let hours = reader.integer("hours", in: 1...744, unit: "hours")
        let below = reader.integer("renewBelow", in: 0...1_000_000_000, unit: "fen")
        if below > amount {
            reader.refuse("renewBelow", found: "\(below)", expected: "at most \"amount\", \(amount)")
        }
        let before = reader.integer("renewBeforeMinutes", in: 1...44_640, unit: "minutes")
        if before >= hours * 60 {
            reader.refuse("renewBeforeMinutes", found: "\(before)", expected: "less than \"hours\", \(hours)")
        }
        self.init(
            amount: Fen(amount), seconds: 3_600 * hours, renewBelow: Fen(below), renewBefore: .seconds(60 * before),
            giveBackUnusedAfter: .seconds(
                3_600 * reader.integer("giveBackUnusedAfterHours", in: 1...744, unit: "hours", default: 24)),
            most: Int(reader.integer("most", in: 1...10_000, unit: "leases", default: 1_000)))
    }
}

/// Why nothing is taken from a lease.
public enum LeaseShortage: String, Error, Hashable, Sendable, CaseIterable {
    case noLease, ended, notEnough
    /// As many payments as the platform allows have been made from it.
    case paymentsUsedUp
}

/// Why a basket is not paid from a lease.
public enum LeaseSplitRefusal: Error, Hashable, Sendable {
    /// Nothing can be paid from the lease now, whatever it is for.
    case lease(LeaseShortage)
    /// The rules, the guardian, or what is lent do not allow this basket.
    case purses(SplitRefusal)
}
