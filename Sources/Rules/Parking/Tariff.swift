public import Vocabulary

/// What parking costs: free minutes, a first period, unit periods, and a cap for every 24 hours from entry.
///
/// Each 24 hours from entry are priced anew, from the first period on, and never above the cap. The free minutes apply
/// once, to a stay that is not longer: a longer one is charged from its first minute.
public struct Tariff: Hashable, Sendable {
    /// The name and version that stands in every quote.
    public var id: Slug
    /// Minutes, 0 or more.
    public var freeMinutes: Int64
    /// Minutes, 1 or more, and the price of having begun them.
    public var firstPeriodMinutes: Int64
    public var firstPeriodPrice: Fen
    /// Minutes, 1 or more, and the price of each one begun after the first period.
    public var unitMinutes: Int64
    public var unitPrice: Fen
    /// The most 24 hours may cost.
    public var capPer24Hours: Fen

    public init(
        id: Slug, freeMinutes: Int64, firstPeriodMinutes: Int64, firstPeriodPrice: Fen, unitMinutes: Int64,
        unitPrice: Fen, capPer24Hours: Fen
    ) {
        precondition(freeMinutes >= 0 && firstPeriodMinutes > 0 && unitMinutes > 0, "the reader checks the ranges")
        precondition(firstPeriodPrice >= .zero && unitPrice >= .zero && capPer24Hours >= .zero, "no negative price")
        self.id = id
        self.freeMinutes = freeMinutes
        self.firstPeriodMinutes = firstPeriodMinutes
        self.firstPeriodPrice = firstPeriodPrice
        self.unitMinutes = unitMinutes
        self.unitPrice = unitPrice
        self.capPer24Hours = capPer24Hours
    }

    static let minutesPerDay: Int64 = 24 * 60

    /// The price of a stay, line by line.
    ///
    /// - Parameters:
    ///   - from: when the stay began, on the wall clock.
    ///   - duration: how long it lasted; a negative one (a clock that was set back) counts as nothing.
    /// - Throws: ``AmountOverflow`` for a stay whose price leaves the range of 64 bits.
    public func quote(from: WallTime, duration: Uptime.Span) throws(AmountOverflow) -> Quote {
        let milliseconds = max(0, duration.milliseconds)
        // A minute that has begun counts as a whole one.
        let minutes = milliseconds / 60_000 + (milliseconds % 60_000 == 0 ? 0 : 1)
        let until = WallTime(milliseconds: from.milliseconds &+ milliseconds)
        guard minutes > freeMinutes else {
            return Quote(
                tariff: id, from: from, until: until,
                lines: [Quote.Line(kind: .freePeriod, minutes: minutes, amount: .zero)], total: .zero)
        }
        let days = minutes / Tariff.minutesPerDay
        var lines: [Quote.Line] = []
        if days > 0 { lines += try windowLines(minutes: Tariff.minutesPerDay, times: days) }
        let rest = minutes % Tariff.minutesPerDay
        if rest > 0 { lines += try windowLines(minutes: rest, times: 1) }
        var total = Fen.zero
        for line in lines { total = try total.adding(line.amount) }
        return Quote(tariff: id, from: from, until: until, lines: lines, total: total)
    }

    /// The price of a stay of which a part is paid for: what the whole costs less what that part costs, kind by kind.
    ///
    /// - Parameter paid: how long from its beginning the stay is paid for.
    /// - Returns: a quote for the time since then; its lines leave out what does not change.
    /// - Throws: as ``quote(from:duration:)``.
    public func quote(
        from: WallTime, duration: Uptime.Span, paidFor paid: Uptime.Span
    ) throws(AmountOverflow) -> Quote {
        let whole = try quote(from: from, duration: duration)
        let part = try quote(from: from, duration: min(paid, duration))
        var lines: [Quote.Line] = []
        for kind in Quote.Line.Kind.allCases {
            let (now, before) = (try whole.sum(of: kind), try part.sum(of: kind))
            let amount = try now.amount.subtracting(before.amount)
            guard amount != .zero else { continue }
            lines.append(Quote.Line(kind: kind, minutes: now.minutes - before.minutes, amount: amount))
        }
        return Quote(
            tariff: id, began: from, from: part.until, until: whole.until, lines: lines,
            total: try whole.total.subtracting(part.total))
    }

    /// The lines of `times` windows of `minutes` each (1 to 1,440).
    private func windowLines(minutes: Int64, times: Int64) throws(AmountOverflow) -> [Quote.Line] {
        let inFirst = min(minutes, firstPeriodMinutes)
        let inUnits = minutes - inFirst
        let units = inUnits / unitMinutes + (inUnits % unitMinutes == 0 ? 0 : 1)
        let unitSum = try unitPrice.multiplied(by: units)
        let sum = try firstPeriodPrice.adding(unitSum)
        var lines = [
            Quote.Line(kind: .firstPeriod, minutes: inFirst * times, amount: try firstPeriodPrice.multiplied(by: times))
        ]
        if units > 0 {
            lines.append(
                Quote.Line(kind: .unitPeriods, minutes: inUnits * times, amount: try unitSum.multiplied(by: times)))
        }
        if sum > capPer24Hours {
            let reduction = try capPer24Hours.subtracting(sum)
            lines.append(
                Quote.Line(kind: .dailyCap, minutes: minutes * times, amount: try reduction.multiplied(by: times)))
        }
        return lines
    }
}

extension Quote {
    /// What the lines of one kind come to.
    fileprivate func sum(of kind: Line.Kind) throws(AmountOverflow) -> (minutes: Int64, amount: Fen) {
        var sum = (minutes: Int64(0), amount: Fen.zero)
        for line in lines where line.kind == kind {
            sum = (sum.minutes + line.minutes, try sum.amount.adding(line.amount))
        }
        return sum
    }
}
