public import Vocabulary

/// One payment from purses, for life: what was paid, and what of it has gone back.
public struct PursePayment: Hashable, Sendable {
    public let id: PaymentID
    public let holder: Holder
    public let occasion: Occasion
    public let basket: Basket
    public let spends: [Spend]
    /// Of each spend, what has gone back; from zero to the spend.
    public private(set) var returned: [Fen]

    /// - Parameters:
    ///   - spends: as ``PurseRules/split(_:of:guardian:on:)`` gave them.
    ///   - returned: of each spend, what has gone back before; left out, nothing.
    public init(
        id: PaymentID, holder: Holder, occasion: Occasion, basket: Basket, spends: [Spend], returned: [Fen]? = nil
    ) {
        let returned = returned ?? spends.map { _ in .zero }
        precondition(
            returned.count == spends.count && zip(returned, spends).allSatisfy { $0 >= .zero && $0 <= $1.amount },
            "what has gone back is not of these spends")
        self.id = id
        self.holder = holder
        self.occasion = occasion
        self.basket = basket
        self.spends = spends
        self.returned = returned
    }

    /// What a payment, when it is made, moves in the counters of its purses and of all together.
    public var moves: [UsageMove] { UsageMove.all(of: spends, on: occasion) }

    /// What of it has not gone back.
    public var net: Fen { Fen(zip(spends, returned).reduce(0) { $0 + $1.0.amount.count - $1.1.count }) }

    /// Undoes what has not gone back yet: each fen goes into the purse and the lot it came from, and the counters are
    /// as if it had never been. Done again, it does nothing.
    public mutating func reverse() -> Undoing {
        giveBack(spends.indices.map { Fen(spends[$0].amount.count - returned[$0].count) }) { spend in spend.purse }
    }

    /// Gives back a part of one line, the last purse that paid for it first: a person's own money comes back before a
    /// subsidy does. It goes where the rules send refunds of that purse, and keeps its last day.
    /// - Returns: what goes where; in the order in which it goes back.
    public mutating func refund(
        _ amount: Fen, ofLine line: Int, by rules: PurseRules
    ) -> Result<Undoing, ReturnRefusal> {
        guard basket.lines.indices.contains(line) else { return .failure(.noSuchLine(line)) }
        let places = spends.indices.filter { spends[$0].line == line }
        let left = places.reduce(0) { $0 + spends[$1].amount.count - returned[$1].count }
        guard amount > .zero, amount.count <= left else {
            return .failure(.notThatMuch(asked: amount, left: Fen(left)))
        }
        var parts = spends.map { _ in Fen.zero }
        var due = amount.count
        for place in places.reversed() {
            let part = min(due, spends[place].amount.count - returned[place].count)
            parts[place] = Fen(part)
            due -= part
        }
        return .success(giveBack(parts) { spend in rules.purse(spend.purse)?.refundsTo ?? spend.purse })
    }

    // MARK: -

    private mutating func giveBack(_ parts: [Fen], _ target: (Spend) -> Slug) -> Undoing {
        let before = spends.indices.map { (spends[$0].purse, spends[$0].amount.count - returned[$0].count) }
        for place in parts.indices { returned[place] = Fen(returned[place].count + parts[place].count) }
        let credits = parts.indices.reversed().filter { parts[$0] > .zero }.map { place in
            let spend = spends[place]
            let purse = target(spend)
            return Credit(
                from: spend.purse, purse: purse, lot: spend.lot, expires: spend.expires, amount: parts[place])
        }
        let after = spends.indices.map { (spends[$0].purse, spends[$0].amount.count - returned[$0].count) }
        func isOver(_ purse: Slug?) -> Bool {
            func left(_ spends: [(Slug, Int64)]) -> Int64 {
                spends.reduce(0) { $0 + (purse == nil || purse == $1.0 ? $1.1 : 0) }
            }
            return left(before) > 0 && left(after) == 0
        }
        // A payment of which all has gone back counts no more, so a wrong sale put right costs nobody the day's meal.
        let moves = moves(spends.indices.map { (spends[$0].purse, -parts[$0].count) }) { isOver($0) ? -1 : 0 }
        return Undoing(credits: credits, moves: moves)
    }

    private func moves(_ parts: [(purse: Slug, amount: Int64)], count: (Slug?) -> Int64) -> [UsageMove] {
        guard !spends.isEmpty else { return [] }
        var purses: [Slug?] = []
        for spend in spends where !purses.contains(spend.purse) { purses.append(spend.purse) }
        return (purses + [nil]).flatMap { purse -> [UsageMove] in
            let amount = parts.reduce(0) { $0 + (purse == nil || purse == $1.purse ? $1.amount : 0) }
            let count = count(purse)
            guard amount != 0 || count != 0 else { return [] }
            return UsageWindow.all(of: occasion).map {
                UsageMove(purse: purse, window: $0, amount: Fen(amount), count: count)
            }
        }
    }
}

/// What a reversal or refund does; nothing if there is nothing to do.
public struct Undoing: Hashable, Sendable {
    public var credits: [Credit]
    public var moves: [UsageMove]

    public init(credits: [Credit], moves: [UsageMove]) {
        self.credits = credits
        self.moves = moves
    }
}

/// Money that goes back into a purse.
public struct Credit: Hashable, Sendable {
    /// The purse that had paid it.
    public var from: Slug
    public var purse: Slug
    /// The lot it came from, which may have been used up; in another purse a lot of that name is made.
    public var lot: Slug?
    /// The lot's own last day: going back never makes money last longer.
    public var expires: CivilDate?
    /// More than zero.
    public var amount: Fen

    public init(from: Slug, purse: Slug, lot: Slug?, expires: CivilDate?, amount: Fen) {
        self.from = from
        self.purse = purse
        self.lot = lot
        self.expires = expires
        self.amount = amount
    }
}

/// Why nothing is given back.
public enum ReturnRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noSuchLine(Int)
    case notThatMuch(asked: Fen, left: Fen)

    public var description: String {
        switch self {
        case .noSuchLine(let line): "refunding line \(line + 1): the payment has no such line"
        case .notThatMuch(let asked, let left):
            "refunding \(asked) yuan of a line: \(left) of it can go back, and more than nothing must"
        }
    }
}

extension PurseState {
    /// Takes what this purse pays; the counters are moved by ``PursePayment/moves``.
    /// - Throws: ``AmountOverflow``; nothing is changed then.
    public mutating func take(_ spends: [Spend], kind: Purse.Kind) throws(AmountOverflow) {
        var changed = self
        for spend in spends where spend.purse == purse {
            if kind == .debit {
                changed.owed = try changed.owed.adding(spend.amount)
            } else if let index = changed.lots.firstIndex(where: { $0.id == spend.lot && $0.expires == spend.expires })
            {
                changed.lots[index].left = try changed.lots[index].left.subtracting(spend.amount)
            } else {
                // Late news of what was paid elsewhere: the lot is owed it.
                changed.lots.append(
                    Lot(id: spend.lot, expires: spend.expires, left: try Fen.zero.subtracting(spend.amount)))
            }
        }
        changed.lots.removeAll { $0.left == .zero }
        self = changed
    }

    /// Puts back what comes back into this purse.
    /// - Throws: ``AmountOverflow``; nothing is changed then.
    public mutating func put(_ credits: [Credit], kind: Purse.Kind) throws(AmountOverflow) {
        var changed = self
        for credit in credits where credit.purse == purse {
            if kind == .debit {
                changed.owed = try changed.owed.subtracting(credit.amount)
            } else if let index = changed.lots.firstIndex(where: { $0.id == credit.lot && $0.expires == credit.expires }
            ) {
                changed.lots[index].left = try changed.lots[index].left.adding(credit.amount)
            } else {
                changed.lots.append(Lot(id: credit.lot, expires: credit.expires, left: credit.amount))
            }
        }
        changed.lots.removeAll { $0.left == .zero }
        self = changed
    }
}
