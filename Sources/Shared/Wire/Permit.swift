public import JSONText
public import Vocabulary

/// What the holder of a plate may do at one car park, beside having a contract: members, staff, visitors and others.
///
/// A box gets the list of its own car park, so that a permit for every car park stands in each list.
public struct Permit: ListEntry {
    public static let kind = ListKind.permits
    /// At most this many grants for one plate.
    public static let mostGrants = 8
    /// The longest grace, in minutes: a year.
    public static let longestGrace: Int64 = 525_600

    /// One thing that was granted, or, for a barred plate, refused.
    public struct Grant: Hashable, Sendable {
        public enum Kind: String, CaseIterable, Sendable {
            /// A monthly pass, paid for and renewed.
            case member
            /// Announced in advance, for a time.
            case visitor
            case staff
            /// May come in where not everybody may; pays like anybody.
            case permitted
            /// May not come in, whatever else was granted.
            case barred
            /// Police, fire engines, ambulances, and what is treated like them.
            case special
        }

        public var kind: Kind
        /// From then on, and until before that; nil: without a beginning, or without an end.
        public var validFrom: WallTime?, validUntil: WallTime?
        /// How long after its end the grant still counts, in minutes: a member may renew late. 0 to a year.
        public var graceMinutes: Int64
        /// The zone that it is a pass for, by the name that the tariff has for it; nil: it changes no price.
        public var zone: Slug?

        public init(
            kind: Kind, validFrom: WallTime? = nil, validUntil: WallTime? = nil, graceMinutes: Int64 = 0,
            zone: Slug? = nil
        ) {
            self.kind = kind
            self.validFrom = validFrom
            self.validUntil = validUntil
            self.graceMinutes = graceMinutes
            self.zone = zone
        }

        /// How a grant stands at one moment.
        public enum Standing: Hashable, Sendable {
            case notYet, valid
            /// Its end has passed, and its grace has not.
            case inGrace
            case over
        }

        public func standing(at now: WallTime) -> Standing {
            if let validFrom, now < validFrom { return .notYet }
            guard let validUntil, now >= validUntil else { return .valid }
            let (late, overflow) = now.milliseconds.subtractingReportingOverflow(validUntil.milliseconds)
            return !overflow && late < graceMinutes * 60_000 ? .inGrace : .over
        }
    }

    public var holder: Holder
    /// 1 to 8, in the order in which they were granted.
    public var grants: [Grant]

    public init(holder: Holder, grants: [Grant]) {
        self.holder = holder
        self.grants = grants
    }

    /// The grants that count at one moment, those in their grace included.
    public func inForce(at now: WallTime) -> [Grant] {
        grants.filter { [.valid, .inGrace].contains($0.standing(at: now)) }
    }

    public init(_ node: JSONNode) throws(WireError) {
        var grants: [Grant] = []
        for grant in try node.list("grants", most: Permit.mostGrants) { grants.append(try Grant(grant)) }
        guard !grants.isEmpty else { throw .wrong("grants") }
        self.init(holder: try node.parse("holder", Holder.init), grants: grants)
    }

    public func write(to writer: inout JSONWriter) {
        writer.field("holder", holder.text)
        writer.field("grants", array: grants) { writer, grant in writer.object { grant.write(to: &$0) } }
    }
}

extension Permit.Grant {
    func write(to writer: inout JSONWriter) {
        writer.field("kind", kind.rawValue)
        writer.field("validFrom", ifPresent: validFrom?.milliseconds)
        writer.field("validUntil", ifPresent: validUntil?.milliseconds)
        writer.field("graceMinutes", graceMinutes)
        writer.field("zone", ifPresent: zone?.text)
    }

    init(_ node: JSONNode) throws(WireError) {
        func time(_ key: String) throws(WireError) -> WallTime? {
            node[key] == nil ? nil : WallTime(milliseconds: try node.number(key))
        }
        let grace = try node.number("graceMinutes")
        guard (0...Permit.longestGrace).contains(grace) else { throw .wrong("graceMinutes") }
        self.init(
            kind: try node.choice("kind"), validFrom: try time("validFrom"), validUntil: try time("validUntil"),
            graceMinutes: grace, zone: try node.parseIfPresent("zone", Slug.init))
    }
}
