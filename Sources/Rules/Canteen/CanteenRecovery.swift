internal import JSONText
public import Payments
internal import Tickets
public import Vocabulary
internal import Wire

/// What an earlier run of a canteen's box left in the journal.
public struct CanteenRecovery: Sendable {
    public var lists: ListCopies
    public var leases: [FloatLease] = []
    /// Payments without an outcome, payments being undone, promises the platform has not confirmed.
    public var underWay: [Charge] = [], reversals: [Charge] = [], promises: [Charge] = []
    /// Refunds the platform has not answered.
    public var refunds: [Refund] = []
    /// Who had which meal, what of the menu is sold, and the book.
    var notes: [(key: String, value: [UInt8])] = []
    /// Who had which meal at the canteen's other boxes, and how far that is known.
    var mealsElsewhere: [MealFact] = []
    var mealsThrough: Int64 = 0
    var stock: [UInt8]?
    /// What cash registers asked for.
    var registers = RegisterNotes()
    var book: TillBook?
    /// What is known of used tickets, groups of which some were still to be let in, and how far it is known.
    var ticketFacts: [[UInt8]] = []
    var ticketParties: [TicketParty.Kept] = []
    var ticketsThrough: Int64 = 0
    /// Somebody held the turnstiles open.
    var isHeldOpen = false
    /// By which rules the platform splits payments over purses, as it has said last.
    var platformRules: String?

    /// The kinds under which they stand.
    static let paymentKind = "till-payment", refundKind = "till-refund"
    static let reversalKind = "reversal", promiseKind = "promise", rulesKind = "canteen-rules",
        heldKind = "canteen-held"
    static let lists = ListCopies.canteen

    /// The kinds of state to read.
    public static let kinds =
        ListCopies.stateKinds(lists) + [
            FloatLease.stateKind, paymentKind, refundKind, reversalKind, promiseKind, MealNotes.stateKind,
            MenuStock.stateKind, TillBook.stateKind, TillBook.reportKind, RegisterNotes.stateKind, rulesKind, heldKind,
            TicketFact.stateKind, TicketParty.stateKind, TicketDesk.throughKind, MealsElsewhere.stateKind,
            MealsElsewhere.throughKind,
        ]

    /// What keeps that somebody holds the turnstiles open, or does no more: a restart in the middle of an evacuation
    /// must not lock them.
    static func held(_ isHeld: Bool) -> StateChange {
        isHeld ? .put(kind: heldKind, key: "turnstiles", value: []) : .remove(kind: heldKind, key: "turnstiles")
    }

    /// - Parameters:
    ///   - kept: by kind, the values by key.
    ///   - lost: gets in words what this version cannot read; it is left in the journal, and never guessed at.
    public init(
        _ kept: [String: [(key: String, value: [UInt8])]], lost: inout [String], at now: ClockReading
    ) {
        lists = ListCopies(CanteenRecovery.lists, kept: kept, lost: &lost, at: now)
        func note(_ kind: String, _ bytes: Int) {
            lost.append("the journal keeps a \(kind) that cannot be read (\(bytes) bytes); it is ignored")
        }
        func values<Value>(_ kind: String, _ read: ([UInt8]) -> Value?) -> [Value] {
            (kept[kind] ?? []).compactMap { _, value in
                if let read = read(value) { return read }
                note(kind, value.count)
                return nil
            }
        }
        func charge(_ value: [UInt8]) -> Charge? {
            (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Charge($0) }
        }
        leases = values(FloatLease.stateKind) { FloatLease(stateValue: $0) }
        underWay = values(CanteenRecovery.paymentKind, charge)
        reversals = values(CanteenRecovery.reversalKind, charge)
        promises = values(CanteenRecovery.promiseKind, charge)
        refunds = values(CanteenRecovery.refundKind) { value in
            (try? JSONNode.parse(value, dialect: .json)).flatMap { try? Refund($0) }
        }
        ticketFacts = (kept[TicketFact.stateKind] ?? []).map(\.value).filter { value in
            if TicketFact(canonical: value) != nil { return true }
            note(TicketFact.stateKind, value.count)
            return false
        }
        ticketParties = values(TicketParty.stateKind) { TicketParty.Kept(stateValue: $0) }
        ticketsThrough = values(TicketDesk.throughKind) { FactCursor.number($0) }.first ?? 0
        mealsElsewhere = values(MealsElsewhere.stateKind) { MealsElsewhere.fact(stateValue: $0) }
        mealsThrough = values(MealsElsewhere.throughKind) { FactCursor.number($0) }.first ?? 0
        var probe = MealNotes(duplicateWithin: .seconds(0))
        for (key, value) in kept[MealNotes.stateKind] ?? [] {
            if probe.recall(key: key, stateValue: value) {
                notes.append((key, value))
            } else {
                note(MealNotes.stateKind, value.count)
            }
        }
        for (key, value) in kept[RegisterNotes.stateKind] ?? [] where !registers.recall(key: key, value: value) {
            note(RegisterNotes.stateKind, value.count)
        }
        isHeldOpen = kept[CanteenRecovery.heldKind]?.isEmpty == false
        platformRules = kept[CanteenRecovery.rulesKind]?.first.map { String(decoding: $0.value, as: UTF8.self) }
        stock = kept[MenuStock.stateKind]?.first?.value
        if let value = stock, MenuStock([:], stateValue: value) == nil { note(MenuStock.stateKind, value.count) }
        if let value = kept[TillBook.stateKind]?.first?.value {
            book = TillBook(current: value, reports: kept[TillBook.reportKind]?.first?.value)
            if book == nil { note(TillBook.stateKind, value.count) }
        }
    }
}
