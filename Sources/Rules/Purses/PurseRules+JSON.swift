public import JSONText
public import Vocabulary

extension PurseRules {
    /// The `kind` member of such a file.
    public static let kind = "purse-rules"

    /// Reads a file of rules (JSON5).
    /// - Throws: every fault in it, with line, column, path, what was found and what was expected.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { PurseRules($0) }
    }

    private init?(_ root: ObjectReader) {
        root.expectKind(PurseRules.kind)
        let id = root.parsed("id", expected: "a name", Slug.init)
        let zone = root.optionalParsed("timeZone", expected: "a time zone", TimeZoneRule.init(_:)) ?? .china
        var names: Set<Slug> = []
        var readers: [ObjectReader] = []
        let purses = root.objects("purses", count: 1...PurseRules.mostPurses) { reader -> Purse? in
            readers.append(reader)
            let purse = Purse(reader)
            if let name = purse?.id, !names.insert(name).inserted {
                reader.refuse("id", found: "\(name) a second time", expected: "each purse once")
                return nil
            }
            return purse
        }
        // With a purse that could not be read, whether refunds have somewhere to go cannot be said.
        guard let id, !purses.isEmpty, purses.count == readers.count else { return nil }
        for (purse, reader) in zip(purses, readers) {
            PurseRules.checkRefunds(of: purse, to: purses.first { $0.id == purse.refundsTo }, reader)
        }
        self.init(id: id, zone: zone, purses: purses)
    }

    /// A refund must not set money free from its purpose.
    private static func checkRefunds(of purse: Purse, to target: Purse?, _ reader: ObjectReader) {
        guard let target else {
            reader.refuse("refundsTo", found: "\(purse.refundsTo)", expected: "the id of a purse of this file")
            return
        }
        guard target.id != purse.id else { return }
        if (purse.kind == .subsidy) != (target.kind == .subsidy) {
            reader.refuse(
                "refundsTo", found: "\(target.id), which is a \(target.kind.rawValue) purse",
                expected: purse.kind == .subsidy
                    ? "a subsidy purse: subsidy money stays subsidy money"
                    : "a cash or debit purse: a person's own money does not become a subsidy")
        } else if purse.kind == .subsidy, !target.spendsOn.isWithin(purse.spendsOn) {
            reader.refuse(
                "refundsTo", found: "\(target.id), which may be spent on more",
                expected: "a purse that spends on nothing that \(purse.id) may not be spent on")
        }
    }
}

extension Purse {
    /// Fen: ten million yuan is a slip of the finger.
    static let mostAmount: Int64 = 1_000_000_000

    init?(_ reader: ObjectReader) {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        let name = reader.object("name") { ($0.string("zh", longest: 16), $0.string("en", longest: 32)) }
        let kind: Kind = reader.choice("kind")
        let spendsOn = reader.optionalObject("spendsOn") { SpendingRule($0) }
        let limits = reader.optionalObject("limits") { PurseLimits($0) }
        let minimum = reader.optionalInteger(
            "minimumBalance", in: (kind == .debit ? -Purse.mostAmount : 0)...Purse.mostAmount, unit: "fen")
        let expiry = reader.optionalObject("expires") { ExpiryRule($0) }
        let refundsTo = reader.optionalParsed("refundsTo", expected: "the id of a purse", Slug.init)
        if kind == .debit, expiry != nil, expiry != .never {
            reader.refuse("expires", found: "it of a debit purse", expected: "no such key: no money is issued into it")
        }
        if kind == .debit, !reader.has("minimumBalance"), !(limits?.hasAmount ?? false) {
            reader.refuse(
                "minimumBalance", found: "neither it nor a limit with an amount",
                expected: "at least one of them: nothing else bounds what a debit purse pays")
        }
        guard let id, let name else { return nil }
        self.init(
            id: id, chinese: name.0, english: name.1, kind: kind, spendsOn: spendsOn ?? SpendingRule(),
            limits: limits ?? PurseLimits(), minimumBalance: minimum.map { Fen($0) }, expiry: expiry ?? .never,
            refundsTo: refundsTo)
    }
}

extension SpendingRule {
    init(_ reader: ObjectReader) {
        self.init(
            merchants: reader.names("merchants", of: "merchants"), periods: reader.names("periods", of: "meal periods"),
            items: reader.names("items", of: "items"))
    }
}

extension ObjectReader {
    /// A list of names, each once; nil where it is absent. An empty one would forbid all, so it is a fault.
    fileprivate func names(_ key: String, of what: String, most: Int = 64) -> Set<Slug>? {
        guard has(key) else {
            _ = parsedList(key, count: 0...most, expected: "", Slug.init)
            return nil
        }
        let names = parsedList(key, count: 1...most, expected: "the name of a class of \(what)", Slug.init)
        var seen: Set<Slug> = []
        for name in names where !seen.insert(name).inserted {
            refuse(key, found: "\(name) a second time", expected: "each name once")
        }
        return seen
    }
}

extension PurseLimits {
    /// Whether an amount is bounded within a payment, a day or a month. Outside meal periods a limit by period is none.
    fileprivate var hasAmount: Bool { payment != nil || day?.amount != nil || month?.amount != nil }

    /// Reads `limits`, of a purse or a guardian.
    public init(_ reader: ObjectReader) {
        let payment = reader.optionalObject("payment") { $0.integer("amount", in: 1...Purse.mostAmount, unit: "fen") }
        self.init(
            payment: payment.map { Fen($0) }, period: reader.optionalObject("period") { Limit($0) },
            day: reader.optionalObject("day") { Limit($0) }, month: reader.optionalObject("month") { Limit($0) })
        checkSpans(reader)
    }

    /// A longer span that allows less than a shorter one is a slip: the shorter would mean nothing.
    private func checkSpans(_ reader: ObjectReader) {
        let spans = [
            (Span.payment, payment.map { Limit(amount: $0) }), (.period, period), (.day, day), (.month, month),
        ]
        var amount: (span: Span, most: Fen)?
        var count: (span: Span, most: Int64)?
        for (span, limit) in spans {
            if let mine = limit?.amount {
                if let shorter = amount, mine < shorter.most {
                    reader.refuse(
                        span.rawValue, found: "an amount of \(mine.count)",
                        expected: "at least the \(shorter.most.count) fen of \(shorter.span.rawValue)")
                }
                amount = (span, mine)
            }
            if let mine = limit?.count {
                if let shorter = count, mine < shorter.most {
                    reader.refuse(
                        span.rawValue, found: "a count of \(mine)",
                        expected: "at least the \(shorter.most) of \(shorter.span.rawValue)")
                }
                count = (span, mine)
            }
        }
    }
}

extension PurseLimits.Limit {
    fileprivate init(_ reader: ObjectReader) {
        self.init(
            amount: reader.optionalInteger("amount", in: 1...Purse.mostAmount, unit: "fen").map { Fen($0) },
            count: reader.optionalInteger("count", in: 1...100_000, unit: "payments"))
        if !reader.has("amount"), !reader.has("count") {
            reader.refuse("amount", found: "neither it nor count", expected: "at least one of them")
        }
    }
}

extension ExpiryRule {
    private enum When: String, CaseIterable { case never, afterDays, endOfMonth }

    fileprivate init(_ reader: ObjectReader) {
        let when: When = reader.choice("when")
        let days = reader.optionalInteger("days", in: 1...3_660, unit: "days, the day of issue is the first")
        if (when == .afterDays) != reader.has("days") {
            reader.refuse(
                "days", found: when == .afterDays ? "nothing" : "it where when is \(when.rawValue)",
                expected: "days together with when: \"afterDays\", and only there")
        }
        switch when {
        case .never: self = .never
        case .afterDays: self = .days(days ?? 1)
        case .endOfMonth: self = .endOfMonth
        }
    }
}

extension Guardian {
    /// Reads what a guardian has laid down for one person: `limits`, `barredItems`, `barredPeriods`.
    public init(_ reader: ObjectReader) {
        self.init(
            limits: reader.optionalObject("limits") { PurseLimits($0) } ?? PurseLimits(),
            barredItems: reader.names("barredItems", of: "items") ?? [],
            barredPeriods: reader.names("barredPeriods", of: "meal periods") ?? [])
    }
}
