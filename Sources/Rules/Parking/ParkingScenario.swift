public import Payments
public import Tariffs
public import Vocabulary

/// What a car park does: its tariffs, its lanes, and what each doubtful case leads to. Read from a file in Scenarios/.
public struct ParkingScenario: Hashable, Sendable {
    /// What happens to a car at the exit when its payment cannot simply be approved.
    public enum Fallback: String, CaseIterable, Sendable {
        /// The boom stays down and the sign calls the attendant; where the outcome is open, it is still asked for.
        case hold
        /// The car leaves and its owner owes the amount.
        case letOutOnDebt
        /// The charge is promised by the offline policy; what happens if that refuses is ``offlineRefused``.
        case chargeOffline
    }

    /// What happens to a car at the entry whose plate is inside already.
    public enum AlreadyInside: String, CaseIterable, Sendable {
        /// It is taken for a car whose exit was missed: the old stay is closed with an alarm, a new one begins.
        case beginAnew
        case hold
        /// Both are inside: at the exit an attendant says which stay is the car's.
        case admitBoth
    }

    /// What happens to a car at the exit that has no entry record.
    public enum NoEntryRecord: String, CaseIterable, Sendable {
        case hold
        /// It leaves without paying, and a record says so.
        case letOut
    }

    public struct Lane: Hashable, Sendable {
        public enum Direction: String, CaseIterable, Sendable { case entry, exit }

        public var id: LaneID
        public var direction: Direction

        public init(id: LaneID, direction: Direction) {
            self.id = id
            self.direction = direction
        }
    }

    public var id: Slug
    /// All versions of its tariff, and which of them binds a stay.
    public var tariffs: TariffBook
    public var lanes: [Lane]
    public var laneSettings: LaneSettings
    /// Reads with a lower confidence, in percent, are not acted on.
    public var minimumConfidence: Int
    public var alreadyInside: AlreadyInside
    public var noEntryRecord: NoEntryRecord
    public var timings: PaymentTimings
    /// The platform said no.
    public var onDeclined: Fallback
    /// The platform answered that it does not know.
    public var onUnknown: Fallback
    /// Nobody answered in time.
    public var onTimedOut: Fallback
    /// The link is down and the offline policy refuses.
    public var offlineRefused: Fallback
    public var offline: OfflinePolicy
    /// Who is paid by a QR that the box shows; nil where it shows none.
    public var merchantQR: QRMerchant?
    public var payment: LanePayment
    public var access: GateRules
    public var debtors: ParkingDebtors
    public var staff: ParkingStaff
    public var identification: IdentificationSettings
    /// How long the platform is waited for to say whether a car at the exit came in at another box; nil: it is not
    /// asked.
    public var askForStayWithin: Uptime.Span?
    public var leftUnpaid = LeftUnpaid()

    /// What happens to a car whose charge the offline policy refuses.
    func fallback(offlineRefused kind: Instrument.Kind) -> Fallback {
        switch offline.limits[kind]?.whenRefused {
        case .letOutOnDebt: .letOutOnDebt
        case .hold, .decline: .hold
        case nil: offlineRefused
        }
    }

    public init(
        id: Slug, tariffs: TariffBook, lanes: [Lane], laneSettings: LaneSettings, minimumConfidence: Int,
        alreadyInside: AlreadyInside, noEntryRecord: NoEntryRecord, timings: PaymentTimings, onDeclined: Fallback,
        onUnknown: Fallback, onTimedOut: Fallback, offlineRefused: Fallback, offline: OfflinePolicy,
        merchantQR: QRMerchant? = nil, payment: LanePayment = LanePayment(), access: GateRules = GateRules(),
        debtors: ParkingDebtors = ParkingDebtors(), identification: IdentificationSettings = IdentificationSettings(),
        staff: ParkingStaff = ParkingStaff()
    ) {
        self.id = id
        self.tariffs = tariffs
        self.lanes = lanes
        self.laneSettings = laneSettings
        self.minimumConfidence = minimumConfidence
        self.alreadyInside = alreadyInside
        self.noEntryRecord = noEntryRecord
        self.timings = timings
        self.onDeclined = onDeclined
        self.onUnknown = onUnknown
        self.onTimedOut = onTimedOut
        self.offlineRefused = offlineRefused
        self.offline = offline
        self.merchantQR = merchantQR
        self.payment = payment
        self.access = access
        self.debtors = debtors
        self.staff = staff
        self.identification = identification
    }
}
