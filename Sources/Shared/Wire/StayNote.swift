internal import JSONText
public import Vocabulary

/// A part of a stay that its driver has paid for on the phone, before the exit.
public struct Prepayment: Hashable, Sendable {
    public var stay: StayID
    public var payment: PaymentID
    /// What was captured; 1 fen or more.
    public var amount: Fen
    /// What it pays for: from the entry, or from where an earlier payment ended, to the moment of the quote. The next
    /// quote of the stay begins at ``through``.
    public var from: WallTime, through: WallTime
    /// When the platform knew that it was paid.
    public var at: WallTime
    /// Until when the driver was told that the car may leave without paying more.
    public var leaveBy: WallTime

    public init(
        stay: StayID, payment: PaymentID, amount: Fen, from: WallTime, through: WallTime, at: WallTime,
        leaveBy: WallTime
    ) {
        self.stay = stay
        self.payment = payment
        self.amount = amount
        self.from = from
        self.through = through
        self.at = at
        self.leaveBy = leaveBy
    }

    func write(to writer: inout JSONWriter) {
        writer.field("stay", stay.description)
        writer.field("payment", payment.description)
        writer.field("amount", amount.count)
        writer.field("from", from.milliseconds)
        writer.field("through", through.milliseconds)
        writer.field("at", at.milliseconds)
        writer.field("leaveBy", leaveBy.milliseconds)
    }

    init(_ node: JSONNode) throws(WireError) {
        func time(_ key: String) throws(WireError) -> WallTime { WallTime(milliseconds: try node.number(key)) }
        let amount = try node.number("amount")
        guard amount > 0 else { throw .wrong("amount") }
        self.init(
            stay: try node.parse("stay", StayID.init), payment: try node.parse("payment", PaymentID.init),
            amount: Fen(amount), from: try time("from"), through: try time("through"), at: try time("at"),
            leaveBy: try time("leaveBy"))
        guard from <= through else { throw .wrong("through") }
    }
}

/// What the platform tells a box about a car inside its car park.
public struct StayNote: Hashable, Sendable {
    /// The box that saw the car come in.
    public var box: DeviceID
    public var entry: StayEntry
    /// Up to when the stay is paid for by whatever payment the platform has booked; nil before the first.
    public var paidThrough: WallTime?
    /// The last payment on the phone, if one stands.
    public var prepaid: Prepayment?

    public init(box: DeviceID, entry: StayEntry, paidThrough: WallTime? = nil, prepaid: Prepayment? = nil) {
        self.box = box
        self.entry = entry
        self.paidThrough = paidThrough
        self.prepaid = prepaid
    }

    func write(to writer: inout JSONWriter) {
        writer.field("box", box.text)
        entry.write(to: &writer)
        writer.field("paidThrough", ifPresent: paidThrough?.milliseconds)
        if let prepaid { writer.field("prepaid") { prepaid.write(to: &$0) } }
    }

    init(_ node: JSONNode) throws(WireError) {
        self.init(
            box: try node.parse("box", DeviceID.init), entry: try StayEntry(node),
            paidThrough: node["paidThrough"] == nil ? nil : WallTime(milliseconds: try node.number("paidThrough")),
            prepaid: node["prepaid"] == nil ? nil : try Prepayment(try node.object("prepaid")))
    }
}

/// What a car inside is looked for by.
public enum StayKey: Hashable, Sendable {
    /// The latest stay of the car with this plate.
    case plate(Plate)
    /// The stay itself: what a ticket bears.
    case stay(StayID)

    func write(to writer: inout JSONWriter) {
        switch self {
        case .plate(let plate):
            writer.field("by", "plate")
            writer.field("plate", plate.text)
        case .stay(let stay):
            writer.field("by", "stay")
            writer.field("stay", stay.description)
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        switch try node.text("by") {
        case "plate": self = .plate(try node.parse("plate", Plate.init))
        case "stay": self = .stay(try node.parse("stay", StayID.init))
        default: throw .wrong("by")
        }
    }
}

/// A part of the list of the cars inside one car park, in the order of their stays.
///
/// The list is not of one version: cars come and go while it is read. A box reads it once when its link comes up, takes
/// what is announced meanwhile for newer than what a page says, and forgets of other boxes' stays what was neither in
/// a page nor announced. A stay of its own is over only if it is named as ``closed``.
public struct StayPage: Equatable, Sendable {
    /// At most this many stays, open and closed, in a page.
    public static let mostStays = 200

    /// Cars that are inside, those that the asking box has seen come in included: a box with a new disk has lost them.
    public var stays: [StayNote]
    /// Stays of the asking box that another box has seen end within the last thirty days.
    public var closed: [StayID]
    /// Ask for what follows on this stay; nil: this is the last page.
    public var next: StayID?

    public init(stays: [StayNote], closed: [StayID], next: StayID?) {
        self.stays = stays
        self.closed = closed
        self.next = next
    }

    func write(to writer: inout JSONWriter) {
        writer.field("stays", array: stays) { writer, note in writer.object { note.write(to: &$0) } }
        writer.field("closed", array: closed) { $0.string($1.description) }
        writer.field("next", ifPresent: next?.description)
    }

    init(_ node: JSONNode) throws(WireError) {
        var stays: [StayNote] = []
        for note in try node.list("stays", most: StayPage.mostStays) { stays.append(try StayNote(note)) }
        let listed = try node.list("closed", most: StayPage.mostStays)
        let closed = listed.compactMap { $0.string.flatMap { try? StayID($0) } }
        guard closed.count == listed.count else { throw .wrong("closed") }
        self.init(stays: stays, closed: closed, next: try node.parseIfPresent("next", StayID.init))
    }
}
