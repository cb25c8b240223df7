internal import JSONText
public import Vocabulary

/// One thing that happened at a box and must never be forgotten: a line of its journal.
public struct Record: Equatable, Sendable {
    /// When, on the wall clock; and whether that clock was synchronised.
    public var at: WallTime
    public var isSynchronised: Bool
    public var event: Event

    public init(at: WallTime, isSynchronised: Bool, event: Event) {
        self.at = at
        self.isSynchronised = isSynchronised
        self.event = event
    }

    /// The kinds of thing that are recorded. A transit is one car's handling at one lane: it links what was decided,
    /// which relay moved, and what the sensors then saw.
    public enum Event: Equatable, Sendable {
        /// The daemon started.
        case started(version: String)
        case stayOpened(StayEntry)
        case stayClosed(stay: StayID, lane: LaneID, transit: UUIDv7)
        /// A person set right what a camera had read, or wrote what none had.
        case plateCorrected(PlateCorrection)
        /// A person at the gate decided about a car, or put a barrier back into service.
        case deskAct(DeskAct)
        /// The box knows that a stay was paid for on the phone: the platform need not say it again.
        case stayPrepaid(stay: StayID, payment: PaymentID)
        /// What was decided about a car, and why.
        case decision(transit: UUIDv7, lane: LaneID, plate: Plate?, stay: StayID?, verdict: Verdict, reason: String)
        /// A visitor may leave whose stay the host pays: what it comes to, with the decision. Of several for one stay
        /// the last counts.
        case hostPays(transit: UUIDv7, lane: LaneID, plate: Plate, stay: StayID, Quote)
        /// A payment changed its state; why, if it was declined. Of these only ``PaymentState/acceptedOffline`` and
        /// ``PaymentState/cashTaken`` ask the platform to move money.
        case payment(PaymentState, Charge, DeclineReason?)
        /// The platform sent another offline policy: it is in force (0: the scenario's own), or was refused, and why.
        case policyChanged(version: Int64, refusedBecause: String?)
        /// Paid from money that the platform had set aside for this box; it books the payment from there.
        /// Of a person with purses: which of the lease's lots paid what; empty for a holder of one account.
        case leaseSpent(LeaseID, Charge, spends: [PurseSpend] = [])
        /// What is left of that money goes back: nothing more is spent of it.
        case leaseGivenBack(LeaseID)
        /// People were let in on a ticket, or did not pass after all.
        case ticket(TicketFact)
        /// Paid out of money that the platform had set aside for this box.
        case leasePaidOut(LeaseID, Payout)
        /// Captured money is to go back to the payer.
        case refund(RefundState, Refund, RefundRefusal?)
        /// A relay was energised.
        case pulse(transit: UUIDv7?, lane: LaneID, relay: String, milliseconds: Int64)
        /// What the sensors saw of the car afterwards.
        case passage(transit: UUIDv7, lane: LaneID, Passage)
        /// By what a person was known who ate or passed.
        case identified(Identification)
        /// What a person was known for by that transit is undone: they may have that meal again.
        case mealUndone(transit: UUIDv7, holder: Holder, Meal)
        /// A car left without paying; its owner owes the quote's total.
        case debt(Charge)
        /// A person opened the lane by hand.
        case manualOpening(HandOpening)
        /// A person took over the cash drawer, or gave it up.
        case shiftOpened(ShiftOpening)
        case shiftClosed(ShiftClosing)
        /// Something is wrong with the lane, or right again.
        case alarm(lane: LaneID, code: String, isActive: Bool)
        /// Something is wrong with the box itself, or right again: `diskLow`, `diskCritical`.
        case boxAlarm(code: String, isActive: Bool)
        /// The first record of a journal that took the place of a damaged one: the damaged one's epoch and its last
        /// record that could be read, if they could be; what was wrong with it, what of it was taken over, and the
        /// name under which it is kept.
        case journalReplaced(previousEpoch: String?, through: Int64?, why: String, file: String)
    }

    /// What was decided about a car.
    public enum Verdict: String, CaseIterable, Sendable {
        case admit, letOut, letOutOnDebt, hold, refuse
    }

    /// What the sensors saw of a car for which the boom opened.
    public enum Passage: String, CaseIterable, Sendable {
        case passed, notPassed
        /// The sensors could not tell.
        case unknown
    }

    /// The states of a payment that are recorded.
    public enum PaymentState: String, CaseIterable, Sendable {
        /// Written down before the platform is asked.
        case requested
        case approved, declined, pending, unknown
        /// The box has begun to ask what became of it.
        case queried
        case timedOut
        /// Promised by the box; the platform takes the money by this record.
        case acceptedOffline
        /// A person took the money.
        case cashTaken
        case reversing, reversed, conflict
    }

    /// The states of a refund that are recorded.
    public enum RefundState: String, CaseIterable, Sendable {
        case requested, refunded, refused, conflict
    }
}

extension Record {
    /// The record as a JSON object, without its sequence number, which the journal puts in front.
    public var body: [UInt8] {
        JSONWriter.object { writer in
            writer.field("at", at.milliseconds)
            writer.field("synchronised", isSynchronised)
            event.write(to: &writer)
        }
    }

    /// Reads a line of a journal.
    /// - Returns: the sequence number and the record.
    public static func parse(line: [UInt8]) throws(WireError) -> (sequence: Int64, record: Record) {
        let node = try JSONNode.message(line)
        let record = Record(
            at: WallTime(milliseconds: try node.number("at")), isSynchronised: try node.flag("synchronised"),
            event: try Event(node))
        return (try node.number("seq"), record)
    }
}

extension Record.Event {
    /// The word for the kind, as it stands in the line.
    public var kind: String {
        switch self {
        case .started: "started"
        case .stayOpened: "stayOpened"
        case .stayClosed: "stayClosed"
        case .plateCorrected: "plateCorrected"
        case .deskAct: "deskAct"
        case .stayPrepaid: "stayPrepaid"
        case .decision: "decision"
        case .hostPays: "hostPays"
        case .payment: "payment"
        case .leaseSpent: "leaseSpent"
        case .leaseGivenBack: "leaseGivenBack"
        case .leasePaidOut: "leasePaidOut"
        case .ticket(.used): "ticketUsed"
        case .ticket(.returned): "ticketReturned"
        case .ticket(.voided): "ticketVoided"
        case .refund: "refund"
        case .policyChanged: "policyChanged"
        case .pulse: "pulse"
        case .passage: "passage"
        case .identified: "identified"
        case .mealUndone: "mealUndone"
        case .debt: "debt"
        case .manualOpening: "manualOpening"
        case .shiftOpened: "shiftOpened"
        case .shiftClosed: "shiftClosed"
        case .alarm: "alarm"
        case .boxAlarm: "boxAlarm"
        case .journalReplaced: "journalReplaced"
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("kind", kind)
        switch self {
        case .started(let version):
            writer.field("version", version)
        case .stayOpened(let entry):
            entry.write(to: &writer)
        case .plateCorrected(let correction):
            correction.write(to: &writer)
        case .deskAct(let act):
            act.write(to: &writer)
        case .stayClosed(let stay, let lane, let transit):
            writer.field("stay", stay.description)
            writer.field("lane", lane.text)
            writer.field("transit", transit.description)
        case .stayPrepaid(let stay, let payment):
            writer.field("stay", stay.description)
            writer.field("payment", payment.description)
        case .decision(let transit, let lane, let plate, let stay, let verdict, let reason):
            writer.field("transit", transit.description)
            writer.field("lane", lane.text)
            writer.field("plate", ifPresent: plate?.text)
            writer.field("stay", ifPresent: stay?.description)
            writer.field("verdict", verdict.rawValue)
            writer.field("reason", reason)
        case .hostPays(let transit, let lane, let plate, let stay, let quote):
            writer.field("transit", transit.description)
            writer.field("lane", lane.text)
            writer.field("plate", plate.text)
            writer.field("stay", stay.description)
            writer.field("quote") { quote.write(to: &$0) }
        case .payment(let state, let charge, let reason):
            writer.field("state", state.rawValue)
            writer.field("reason", ifPresent: reason?.rawValue)
            writer.field("charge") { charge.write(to: &$0) }
        case .policyChanged(let version, let why):
            writer.field("version", version)
            writer.field("refused", ifPresent: why)
        case .leaseGivenBack(let lease):
            writer.field("lease", lease.description)
        case .leaseSpent(let lease, let charge, let spends):
            writer.field("lease", lease.description)
            writer.field("charge") { charge.write(to: &$0) }
            if !spends.isEmpty {
                writer.field("spends", array: spends) { writer, spend in writer.object { spend.write(to: &$0) } }
            }
        case .ticket(let fact): fact.write(to: &writer)
        case .leasePaidOut(let lease, let payout):
            writer.field("lease", lease.description)
            writer.field("payout") { payout.write(to: &$0) }
        case .refund(let state, let refund, let reason):
            writer.field("state", state.rawValue)
            writer.field("reason", ifPresent: reason?.rawValue)
            writer.field("refund") { refund.write(to: &$0) }
        case .pulse(let transit, let lane, let relay, let milliseconds):
            writer.field("transit", ifPresent: transit?.description)
            writer.field("lane", lane.text)
            writer.field("relay", relay)
            writer.field("milliseconds", milliseconds)
        case .passage(let transit, let lane, let passage):
            writer.field("transit", transit.description)
            writer.field("lane", lane.text)
            writer.field("passage", passage.rawValue)
        case .identified(let identification): identification.write(to: &writer)
        case .mealUndone(let transit, let holder, let meal):
            writer.field("transit", transit.description)
            writer.field("holder", holder.text)
            writer.field("meal") { meal.write(to: &$0) }
        case .debt(let charge):
            writer.field("charge") { charge.write(to: &$0) }
        case .manualOpening(let opening): opening.write(to: &writer)
        case .shiftOpened(let opening): opening.write(to: &writer)
        case .shiftClosed(let closing): closing.write(to: &writer)
        case .alarm(let lane, let code, let isActive):
            writer.field("lane", lane.text)
            writer.field("code", code)
            writer.field("active", isActive)
        case .boxAlarm(let code, let isActive):
            writer.field("code", code)
            writer.field("active", isActive)
        case .journalReplaced(let previousEpoch, let through, let why, let file):
            writer.field("previousEpoch", ifPresent: previousEpoch)
            writer.field("through", ifPresent: through)
            writer.field("why", why)
            writer.field("file", file)
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        func lane() throws(WireError) -> LaneID { try node.parse("lane", LaneID.init) }
        func transit() throws(WireError) -> UUIDv7 { try node.parse("transit", UUIDv7.init) }
        switch try node.text("kind") {
        case "started": self = .started(version: try node.text("version"))
        case "stayOpened": self = .stayOpened(try StayEntry(node))
        case "plateCorrected": self = .plateCorrected(try PlateCorrection(node))
        case "deskAct": self = .deskAct(try DeskAct(node))
        case "stayClosed":
            self = .stayClosed(stay: try node.parse("stay", StayID.init), lane: try lane(), transit: try transit())
        case "stayPrepaid":
            self = .stayPrepaid(
                stay: try node.parse("stay", StayID.init), payment: try node.parse("payment", PaymentID.init))
        case "decision":
            self = .decision(
                transit: try transit(), lane: try lane(), plate: try node.parseIfPresent("plate", Plate.init),
                stay: try node.parseIfPresent("stay", StayID.init), verdict: try node.choice("verdict"),
                reason: try node.text("reason"))
        case "hostPays":
            self = .hostPays(
                transit: try transit(), lane: try lane(), plate: try node.parse("plate", Plate.init),
                stay: try node.parse("stay", StayID.init), try Quote(try node.object("quote")))
        case "payment":
            self = .payment(
                try node.choice("state"), try Charge(try node.object("charge")), try node.choiceIfPresent("reason"))
        case "policyChanged":
            self = .policyChanged(
                version: try node.number("version"),
                refusedBecause: node["refused"] == nil ? nil : try node.text("refused"))
        case "leaseGivenBack": self = .leaseGivenBack(try node.parse("lease", LeaseID.init))
        case "leaseSpent":
            self = .leaseSpent(
                try node.parse("lease", LeaseID.init), try Charge(try node.object("charge")),
                spends: node["spends"] == nil ? [] : try PurseSpend.list(node, "spends"))
        case "ticketUsed", "ticketReturned", "ticketVoided": self = .ticket(try TicketFact(node))
        case "leasePaidOut":
            self = .leasePaidOut(try node.parse("lease", LeaseID.init), try Payout(try node.object("payout")))
        case "refund":
            self = .refund(
                try node.choice("state"), try Refund(try node.object("refund")), try node.choiceIfPresent("reason"))
        case "pulse":
            self = .pulse(
                transit: try node.parseIfPresent("transit", UUIDv7.init), lane: try lane(),
                relay: try node.text("relay"), milliseconds: try node.number("milliseconds"))
        case "passage": self = .passage(transit: try transit(), lane: try lane(), try node.choice("passage"))
        case "identified": self = .identified(try Identification(node))
        case "mealUndone":
            self = .mealUndone(
                transit: try transit(), holder: try node.parse("holder", Holder.init),
                try Meal(try node.object("meal")))
        case "debt": self = .debt(try Charge(try node.object("charge")))
        case "manualOpening": self = .manualOpening(try HandOpening(node))
        case "shiftOpened": self = .shiftOpened(try ShiftOpening(node))
        case "shiftClosed": self = .shiftClosed(try ShiftClosing(node))
        case "alarm":
            self = .alarm(lane: try lane(), code: try node.text("code"), isActive: try node.flag("active"))
        case "boxAlarm": self = .boxAlarm(code: try node.text("code"), isActive: try node.flag("active"))
        case "journalReplaced":
            self = .journalReplaced(
                previousEpoch: node["previousEpoch"] == nil ? nil : try node.text("previousEpoch"),
                through: node["through"] == nil ? nil : try node.number("through"), why: try node.text("why"),
                file: try node.text("file"))
        case let kind: throw .unknownType(kind)
        }
    }
}
