import DeskOrders
import EdgeRuntime
import Effects
import Host
import JSONText
import Kiosk
import Logging
import Parking
import Shifts
import Synchronization
import Tariffs
import Vocabulary
import Wire

/// Joins the attendant's page with the car park's rules.
final class AttendantDesk: Sendable {
    let feed = BoardFeed()
    private let shown = Mutex<LaneBoard?>(nil)
    private let reports = Mutex<[ClosedShift]>([])
    /// Why the last slip was not printed; nil if it was.
    private let printerFault = Mutex<String?>(nil)
    private let printer = Mutex<ShiftPrinter?>(nil)
    private let files: ShiftFiles
    private let scenario: ParkingScenario
    /// The words of the site's own signs.
    private let signs: SignTexts
    private let configuration: BoxConfiguration
    private let inside = InsideQuestions()

    init(
        _ configuration: BoxConfiguration, _ scenario: ParkingScenario, _ signs: SignTexts, _ slips: SlipPrinter?,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.scenario = scenario
        self.signs = signs
        files = try ShiftFiles(folder: "\(configuration.stateFolder)/shifts", logger: logger)
        guard let slips else { return }
        let made = try ShiftPrinter(slips, logger: logger) { [weak self] in self?.printed($0) }
        printer.withLock { $0 = made }
    }

    /// Shows what the rules have come to; called on the decision loop's thread, and never waits.
    func watch(_ site: ParkingSite, _ board: LaneBoard) {
        inside.answer(site)
        let (isNew, isFirst) = shown.withLock { shown in
            let isFirst = shown == nil
            guard shown != board else { return (false, isFirst) }
            shown = board
            publish(board)
            return (true, isFirst)
        }
        guard isNew else { return }
        let closed = site.shiftReports
        let added = reports.withLock { reports -> [ClosedShift] in
            let known = Set(reports.map(\.id))
            reports = closed
            return closed.filter { !known.contains($0.id) }
        }
        guard !added.isEmpty else { return }
        files.save(closed.map { ($0.id, page($0)) })
        // Those of an earlier run were printed then; the report's page prints them again.
        if !isFirst { for shift in added { _ = print(shift) } }
    }

    /// What the pages show; called with `shown` locked, so that no older board follows a newer one.
    private func publish(_ board: LaneBoard) {
        guard let fault = printerFault.withLock({ $0 }) else {
            return feed.publish(board.json(signs: signs))
        }
        let member = JSONWriter.object { writer in
            writer.field("printer") {
                $0.field("zh", "小票未打印，报表已保存")
                $0.field("en", "The slip was not printed, the report is saved: \(fault)")
            }
        }
        feed.publish(member.dropLast() + [UInt8(ascii: ",")] + board.json(signs: signs).dropFirst())
    }

    private func printed(_ state: PrintState) {
        let fault: String? = if case .failed(let why) = state { why } else { nil }
        shown.withLock { shown in
            printerFault.withLock { $0 = fault }
            if let shown { publish(shown) }
        }
    }

    private func print(_ shift: ClosedShift) -> Bool {
        guard let printer = printer.withLock({ $0 }) else { return false }
        let slip = ShiftReport.slip(shift, site: siteName, minutesEast: minutesEast(shift))
        return printer.print(shift.id, slip)
    }

    private var siteName: String { "\(scenario.id) · \(configuration.device)" }

    private func minutesEast(_ shift: ClosedShift) -> Int64 {
        scenario.minutesEast(at: shift.closed)
    }

    private func page(_ shift: ClosedShift) -> ReportPage {
        let minutes = minutesEast(shift)
        return ReportPage(
            text: ShiftReport.text(shift, site: siteName, minutesEast: minutes),
            csv: ShiftReport.csv(shift, minutesEast: minutes))
    }

    private func report(_ id: String) -> (who: Set<String>, page: ReportPage)? {
        guard let shift = reports.withLock({ $0.first { $0.id.description == id } }) else { return nil }
        return ([shift.closing.opening.who, shift.closing.closedBy], page(shift))
    }

    func hooks(token: String, offer: @escaping @Sendable (ParkingEvent) -> Bool) -> DeskHooks {
        let lanes = Set(scenario.lanes.map(\.id))
        return DeskHooks(
            feed: feed, rights: scenario.staff.rights,
            staff: StaffHooks(stateFolder: configuration.stateFolder, bearer: token), wall: { WallClock.now() },
            act: { order, who in
                if let lane = order.lane, !lanes.contains(lane) { return .noSuchLane }
                if let why = self.shown.withLock({ $0?.refusal(of: order) }) { return .refused(why) }
                return AttendantDesk.carryOut(order, who, offer)
            }, report: { self.report($0) },
            inside: { text, showsPlates in await self.inside.ask(text, showsPlates) { offer(.asked) } }, slips: slips)
    }

    private var slips: SlipHooks? {
        guard let printer = printer.withLock({ $0 }) else { return nil }
        return SlipHooks(
            print: { id in
                guard let shift = self.reports.withLock({ $0.first { $0.id.description == id } }) else { return false }
                return self.print(shift)
            },
            state: { id in (try? ShiftID(id)).flatMap { printer.state($0) } })
    }

    private static func carryOut(
        _ order: DeskOrder, _ who: String, _ offer: (ParkingEvent) -> Bool
    ) -> DeskHooks.Answer {
        func give(_ event: ParkingEvent) -> DeskHooks.Answer { offer(event) ? .taken : .busy }
        switch order {
        case .open(let lane, let why): return give(.openedByHand(lane: lane, who: who, reason: why))
        case .cash(let lane, let amount): return give(.cashTaken(lane: lane, who: who, amount: amount))
        case .forCar(let transit, let order):
            guard let lane = order.lane else { return carryOut(order, who, offer) }
            return carryOut(order, who) { offer(.forCar(lane: lane, transit, $0)) }
        case .showCode(let lane): return give(.codeRequested(lane: lane))
        case .enterCode(let lane, let code): return give(.codePresented(lane: lane, code))
        case .serviceReset(let lane, let why): return give(.serviceReset(lane: lane, who: who, why: why))
        case .refund(let payment, let amount, let why):
            let id = PaymentID(at: WallClock.now(), random: (SecureRandom.bits64(), SecureRandom.bits64()))
            let refund = Refund(id: id, payment: payment, amount: amount, who: who, why: why)
            return offer(.refund(refund)) ? .refund(id) : .busy
        case .openShift(let float): return give(.shift(.open(who: who, float: float)))
        case .closeShift(let counts, let next, let left):
            do throws(CashCountError) {
                return give(.shift(.close(who: who, try CashCount(counts), next: next, left: left)))
            } catch { return .refused(error.description) }
        case .correctPlate, .ticket, .presentTicket, .lostTicket, .chooseStay, .writeEntry, .setEntryTime,
            .endStay:
            guard let event = order.identity(who) else { return .refused("原因不能为空 Say why") }
            return give(.identity(event))
        case .admit(let lane, let why): return give(.ordered(lane: lane, .admit, who: who, why: why))
        case .passDebtor(let lane, let why): return give(.ordered(lane: lane, .passDebtor, who: who, why: why))
        case .waive(let lane, let why): return give(.ordered(lane: lane, .waive, who: who, why: why))
        }
    }
}

extension LaneBoard {
    /// Why an order is refused at once: the person saw another car, or another price, than stands there now. The rules
    /// look once more when they carry it out.
    fileprivate func refusal(of order: DeskOrder) -> String? {
        guard case .forCar(let transit, let order) = order,
            let car = lanes.first(where: { $0.id == order.lane })?.car
        else { return nil }
        guard car.transit == transit else {
            return "\(DeskAnswer.otherCar.chinese) \(DeskAnswer.otherCar.english)"
        }
        guard case .cash(_, let amount?) = order, let due = car.quote?.total, due != amount else { return nil }
        let words = BoardWords.due(due, not: amount)
        return "\(words.chinese) \(words.english)"
    }
}

extension DeskOrder {
    /// What the order says of who the car is; nil without a reason, or if it is about something else.
    fileprivate func identity(_ who: String) -> IdentityEvent? {
        func words(_ why: String) -> DeskWords? { DeskWords(who: who, why: why) }
        switch self {
        case .correctPlate(let lane, let plate, let stay, let why):
            return words(why).map { .plateCorrected(lane: lane, plate, stay: stay, $0) }
        case .ticket(let lane, let why): return words(why).map { .ticketRequested(lane: lane, $0) }
        case .presentTicket(let lane, let text): return .ticketPresented(lane: lane, text)
        case .lostTicket(let lane, let stay, let why): return words(why).map { .ticketLost(lane: lane, stay: stay, $0) }
        case .chooseStay(let lane, let stay, let why): return words(why).map { .stayChosen(lane: lane, stay, $0) }
        case .writeEntry(let lane, let plate, let vehicle, let entered, let why):
            return words(why).map { .entryWritten(lane: lane, plate, vehicle, entered: entered, $0) }
        case .setEntryTime(let lane, let stay, let entered, let why):
            return words(why).map { .entryTimeSet(lane: lane, stay, entered: entered, $0) }
        case .endStay(let lane, let stay, let why): return words(why).map { .stayEnded(lane: lane, stay, $0) }
        case .forCar, .open, .cash, .showCode, .enterCode, .admit, .passDebtor, .waive, .refund, .serviceReset,
            .openShift,
            .closeShift:
            return nil
        }
    }
}

extension ParkingScenario {
    /// The local time of the car park, in minutes east of Greenwich.
    func minutesEast(at wall: WallTime) -> Int64 {
        tariffs.version(at: wall).zone.offset(at: wall.milliseconds / 1_000) / 60
    }
}
