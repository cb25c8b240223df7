internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Somebody shows who they are.
extension CanteenSite {
    mutating func presented(_ lane: Int, _ presentation: Presentation, at now: ClockReading) {
        guard isNews(presentation.source, at: now) else { return }
        guard lanes[lane].turnstile?.isEmergency != true else { return say(lane, .emergency, at: now) }
        if mode(lane)?.kind == .tickets { return say(lane, .ticket(.showTicket), at: now) }
        let settings = lanes[lane].settings
        guard settings.knownBy.contains(presentation.by) else { return say(lane, .meansNotUsed, at: now) }
        guard presentation.by != .face || presentation.isLive != false else { return say(lane, .notLive, at: now) }
        switch guest(presentation, at: now) {
        case .failure(let why): say(lane, why.word, at: now)
        case .success(let guest):
            if let groups = settings.groups, guest.group.map(groups.contains) != true {
                return say(lane, .groupNotServed, at: now)
            }
            present(lane, guest, at: now)
        }
    }

    mutating func notKnown(_ lane: Int, _ why: NotKnown, at now: ClockReading) {
        // Somebody else's face beside a sale that is being paid is no news.
        guard lanes[lane].sale?.stage ?? .keyed == .keyed else { return }
        switch why {
        case .unknown: say(lane, .unknownFace, at: now)
        case .several: say(lane, .severalFaces, at: now)
        case .notLive: say(lane, .notLive, at: now)
        }
    }

    /// A phone showed a payment code: it pays what is on the till, or the price for others at a turnstile. A lane that
    /// takes no codes takes none of these either.
    mutating func scanned(_ lane: Int, _ code: PayerCode, at now: ClockReading) {
        guard lanes[lane].turnstile?.isEmergency != true else { return say(lane, .emergency, at: now) }
        guard lanes[lane].settings.knownBy.contains(.code) else { return say(lane, .meansNotUsed, at: now) }
        present(
            lane,
            Guest(
                instrument: .payerCode(code.scheme, ending: String(code.text.suffix(4))), code: code),
            at: now)
    }

    /// A record that a terminal sends again charges nobody.
    private mutating func isNews(_ source: Presentation.Source?, at now: ClockReading) -> Bool {
        guard let source else { return true }
        switch records.take(source.terminal, source.number, at: source.at, now: now.wall) {
        case .fresh: return true
        case .repeated:
            effects.append(.log(.info, "terminal \(source.terminal) sent record \(source.number) again: ignored"))
        case .stale:
            effects.append(
                .log(
                    .warning, "record \(source.number) of terminal \(source.terminal) is history: it charges nobody"))
        case .ahead:
            effects.append(
                .log(
                    .error,
                    "terminal \(source.terminal) is ahead of this box's clock: nobody is charged by its records; set "
                        + "its time"))
        }
        return false
    }

    private struct Refused: Error { var word: CanteenWord }

    private func guest(_ presentation: Presentation, at now: ClockReading) -> Result<Guest, Refused> {
        let person: Person?
        switch presentation.who {
        case .holder(let holder):
            person = people[holder]
            if person == nil, scenario.members == .any {
                return .success(
                    Guest(
                        holder: holder, instrument: .contract(holder), by: presentation.by,
                        similarity: presentation.similarity))
            }
        case .card(let number): person = people[card: number]
        case .code(let number): person = people[code: number]
        }
        guard let person else {
            switch presentation.by {
            case .face: return .failure(Refused(word: .unknownFace))
            case .card: return .failure(Refused(word: .unknownCard))
            case .code: return .failure(Refused(word: .unknownCode))
            }
        }
        if let until = person.until, now.wall >= until { return .failure(Refused(word: .contractOver)) }
        return .success(
            Guest(
                holder: person.holder, instrument: .contract(person.holder), group: person.group, name: person.name,
                by: presentation.by, similarity: presentation.similarity, guardian: person.guardian))
    }

    /// Somebody who may eat here: pays what is on the till, begins a meal, or is remembered until the amount is keyed.
    mutating func present(_ lane: Int, _ guest: Guest, at now: ClockReading) {
        if let sale = lanes[lane].sale {
            switch sale.stage {
            case .writing, .waitingForGate: return say(lane, .oneMoment, at: now)
            case .paying(let id):
                // While the first answer is awaited a second presentation is the same customer, impatient; and so is
                // the same face seen again later. Any other is another way to pay, or the next person.
                guard let machine = payments[id], !machine.isLive, !machine.isPaid(by: guest.instrument, guest.code)
                else { return say(lane, .oneMoment, at: now) }
                payment(id, .abandoned, at: now)
                lanes[lane].sale?.stage = .keyed
                lanes[lane].sale?.isTried = true
            case .keyed: break
            }
            guard sale.mode.isByPresentation else { return pay(lane, guest, at: now) }
            // Cash and a phone's code are nobody's in particular: they pay what stands there, at the price shown.
            if guest.holder == nil, sale.quote.total > .zero { return pay(lane, guest, at: now) }
            // What the person before could not pay is given up.
            drop(lane)
        }
        guard let mode = mode(lane) else { return say(lane, .closedNow, at: now) }
        if mode.kind == .tickets { return say(lane, .ticket(.showTicket), at: now) }
        if mode.kind.isByPresentation { return beginMeal(lane, mode, guest, at: now) }
        guard guest.holder != nil else { return say(lane, .notPaid(.nothingToPay, nil), at: now) }
        if let refusal = refusal(lane, guest, mode, at: now) { return say(lane, refusal, at: now) }
        lanes[lane].guest = (guest, now.uptime + scenario.waits.presentedFirst)
        say(lane, .welcome, at: now)
    }

    /// How a lane sells now; nil: not at all.
    func mode(_ lane: Int) -> CanteenMode? {
        guard meal.period != nil || scenario.between != .closed else { return nil }
        return lanes[lane].settings.mode(meal.period)
    }

    /// Why this person gets no meal now; nil: they may.
    func refusal(_ lane: Int, _ guest: Guest, _ mode: CanteenMode, at now: ClockReading) -> CanteenWord? {
        guard let holder = guest.holder else { return nil }
        guard mode.kind != .passOnly else {
            let last = lanes[lane].admitted
            let isSame = last.map { $0.holder == holder && now.uptime - $0.at < scenario.waits.result } ?? false
            return isSame || lanes[lane].served.values.contains { $0.holder == holder } ? .alreadyServed : nil
        }
        // Two lanes at once are one person: what the first says is known in a moment.
        let isElsewhere = lanes.indices.contains { other in
            guard other != lane, let sale = lanes[other].sale else { return false }
            return sale.stage != .keyed && sale.guest?.holder == holder
        }
        guard !isElsewhere else { return .oneMoment }
        switch notes.verdict(holder, meal, mode.helpings, till: till(lane, mode.kind), at: now) {
        // What goes back is not taken besides: it is known in a moment, or when the platform can be asked.
        case .notTaken(let note) where isGoingBack(note): return .oneMoment
        case .first, .helping, .notTaken: return nil
        case .same: return .alreadyServed
        case .refused: return .noMoreHelpings
        }
    }

    private func isGoingBack(_ note: MealNote) -> Bool {
        guard let payment = note.payment else { return false }
        return refunds.values.contains { $0.refund.payment == payment }
    }

    // MARK: - Meals that need no till

    /// A fixed price, a count, or a passage: presenting oneself is all it takes.
    private mutating func beginMeal(_ lane: Int, _ mode: CanteenMode, _ guest: Guest, at now: ClockReading) {
        guard guest.holder != nil || mode.kind == .fixedPrice else { return say(lane, .meansNotUsed, at: now) }
        // Whoever pays without being known is of no group.
        if let groups = lanes[lane].settings.groups, guest.group.map(groups.contains) != true {
            return say(lane, .groupNotServed, at: now)
        }
        if let refusal = refusal(lane, guest, mode, at: now) { return say(lane, refusal, at: now) }
        var helping: Int64 = 1
        if mode.kind != .passOnly, let holder = guest.holder {
            switch notes.verdict(holder, meal, mode.helpings, at: now) {
            case .notTaken(let note): return openAgain(lane, mode, guest, note, at: now)
            case .helping(let number): helping = number
            case .first, .same, .refused: break
            }
        }
        var amount = Fen.zero
        if case .fixedPrice(let prices, let others) = mode.what {
            guard let price = guest.group.flatMap({ prices[$0] }) ?? others else {
                return say(lane, .groupNotServed, at: now)
            }
            amount = helping > 1 ? mode.helpings.price ?? price : price
        }
        let lines = mode.kind == .fixedPrice ? [SaleLine(item: mode.item, amount: amount)] : []
        var sale = Sale(
            id: ids.next(at: now.wall), meal: meal, mode: mode.kind, lines: lines,
            quote: quote(lines, mode, amount, at: now))
        sale.helping = helping
        sale.guest = guest
        lanes[lane].sale = sale
        guard amount > .zero else {
            return serveFree(lane, mode.kind == .passOnly ? .mayPass : .counted, at: now)
        }
        pay(lane, guest, at: now)
    }

    /// Paid before and not taken: the way opens again, and nothing is charged.
    private mutating func openAgain(
        _ lane: Int, _ mode: CanteenMode, _ guest: Guest, _ note: MealNote, at now: ClockReading
    ) {
        let sale = Sale(
            id: note.transit, meal: note.meal, mode: mode.kind, lines: [], quote: quote([], mode, .zero, at: now))
        serveAgain(lane, sale, guest, note, [], at: now)
    }

    /// The same at a till: what stands there is what was paid for.
    mutating func takePaid(_ lane: Int, _ guest: Guest, _ note: MealNote, at now: ClockReading) {
        guard var sale = lanes[lane].sale else { return }
        var state: [StateChange] = []
        if !sale.held.isEmpty {
            stock.sell(sale.held)
            state.append(stock.kept)
            sale.held = [:]
        }
        lanes[lane].guest = nil
        serveAgain(lane, sale, guest, note, state, at: now)
    }

    private mutating func serveAgain(
        _ lane: Int, _ sale: Sale, _ guest: Guest, _ note: MealNote, _ state: [StateChange], at now: ClockReading
    ) {
        guard let holder = guest.holder else { return }
        var sale = sale
        sale.guest = guest
        sale.helping = note.helpings
        var served = Served(
            entry: entry(sale, lane, nil, isOffline: false, at: now), holder: holder, paid: .nothing, items: [:],
            before: note)
        served.isAgain = true
        sale.served = served
        lanes[lane].sale = sale
        var taken = MealNote(
            meal: note.meal, helpings: note.helpings, transit: note.transit, payment: note.payment, at: now,
            standing: standing(lane))
        taken.till = note.till
        let kept = notes.put(holder, taken)
        serve(lane, .opensAgain, [decision(lane, sale, .letOut, "paidBefore")], state + kept, at: now)
    }

    /// Under which till it is noted what a person had; nil: presenting oneself was all that it took.
    func till(_ lane: Int, _ kind: CanteenMode.Kind) -> LaneID? {
        kind.isByPresentation ? nil : lanes[lane].settings.id
    }

    /// What a note says of somebody who has just been served: where nothing turns, the meal is taken with it.
    func standing(_ lane: Int) -> MealNote.Standing { lanes[lane].turnstile == nil ? .done : .open }
}
