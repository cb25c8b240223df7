internal import Effects
internal import Payments
internal import Register
public import Vocabulary
internal import Wire

/// What cash registers ask for: the same sales and payments as a cashier's, told back under the register's own ids.
extension CanteenSite {
    /// How the orders of cash registers stand, and a number that rises with each change of it.
    public var registerStandings: (version: UInt64, all: [PaymentID: RegisterStanding]) {
        (registers.version, registers.standings)
    }

    mutating func registered(_ order: RegisterOrder, at now: ClockReading) {
        switch order {
        case .start(let id, let sale, let code, _): start(id, sale, code: code, at: now)
        case .cancel(let id): cancelOrder(id, at: now)
        case .refund(let refund): refundOrder(refund, at: now)
        }
    }

    // MARK: - Beginning

    private mutating func start(_ id: PaymentID, _ order: RegisterSale, code: String?, at now: ClockReading) {
        // It was handed over before.
        guard registers[id] == nil else { return }
        let found =
            order.lane.map { name in lanes.firstIndex { $0.settings.id == name } } ?? (lanes.count == 1 ? 0 : nil)
        guard let lane = found else {
            return over(
                id, order.amount, .declined,
                RegisterDetail(
                    code: "unknownLane", chinese: "没有这个窗口", english: "This box has no such lane: name one of its lanes")
            )
        }
        if let sale = lanes[lane].sale, sale.stage != .keyed || sale.register != nil {
            return over(
                id, order.amount, .declined,
                RegisterDetail(
                    code: "laneBusy", chinese: "此窗口正在收款", english: "Another sale is at this lane: end it first"))
        }
        drop(lane)
        let lines = [SaleLine(amount: order.amount)]
        var sale = Sale(
            id: ids.next(at: now.wall), meal: meal, mode: .keyed, lines: lines,
            quote: Quote(
                tariff: scenario.prices, from: now.wall, until: now.wall,
                lines: [Quote.Line(kind: .item, amount: order.amount, itemClass: order.itemClass)],
                total: order.amount))
        sale.register = id
        lanes[lane].sale = sale
        note(id, .waiting, paidBy: id, order.amount)
        say(lane, .due(order.amount), at: now)
        guard let code else { return chargeWhoWaits(lane, at: now) }
        if let payer = try? PayerCode(code) {
            scanned(lane, payer, at: now)
        } else {
            presented(lane, Presentation(.code(code), by: .code), at: now)
        }
        // The register has no other code: who shows nothing better at the box pays another way, by another order.
        if lanes[lane].sale?.register == id, lanes[lane].sale?.stage == .keyed {
            over(id, order.amount, .declined, detail("codeRefused", lanes[lane].screen.word))
            drop(lane)
        }
    }

    /// A sale that pays an order is being paid by this charge.
    mutating func registerPays(_ sale: Sale, _ charge: Charge) {
        guard let id = sale.register else { return }
        note(id, .pending, paidBy: charge.payment, charge.quote.total)
    }

    // MARK: - What became of it

    /// What a sale's own write keeps: that the order is paid.
    func registerPaid(_ sale: Sale, _ charge: Charge) -> [StateChange] {
        guard let id = sale.register else { return [] }
        return [RegisterNotes.kept(id, paid(sale, charge.payment, charge.quote.total))]
    }

    /// A sale is served: its order is paid.
    mutating func registerServed(_ sale: Sale, _ payment: PaymentID?) {
        guard let id = sale.register, let payment else { return }
        registers.put(id, paid(sale, payment, sale.quote.total))
    }

    private func paid(_ sale: Sale, _ payment: PaymentID, _ total: Fen) -> RegisterStanding {
        RegisterStanding(what: .payment(.approved, paidBy: payment, total: total), payer: sale.guest?.name)
    }

    /// A sale is not paid this time: its order is over, and the register begins another.
    /// - Returns: whether it was an order's.
    mutating func registerDeclined(_ lane: Int, _ word: CanteenWord, _ reason: String) -> Bool {
        guard let sale = lanes[lane].sale, let id = sale.register else { return false }
        if case .payment(_, let paidBy, let total)? = registers[id]?.what {
            // The money of one that nobody confirmed is on its way back first.
            let isUndone = word.isUndone || (sale.isCancelled && payments[paidBy] != nil)
            let state: RegisterState = isUndone ? .cancelling : sale.isCancelled ? .cancelled : .declined
            note(id, state, paidBy: paidBy, total, detail(reason, word))
        }
        drop(lane)
        return true
    }

    /// A sale that was paid goes back by itself, because nobody passed on it: its order is over when the money is back.
    mutating func registerUndone(_ served: Served) {
        guard let payment = served.entry.payment, let id = registers.order(paidBy: payment),
            case .payment(let state, _, let total)? = registers[id]?.what, state == .pending || state == .approved
        else { return }
        // Cash stays in the drawer.
        if case .cash = served.paid { return note(id, .approved, paidBy: payment, total) }
        note(id, .cancelling, paidBy: payment, total, detail("notPassed", .notPassedUndone))
    }

    /// A sale that nothing has paid is not at its lane any more: its order is over, or is when its payment is undone.
    mutating func registerDropped(_ sale: Sale) {
        guard let id = sale.register, case .payment(let state, let paidBy, let total)? = registers[id]?.what,
            state == .waiting || state == .pending
        else { return }
        note(
            id, payments[paidBy] == nil ? .cancelled : .cancelling, paidBy: paidBy, total,
            detail("cancelledAtLane", .cancelled))
    }

    /// A payment's machine has come to an end.
    mutating func registerEnded(_ payment: PaymentID, _ state: Record.PaymentState) {
        guard let id = registers.order(paidBy: payment),
            case .payment(let standing, let paidBy, let total)? = registers[id]?.what, paidBy == payment
        else { return }
        switch (state, standing) {
        case (.reversed, .cancelling), (.declined, .cancelling): note(id, .cancelled, paidBy: paidBy, total)
        // An earlier run asked, and nobody stands at the lane for it any more.
        case (.approved, .pending) where lane(paying: payment) == nil: note(id, .approved, paidBy: paidBy, total)
        case (.declined, .pending) where lane(paying: payment) == nil: note(id, .declined, paidBy: paidBy, total)
        case (.reversed, .pending): note(id, .cancelled, paidBy: paidBy, total)
        default: break
        }
    }

    // MARK: - Giving up and giving back

    private mutating func cancelOrder(_ id: PaymentID, at now: ClockReading) {
        guard case .payment(let state, let paidBy, let total)? = registers[id]?.what else { return }
        if let lane = lanes.firstIndex(where: { $0.sale?.register == id }), let sale = lanes[lane].sale {
            switch sale.stage {
            case .keyed:
                drop(lane)
                say(lane, .cancelled, at: now)
                return note(id, .cancelled, paidBy: paidBy, total)
            case .paying(let payment):
                note(id, .cancelling, paidBy: payment, total)
                self.payment(payment, .abandoned, at: now)
                drop(lane)
                return say(lane, .cancelled, at: now)
            case .writing:
                // Whether it is paid shows when the write has ended. Until then the journal has what that says, and the
                // register's book that it is given up: after a power cut it is given up again.
                lanes[lane].sale?.isCancelled = true
                return registers.tell(
                    id, RegisterStanding(what: .payment(.cancelling, paidBy: paidBy, total: total)))
            case .waitingForGate:
                if !undoUnserved(lane, at: now) { note(id, .approved, paidBy: paidBy, total, needsNetwork) }
                return
            }
        }
        switch state {
        case .approved:
            let refund = Refund(
                id: ids.next(at: now.wall), payment: paidBy, amount: total, who: CanteenSite.register,
                why: "cancelled at the register")
            note(id, .cancelling, paidBy: paidBy, total)
            if !beginRefund(refund) { note(id, .approved, paidBy: paidBy, total, needsNetwork) }
        // Given up before, it may be given up again after a power cut: a payment that goes back already goes on so.
        case .pending where payments[paidBy] != nil, .cancelling where payments[paidBy] != nil:
            note(id, .cancelling, paidBy: paidBy, total)
            payment(paidBy, .abandoned, at: now)
        case .accepted, .waiting, .pending: note(id, .cancelled, paidBy: paidBy, total)
        case .declined, .cancelling, .cancelled, .failed: break
        }
    }

    /// An order that was paid is given up before anybody was served for it: its money goes back, as soon as the
    /// platform can be asked and has the record that paid it.
    /// - Returns: false while too many refunds wait; nothing has changed then, and it is served.
    mutating func undoUnserved(_ lane: Int, at now: ClockReading) -> Bool {
        guard let sale = lanes[lane].sale, let id = sale.register, let payment = sale.served?.entry.payment,
            refunds.count < CanteenSite.mostRefunds
        else { return false }
        // That it is paid goes before: the same standing told twice would not be kept.
        registers.put(id, paid(sale, payment, sale.quote.total))
        note(id, .cancelling, paidBy: payment, sale.quote.total)
        open(
            Refund(
                id: ids.next(at: now.wall), payment: payment, amount: sale.quote.total, who: CanteenSite.register,
                why: "cancelled at the register"), [decision(lane, sale, .refuse, "cancelled")])
        lanes[lane].sale = nil
        say(lane, .cancelled, at: now)
        return true
    }

    private mutating func refundOrder(_ refund: Refund, at now: ClockReading) {
        guard registers[refund.id] == nil else { return }
        var refund = refund
        let order = refund.payment
        if case .payment(.approved, let paidBy, _)? = registers[order]?.what {
            refund.payment = paidBy
            registers.put(refund.id, RegisterStanding(what: .refund(.pending)))
            if beginRefund(refund) { return }
        }
        registers.put(refund.id, RegisterStanding(what: .refund(.refused), detail: needsNetwork))
    }

    /// A refund has come to an end: of an order's refund, or of one that undoes an order.
    mutating func registerRefunded(_ refund: Refund, _ state: Record.RefundState) {
        if case .refund(.pending)? = registers[refund.id]?.what {
            let detail = state == .refunded ? nil : self.detail("refundRefused", .notPaid(.refundRefused, nil))
            return registers.put(
                refund.id, RegisterStanding(what: .refund(state == .refunded ? .refunded : .refused), detail: detail))
        }
        guard [CanteenSite.register, CanteenSite.turnstile].contains(refund.who),
            let id = registers.order(paidBy: refund.payment),
            case .payment(.cancelling, let paidBy, let total)? = registers[id]?.what
        else { return }
        if state == .refunded { return note(id, .cancelled, paidBy: paidBy, total) }
        note(id, .approved, paidBy: paidBy, total, detail("refundRefused", .notPaid(.refundRefused, nil)))
    }

    // MARK: - Small things

    /// Who gives money back where a register cancels.
    static let register = "register"

    private var needsNetwork: RegisterDetail { detail("offline", .notPaid(.refundNeedsNetwork, nil)) }

    private func detail(_ code: String, _ word: CanteenWord) -> RegisterDetail {
        RegisterDetail(code: String(code.prefix(40)), chinese: word.chinese, english: word.english)
    }

    private mutating func over(_ id: PaymentID, _ total: Fen, _ state: RegisterState, _ detail: RegisterDetail) {
        note(id, state, paidBy: id, total, detail)
    }

    private mutating func note(
        _ id: PaymentID, _ state: RegisterState, paidBy: PaymentID, _ total: Fen, _ detail: RegisterDetail? = nil
    ) {
        registers.put(
            id,
            RegisterStanding(
                what: .payment(state, paidBy: paidBy, total: total), detail: detail, payer: registers[id]?.payer))
    }
}

extension CanteenWord {
    /// Whether it says that money which may have moved is on its way back.
    fileprivate var isUndone: Bool { if case .notPaid(.notConfirmed, _) = self { true } else { false } }
}
