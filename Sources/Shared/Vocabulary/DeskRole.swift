/// What a person at the gate is.
public enum DeskRole: String, CaseIterable, Sendable {
    case attendant, supervisor, engineer
}

/// What a person at the gate can do; each role may do some of it.
public enum DeskRight: String, CaseIterable, Sendable {
    /// Raise a boom by hand, with a reason.
    case open
    case cash
    /// Show a code for the driver to scan; take the code that the driver shows.
    case showCode, enterCode
    case correctPlate
    /// A ticket for a car without a plate; a ticket that is shown; one that is lost.
    case ticket, presentTicket, lostTicket
    /// Say which of several cars inside this one is.
    case chooseStay
    /// Write an entry that was missed.
    case writeEntry
    /// End the stay of a car that is not inside any more.
    case endStay
    /// Let a car in that the rules hold.
    case admit
    /// Let a car pass whose owner owes money.
    case passDebtor
    /// Let a car go without paying.
    case waive
    case refund
    /// Put a barrier back into service.
    case serviceReset
    /// Open and close shifts, and see the reports of one's own.
    case shift
    /// See the reports of everybody.
    case reports
}

/// Which acts each role may do.
public struct DeskRights: Hashable, Sendable {
    public var acts: [DeskRole: Set<DeskRight>]

    public init(acts: [DeskRole: Set<DeskRight>] = DeskRights.usual) { self.acts = acts }

    public func allows(_ role: DeskRole, _ act: DeskRight) -> Bool { acts[role]?.contains(act) == true }

    /// What a site that says nothing has: who gives money away is a supervisor, who moves a boom that is out of
    /// service is an engineer.
    public static let usual: [DeskRole: Set<DeskRight>] = {
        let daily: Set<DeskRight> = [
            .open, .cash, .showCode, .enterCode, .correctPlate, .ticket, .presentTicket, .lostTicket, .chooseStay,
            .writeEntry, .shift,
        ]
        return [
            .attendant: daily, .supervisor: daily.union([.admit, .passDebtor, .waive, .endStay, .refund, .reports]),
            .engineer: [.open, .serviceReset],
        ]
    }()
}
