internal import JSONText
public import Vocabulary
public import Wire

/// One car inside: from its entry until it is seen to leave. Kept in the journal's state, so that it outlives a
/// restart.
public struct Stay: Hashable, Sendable {
    public var id: StayID
    /// Nil for a car that came in with a ticket, which bears the stay's id.
    public var plate: Plate?
    public var vehicle: VehicleClass
    /// The tariff version that was in force at the entry.
    public var tariff: Slug
    /// When the car entered, by both clocks. The boot clock counts while the box runs on without a restart.
    public var entered: WallTime
    public var enteredUptime: Uptime
    /// Which run of the machine the boot clock belongs to.
    public var boot: String
    /// Whether the wall clock was known to be right at the entry.
    public var isSynchronised: Bool
    /// The attendant who wrote the entry by hand; nil where the lane saw it.
    public var writtenBy: String?
    /// The box that saw the car come in; nil: this one.
    public var box: DeviceID?
    /// A payment made for this stay or under way.
    public var payment: Payment?
    /// Up to when the stay is paid for, as the last settled quote says; nil before the first. A car that comes back to
    /// the exit after the grace is charged for the time since then, not for everything again.
    public var paidThrough: WallTime?
    /// The last payment on the phone.
    public var prepaid: Prepaid?

    /// How far a stay's payment has come.
    public struct Payment: Hashable, Sendable {
        public enum Progress: String, CaseIterable, Sendable {
            /// The outcome is not known; the same charge may be sent again, never another.
            case underWay
            /// Approved, or promised offline: the car may leave within the grace.
            case settled
        }

        public var charge: Charge
        public var progress: Progress
        /// When it was settled or first requested, by both clocks, as for the entry.
        public var at: WallTime
        public var atUptime: Uptime
        public var boot: String

        public init(charge: Charge, progress: Progress, at: WallTime, atUptime: Uptime, boot: String) {
            self.charge = charge
            self.progress = progress
            self.at = at
            self.atUptime = atUptime
            self.boot = boot
        }

        /// How long ago that was; none, if the wall clock is all that is left and says that it is yet to come.
        public func age(at now: ClockReading, boot: String) -> Uptime.Span {
            Stay.elapsed(from: at, atUptime, of: self.boot, to: now, boot)
        }
    }

    public init(
        id: StayID, plate: Plate?, vehicle: VehicleClass = .small, entered: WallTime, tariff: Slug,
        enteredUptime: Uptime, boot: String, isSynchronised: Bool = true, writtenBy: String? = nil,
        box: DeviceID? = nil, payment: Payment? = nil, paidThrough: WallTime? = nil
    ) {
        self.id = id
        self.plate = plate
        self.vehicle = vehicle
        self.tariff = tariff
        self.isSynchronised = isSynchronised
        self.writtenBy = writtenBy
        self.box = box
        self.entered = entered
        self.enteredUptime = enteredUptime
        self.boot = boot
        self.payment = payment
        self.paidThrough = paidThrough
    }

    /// What is recorded of the entry.
    public func entry(lane: LaneID) -> StayEntry {
        StayEntry(
            stay: id, plate: plate, vehicle: vehicle, tariff: tariff, lane: lane, entered: entered,
            isSynchronised: isSynchronised, writtenBy: writtenBy)
    }

    /// How long the car has been inside.
    ///
    /// Within one run of the machine the boot clock counts, and a wall clock that jumps changes no price. After a
    /// restart only the wall clock is left; a time before the entry counts as none.
    public func duration(at now: ClockReading, boot: String) -> Uptime.Span {
        Stay.elapsed(from: entered, enteredUptime, of: self.boot, to: now, boot)
    }

    /// How long from its beginning the stay is paid for; none before the first payment.
    var paidFor: Uptime.Span {
        paidThrough.map { .milliseconds(max(0, $0.milliseconds &- entered.milliseconds)) } ?? .seconds(0)
    }

    private static func elapsed(
        from wall: WallTime, _ uptime: Uptime, of run: String, to now: ClockReading, _ boot: String
    ) -> Uptime.Span {
        if EntryClock.isOneRun(run, boot) { return now.uptime - uptime }
        // Clocks that are centuries apart count as not having moved.
        let (span, overflow) = now.wall.milliseconds.subtractingReportingOverflow(wall.milliseconds)
        return .milliseconds(overflow ? 0 : max(0, span))
    }

    /// The kind under which stays stand in the journal's state.
    public static let stateKind = "stay"

    /// The stay as it is kept.
    public var stateValue: [UInt8] {
        JSONWriter.object { writer in
            writer.field("stay", id.description)
            writer.field("plate", ifPresent: plate?.text)
            writer.field("vehicle", vehicle.rawValue)
            writer.field("tariff", tariff.text)
            writer.field("synchronised", isSynchronised)
            writer.field("writtenBy", ifPresent: writtenBy)
            writer.field("box", ifPresent: box?.text)
            writer.field("entered", entered.milliseconds)
            writer.field("enteredUptime", enteredUptime.nanoseconds)
            writer.field("boot", boot)
            if let paidThrough { writer.field("paidThrough", paidThrough.milliseconds) }
            if let prepaid {
                writer.field("prepaid") {
                    $0.field("payment", prepaid.payment.description)
                    $0.field("amount", prepaid.amount.count)
                    $0.field("at", prepaid.at.milliseconds)
                    $0.field("leaveBy", prepaid.leaveBy.milliseconds)
                    $0.field("heard", prepaid.heard.nanoseconds)
                    $0.field("boot", prepaid.boot)
                }
            }
            if let payment {
                writer.field("payment") {
                    $0.field("progress", payment.progress.rawValue)
                    $0.field("at", payment.at.milliseconds)
                    $0.field("atUptime", payment.atUptime.nanoseconds)
                    $0.field("boot", payment.boot)
                    $0.field("charge") { payment.charge.write(to: &$0) }
                }
            }
        }
    }

    /// - Returns: nil for bytes that are not a stay.
    public init?(stateValue: [UInt8]) {
        guard let node = try? JSONNode.parse(stateValue, dialect: .json),
            let id = node["stay"]?.string.flatMap({ try? StayID($0) }),
            let vehicle = node["vehicle"]?.string.flatMap(VehicleClass.init(rawValue:)),
            let tariff = node["tariff"]?.string.flatMap({ try? Slug($0) }),
            let isSynchronised = node["synchronised"]?.bool,
            let plate = Stay.optional(node["plate"], { try? Plate($0) }),
            let box = Stay.optional(node["box"], { try? DeviceID($0) }),
            let writtenBy = Stay.optional(node["writtenBy"], { $0 }),
            let entered = node["entered"]?.integer, let uptime = node["enteredUptime"]?.integer, uptime >= 0,
            let boot = node["boot"]?.string
        else { return nil }
        var paidThrough: WallTime?
        if let kept = node["paidThrough"] {
            guard let through = kept.integer else { return nil }
            paidThrough = WallTime(milliseconds: through)
        }
        var payment: Payment?
        if let kept = node["payment"] {
            guard let progress = kept["progress"]?.string.flatMap(Payment.Progress.init(rawValue:)),
                let at = kept["at"]?.integer, let atUptime = kept["atUptime"]?.integer, atUptime >= 0,
                let boot = kept["boot"]?.string, let charge = kept["charge"].flatMap({ try? Charge($0) })
            else { return nil }
            payment = Payment(
                charge: charge, progress: progress, at: WallTime(milliseconds: at),
                atUptime: Uptime(nanoseconds: atUptime), boot: boot)
        }
        var prepaid: Prepaid?
        if let kept = node["prepaid"] {
            guard let id = kept["payment"]?.string.flatMap({ try? PaymentID($0) }),
                let amount = kept["amount"]?.integer, let at = kept["at"]?.integer,
                let leaveBy = kept["leaveBy"]?.integer, let heard = kept["heard"]?.integer, heard >= 0,
                let boot = kept["boot"]?.string
            else { return nil }
            prepaid = Prepaid(
                payment: id, amount: Fen(amount), at: WallTime(milliseconds: at),
                leaveBy: WallTime(milliseconds: leaveBy), heard: Uptime(nanoseconds: heard), boot: boot)
        }
        self.init(
            id: id, plate: plate, vehicle: vehicle, entered: WallTime(milliseconds: entered), tariff: tariff,
            enteredUptime: Uptime(nanoseconds: uptime), boot: boot, isSynchronised: isSynchronised,
            writtenBy: writtenBy, box: box, payment: payment, paidThrough: paidThrough)
        self.prepaid = prepaid
    }

    /// A member that may be missing: nil where it is there and cannot be read.
    private static func optional<Value>(_ node: JSONNode?, _ read: (String) -> Value?) -> Value?? {
        guard let node else { return .some(nil) }
        return node.string.flatMap(read).map { .some($0) }
    }
}
