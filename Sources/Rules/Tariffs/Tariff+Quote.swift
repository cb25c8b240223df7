public import Vocabulary

extension Tariff {
    /// The price of a stay, line by line.
    ///
    /// - Parameters:
    ///   - from: when the stay began, on the wall clock.
    ///   - duration: how long it lasted; a negative one (a clock that was set back) counts as nothing. A minute that
    ///     has begun counts as a whole one.
    ///   - paid: how long from its beginning the stay is paid for; nil: nothing was paid. The quote is then for the
    ///     time since: what the whole costs less what that part costs, line by line. It is never negative.
    ///   - pass: the zone of a pass that holds for the car; one that the tariff does not know changes nothing.
    /// - Throws: ``PriceError``.
    public func quote(
        from: WallTime, duration: Uptime.Span, paidFor paid: Uptime.Span? = nil, vehicle: VehicleClass = .small,
        pass: Slug? = nil
    ) throws(PriceError) -> Quote {
        let whole = try whole(from, duration, vehicle, pass)
        guard let paid else { return whole }
        let part = try self.whole(from, min(paid, duration), vehicle, pass)
        var lines: [Quote.Line] = []
        for line in whole.lines { try lines.merge(line) }
        for line in part.lines {
            try lines.merge(
                Quote.Line(
                    kind: line.kind, minutes: -line.minutes, amount: try Fen.zero.minus(line.amount),
                    reference: line.reference))
        }
        lines.removeAll { $0.amount == .zero }
        let total = try whole.total.minus(part.total)
        precondition(total >= .zero, "a longer stay never costs less")
        return Quote(
            tariff: id, began: from, from: part.until, until: whole.until, lines: lines, total: total,
            vehicle: vehicle, pass: whole.pass)
    }

    private func whole(
        _ from: WallTime, _ duration: Uptime.Span, _ vehicle: VehicleClass, _ pass: Slug?
    ) throws(PriceError) -> Quote {
        let milliseconds = max(0, duration.milliseconds)
        let minutes = ceilDivide(milliseconds, 60_000)
        let pass = pass.flatMap { passes[$0] == nil ? nil : $0 }
        var quote = Quote(
            tariff: id, from: from, until: WallTime(milliseconds: from.milliseconds &+ milliseconds), lines: [],
            total: .zero, vehicle: vehicle, pass: pass)
        let agreed = agreed(vehicle, pass)
        guard let scheme = agreed.scheme, minutes > scheme.free.minutes else {
            quote.lines = [
                Quote.Line(
                    kind: .freePeriod, minutes: minutes, amount: .zero, reference: agreed.scheme == nil ? pass : nil)
            ]
            return quote
        }
        (quote.lines, quote.total) = try price(scheme, from, minutes)
        for (percent, reference) in agreed.discounts {
            // The part that is taken off is rounded down.
            let share = quote.total.count / 100 * percent + quote.total.count % 100 * percent / 100
            try quote.append(.discount, Fen(-share), reference)
        }
        if quote.total > .zero, quote.total < scheme.minimum {
            try quote.append(.minimum, try scheme.minimum.minus(quote.total))
        }
        try quote.append(.rounding, try rounding.correction(of: quote.total))
        return quote
    }

    /// By which scheme a vehicle is charged, and what it is let off.
    ///
    /// - Returns: no scheme where it pays nothing.
    private func agreed(
        _ vehicle: VehicleClass, _ pass: Slug?
    ) -> (scheme: PriceScheme?, discounts: [(percent: Int64, reference: Slug?)]) {
        var discounts: [(percent: Int64, reference: Slug?)] = []
        var terms = vehicles[vehicle]
        if let pass, let passTerms = passes[pass] {
            switch passTerms {
            case .free: return (nil, [])
            case .own(let scheme): return (scheme, [])
            case .discount(let percent, _): discounts.append((percent, pass))
            }
        }
        if case .discount(let percent, let other) = terms {
            discounts.insert((percent, nil), at: 0)
            terms = other.flatMap { vehicles[$0] }
        }
        switch terms {
        case .free: return (nil, [])
        case .own(let scheme): return (scheme, discounts)
        case .discount, nil: return (prices, discounts)
        }
    }

    private func price(
        _ scheme: PriceScheme, _ entry: WallTime, _ minutes: Int64
    ) throws(PriceError) -> (lines: [Quote.Line], total: Fen) {
        var walk = PriceWalk(scheme, minutes: minutes)
        guard scheme.isUniform else {
            let pieces = StayPieces(scheme: scheme, zone: zone, calendar: calendar, entry: entry, minutes: minutes)
            try pieces.forEach { (piece) throws(PriceError) in try walk.spend(piece) }
            return try walk.finish()
        }
        // All full days but the first, in which minutes may be free, cost the same.
        let day = StayPieces.minutesPerDay
        func piece(_ number: Int64) -> StayPiece {
            StayPiece(
                from: number * day, to: min(minutes, (number + 1) * day), window: 0, coming: 0, comingFrom: 0,
                comingTo: minutes, dayFrom: number * day, dayTo: (number + 1) * day)
        }
        let full = minutes / day
        try walk.spend(piece(0))
        if full > 1 { try walk.spend(piece(1), times: full - 1) }
        if full > 0, minutes % day > 0 { try walk.spend(piece(full)) }
        return try walk.finish()
    }
}

extension Tariff.Rounding {
    /// What brings an amount, which is not negative, to whole units.
    func correction(of amount: Fen) throws(PriceError) -> Fen {
        let rest = amount.count % unit.count
        guard rest > 0 else { return .zero }
        switch mode {
        case .down: return Fen(-rest)
        case .up: return try Fen(unit.count).minus(Fen(rest))
        case .nearest: return Fen(rest >= unit.count - rest ? unit.count - rest : -rest)
        }
    }
}

extension Quote {
    /// Adds a line, if it changes anything.
    fileprivate mutating func append(_ kind: Line.Kind, _ amount: Fen, _ reference: Slug? = nil) throws(PriceError) {
        guard amount != .zero else { return }
        lines.append(Line(kind: kind, amount: amount, reference: reference))
        total = try total.plus(amount)
    }
}
