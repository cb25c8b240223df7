public import JSONText
public import Vocabulary

/// One shift of the person at a gate or a till: one cash drawer, from its opening count to its closing count.
public typealias ShiftID = UUIDv7

/// How a shift began.
public struct ShiftOpening: Hashable, Sendable {
    public var shift: ShiftID
    public var who: String
    /// What lay in the drawer.
    public var float: Fen
    /// Nobody opened it: cash was taken, and the scenario says that this opens one.
    public var isByRule: Bool

    public init(shift: ShiftID, who: String, float: Fen, isByRule: Bool = false) {
        self.shift = shift
        self.who = who
        self.float = float
        self.isByRule = isByRule
    }

    public func write(to writer: inout JSONWriter) {
        writer.field("shift", shift.description)
        writer.field("who", who)
        writer.field("float", float.count)
        writer.field("byRule", isByRule)
    }

    /// - Throws: ``WireError`` naming what is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            shift: try node.parse("shift", ShiftID.init), who: try node.text("who"),
            float: Fen(try node.number("float")), isByRule: try node.flag("byRule"))
    }
}

/// How many notes or coins of one value were counted.
public struct CashPieces: Hashable, Sendable {
    public var value: Fen
    public var count: Int64

    public init(value: Fen, count: Int64) {
        self.value = value
        self.count = count
    }
}

/// What was taken by one means of payment.
public struct MethodTotal: Hashable, Sendable {
    /// An instrument's word, `offline-` and such a word, `debt` or `reversed`.
    public var method: String
    public var count: Int64
    public var amount: Fen

    public init(method: String, count: Int64, amount: Fen) {
        self.method = method
        self.count = count
        self.amount = amount
    }
}

/// What happened in one shift, in numbers.
public struct ShiftTotals: Hashable, Sendable {
    /// At most this many means of payment are told apart.
    public static let mostMethods = 24

    public var cash = Fen.zero
    public var cashPayments: Int64 = 0
    /// Given back out of the drawer, for payments that were made in cash.
    public var cashRefunds = Fen.zero
    public var manualOpenings: Int64 = 0
    /// Of these, those on which a car left that had something to pay, and what that was.
    public var unpaidOpenings: Int64 = 0
    public var leftUnpaid = Fen.zero
    public var waivers: Int64 = 0
    /// Refunds of all kinds.
    public var refunds: Int64 = 0
    public var refunded = Fen.zero
    public var corrections: Int64 = 0
    public var carsIn: Int64 = 0
    public var carsOut: Int64 = 0
    /// By name of the method.
    public var methods: [MethodTotal] = []

    public init() {}

    public func write(to writer: inout JSONWriter) {
        writer.field("cash", cash.count)
        writer.field("cashPayments", cashPayments)
        writer.field("cashRefunds", cashRefunds.count)
        writer.field("manualOpenings", manualOpenings)
        writer.field("unpaidOpenings", unpaidOpenings)
        writer.field("leftUnpaid", leftUnpaid.count)
        writer.field("waivers", waivers)
        writer.field("refunds", refunds)
        writer.field("refunded", refunded.count)
        writer.field("corrections", corrections)
        writer.field("carsIn", carsIn)
        writer.field("carsOut", carsOut)
        writer.field("methods", array: methods) { writer, total in
            writer.object {
                $0.field("method", total.method)
                $0.field("count", total.count)
                $0.field("amount", total.amount.count)
            }
        }
    }

    /// - Throws: ``WireError`` naming what is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        cash = Fen(try node.number("cash"))
        cashPayments = try node.number("cashPayments")
        cashRefunds = Fen(try node.number("cashRefunds"))
        manualOpenings = try node.number("manualOpenings")
        // An older box counts neither.
        unpaidOpenings = node["unpaidOpenings"] == nil ? 0 : try node.number("unpaidOpenings")
        leftUnpaid = node["leftUnpaid"] == nil ? .zero : Fen(try node.number("leftUnpaid"))
        waivers = try node.number("waivers")
        refunds = try node.number("refunds")
        refunded = Fen(try node.number("refunded"))
        corrections = try node.number("corrections")
        carsIn = try node.number("carsIn")
        carsOut = try node.number("carsOut")
        for total in try node.list("methods", most: ShiftTotals.mostMethods) {
            methods.append(
                MethodTotal(
                    method: try total.text("method"), count: try total.number("count"),
                    amount: Fen(try total.number("amount"))))
        }
    }
}

/// How a shift ended: what should be in the drawer, and what was counted in it.
public struct ShiftClosing: Hashable, Sendable {
    /// At most this many different notes and coins.
    public static let mostPieces = 16

    public var opening: ShiftOpening
    public var opened: WallTime
    public var closedBy: String
    public var totals: ShiftTotals
    /// The float and the cash, less what was given back.
    public var expected: Fen
    /// What ``pieces`` come to.
    public var counted: Fen
    public var pieces: [CashPieces]
    /// Who takes over the drawer, in a shift that begins with this one's end.
    public var next: String?

    public init(
        opening: ShiftOpening, opened: WallTime, closedBy: String, totals: ShiftTotals, expected: Fen, counted: Fen,
        pieces: [CashPieces], next: String?
    ) {
        self.opening = opening
        self.opened = opened
        self.closedBy = closedBy
        self.totals = totals
        self.expected = expected
        self.counted = counted
        self.pieces = pieces
        self.next = next
    }

    /// Less than nothing where money is missing.
    public var difference: Fen { Fen(counted.count &- expected.count) }

    public func write(to writer: inout JSONWriter) {
        writer.field("opening") { opening.write(to: &$0) }
        writer.field("opened", opened.milliseconds)
        writer.field("closedBy", closedBy)
        writer.field("totals") { totals.write(to: &$0) }
        writer.field("expected", expected.count)
        writer.field("counted", counted.count)
        writer.field("pieces", array: pieces) { writer, pieces in
            writer.object {
                $0.field("value", pieces.value.count)
                $0.field("count", pieces.count)
            }
        }
        writer.field("next", ifPresent: next)
    }

    /// - Throws: ``WireError`` naming what is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        var pieces: [CashPieces] = []
        for entry in try node.list("pieces", most: ShiftClosing.mostPieces) {
            pieces.append(CashPieces(value: Fen(try entry.number("value")), count: try entry.number("count")))
        }
        self.init(
            opening: try ShiftOpening(try node.object("opening")),
            opened: WallTime(milliseconds: try node.number("opened")), closedBy: try node.text("closedBy"),
            totals: try ShiftTotals(try node.object("totals")), expected: Fen(try node.number("expected")),
            counted: Fen(try node.number("counted")), pieces: pieces,
            next: node["next"] == nil ? nil : try node.text("next"))
    }
}
