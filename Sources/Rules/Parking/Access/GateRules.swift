public import Effects
public import Vocabulary
public import Wire

/// Who may come in, and on what terms a car goes out. Pure.
public struct GateRules: Hashable, Sendable {
    public enum Admission: String, CaseIterable, Sendable {
        case everybody
        /// Members, staff, announced visitors within their time, who is permitted, and special vehicles.
        case permittedOnly
    }

    public enum Treatment: String, CaseIterable, Sendable { case admit, hold }

    public enum Price: String, CaseIterable, Sendable { case free, tariff }

    /// What a car counts as, the strongest first.
    public enum Guest: String, CaseIterable, Sendable {
        /// Police, fire engines, ambulances: by the class of the plate, or by a grant.
        case special
        case staff, member, visitor, permitted, other
    }

    /// What the people at the gate are to know about a grant that does not plainly hold.
    public enum Remark: Hashable, Sendable {
        /// The pass is over and still counts; how many minutes more, 1 or more.
        case passInGrace(minutesLeft: Int64)
        case passExpired, passNotYet, visitorEarly, visitorLate
    }

    /// How a car stands at one moment.
    public struct Standing: Hashable, Sendable {
        public var guest: Guest
        /// The zone of the pass by which it counts so, if it has one.
        public var zone: Slug?
        public var remark: Remark?
        public var isBarred: Bool

        public init(guest: Guest, zone: Slug? = nil, remark: Remark? = nil, isBarred: Bool = false) {
            self.guest = guest
            self.zone = zone
            self.remark = remark
            self.isBarred = isBarred
        }
    }

    /// What is done in a full car park. Special vehicles are always admitted.
    public struct WhenFull: Hashable, Sendable {
        /// Staff too.
        public var members: Treatment
        public var visitors: Treatment
        public var others: Treatment

        public init(members: Treatment = .admit, visitors: Treatment = .hold, others: Treatment = .hold) {
            self.members = members
            self.visitors = visitors
            self.others = others
        }
    }

    /// What each pays, unless the grant names a zone of the tariff.
    public struct Prices: Hashable, Sendable {
        public var special: Price, staff: Price, member: Price
        /// `free`: the host pays, or nobody.
        public var visitor: Price

        public init(
            special: Price = .free, staff: Price = .free, member: Price = .free, visitor: Price = .tariff
        ) {
            self.special = special
            self.staff = staff
            self.member = member
            self.visitor = visitor
        }
    }

    public var admits: Admission
    /// Cars; nil: they are not counted.
    public var capacity: Int64?
    /// How many of these places are kept for members and staff; 0 to ``capacity``. Those who are inside use them up.
    public var reservedForMembers: Int64
    public var whenFull: WhenFull
    public var barred: Treatment
    /// How long before and after its time a visit may be, in minutes.
    public var visitorsEarly: Int64, visitorsLate: Int64
    public var prices: Prices

    public init(
        admits: Admission = .everybody, capacity: Int64? = nil, reservedForMembers: Int64 = 0,
        whenFull: WhenFull = WhenFull(), barred: Treatment = .hold, visitorsEarly: Int64 = 30,
        visitorsLate: Int64 = 60, prices: Prices = Prices()
    ) {
        self.admits = admits
        self.capacity = capacity
        self.reservedForMembers = reservedForMembers
        self.whenFull = whenFull
        self.barred = barred
        self.visitorsEarly = visitorsEarly
        self.visitorsLate = visitorsLate
        self.prices = prices
    }

    // MARK: - How a car stands

    /// - Parameter permit: nil for a car without a plate, or one that the list does not name.
    public func standing(_ vehicle: VehicleClass, _ permit: Permit?, at now: WallTime) -> Standing {
        let isSpecial = vehicle == .special
        guard let permit else { return Standing(guest: isSpecial ? .special : .other) }
        let isBarred = permit.inForce(at: now).contains { $0.kind == .barred }
        if isSpecial { return Standing(guest: .special, isBarred: isBarred) }
        var best = Standing(guest: .other, isBarred: isBarred)
        for grant in permit.grants {
            let found = standing(grant, at: now)
            if GateRules.rank(found) < GateRules.rank(best) {
                best.guest = found.guest
                best.zone = found.zone
                best.remark = found.remark
            }
        }
        return best
    }

    /// What one grant makes of a car.
    private func standing(_ grant: Permit.Grant, at now: WallTime) -> Standing {
        let standing = grant.standing(at: now)
        let holds = standing == .valid || standing == .inGrace
        switch grant.kind {
        case .barred: return Standing(guest: .other)
        case .special: return Standing(guest: holds ? .special : .other, zone: grant.zone)
        case .staff: return Standing(guest: holds ? .staff : .other, zone: grant.zone)
        case .permitted: return Standing(guest: holds ? .permitted : .other, zone: grant.zone)
        case .member:
            switch standing {
            case .valid: return Standing(guest: .member, zone: grant.zone)
            case .inGrace:
                let left = GateRules.minutesLeft(of: grant, at: now)
                return Standing(guest: .member, zone: grant.zone, remark: .passInGrace(minutesLeft: left))
            case .over: return Standing(guest: .other, remark: .passExpired)
            case .notYet: return Standing(guest: .other, remark: .passNotYet)
            }
        case .visitor:
            if let from = grant.validFrom, now < from.moved(minutes: -visitorsEarly) {
                return Standing(guest: .other, remark: .visitorEarly)
            }
            let late = max(visitorsLate, grant.graceMinutes)
            if let until = grant.validUntil, now >= until.moved(minutes: late) {
                return Standing(guest: .other, remark: .visitorLate)
            }
            return Standing(guest: .visitor, zone: grant.zone)
        }
    }

    /// Lower is better: a grant that holds beats one in its grace, and that one every remark.
    private static func rank(_ standing: Standing) -> Int {
        let guest = Guest.allCases.firstIndex(of: standing.guest) ?? Guest.allCases.count
        let remark =
            switch standing.remark {
            case nil where standing.guest == .other: 5
            case nil: 0
            case .passInGrace: 1
            case .passExpired: 2
            case .visitorLate: 3
            case .visitorEarly, .passNotYet: 4
            }
        return guest * 10 + remark
    }

    private static func minutesLeft(of grant: Permit.Grant, at now: WallTime) -> Int64 {
        guard let until = grant.validUntil else { return .max }
        let (left, overflow) = until.moved(minutes: grant.graceMinutes).milliseconds
            .subtractingReportingOverflow(now.milliseconds)
        return overflow ? .max : max(1, (left + 59_999) / 60_000)
    }

    // MARK: - In

    /// How many cars are inside, and how many of these are members' and staff's.
    public struct Places: Hashable, Sendable {
        public var inside: Int64
        public var members: Int64

        public init(inside: Int64, members: Int64) {
            self.inside = inside
            self.members = members
        }
    }

    /// - Returns: why the car is held at the entry; nil: it may come in.
    public func refusal(of car: Standing, _ places: Places) -> Notice.HoldReason? {
        // Whom a fire engine comes to does not wait for a list to be put right.
        if car.guest == .special { return nil }
        if car.isBarred, barred == .hold { return .barred }
        if admits == .permittedOnly, car.guest == .other {
            return switch car.remark {
            case .passExpired: .passExpired
            case .passNotYet: .passNotYet
            case .visitorEarly: .visitorEarly
            case .visitorLate: .visitorLate
            case .passInGrace, nil: .notPermitted
            }
        }
        return isFull(for: car.guest, places) && treatmentWhenFull(car.guest) == .hold ? .full : nil
    }

    /// Whether there is no place left for such a car.
    public func isFull(for guest: Guest, _ places: Places) -> Bool {
        guard let capacity else { return false }
        switch guest {
        case .special, .staff, .member: return places.inside >= capacity
        case .visitor, .permitted, .other:
            return places.inside >= capacity - max(0, reservedForMembers - places.members)
        }
    }

    private func treatmentWhenFull(_ guest: Guest) -> Treatment {
        switch guest {
        case .special: .admit
        case .staff, .member: whenFull.members
        case .visitor: whenFull.visitors
        case .permitted, .other: whenFull.others
        }
    }

    // MARK: - Out

    public enum Terms: Hashable, Sendable {
        case tariff
        /// Priced by what the tariff has for the zone of a pass.
        case pass(Slug, because: String)
        case free(because: String)
    }

    /// What a car pays by, and the word that explains it: `special`, `staff`, `member` or `visitorPaid`.
    public func terms(of car: Standing) -> Terms {
        let (price, word) =
            switch car.guest {
            case .special: (prices.special, "special")
            case .staff: (prices.staff, "staff")
            case .member: (prices.member, "member")
            case .visitor: (prices.visitor, "visitorPaid")
            case .permitted, .other: (Price.tariff, "")
            }
        if let zone = car.zone { return .pass(zone, because: word.isEmpty ? car.guest.rawValue : word) }
        return price == .free ? .free(because: word) : .tariff
    }
}

extension WallTime {
    /// Some minutes later, or earlier; at the end of the range it stays there.
    fileprivate func moved(minutes: Int64) -> WallTime {
        let (span, tooLong) = minutes.multipliedReportingOverflow(by: 60_000)
        let (sum, overflow) = milliseconds.addingReportingOverflow(tooLong ? (minutes < 0 ? .min : .max) : span)
        return WallTime(milliseconds: overflow ? (minutes < 0 ? .min : .max) : sum)
    }
}
