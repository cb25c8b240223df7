internal import People
internal import Purses
internal import SQLite
public import Vocabulary
internal import Wire

/// What a person has in each purse, and what was paid from it, at one moment.
public struct PurseStatement: Equatable, Sendable {
    public struct Line: Equatable, Sendable {
        public var purse: Slug
        public var chinese: String, english: String
        /// What may be spent on the day; of a bank account, with a minus, what is owed.
        public var balance: Fen
        public var lots: [Lot]
        /// Set aside for boxes, and not in the balance.
        public var lent: Fen
        /// Paid on the day, and in its month.
        public var today: Fen, month: Fen
        /// What was paid out of it after the contract's end.
        public var payouts: [PursePayout]
    }

    public struct Lot: Equatable, Sendable {
        /// nil: money that is not told apart.
        public var name: Slug?
        /// The last day; nil: there is none.
        public var lastDay: CivilDate?
        public var left: Fen
    }

    /// Personal data.
    public var person: PersonRow
    public var day: CivilDate
    public var zone: TimeZoneRule
    /// In spending order.
    public var lines: [Line] = []

    /// A few lines for a terminal.
    /// - Parameter isFull: with the person's name in full; otherwise masked.
    public func text(isFull: Bool) -> String {
        var texts = [person.line(isFull: isFull, in: zone)]
        for line in lines {
            texts.append(
                "  \(line.purse) (\(line.chinese), \(line.english)): \(line.balance) yuan; "
                    + (line.lent > .zero ? "set aside for boxes \(line.lent); " : "")
                    + "paid today \(line.today), this month \(line.month)")
            texts += line.lots.map { lot in
                "    \(lot.left) yuan\(lot.name.map { " of \($0)" } ?? "")"
                    + (lot.lastDay.map { " until \($0)\($0 < day ? ", which is over" : "")" } ?? "")
            }
            texts += line.payouts.map {
                "    \($0.amount) yuan paid out on \($0.day) (\($0.reference)) by \($0.who): \($0.why)"
            }
        }
        return texts.joined(separator: "\n")
    }
}

extension PersonRow {
    /// One line for a terminal.
    /// - Parameters:
    ///   - isFull: with name, cards and code in full; otherwise masked.
    ///   - zone: where the person eats.
    public func line(isFull: Bool, in zone: TimeZoneRule) -> String {
        func shown(_ number: String) -> String { isFull ? number : "…\(number.suffix(2))" }
        var words = [isFull ? holder.key : "\(holder)", isFull ? name : PersonName.masked(name), group.text]
        words += cards.map { "card \(shown($0))" }
        if let code { words.append("code \(shown(code))") }
        if let face { words.append("face \(face.version)") }
        // The last moment of the contract is in its last day.
        if let until { words.append("until \(zone.date(at: WallTime(milliseconds: until.milliseconds - 1)))") }
        if let guardian { words.append("guardian: \(guardian.words)") }
        if let ended { words.append("left \(zone.date(at: ended))") }
        return words.joined(separator: "  ")
    }
}

extension PlatformStore {
    /// What a person has, on the day that it is where the person eats.
    public func statement(of person: PersonRow, at now: WallTime) throws(PlatformError) -> PurseStatement {
        guard let rules = canteens.canteens(of: person.list).first?.rules else {
            preconditionFailure("there is no list \(person.list)")
        }
        let day = rules.day(at: now)
        // The class of merchant and the meal matter for what is paid with, not for what there is.
        let occasion = Occasion(merchant: rules.id, period: nil, day: day)
        var statement = PurseStatement(person: person, day: day, zone: rules.zone)
        let states = try purses.states(of: person.holder, on: occasion)
        let usage = try purses.usage(of: person.holder, on: occasion)
        let paidOut: PursePayoutTable
        do throws(SQLiteError) { paidOut = try PursePayoutTable(in: database) } catch { throw .store(error) }
        let leases = try payments.purses.parts.lots.open(of: person.holder)
        for purse in rules.purses {
            let state = states.first { $0.purse == purse.id }
            let used = usage.used(purse.id, on: occasion)
            let lent = leases.flatMap(\.lots).filter { $0.lent.purse == purse.id }.reduce(0) { $0 + $1.rest.count }
            let payouts = try paidOut.payouts(of: person.holder, purse.id)
            guard state != nil || used != Used() || lent > 0 || !payouts.isEmpty else { continue }
            let lots = (state?.lots ?? []).sorted { ($0.expires?.dayNumber ?? .max) < ($1.expires?.dayNumber ?? .max) }
            var balance = purse.kind == .debit ? -(state?.owed.count ?? 0) : 0
            for lot in lots where lot.expires.map({ $0 >= day }) ?? true {
                let (sum, overflow) = balance.addingReportingOverflow(lot.left.count)
                balance = overflow ? .max : sum
            }
            statement.lines.append(
                PurseStatement.Line(
                    purse: purse.id, chinese: purse.chinese, english: purse.english, balance: Fen(balance),
                    lots: lots.map { PurseStatement.Lot(name: $0.id, lastDay: $0.expires, left: $0.left) },
                    lent: Fen(lent), today: used.day.amount, month: used.month.amount, payouts: payouts))
        }
        return statement
    }
}
