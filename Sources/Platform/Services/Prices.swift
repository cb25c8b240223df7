public import JSONText
public import Tariffs
public import Vocabulary
internal import Wire

/// By what rule the quotes of one tariff are checked.
public enum PriceRule: Equatable, Sendable {
    /// The price follows from the time: the platform computes it anew, with the boxes' own code.
    case parking(Tariff)
    /// The prices are keyed in or listed at the box: every line must be an item.
    case items(Slug)

    /// The tariff's name and version, as it stands in every quote.
    public var id: Slug {
        switch self {
        case .parking(let tariff): tariff.id
        case .items(let id): id
        }
    }

    private enum Kind: String, CaseIterable { case parking, items }

    /// Reads an entry of the platform's `tariffs`: a tariff as it stands in a scenario, or `{ id, kind: "items" }`.
    public init?(_ reader: ObjectReader) {
        let kind: Kind = reader.choice("kind", default: .parking)
        switch kind {
        case .parking:
            guard let tariff = Tariff(reader) else { return nil }
            self = .parking(tariff)
        case .items:
            guard let id = reader.parsed("id", expected: "a name", Slug.init) else { return nil }
            self = .items(id)
        }
    }
}

/// Every tariff that the platform can compute, and the check of a quote against it.
struct PriceBook: Equatable, Sendable {
    private let rules: [Slug: PriceRule]

    /// - Parameter rules: each name once.
    init(_ rules: [PriceRule]) {
        self.rules = Dictionary(rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Why a quote is not what its tariff says.
    enum Fault: Equatable, CustomStringConvertible {
        case unknownTariff(Slug)
        /// The time it covers has no price: it ends before it begins, or leaves the range of 64 bits.
        case noPrice
        /// The tariff makes it another total.
        case total(theirs: Fen, ours: Fen)
        /// The totals agree, and the lines, or the time they cover, do not.
        case lines(Fen)
        /// It is to have items only, and has something else.
        case notItems

        var description: String {
            switch self {
            case .unknownTariff(let id): "the platform has no tariff \(id); add it to `tariffs`"
            case .noPrice: "the time it covers has no price"
            case .total(let theirs, let ours): "the box makes it \(theirs), the platform \(ours)"
            case .lines(let total): "both make it \(total), by other lines"
            case .notItems: "it has other lines than items"
            }
        }
    }

    /// - Returns: nil if the quote, without its coupons, is exactly what its tariff says.
    func fault(in quote: Quote) -> Fault? {
        guard let plain = try? quote.withoutCoupons() else { return .noPrice }
        switch rules[quote.tariff] {
        case nil: return .unknownTariff(quote.tariff)
        case .items: return plain.lines.allSatisfy { $0.kind == .item } ? nil : .notItems
        case .parking(let tariff):
            guard let ours = PriceBook.reproduce(plain, tariff) else { return .noPrice }
            if ours.total != plain.total { return .total(theirs: plain.total, ours: ours.total) }
            return ours == plain ? nil : .lines(plain.total)
        }
    }

    /// What a car inside would pay now, as its box would quote it.
    /// - Returns: nil if the platform does not know its tariff, or there is no price for the time.
    /// - Parameters:
    ///   - book: the versions of its car park's tariff; nil: the one that is recorded with the entry.
    ///   - pass: the zone of a pass that holds for the car; the quote names it where the tariff knows it.
    func quote(
        for entry: StayEntry, by book: TariffBook? = nil, paidThrough: WallTime?, pass: Slug?, at now: WallTime
    ) -> Quote? {
        guard let tariff = book?.version(began: entry.tariff, entered: entry.entered, at: now) ?? tariff(entry.tariff),
            let whole = PriceBook.span(entry.entered, now)
        else { return nil }
        var paid: Uptime.Span?
        if let paidThrough, paidThrough > entry.entered { paid = PriceBook.span(entry.entered, paidThrough) }
        return try? tariff.quote(
            from: entry.entered, duration: whole, paidFor: paid, vehicle: entry.vehicle, pass: pass)
    }

    private func tariff(_ id: Slug) -> Tariff? { if case .parking(let tariff) = rules[id] { tariff } else { nil } }

    /// How long a car that has paid by this tariff may take to leave, in whole minutes.
    func graceMinutes(of tariff: Slug) -> Int64? {
        self.tariff(tariff).map { $0.graceAfterPayment.milliseconds / 60_000 }
    }

    /// - Returns: nil if the tariff has no price for the time.
    private static func reproduce(_ quote: Quote, _ tariff: Tariff) -> Quote? {
        guard let whole = span(quote.began, quote.until), let paid = span(quote.began, quote.from), paid <= whole else {
            return nil
        }
        return try? tariff.quote(
            from: quote.began, duration: whole, paidFor: quote.from == quote.began ? nil : paid, vehicle: quote.vehicle,
            pass: quote.pass)
    }

    private static func span(_ from: WallTime, _ until: WallTime) -> Uptime.Span? {
        let (span, overflow) = until.milliseconds.subtractingReportingOverflow(from.milliseconds)
        // A span counts nanoseconds: beyond its range it would stop at the end and give a price for another time.
        guard !overflow, span >= 0, span <= Int64.max / 1_000_000 else { return nil }
        return .milliseconds(span)
    }
}
