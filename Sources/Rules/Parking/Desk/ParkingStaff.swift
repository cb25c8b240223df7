internal import JSONText
public import Vocabulary

/// What the people at a car park's gates may do, and how their shifts are kept.
public struct ParkingStaff: Hashable, Sendable {
    /// What happens to cash that is taken while no shift is open.
    public enum CashWithoutShift: String, CaseIterable, Sendable {
        /// It is not taken: the attendant has to open a shift first.
        case refuse
        /// It opens a shift in the name of who took it, with nothing in the drawer.
        case open
        /// It is taken and belongs to no shift.
        case allow
    }

    public var rights: DeskRights
    public var cashWithoutShift: CashWithoutShift

    public init(rights: DeskRights = DeskRights(), cashWithoutShift: CashWithoutShift = .open) {
        self.rights = rights
        self.cashWithoutShift = cashWithoutShift
    }

    /// Reads the `staff` member of a scenario: `cashWithoutShift`, and the acts of each role that is not the usual.
    init?(_ reader: ObjectReader) {
        cashWithoutShift = reader.choice("cashWithoutShift", default: .open)
        var acts = DeskRights.usual
        let roles =
            reader.optionalObject("roles") { roles -> [DeskRole: Set<DeskRight>]? in
                var read: [DeskRole: Set<DeskRight>] = [:]
                for role in DeskRole.allCases where roles.has(role.rawValue) {
                    read[role] = Set(
                        roles.parsedList(
                            role.rawValue, count: 0...DeskRight.allCases.count,
                            expected: DeskRight.allCases.map(\.rawValue).joined(separator: ", "), ParkingStaff.right))
                }
                return read
            } ?? [:]
        for (role, own) in roles { acts[role] = own }
        rights = DeskRights(acts: acts)
    }

    private struct NoSuchAct: Error, CustomStringConvertible {
        var text: String
        var description: String { "\"\(text.prefix(40))\" is not an act of a person at the gate" }
    }

    private static func right(_ text: String) throws(NoSuchAct) -> DeskRight {
        guard let right = DeskRight(rawValue: text) else { throw NoSuchAct(text: text) }
        return right
    }
}
