internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Who is served, what opens, and who passes.
extension CanteenSite {
    /// By what the person of a sale was known; nothing where nobody was.
    func identified(_ lane: Int, _ sale: Sale) -> [Record.Event] {
        guard let guest = sale.guest, let holder = guest.holder else { return [] }
        return [
            .identified(
                Identification(
                    transit: sale.id, lane: lanes[lane].settings.id, holder: holder, by: guest.by,
                    similarity: guest.similarity.map { max(-1_000, min(1_000, $0)) },
                    meal: sale.mode == .passOnly ? nil : sale.meal, isKeyed: !sale.mode.isByPresentation))
        ]
    }

    /// Nothing is to be paid: it is written down, and then it opens.
    mutating func serveFree(_ lane: Int, _ word: CanteenWord, at now: ClockReading) {
        guard isJournalHealthy, diskLevel < .critical else {
            return decline(lane, .notPaid(.diskFull, nil), "journalFailing", at: now)
        }
        let state = settle(lane, nil, .nothing, isOffline: false, [], nil, at: now)
        guard let sale = lanes[lane].sale else { return }
        lanes[lane].sale?.stage = .writing
        lanes[lane].sale?.writtenAt = now.uptime
        let verdict: Record.Verdict = sale.mode == .passOnly ? .admit : .letOut
        let reason = sale.mode == .passOnly ? "mayPass" : sale.mode == .countOnly ? "counted" : "free"
        persist(
            identified(lane, sale) + [decision(lane, sale, verdict, reason)], state: state,
            then: .serve(lane: lane, sale: sale.id, word, nil, wasAsked: false, lease: nil))
    }

    /// The sale is paid by a record, and that is on disk.
    mutating func written(_ lane: Int, _ sale: Sale, _ word: CanteenWord, at now: ClockReading) {
        if sale.isCancelled, undoUnserved(lane, at: now) { return }
        // A disk that was full for minutes: nobody stands there any more for whom a turnstile could open.
        guard lanes[lane].turnstile != nil, let served = sale.served, served.canBeUndone, let since = sale.writtenAt,
            now.uptime - since >= scenario.waits.presentedFirst
        else { return serve(lane, word, at: now) }
        lanes[lane].sale = nil
        undo(served, because: "written too late", [decision(lane, sale, .refuse, "writtenTooLate")], at: now)
        say(lane, .notPassedUndone, at: now)
    }

    /// The sale is paid: what opens, opens, and then it is written down that it did.
    mutating func serve(
        _ lane: Int, _ word: CanteenWord, _ records: [Record.Event] = [], _ state: [StateChange] = [],
        at now: ClockReading
    ) {
        guard let sale = lanes[lane].sale, let served = sale.served else { return }
        registerServed(sale, served.entry.payment)
        if let turnstile = lanes[lane].turnstile, !turnstile.isReady {
            lanes[lane].sale?.stage = .waitingForGate
            lanes[lane].sale?.word = word
            if !records.isEmpty || !state.isEmpty { persist(records, state: state) }
            if turnstile.isEmergency { return openWaiting(lane, at: now) }
            return say(lane, .oneMoment, at: now)
        }
        if lanes[lane].turnstile != nil {
            lanes[lane].served[sale.id] = served
            gate(lane, .admit(sale.id), at: now)
        }
        var pulses: [Record.Event] = []
        let id = lanes[lane].settings.id
        if let turnstile = lanes[lane].settings.turnstile {
            pulses.append(
                .pulse(
                    transit: sale.id, lane: id, relay: turnstile.relay, milliseconds: turnstile.pulse.milliseconds))
        }
        for output in lanes[lane].settings.outputs {
            effects.append(.pulse(output: output.name, output.span))
            pulses.append(
                .pulse(transit: sale.id, lane: id, relay: output.name, milliseconds: output.span.milliseconds))
        }
        say(lane, word, at: now)
        if !(records + pulses).isEmpty || !state.isEmpty { persist(records + pulses, state: state) }
        if sale.mode == .passOnly { lanes[lane].admitted = served.holder.map { ($0, now.uptime) } }
        if sale.mode == .weighed, lanes[lane].plate == .there { lanes[lane].plate = .sold }
        lanes[lane].sale = nil
    }

    /// The turnstile has done with the one before: whoever has paid meanwhile may pass.
    private mutating func openWaiting(_ lane: Int, at now: ClockReading) {
        guard let sale = lanes[lane].sale, sale.stage == .waitingForGate, let turnstile = lanes[lane].turnstile else {
            return
        }
        if turnstile.isEmergency {
            // Nobody was let in on it, and nobody will be: they walk out, or in, as everybody does now.
            lanes[lane].sale = nil
            if let served = sale.served, served.canBeUndone {
                undo(served, because: "emergency", [], at: now)
            } else if let holder = sale.served?.holder {
                let state = notes.stand(holder, sale.id, .notPassed)
                if !state.isEmpty { persist([], state: state) }
            }
            return say(lane, .emergency, at: now)
        }
        if turnstile.isReady { serve(lane, sale.word, at: now) }
    }

    // MARK: - The turnstile's machine

    mutating func gate(_ lane: Int, _ event: TurnstileMachine.Event, at now: ClockReading) {
        guard var machine = lanes[lane].turnstile, let settings = lanes[lane].settings.turnstile else { return }
        let actions = machine.handle(event, at: now.uptime)
        lanes[lane].turnstile = machine
        for action in actions {
            switch action {
            case .open: effects.append(.pulse(output: settings.relay, settings.pulse))
            case .hold: effects.append(.hold(output: settings.relay))
            case .release: effects.append(.release(output: settings.relay))
            case .busy(let id): preconditionFailure("transit \(id) is let in at a turnstile that is not ready")
            case .passed(let id): passed(lane, id, .passed, .done, at: now)
            case .unknown(let id): passed(lane, id, .unknown, .done, at: now)
            case .notPassed(let id): notPassed(lane, id, at: now)
            case .twoOnOne(let id):
                happened(
                    lane, "twoOnOne", "一人刷卡多人通行", "two people passed on one opening", transit: id, at: now)
            case .passedUnopened:
                happened(
                    lane, "passedUnopened", "未授权通行", "somebody passed without being let in", transit: nil, at: now)
            case .alarm(let alarm, let isActive): self.alarm(lane, alarm, isActive)
            }
        }
        guard !actions.isEmpty || event == .tick else { return }
        openParty(lane, at: now)
        openWaiting(lane, at: now)
    }

    private mutating func passed(
        _ lane: Int, _ id: UUIDv7, _ seen: Record.Passage, _ standing: MealNote.Standing, at now: ClockReading
    ) {
        if lanes[lane].party?.transit == id { return ticketPassed(lane, seen, at: now) }
        let served = lanes[lane].served.removeValue(forKey: id)
        let state = served?.holder.map { notes.stand($0, id, standing) } ?? []
        persist([.passage(transit: id, lane: lanes[lane].settings.id, seen)], state: state)
    }

    private mutating func notPassed(_ lane: Int, _ id: UUIDv7, at now: ClockReading) {
        if lanes[lane].party?.transit == id { return ticketNotPassed(lane, at: now) }
        guard let served = lanes[lane].served.removeValue(forKey: id), let settings = lanes[lane].settings.turnstile
        else { return }
        let seen = Record.Event.passage(transit: id, lane: lanes[lane].settings.id, .notPassed)
        guard settings.notPassed == .reverse, served.canBeUndone else {
            persist([seen], state: served.holder.map { notes.stand($0, id, .notPassed) } ?? [])
            if lanes[lane].sale == nil { say(lane, .notPassedKept, at: now) }
            return
        }
        undo(served, because: "not passed", [seen], at: now)
        if lanes[lane].sale == nil { say(lane, .notPassedUndone, at: now) }
    }

    /// The money of a sale goes back, and the meal may be had again.
    private mutating func undo(_ served: Served, because why: String, _ records: [Record.Event], at now: ClockReading) {
        var state: [StateChange] = []
        registerUndone(served)
        if served.entry.mode != .passOnly {
            book.undo(served.entry)
            state.append(book.kept)
        }
        if !served.items.isEmpty {
            stock.putBack(served.items, of: served.entry.meal)
            state.append(stock.kept)
        }
        let undone = takeBack(transit: served.entry.id)
        let records = records + undone.records
        state += undone.state
        switch served.paid {
        case .nothing, .cash: if !records.isEmpty || !state.isEmpty { persist(records, state: state) }
        case .online(let charge):
            payments[charge.payment] = .leftOver(charge: charge, timings: scenario.timings, isReversing: true)
            state.append(
                .put(
                    kind: CanteenRecovery.reversalKind, key: charge.payment.description, value: charge.canonical))
            persist(records + [.payment(.reversing, charge, nil)], state: state)
            if isLinkUp { payment(charge.payment, .linkUp, at: now) }
        case .record(let charge):
            // The platform books it by the record, and gives it back by a refund, which it can only after that.
            let refund = Refund(
                id: ids.next(at: now.wall), payment: charge.payment, amount: charge.quote.total,
                who: CanteenSite.turnstile, why: why)
            refunds[refund.id] = OpenRefund(
                refund: refund, due: now.uptime, waitsForRecords: true, holder: served.holder)
            isRecordOpen = true
            state.append(
                .put(kind: CanteenRecovery.refundKind, key: refund.id.description, value: refund.canonical))
            persist(records + [.refund(.requested, refund, nil)], state: state)
        }
    }

    /// Who gives money back where nobody passed.
    static let turnstile = "turnstile"

    private mutating func happened(
        _ lane: Int, _ code: String, _ chinese: String, _ english: String, transit: UUIDv7?, at now: ClockReading
    ) {
        let id = lanes[lane].settings.id
        effects.append(.happened(LaneCondition(lane: id, code: code, chinese: chinese, english: english)))
        effects.append(.log(.warning, "\(id): \(english)\(transit.map { " (transit \($0))" } ?? "")"))
        persist([.alarm(lane: id, code: code, isActive: true)])
    }

    private mutating func alarm(_ lane: Int, _ alarm: TurnstileAlarm, _ isActive: Bool) {
        let id = lanes[lane].settings.id
        if isActive { alarms[id, default: []].insert(alarm) } else { alarms[id]?.remove(alarm) }
        effects.append(.alarm(condition(id, alarm), isActive: isActive))
        persist([.alarm(lane: id, code: alarm.rawValue, isActive: isActive)])
    }

    func condition(_ lane: LaneID, _ alarm: TurnstileAlarm) -> LaneCondition {
        LaneCondition(lane: lane, code: alarm.rawValue, chinese: alarm.chinese, english: alarm.english)
    }

    // MARK: - Sensors and emergencies

    mutating func sensor(_ name: String, _ state: SensorState, at now: ClockReading) {
        for lane in lanes.indices where lanes[lane].settings.turnstile?.sensor == name {
            gate(lane, .sensor(state), at: now)
        }
        guard lanes.contains(where: { $0.settings.turnstile?.emergency == name }) else { return }
        switch state {
        case .active: alarmInputs.insert(name)
        case .clear: alarmInputs.remove(name)
        // A contact that does not say holds nothing open, and does not close what stands open.
        case .faulty: effects.append(.log(.error, "the emergency contact \(name) is faulty"))
        case .unknown: break
        }
        emergency(at: now)
    }

    mutating func emergency(at now: ClockReading) {
        for lane in lanes.indices {
            guard let settings = lanes[lane].settings.turnstile, let turnstile = lanes[lane].turnstile else { continue }
            let stands = isHeldOpen || settings.emergency.map(alarmInputs.contains) ?? false
            guard stands != turnstile.isEmergency else { continue }
            if stands, case .paying(let id)? = lanes[lane].sale?.stage {
                payment(id, .abandoned, at: now)
                drop(lane)
            }
            gate(lane, .emergency(stands), at: now)
            say(lane, stands ? .emergency : .idle, at: now)
        }
    }

    mutating func tickLane(_ lane: Int, at now: ClockReading) {
        if let due = lanes[lane].turnstile?.nextDeadline, now.uptime >= due { gate(lane, .tick, at: now) }
        if let waiting = lanes[lane].guest, now.uptime >= waiting.until { lanes[lane].guest = nil }
        guard let until = lanes[lane].screenUntil, now.uptime >= until else { return }
        lanes[lane].screenUntil = nil
        guard lanes[lane].turnstile?.isEmergency != true else { return }
        guard let sale = lanes[lane].sale else {
            guard lanes[lane].guest == nil, !isTicketAwaited(lane), lanes[lane].screen.word != .idle else { return }
            lanes[lane].screen = LaneScreen()
            return
        }
        switch sale.stage {
        case .writing, .waitingForGate: break
        case .keyed:
            if sale.mode.isByPresentation { giveUpWaiting(lane) }
        case .paying(let id):
            guard sale.mode.isByPresentation, let machine = payments[id], !machine.isLive, !machine.isPayerAwaited
            else { return }
            // Nobody stands there any more for whom it could open.
            payment(id, .abandoned, at: now)
            giveUpWaiting(lane)
        }
    }

    private mutating func giveUpWaiting(_ lane: Int) {
        drop(lane)
        lanes[lane].screen = LaneScreen()
    }
}
