public import Vocabulary

/// What a ticket's QR says: the stay, behind the address of the site's page where there is one.
public struct TicketCode: Hashable, Sendable {
    /// Why a text is not a ticket of this car park.
    public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// No ticket at all.
        case unreadable
        /// A ticket, of another car park.
        case otherCarPark

        public var description: String {
            switch self {
            case .unreadable: "this is not a ticket: expected the text of a ticket's QR, or its number"
            case .otherCarPark: "this ticket is of another car park"
            }
        }
    }

    /// The longest text that is looked at, in bytes.
    public static let longest = 512

    /// What the QR says.
    public static func text(_ stay: StayID, page: String?) -> String {
        guard let page else { return stay.description }
        return "\(page)\(page.contains("?") ? "&" : "?")ticket=\(stay)"
    }

    /// Reads what a scanner or a person gives: the QR's text, or the stay's id alone.
    /// - Parameter page: the address that this site's tickets bear; nil where they bear the id only.
    public static func parse(_ text: String, page: String?) throws(Fault) -> StayID {
        let scalars = text.unicodeScalars.filter { !$0.properties.isWhitespace }
        guard text.utf8.count <= TicketCode.longest else { throw .unreadable }
        let trimmed = String(String.UnicodeScalarView(scalars))
        if let plain = try? StayID(trimmed.lowercased()) { return plain }
        guard let mark = trimmed.firstRange(of: "ticket=") else { throw .unreadable }
        let rest = trimmed[mark.upperBound...].prefix { $0 != "&" && $0 != "#" }
        guard let stay = try? StayID(rest.lowercased()) else { throw .unreadable }
        let address = trimmed[..<mark.lowerBound].dropLast()
        guard let page, address == page else { throw .otherCarPark }
        return stay
    }
}
