public import JSONText
public import Vocabulary
public import Wire

/// Whose tickets a box takes, and how.
public struct TicketSettings: Hashable, Sendable {
    /// The site that must stand in a ticket.
    public var site: Slug
    /// The platform's public keys by number: several while one takes the place of another.
    public var keys: [UInt8: BoxPublicKey]
    public var rules: TicketRules

    public static let mostKeys = 16

    public init(site: Slug, keys: [UInt8: BoxPublicKey], rules: TicketRules = TicketRules()) {
        self.site = site
        self.keys = keys
        self.rules = rules
    }

    /// Reads the object `tickets` of a scenario.
    public init?(_ reader: ObjectReader) {
        let site = reader.parsed("site", expected: "the name of the tickets' site", Slug.init)
        var keys: [UInt8: BoxPublicKey] = [:]
        _ = reader.objects("keys", count: 1...TicketSettings.mostKeys) { reader -> UInt8? in
            let number = UInt8(reader.integer("number", in: 1...255))
            let key = reader.parsed(
                "publicKey", expected: "a public key, as `turnpike tickets key` prints it",
                BoxPublicKey.init(hexadecimal:))
            guard let key else { return nil }
            if keys.updateValue(key, forKey: number) != nil {
                reader.refuse("number", found: "\(number) a second time", expected: "each key once")
            }
            return number
        }
        let rules = TicketRules(reader)
        guard let site, !keys.isEmpty else { return nil }
        if site.text.utf8.count > GateTicket.longestSite {
            reader.refuse(
                "site", found: "\(site)", expected: "at most \(GateTicket.longestSite) characters: it stands in a QR")
        }
        self.init(site: site, keys: keys, rules: rules)
    }
}
