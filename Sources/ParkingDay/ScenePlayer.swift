internal import Vocabulary
internal import Wire

/// Plays scenes step by step. What a stage cannot play is a fault of the scene and not the end of the day.
struct ScenePlayer {
    let boxes: [String]
    /// What the ticket says that was issued last.
    private var ticket: String?

    init(boxes: [String]) { self.boxes = boxes }

    /// - Returns: what was not as written; at the first of these the scene ends.
    mutating func play(_ scene: DayScene, on stage: any DayStage) throws(DayFault) -> [String] {
        let before = try stage.recordCount(scene.lane.box)
        for step in scene.steps {
            let fault: String?
            do throws(DayFault) {
                fault = try take(step, scene.lane, before, stage)
            } catch { fault = "\(step): \(error)" }
            if let fault { return [fault] }
        }
        return []
    }

    private mutating func take(
        _ step: DayStep, _ lane: DayFile.Lane, _ before: Int, _ stage: any DayStage
    ) throws(DayFault) -> String? {
        switch step {
        case .read(let plate): try stage.read(plate, at: lane)
        case .up: return stage.waitUntilUp(lane, milliseconds: 20_000) ? nil : "the boom did not rise"
        case .staysDown: return stage.waitUntilUp(lane, milliseconds: 2_000) ? "the boom rose" : nil
        case .down: return try stage.waitUntilDown(lane, milliseconds: 60_000) ? nil : "the boom did not come down"
        case .drive(let cars): try stage.driveThrough(lane, cars: cars)
        case .wait(let seconds): stage.wait(seconds: seconds)
        case .clock(let minutes): try stage.setClockError(lane.box, minutes: minutes)
        case .cutPower: try stage.cutPower(lane.box)
        case .sensor(let name, let state): try stage.sensor(name, state, lane)
        case .boom(let isStuck): try stage.setBoom(isStuck: isStuck, lane)
        case .camera(let isSilent): try stage.setCamera(isSilent: isSilent, lane)
        case .code(let code): try stage.present(code, lane)
        case .cash: try takeCash(lane, stage)
        case .waive: try stage.waive(lane)
        case .openByHand: try stage.openByHand(lane)
        case .act(let act): try stage.act(act, lane)
        case .keepTicket:
            ticket = try lastStay(lane.box, stage) { $0.plate == nil }
            if ticket == nil { return "no ticket was issued" }
        case .showTicket:
            guard let ticket else { return "nobody has a ticket" }
            try stage.act(.presentTicket(ticket), lane)
        case .choose(let plate): return try name(plate, lane, stage) { .nameStay($0) }
        case .came(let plate, let minutes):
            return try name(plate, lane, stage) { .setEntryTime($0, minutesAgo: minutes) }
        case .fill(let cars):
            for number in 1...cars { try stage.act(.writeEntry("沪U\(10_000 + number)", minutesAgo: 30), lane) }
        case .payOnPhone(let plate): try stage.payOnPhone(plate)
        case .paySign: try stage.paySign(lane)
        case .sees(let words): return try sees(words, lane, before, stage)
        case .shows(let words):
            for _ in 0..<Self.mostLooksAtSign where !(try stage.sign(lane).contains(words)) {
                stage.pause(milliseconds: Self.betweenLooks)
            }
            let shown = try stage.sign(lane)
            return shown.contains(words) ? nil : "the sign shows \(shown), expected \(words)"
        }
        return nil
    }

    /// How often a step looks for what must come: records for a minute, which is how soon a person must hear of the
    /// slowest of them, and the sign for five seconds.
    private static let betweenLooks: Int64 = 250, mostLooks = 240, mostLooksAtSign = 20

    /// An attendant presses again when nothing comes of it: the lane may just be asking somebody else for the money.
    private func takeCash(_ lane: DayFile.Lane, _ stage: any DayStage) throws(DayFault) {
        for _ in 0..<DayRunner.mostAttempts {
            try stage.takeCash(lane)
            if stage.waitUntilUp(lane, milliseconds: 3_000) { return }
        }
    }

    /// An attendant says something of the car inside with this plate.
    private func name(
        _ plate: String, _ lane: DayFile.Lane, _ stage: any DayStage, _ act: (String) -> DayAct
    ) throws(DayFault) -> String? {
        for box in boxes {
            if let stay = try lastStay(box, stage, where: { $0.plate?.text == plate }) {
                try stage.act(act(stay), lane)
                return nil
            }
        }
        return "\(plate) has not come in"
    }

    private func lastStay(
        _ box: String, _ stage: any DayStage, where fits: (StayEntry) -> Bool
    ) throws(DayFault) -> String? {
        for event in try stage.records(box).reversed() {
            if case .stayOpened(let entry) = event, fits(entry) { return entry.stay.description }
        }
        return nil
    }

    private func sees(
        _ words: String, _ lane: DayFile.Lane, _ before: Int, _ stage: any DayStage
    ) throws(DayFault) -> String? {
        var seen: [String] = []
        for look in 0...Self.mostLooks {
            if look > 0 { stage.pause(milliseconds: Self.betweenLooks) }
            seen = try stage.records(lane.box, after: before).compactMap { Self.words(of: $0, at: lane.name) }
            if seen.contains(where: { $0 == words || $0.hasPrefix(words + " ") }) { return nil }
        }
        return "no record \"\(words)\"; there are: \(seen.suffix(12).joined(separator: ", "))"
    }

    /// A record in the words that ``DayStep/sees(_:)`` compares; nil for what is of no interest, or of another lane.
    static func words(of event: Record.Event, at lane: String) -> String? {
        switch event {
        case .decision(_, let at, _, _, let verdict, let reason):
            at.text == lane ? "decision \(verdict.rawValue) \(reason)" : nil
        case .alarm(let at, let code, let isActive):
            at.text == lane ? (isActive ? "alarm \(code)" : "alarmEnds \(code)") : nil
        case .passage(_, let at, let passage): at.text == lane ? "passage \(passage.rawValue)" : nil
        case .payment(let state, let charge, let reason):
            "payment \(state.rawValue) \(charge.quote.total.count)" + (reason.map { " \($0.rawValue)" } ?? "")
        case .hostPays(_, let at, _, _, let quote): at.text == lane ? "hostPays \(quote.total.count)" : nil
        case .debt(let charge): "debt \(charge.quote.total.count)"
        case .deskAct(let act): "deskAct \(act.kind.rawValue)"
        case .manualOpening(let opening): opening.lane.text == lane ? "manualOpening" : nil
        case .shiftOpened(let opening): "shiftOpened \(opening.float.count)"
        case .shiftClosed(let closing): "shiftClosed \(closing.expected.count) \(closing.counted.count)"
        case .plateCorrected: "plateCorrected"
        case .stayPrepaid: "stayPrepaid"
        case .boxAlarm(let code, let isActive): isActive ? "boxAlarm \(code)" : "boxAlarmEnds \(code)"
        case .started, .stayOpened, .stayClosed, .policyChanged, .leaseSpent, .leaseGivenBack, .leasePaidOut, .refund,
            .pulse, .journalReplaced, .identified, .mealUndone, .ticket:
            nil
        }
    }
}
