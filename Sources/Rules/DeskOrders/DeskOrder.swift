public import Vocabulary

/// What a person asks a box to do: at its page, by a `turnpike` command, or over HTTP.
///
/// Who it is comes with the order and is never part of it: from the session at the page, from the command otherwise.
public enum DeskOrder: Hashable, Sendable {
    case open(lane: LaneID, why: String)
    /// What the sign asks for has been taken in cash.
    /// - Parameter amount: as the person saw it, not negative; nil: whatever it is.
    case cash(lane: LaneID, amount: Fen? = nil)
    /// An order about a lane that is meant for the car of this transit, and for no other.
    indirect case forCar(UUIDv7, DeskOrder)
    case showCode(lane: LaneID)
    case enterCode(lane: LaneID, PayerCode)
    /// - Parameter stay: the car inside whose plate it is; nil for the car at the lane.
    case correctPlate(lane: LaneID, Plate, stay: StayID?, why: String)
    /// A ticket is issued to the car at the entry.
    case ticket(lane: LaneID, why: String)
    case presentTicket(lane: LaneID, String)
    /// - Parameter stay: which car it is, if that is known.
    case lostTicket(lane: LaneID, stay: StayID?, why: String)
    case chooseStay(lane: LaneID, StayID, why: String)
    case writeEntry(lane: LaneID, Plate, VehicleClass, entered: WallTime, why: String)
    case setEntryTime(lane: LaneID, StayID, entered: WallTime, why: String)
    /// A car that is not inside any more.
    /// - Parameter lane: by which it is taken to have left.
    case endStay(lane: LaneID, StayID, why: String)
    case admit(lane: LaneID, why: String)
    case passDebtor(lane: LaneID, why: String)
    case waive(lane: LaneID, why: String)
    /// - Parameter Fen: 1 fen or more.
    case refund(payment: PaymentID, Fen, why: String)
    case serviceReset(lane: LaneID, why: String)
    case openShift(float: Fen)
    /// - Parameter counts: pieces by their value in fen, at most 16 values.
    case closeShift(counts: [Fen: Int64], next: String?, left: Fen?)

    /// The word of an order: the last part of its address, `/desk/<word>`.
    public enum Word: String, CaseIterable, Sendable {
        case open, cash, showCode, enterCode, correctPlate, ticket, presentTicket, lostTicket, chooseStay, writeEntry
        case setEntryTime, endStay, admit, passDebtor, waive, refund, serviceReset, openShift, closeShift
    }

    public var word: Word {
        switch self {
        case .forCar(_, let order): order.word
        case .open: .open
        case .cash: .cash
        case .showCode: .showCode
        case .enterCode: .enterCode
        case .correctPlate: .correctPlate
        case .ticket: .ticket
        case .presentTicket: .presentTicket
        case .lostTicket: .lostTicket
        case .chooseStay: .chooseStay
        case .writeEntry: .writeEntry
        case .setEntryTime: .setEntryTime
        case .endStay: .endStay
        case .admit: .admit
        case .passDebtor: .passDebtor
        case .waive: .waive
        case .refund: .refund
        case .serviceReset: .serviceReset
        case .openShift: .openShift
        case .closeShift: .closeShift
        }
    }

    /// The lane it is about, if any.
    public var lane: LaneID? {
        switch self {
        case .forCar(_, let order): order.lane
        case .open(let lane, _), .cash(let lane, _), .showCode(let lane), .enterCode(let lane, _),
            .correctPlate(let lane, _, _, _), .ticket(let lane, _), .presentTicket(let lane, _),
            .lostTicket(let lane, _, _), .chooseStay(let lane, _, _), .writeEntry(let lane, _, _, _, _),
            .setEntryTime(let lane, _, _, _), .endStay(let lane, _, _), .admit(let lane, _), .passDebtor(let lane, _),
            .waive(let lane, _),
            .serviceReset(let lane, _):
            lane
        case .refund, .openShift, .closeShift: nil
        }
    }
}

extension DeskOrder.Word {
    /// What a role must have for it.
    public var right: DeskRight {
        switch self {
        case .open: .open
        case .cash: .cash
        case .showCode: .showCode
        case .enterCode: .enterCode
        case .correctPlate: .correctPlate
        case .ticket: .ticket
        case .presentTicket: .presentTicket
        case .lostTicket: .lostTicket
        case .chooseStay: .chooseStay
        case .writeEntry, .setEntryTime: .writeEntry
        case .endStay: .endStay
        case .admit: .admit
        case .passDebtor: .passDebtor
        case .waive: .waive
        case .refund: .refund
        case .serviceReset: .serviceReset
        case .openShift, .closeShift: .shift
        }
    }

    /// Whether it goes on record who gave the order: not where a driver's own code or ticket stands behind it.
    public var isSigned: Bool {
        switch self {
        case .showCode, .enterCode, .presentTicket: false
        case .open, .cash, .correctPlate, .ticket, .lostTicket, .chooseStay, .writeEntry, .setEntryTime, .endStay,
            .admit,
            .passDebtor, .waive, .refund, .serviceReset, .openShift, .closeShift:
            true
        }
    }
}
