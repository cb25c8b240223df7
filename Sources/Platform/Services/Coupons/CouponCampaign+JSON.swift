internal import JSONText
internal import Payments
internal import Vocabulary

extension CouponCampaign {
    /// The largest budget accepted: a hundred million yuan is a slip of the finger.
    static let mostBudget: Int64 = 10_000_000_000

    private enum Kind: String, CaseIterable { case fixed, percent, random }

    /// Reads one element of `campaigns` of the platform's configuration.
    init?(_ reader: ObjectReader) {
        let id = reader.parsed("id", expected: "a campaign's name", Slug.init)
        let chinese = reader.string("chinese", longest: 40)
        let english = reader.string("english", longest: 80)
        let budget = reader.integer("budget", in: 1...CouponCampaign.mostBudget, unit: "fen")
        let discount = CouponCampaign.discount(reader)
        let from = reader.parsed("from", expected: "a time with its offset", CouponTime.read)
        let until = reader.parsed("until", expected: "a time with its offset", CouponTime.read)
        if let from, let until, until <= from {
            reader.refuse("until", found: "an end that is not after the begin", expected: "a later time than `from`")
        }
        let instruments = reader.parsedList(
            "instruments", count: 0...Instrument.Kind.allCases.count, expected: "an instrument"
        ) { (word) throws(UnknownInstrument) in
            guard let kind = Instrument.Kind(rawValue: word) else { throw UnknownInstrument() }
            return kind
        }
        let holders = reader.parsedList("holders", count: 0...100_000, expected: "a holder", Holder.init)
        let rule: RefundRule = reader.choice("onRefund")
        let most = reader.integer("mostCoupons", in: 1...1_000_000_000, unit: "coupons")
        let perHolder = reader.optionalInteger("mostPerHolder", in: 1...1_000_000, unit: "coupons")
        let money = 0...PlatformConfiguration.mostMoney
        let minimum = reader.integer("minimumSpend", in: money, unit: "fen", default: 0)
        let least = reader.integer("leastPayable", in: money, unit: "fen", default: 1)
        let lock = reader.integer("lockSeconds", in: 10...3_600, unit: "seconds", default: 120)
        guard let id, let discount, let from, let until else { return nil }
        if let smallest = discount.smallest, smallest > budget {
            reader.refuse("budget", found: "\(budget)", expected: "at least one coupon's worth, \(smallest)")
        }
        self.init(
            id: id, chinese: chinese, english: english, discount: discount, budget: Fen(budget), mostCoupons: most,
            mostPerHolder: perHolder, from: from, until: until, minimumSpend: Fen(minimum), leastPayable: Fen(least),
            instruments: instruments.isEmpty ? nil : Set(instruments), holders: holders.isEmpty ? nil : Set(holders),
            refundRule: rule, lockSeconds: lock)
    }

    private static func discount(_ reader: ObjectReader) -> Discount? {
        let money = 1...PlatformConfiguration.mostMoney
        let kind: Kind = reader.choice("discount")
        switch kind {
        case .fixed: return .fixed(Fen(reader.integer("amount", in: money, unit: "fen")))
        case .percent:
            return .percent(
                permille: reader.integer("permille", in: 1...1000, unit: "thousandths of the price"),
                most: Fen(reader.integer("most", in: money, unit: "fen")))
        case .random:
            let least = reader.integer("least", in: money, unit: "fen")
            let most = reader.integer("most", in: money, unit: "fen")
            if most < least {
                reader.refuse("most", found: "\(most), less than `least`", expected: "\(least) or more (fen)")
            }
            return .drawn(least: Fen(least), most: Fen(most))
        }
    }

    /// Reads all campaigns: each name once.
    static func list(_ root: ObjectReader) -> [CouponCampaign] {
        var seen: Set<Slug> = []
        return root.objects("campaigns", count: 0...1_000) { reader in
            let campaign = CouponCampaign(reader)
            if let campaign, !seen.insert(campaign.id).inserted {
                reader.refuse("id", found: "\(campaign.id) a second time", expected: "each campaign once")
            }
            return campaign
        }
    }
}

extension CouponCampaign.Discount {
    /// The least a budget must cover; nil where any budget covers something.
    fileprivate var smallest: Int64? {
        switch self {
        case .fixed(let amount): amount.count
        case .drawn(let least, _): least.count
        case .percent: nil
        }
    }
}

private struct UnknownInstrument: Error, CustomStringConvertible {
    var description: String {
        "one of \(Instrument.Kind.allCases.map(\.rawValue).joined(separator: ", "))"
    }
}
