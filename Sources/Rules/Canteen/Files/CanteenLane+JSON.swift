internal import JSONText
internal import Payments
internal import Vocabulary

extension CanteenLane {
    private struct WayError: Error, CustomStringConvertible { var description: String { "face, card or code" } }

    /// - Parameters:
    ///   - periods: the meals of the file; nil: not known.
    ///   - items: the items of the lanes before: one name means the same everywhere at a box.
    init?(_ reader: ObjectReader, periods: Set<Slug>?, items: inout [Slug: CanteenMode.Item]) {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        var knownBy = Set(KnownBy.allCases)
        if reader.has("knownBy") {
            knownBy = Set(
                reader.parsedList("knownBy", count: 1...3, expected: "a way of being known") {
                    text throws(WayError) -> KnownBy in
                    guard let way = KnownBy(rawValue: text) else { throw WayError() }
                    return way
                })
        } else {
            _ = reader.optionalString("knownBy")
        }
        let groups = reader.names("groups")
        let turnstile = reader.optionalObject("turnstile") { TurnstileSettings($0) }
        var outputs: [Output] = []
        if reader.has("outputs") {
            outputs = reader.objects("outputs", count: 0...8) { reader in
                Output(
                    name: reader.string("name", longest: 64),
                    span: .milliseconds(reader.integer("milliseconds", in: 20...10_000)))
            }
        } else {
            _ = reader.optionalString("outputs")
        }
        var taken: Set<Slug> = []
        var hasRest = false
        let modes = reader.objects("modes", count: 1...MealCalendar.mostPeriods) { reader -> CanteenMode? in
            guard let mode = CanteenMode(reader, items: &items) else { return nil }
            if let own = mode.periods {
                for period in own.subtracting(periods ?? own).sorted() {
                    reader.refuse("periods", found: "\(period)", expected: "meals of this file")
                }
                for period in own.intersection(taken).sorted() {
                    reader.refuse("periods", found: "\(period) a second time", expected: "one mode a meal")
                }
                taken.formUnion(own)
            } else {
                if hasRest {
                    reader.refuse(
                        "periods", found: "nothing a second time", expected: "one mode for all other meals")
                }
                hasRest = true
            }
            return mode
        }
        guard let id, !modes.isEmpty else { return nil }
        self.init(id: id, modes: modes, knownBy: knownBy, groups: groups, turnstile: turnstile, outputs: outputs)
    }
}

extension ObjectReader {
    /// A list of names, each once; nil where it is absent.
    fileprivate func names(_ key: String) -> Set<Slug>? {
        guard has(key) else {
            _ = optionalString(key)
            return nil
        }
        let names = parsedList(key, count: 1...64, expected: "a name", Slug.init)
        var seen: Set<Slug> = []
        for name in names where !seen.insert(name).inserted {
            refuse(key, found: "\(name) a second time", expected: "each name once")
        }
        return seen
    }
}

extension CanteenMode {
    /// Fen: a hundred thousand yuan is a slip of the finger.
    private static let amounts: ClosedRange<Int64> = 1...10_000_000

    fileprivate init?(_ reader: ObjectReader, items: inout [Slug: Item]) {
        let kind: Kind = reader.choice("mode")
        let periods = reader.names("periods")
        let helpings = reader.optionalObject("secondHelping") { reader in
            HelpingRule(
                more: reader.integer("most", in: 0...100, unit: "helpings after the first"),
                price: reader.optionalInteger("price", in: 0...10_000_000, unit: "fen").map { Fen($0) })
        }
        var item: Slug?
        var itemClass: Slug?
        let what: What?
        switch kind {
        case .fixedPrice:
            item = reader.parsed("item", expected: "the name of what is sold", Slug.init)
            itemClass = reader.parsed("itemClass", expected: "the class by which purses know it", Slug.init)
            what = CanteenMode.fixed(reader)
        case .keyed:
            itemClass = reader.parsed("itemClass", expected: "the class by which purses know it", Slug.init)
            what = .keyed(most: Fen(reader.integer("mostAmount", in: CanteenMode.amounts, unit: "fen")))
        case .menu:
            var own: Set<Slug> = []
            let list = reader.objects("items", count: 1...CanteenMode.mostItems) { Item($0, own: &own, all: &items) }
            what = list.isEmpty ? nil : .menu(list)
        case .weighed:
            let list = reader.objects("items", count: 1...CanteenMode.mostItems) { WeighedItem($0) }
            if Set(list.map { $0.id }).count != list.count {
                reader.refuse("items", found: "one name twice", expected: "each item once")
            }
            what = list.isEmpty ? nil : .weighed(list)
        case .countOnly: what = .countOnly
        case .passOnly: what = .passOnly
        case .tickets: what = .tickets
        }
        if helpings?.price != nil, kind != .fixedPrice {
            reader.refuse(
                "secondHelping", found: "a price for it where mode is \(kind.rawValue)",
                expected: "a price only with a fixed price")
        }
        if helpings != nil, kind == .passOnly || kind == .tickets {
            reader.refuse(
                "secondHelping", found: "it where nothing is counted", expected: "it where meals are had")
        }
        let usual: HelpingRule = kind == .fixedPrice || kind == .countOnly ? .once : .anyNumber
        guard let what else { return nil }
        self.init(what, periods: periods, item: item, itemClass: itemClass, helpings: helpings ?? usual)
    }

    private static func fixed(_ reader: ObjectReader) -> What {
        var prices: [Slug: Fen] = [:]
        _ = reader.objects("prices", count: 1...32) { reader -> Slug? in
            let group = reader.parsed("group", expected: "the name of a group", Slug.init)
            let amount = reader.integer("amount", in: 0...CanteenMode.amounts.upperBound, unit: "fen")
            guard let group else { return nil }
            if prices.updateValue(Fen(amount), forKey: group) != nil {
                reader.refuse("group", found: "\(group) a second time", expected: "one price a group")
            }
            return group
        }
        let others = reader.optionalInteger("othersAmount", in: 0...CanteenMode.amounts.upperBound, unit: "fen")
        return .fixedPrice(prices, others: others.map { Fen($0) })
    }
}

extension CanteenMode.Item {
    fileprivate init?(
        _ reader: ObjectReader, own: inout Set<Slug>, all: inout [Slug: CanteenMode.Item]
    ) {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        let itemClass = reader.parsed("class", expected: "the class by which purses know it", Slug.init)
        let name = reader.object("name") { ($0.string("zh", longest: 24), $0.string("en", longest: 40)) }
        let price = reader.integer("price", in: 1...10_000_000, unit: "fen")
        let stock = reader.optionalInteger("stock", in: 0...100_000, unit: "a meal")
        guard let id, let itemClass, let name else { return nil }
        self.init(
            id: id, itemClass: itemClass, chinese: name.0, english: name.1, price: Fen(price), stock: stock)
        if !own.insert(id).inserted {
            reader.refuse("id", found: "\(id) a second time", expected: "each item once")
        } else if let other = all[id], other.stock != stock {
            reader.refuse(
                "stock", found: "another one than where \(id) stood before", expected: "one stock of an item at a box")
        }
        all[id] = self
    }
}

extension CanteenMode.WeighedItem {
    fileprivate init?(_ reader: ObjectReader) {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        let itemClass = reader.parsed("class", expected: "the class by which purses know it", Slug.init)
        let name = reader.object("name") { ($0.string("zh", longest: 24), $0.string("en", longest: 40)) }
        let price = reader.integer("price", in: 1...1_000_000, unit: "fen")
        let per = reader.integer("perGrams", in: 1...10_000, unit: "grams")
        let tare = reader.integer("tareGrams", in: 0...10_000, unit: "grams", default: 0)
        let least = reader.integer("leastGrams", in: 1...10_000, unit: "grams", default: 10)
        let unit = reader.integer("roundToFen", in: 1...100, unit: "fen", default: 1)
        let rounding: WeighedPrice.Rounding = reader.choice("rounding", default: .half)
        guard let id, let itemClass, let name else { return nil }
        self.init(
            id: id, itemClass: itemClass, chinese: name.0, english: name.1,
            price: WeighedPrice(
                price: Fen(price), per: Grams(per), tare: Grams(tare), least: Grams(least), unit: Fen(unit),
                rounding: rounding))
    }
}
