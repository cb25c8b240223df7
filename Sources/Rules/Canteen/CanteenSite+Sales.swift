internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// A sale from the keys, the menu or the scale to the money.
extension CanteenSite {
    mutating func keyed(_ lane: Int, _ lines: [SaleLine], at now: ClockReading) {
        guard isFree(lane, at: now) else { return }
        guard let mode = mode(lane) else { return say(lane, .closedNow, at: now) }
        guard case .keyed(let most) = mode.what else { return say(lane, .noSuchItem, at: now) }
        guard let total = sum(lines), lines.allSatisfy({ $0.amount > .zero }), total > .zero, total <= most else {
            return say(lane, .notPaid(.badAmount, nil), at: now)
        }
        begin(lane, mode, lines, total, at: now)
    }

    /// - Parameter isMore: beside what was chosen before, not in its place.
    mutating func chosen(_ lane: Int, _ choices: [MenuChoice], isMore: Bool, at now: ClockReading) {
        guard isFree(lane, at: now) else { return }
        guard let mode = mode(lane) else { return say(lane, .closedNow, at: now) }
        guard case .menu(let items) = mode.what else { return say(lane, .noSuchItem, at: now) }
        var counts: [(item: CanteenMode.Item, count: Int64)] = []
        var wanted = choices
        if isMore, let sale = lanes[lane].sale {
            wanted = sale.lines.compactMap { line in line.item.map { MenuChoice($0, line.count) } } + choices
        }
        for choice in wanted {
            guard let item = items.first(where: { $0.id == choice.item }) else {
                return say(lane, .noSuchItem, at: now)
            }
            guard (1...100).contains(choice.count) else { return say(lane, .notPaid(.badAmount, nil), at: now) }
            if let index = counts.firstIndex(where: { $0.item.id == item.id }) {
                counts[index].count += choice.count
            } else {
                counts.append((item, choice.count))
            }
        }
        let lines = counts.compactMap { item, count in
            (try? item.price.multiplied(by: count)).map { SaleLine(item: item.id, count: count, amount: $0) }
        }
        guard lines.count == counts.count, let total = sum(lines), total > .zero else {
            return say(lane, .notPaid(.badAmount, nil), at: now)
        }
        // What the sale holds already is free for this choice.
        let before = lanes[lane].sale?.held ?? [:]
        stock.free(before)
        let held = Dictionary(uniqueKeysWithValues: counts.map { ($0.item.id, $0.count) })
        if let missing = stock.hold(held) {
            _ = stock.hold(before)
            let item = items.first { $0.id == missing }
            return say(lane, .soldOut(chinese: item?.chinese ?? "", english: item?.english ?? ""), at: now)
        }
        lanes[lane].sale?.held = [:]
        begin(lane, mode, lines, total, held: held, isComplete: !isMore, at: now)
    }

    /// Something at rest lies on the scale, or nothing any more; nil: nobody can tell.
    mutating func weighed(_ lane: Int, _ weight: Grams?, at now: ClockReading) {
        guard let weight, weight.count > 0 else {
            lanes[lane].weight = nil
            // A line that was silent for a moment does not say that the plate was taken away.
            if weight != nil { lanes[lane].plate = .none }
            if lanes[lane].sale?.stage == .keyed, lanes[lane].sale?.mode == .weighed {
                drop(lane)
                say(lane, .idle, at: now)
            }
            return
        }
        lanes[lane].weight = weight
        switch lanes[lane].plate {
        // What was sold is not sold again while it lies there.
        case .sold: say(lane, .takePlateAway, at: now)
        case .unknown:
            if mode(lane)?.kind == .weighed { say(lane, .emptyScale, at: now) }
        case .none, .there:
            lanes[lane].plate = .there
            priceWeight(lane, at: now)
        }
    }

    mutating func chooseFood(_ lane: Int, _ food: Slug, at now: ClockReading) {
        lanes[lane].food = food
        guard lanes[lane].weight != nil, lanes[lane].plate == .there else { return }
        priceWeight(lane, at: now)
    }

    private mutating func priceWeight(_ lane: Int, at now: ClockReading) {
        guard let weight = lanes[lane].weight, isFree(lane, at: now) else { return }
        guard let mode = mode(lane) else { return say(lane, .closedNow, at: now) }
        guard case .weighed(let items) = mode.what else { return }
        let food = items.count == 1 ? items.first : items.first { $0.id == lanes[lane].food }
        guard let food else { return say(lane, .chooseFood, at: now) }
        do throws(WeighedPriceError) {
            let (net, amount) = try food.price.cost(of: weight)
            _ = net
            begin(lane, mode, [SaleLine(item: food.id, amount: amount)], amount, at: now)
        } catch {
            effects.append(.log(.info, "\(lanes[lane].settings.id): \(error)"))
            drop(lane)
            say(lane, .badWeight, at: now)
        }
    }

    /// The sale as it now stands; whoever was known before pays for it at once.
    private mutating func begin(
        _ lane: Int, _ mode: CanteenMode, _ lines: [SaleLine], _ total: Fen, held: [Slug: Int64] = [:],
        isComplete: Bool = true, at now: ClockReading
    ) {
        stock.free(lanes[lane].sale?.held ?? [:])
        var sale = Sale(
            id: ids.next(at: now.wall), meal: meal, mode: mode.kind, lines: lines,
            quote: quote(lines, mode, total, at: now))
        sale.held = held
        lanes[lane].sale = sale
        say(lane, .due(total), at: now)
        if isComplete { chargeWhoWaits(lane, at: now) }
    }

    /// The sale is complete: whoever was known before it pays.
    mutating func chargeWhoWaits(_ lane: Int, at now: ClockReading) {
        guard lanes[lane].sale?.stage == .keyed, let waiting = lanes[lane].guest, now.uptime < waiting.until else {
            return
        }
        lanes[lane].guest = nil
        pay(lane, waiting.guest, at: now)
    }

    mutating func cancel(_ lane: Int, at now: ClockReading) {
        lanes[lane].guest = nil
        guard let sale = lanes[lane].sale else { return }
        switch sale.stage {
        // It is paid already, and the disk has only to say so: now it takes a refund.
        case .writing, .waitingForGate: return say(lane, .oneMoment, at: now)
        case .paying(let id): payment(id, .abandoned, at: now)
        case .keyed: break
        }
        persist([decision(lane, sale, .refuse, "cancelled")])
        drop(lane)
        say(lane, .cancelled, at: now)
    }

    /// Forgets the sale of a lane, which nothing has paid.
    mutating func drop(_ lane: Int) {
        guard let sale = lanes[lane].sale else { return }
        stock.free(sale.held)
        lanes[lane].sale = nil
        registerDropped(sale)
    }

    // MARK: - Small things

    /// Whether another sale may take the place of what the lane has.
    private mutating func isFree(_ lane: Int, at now: ClockReading) -> Bool {
        guard let sale = lanes[lane].sale else { return true }
        if sale.stage == .keyed {
            // A register waits to be told what becomes of its sale: whoever wants another ends that one first.
            guard sale.register != nil else { return true }
            say(lane, .saleStands(sale.quote.total), at: now)
            return false
        }
        effects.append(
            .log(.warning, "\(lanes[lane].settings.id): a sale is being paid; the new one is not taken"))
        say(lane, .oneMoment, at: now)
        return false
    }

    private func sum(_ lines: [SaleLine]) -> Fen? {
        guard (1...CanteenSite.mostLines).contains(lines.count) else { return nil }
        var total = Fen.zero
        for line in lines {
            guard let sum = try? total.adding(line.amount) else { return nil }
            total = sum
        }
        return total
    }

    func quote(_ lines: [SaleLine], _ mode: CanteenMode, _ total: Fen, at now: ClockReading) -> Quote {
        func itemClass(_ line: SaleLine) -> Slug? {
            switch mode.what {
            case .menu(let items): items.first { $0.id == line.item }?.itemClass
            case .weighed(let items): items.first { $0.id == line.item }?.itemClass
            case .fixedPrice, .keyed, .countOnly, .passOnly, .tickets: mode.itemClass
            }
        }
        return Quote(
            tariff: scenario.prices, from: now.wall, until: now.wall,
            lines: lines.map {
                Quote.Line(kind: .item, amount: $0.amount, reference: $0.item, itemClass: itemClass($0))
            }, total: total)
    }

    func decision(_ lane: Int, _ sale: Sale, _ verdict: Record.Verdict, _ reason: String) -> Record.Event {
        .decision(
            transit: sale.id, lane: lanes[lane].settings.id, plate: nil, stay: nil, verdict: verdict, reason: reason)
    }

    /// What the book keeps of a payment whose sale was lost with the power: what was sold is in its quote.
    func entry(_ charge: Charge, _ id: UUIDv7, _ mode: CanteenMode.Kind, at now: ClockReading) -> SaleEntry {
        let lines = charge.quote.lines.filter { $0.kind == .item }
        return SaleEntry(
            id: id, at: now.wall, lane: charge.lane, meal: charge.meal ?? meal, mode: mode,
            who: charge.instrument.holder.flatMap { people[$0]?.name }, payment: charge.payment,
            instrument: charge.instrument.kind,
            lines: lines.map { SaleEntry.Line(item: $0.reference, count: 1, amount: $0.amount) },
            total: charge.quote.total)
    }

    func entry(
        _ sale: Sale, _ lane: Int, _ charge: Charge?, isOffline: Bool, _ spends: [PurseSpend] = [],
        at now: ClockReading
    ) -> SaleEntry {
        var shares: [SaleEntry.Share] = []
        for spend in spends {
            if let index = shares.firstIndex(where: { $0.purse == spend.purse }) {
                shares[index].amount = Fen(shares[index].amount.count + spend.amount.count)
            } else {
                shares.append(SaleEntry.Share(purse: spend.purse, amount: spend.amount))
            }
        }
        return SaleEntry(
            id: sale.id, at: now.wall, lane: lanes[lane].settings.id, meal: sale.meal, mode: sale.mode,
            who: sale.guest?.name, payment: charge?.payment, instrument: charge?.instrument.kind,
            isOffline: isOffline,
            lines: sale.lines.map { SaleEntry.Line(item: $0.item, count: $0.count, amount: $0.amount) },
            shares: shares, total: charge?.quote.total ?? .zero)
    }
}
