internal import SQLite
internal import Vocabulary

/// What is owed, by payment; every change of it changes the list of denials too.
final class DebtBook {
    private let table: DebtTable
    private let schedule: DebtSchedule
    let denials: DenialRegister

    init(in database: borrowing Database, schedule: DebtSchedule, denials: DenialRegister) throws(SQLiteError) {
        table = try DebtTable(in: database)
        self.schedule = schedule
        self.denials = denials
    }

    func find(_ payment: PaymentID) throws(PlatformError) -> Debt? { try table.find(payment) }

    /// The money is owed from now on: call it where it is booked.
    func open(_ payment: PaymentID, _ holder: Holder, _ amount: Fen, at now: WallTime) throws(PlatformError) {
        // No retry at all is a schedule too.
        let first = schedule.next(since: now, tries: 0, after: now)
        try table.put(
            Debt(
                payment: payment, holder: holder, amount: amount, since: now, state: .open, tries: 0, next: first))
        try denials.changed(at: now)
    }

    /// A box has recorded it, and a person must decide: nothing is booked. What stands is left as it is.
    func hold(_ payment: PaymentID, _ holder: Holder, _ amount: Fen, at now: WallTime) throws(PlatformError) {
        if let known = try table.find(payment), known.state != .cancelled { return }
        try table.put(
            Debt(payment: payment, holder: holder, amount: amount, since: now, state: .held, tries: 0, next: nil))
    }

    /// The money was taken: call it where that is booked.
    func paid(_ payment: PaymentID, at now: WallTime) throws(PlatformError) {
        try table.set(.paid, payment)
        try denials.changed(at: now)
    }

    /// Nothing is owed under this id any more, if anything was; what was paid for it has been given back.
    func cancel(_ payment: PaymentID, at now: WallTime) throws(PlatformError) {
        guard let debt = try table.find(payment), debt.state != .cancelled else { return }
        try table.set(.cancelled, payment)
        if debt.state == .open { try denials.changed(at: now) }
    }

    // MARK: - Tries

    /// Debts that are to be tried now, at most so many.
    func due(at now: WallTime, most: Int64) throws(PlatformError) -> [Debt] { try table.due(at: now, most: most) }

    /// Notes that a try of the platform's own came to nothing.
    func notTaken(_ debt: Debt, at now: WallTime) throws(PlatformError) {
        let tries = debt.tries + 1
        try table.setTries(tries, next: schedule.next(since: debt.since, tries: tries, after: now), debt.payment)
    }

    /// Whoever begins to pay pays at once: the contract is new, active again, or of another account.
    func becamePayable(_ holder: Holder, at now: WallTime) throws(PlatformError) {
        try table.makeDue(holder, at: now)
    }
}
