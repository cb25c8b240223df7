internal import JSONText
internal import Vocabulary

extension PurseRules {
    /// The rules as JSON, without the comments and the order of keys of a file: two boxes split alike if and only if
    /// these bytes are the same. Their digest is what box and platform compare.
    public var canonical: [UInt8] {
        JSONWriter.object { writer in
            writer.field("id", id.text)
            writer.field("timeZone", zone.text)
            writer.field("purses", array: purses) { writer, purse in writer.object { purse.write(to: &$0) } }
        }
    }
}

extension Purse {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("id", id.text)
        writer.field("zh", chinese)
        writer.field("en", english)
        writer.field("kind", kind.rawValue)
        func names(_ key: StaticString, _ names: Set<Slug>?) {
            guard let names else { return }
            writer.field(key, array: names.sorted()) { $0.string($1.text) }
        }
        names("merchants", spendsOn.merchants)
        names("periods", spendsOn.periods)
        names("items", spendsOn.items)
        writer.field("payment", ifPresent: limits.payment?.count)
        func limit(_ key: StaticString, _ limit: PurseLimits.Limit?) {
            guard let limit else { return }
            writer.field(key) {
                $0.field("amount", ifPresent: limit.amount?.count)
                $0.field("count", ifPresent: limit.count)
            }
        }
        limit("period", limits.period)
        limit("day", limits.day)
        limit("month", limits.month)
        writer.field("minimumBalance", ifPresent: minimumBalance?.count)
        switch expiry {
        case .never: break
        case .endOfMonth: writer.field("expires", "endOfMonth")
        case .days(let days): writer.field("expiresAfterDays", days)
        }
        writer.field("refundsTo", refundsTo.text)
    }
}
