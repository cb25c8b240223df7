internal import JSONText
internal import Vocabulary
internal import Wire

/// Reading what concerns prices and debts.
extension PlatformConfiguration {
    /// Required: a platform that knows no tariff refuses every quote.
    static func readTariffs(_ root: ObjectReader) -> [PriceRule] {
        var seen: Set<Slug> = []
        return root.objects("tariffs", count: 1...1_000) { reader in
            guard let rule = PriceRule(reader) else { return nil }
            guard seen.insert(rule.id).inserted else {
                reader.refuse("id", found: "\(rule.id) a second time", expected: "each tariff once")
                return nil
            }
            return rule
        }
    }

    static func readDenied(_ root: ObjectReader) -> [Holder] {
        let denied = root.parsedList(
            "denied", count: 0...Int(ListLimits.longestList), expected: "a holder", Holder.init(_:))
        if Set(denied).count < denied.count {
            root.refuse("denied", found: "a holder a second time", expected: "each holder once")
        }
        return denied
    }
}
