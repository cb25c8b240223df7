internal import Ledger
internal import Purses
internal import SQLite
public import Vocabulary
internal import Wire

/// Why nothing is paid out of a purse.
public enum PayoutRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// Money of the purse that is set aside for a box.
    public struct Loan: Equatable, Sendable {
        public var device: DeviceID
        public var amount: Fen
        /// When the platform takes it back at the latest, by the clock of the canteen.
        public var day: CivilDate
        public var minute: Int64
    }

    case nobody
    case contractRuns
    case noSuchPurse([Slug])
    case subsidy(Slug)
    case account(Slug)
    case lent([Loan])
    case nothingLeft(Slug)

    public var description: String {
        switch self {
        case .nobody: return "no list of persons has ever had this person"
        case .contractRuns:
            return "the person's contract has not ended, so that money may still be spent: `turnpike people end` first"
        case .noSuchPurse(let known):
            return "the rules name no such purse: one of \(known.map(\.text).joined(separator: ", "))"
        case .subsidy(let purse):
            return
                "\(purse) is a subsidy, not the person's own money: what is left goes back to its fund after its last "
                + "day, or is ended by a file (`turnpike purses issue`, action expire)"
        case .account(let purse): return "\(purse) is a bank account: there is no money in it to pay out"
        case .lent(let loans):
            let words = loans.map {
                "\($0.amount) yuan at \($0.device) until \($0.day) \(TimeOfDay.text($0.minute))"
            }
            return
                "a part of it is still set aside for boxes: \(words.joined(separator: ", ")); it comes back by then, or "
                + "when the box is online again"
        case .nothingLeft(let purse): return "nothing is left in \(purse)"
        }
    }
}

/// What was paid out.
public struct PayoutOutcome: Equatable, Sendable {
    public var payout: PursePayout
    /// It was paid out now, and not before under this reference.
    public var isNew: Bool
}

/// Gives people back what is left of their own money when their contract has ended. Durable when a call returns.
extension PlatformStore {
    /// Pays out all that is left in a person's own purse, once for each reference.
    ///
    /// It goes into the account from which the purse is filled: what its owner has taken in for it and not given back.
    public func payOut(
        _ holder: Holder, _ purse: Slug, reference: Slug, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Result<PayoutOutcome, PayoutRefusal> {
        guard let row = try people.person(holder), let rules = canteens.canteens(of: row.list).first?.rules else {
            return .failure(.nobody)
        }
        switch rules.purse(purse)?.kind {
        case .cash?: break
        case .subsidy?: return .failure(.subsidy(purse))
        case .debit?: return .failure(.account(purse))
        case nil: return .failure(.noSuchPurse(rules.purses.filter { $0.kind == .cash }.map(\.id)))
        }
        let table: PursePayoutTable
        do throws(SQLiteError) { table = try PursePayoutTable(in: database) } catch { throw .store(error) }
        // The platform itself may lend and book meanwhile: what is looked at and what is moved is one transaction.
        return try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            if let before = try table.payouts(of: holder, purse).first(where: { $0.reference == reference }) {
                return .success(PayoutOutcome(payout: before, isNew: false))
            }
            guard try people.current(holder, at: now) == nil else { return .failure(.contractRuns) }
            let loans = try loans(of: holder, purse, rules.zone)
            guard loans.isEmpty else { return .failure(.lent(loans)) }
            let day = rules.day(at: now)
            // What is past its last day goes where expiry sends it.
            let spends = try purses.table.lots(of: holder, purse).filter { lot in
                lot.rest > .zero && lot.lastDay.map { $0 >= day } ?? true
            }.map { Spend(line: 0, purse: purse, lot: $0.lot, expires: $0.lastDay, amount: $0.rest) }
            guard !spends.isEmpty else { return .failure(.nothingLeft(purse)) }
            // The account's balance, which is within 64 bits, is not less.
            let amount = Fen(spends.reduce(0) { $0 + $1.amount.count })
            let payout = PursePayout(amount: amount, reference: reference, who: who, why: why, day: day)
            let number = try table.insert(payout, of: holder, purse, at: now)
            let fund = try booked(purses.ledger.openAccount(PurseBook.fundName(purse), mayNotGoNegative: false))
            let isTaken = try purses.take(
                spends, of: holder, to: fund, .payout, at: now,
                id: { TransferID(pursePayout: number, part: Int64($0) + 1) })
            precondition(isTaken, "lots that were just read hold what they hold")
            try people.table.note(holder, "\(amount) yuan paid out of \(purse)", by: who, why: why, at: now)
            return .success(PayoutOutcome(payout: payout, isNew: true))
        }
    }

    /// What of a purse is set aside for boxes, and until when.
    private func loans(
        of holder: Holder, _ purse: Slug, _ zone: TimeZoneRule
    ) throws(PlatformError) -> [PayoutRefusal.Loan] {
        var loans: [PayoutRefusal.Loan] = []
        for lease in try payments.purses.parts.lots.open(of: holder) {
            let rest = lease.lots.reduce(0) { $0 + ($1.lent.purse == purse ? $1.rest.count : 0) }
            guard rest > 0, let ends = try payments.leases.table.find(lease.id)?.terms?.ends else { continue }
            loans.append(
                PayoutRefusal.Loan(
                    device: lease.device, amount: Fen(rest), day: zone.date(at: ends),
                    minute: floorDivide(zone.localSeconds(at: ends), 60) % 1_440))
        }
        return loans
    }
}
