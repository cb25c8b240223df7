internal import Effects
internal import JSONText
public import Purses
public import Vocabulary

/// What the pages of a canteen show, as JSON: the customer's screen of each lane, and the cashier's board.
public struct CanteenPages: Sendable {
    private let scenario: CanteenScenario
    let rules: PurseRules?
    let names: [Slug: (chinese: String, english: String)]

    /// How long each file of the playlist is shown, in seconds.
    static let slideSeconds: Int64 = 8

    public init(_ scenario: CanteenScenario, rules: PurseRules?) {
        self.scenario = scenario
        self.rules = rules
        var names: [Slug: (chinese: String, english: String)] = [:]
        for mode in scenario.lanes.flatMap(\.modes) {
            switch mode.what {
            case .menu(let items): for item in items { names[item.id] = (item.chinese, item.english) }
            case .weighed(let items): for item in items { names[item.id] = (item.chinese, item.english) }
            case .fixedPrice, .keyed, .countOnly, .passOnly, .tickets: break
            }
        }
        self.names = names
    }

    var site: Slug { scenario.id }

    func period(_ id: Slug) -> MealPeriod? { scenario.calendar.period(id) }

    // MARK: - The customer's screen

    public func screen(_ desk: LaneDesk, of board: CanteenBoard) -> [UInt8] {
        let screen = desk.screen
        let words = self.words(desk, board)
        let amount = amount(desk)
        return JSONWriter.object { writer in
            writer.field("state", CanteenPages.state(screen.word))
            writer.field("zh", array: words.map(\.chinese)) { $0.string($1) }
            writer.field("en", array: words.map(\.english)) { $0.string($1) }
            writer.field("amount", ifPresent: amount.map { "\($0)" })
            writer.field("who", ifPresent: screen.name)
            writer.field("lines", array: screen.lines.filter { $0.item != nil }) { line(&$0, $1, inFen: false) }
            writer.field("purses", array: purses(screen)) { writer, purse in
                writer.object {
                    $0.field("zh", purse.chinese)
                    $0.field("en", purse.english)
                    $0.field("paid", ifPresent: purse.paid.map { "¥\($0)" })
                    $0.field("left", ifPresent: purse.left.map { "¥\($0)" })
                }
            }
            if let asOf = screen.balancesAsOf {
                let told = self.told(asOf, on: board.meal.day)
                writer.field("asOf") {
                    $0.field("zh", "余额截至\(told)")
                    $0.field("en", "Left as of \(told)")
                }
            }
            writer.field("sound", screen.word.sound.rawValue)
            writer.field("number", screen.number)
            if case .scanToPay = screen.word {
                writer.field("code") {
                    $0.field("key", "\(screen.number)")
                    $0.field("title", "扫码支付 Scan to pay")
                }
            }
            if let meal = board.mealName {
                writer.field("period") {
                    $0.field("zh", meal.chinese)
                    $0.field("en", meal.english)
                }
            }
            writer.field("playlist", array: board.playlist) { writer, file in
                writer.object {
                    $0.field("file", file)
                    $0.field("seconds", CanteenPages.slideSeconds)
                }
            }
        }
    }

    /// The text of the code that a lane shows; nil: it shows none.
    public static func code(_ desk: LaneDesk) -> String? {
        if case .scanToPay(_, let code) = desk.screen.word { code } else { nil }
    }

    private static func state(_ word: CanteenWord) -> String {
        switch word {
        case .idle: "idle"
        case .welcome, .due, .chooseFood, .takePlateAway, .emptyScale, .closed, .cancelled: "asking"
        default:
            switch word.sound {
            case .ok, .later: "good"
            case .wait: "wait"
            case .refused: "bad"
            case .alarm: "alarm"
            case .none: "asking"
            }
        }
    }

    private func words(_ desk: LaneDesk, _ board: CanteenBoard) -> [(chinese: String, english: String)] {
        guard desk.screen.word == .idle else {
            let word = desk.screen.word
            return [(word.chinese, word.english)] + (word.advice.map { [$0] } ?? [])
        }
        guard desk.mode != nil else { return [(CanteenWord.closedNow.chinese, CanteenWord.closedNow.english)] }
        if desk.mode == .tickets { return [(TicketWord.showTicket.words)] }
        return [invitation(desk.id)]
    }

    /// How people make themselves known at a lane.
    private func invitation(_ lane: LaneID) -> (chinese: String, english: String) {
        let ways = scenario.lanes.first { $0.id == lane }?.knownBy ?? []
        let all: [(KnownBy, String, String)] = [
            (.face, "刷脸", "face"), (.card, "刷卡", "card"), (.code, "扫码", "code"),
        ]
        let known = all.filter { ways.contains($0.0) }
        guard !known.isEmpty else { return (CanteenWord.idle.chinese, CanteenWord.idle.english) }
        return (
            "请" + known.map(\.1).joined(separator: "、"),
            "Show your " + known.map(\.2).joined(separator: ", ")
        )
    }

    /// What is to be paid or was; while nobody is there, the meal's price if there is one for all.
    private func amount(_ desk: LaneDesk) -> Fen? {
        guard desk.screen.word == .idle else { return desk.screen.total }
        guard let lane = scenario.lanes.first(where: { $0.id == desk.id }), desk.mode == .fixedPrice else { return nil }
        for mode in lane.modes where mode.kind == .fixedPrice {
            guard case .fixedPrice(let prices, let others) = mode.what else { continue }
            let all = Set(prices.values).union(others.map { [$0] } ?? [])
            if lane.modes.count == 1, all.count == 1 { return all.first }
        }
        return nil
    }

    /// A moment by the clock of the place; of another day with its date.
    private func told(_ moment: WallTime, on day: CivilDate) -> String {
        let zone = scenario.calendar.zone
        let time = TimeOfDay.text(floorDivide(zone.localSeconds(at: moment), 60) % 1_440)
        let date = zone.date(at: moment)
        return date == day ? time : "\(date) \(time)"
    }

    private struct PurseRow {
        var chinese: String, english: String
        var paid: Fen?, left: Fen?
    }

    private func purses(_ screen: LaneScreen) -> [PurseRow] {
        var order = rules?.purses.map(\.id) ?? []
        for id in screen.shares.map(\.purse) + screen.balances.map(\.purse) where !order.contains(id) {
            order.append(id)
        }
        return order.compactMap { id in
            let paid = screen.shares.first { $0.purse == id }?.amount
            let left = screen.balances.first { $0.purse == id }?.amount
            guard paid != nil || left != nil else { return nil }
            let purse = rules?.purse(id)
            return PurseRow(
                chinese: purse?.chinese ?? id.text, english: purse?.english ?? id.text, paid: paid, left: left)
        }
    }

    private func line(_ writer: inout JSONWriter, _ line: SaleLine, inFen: Bool) {
        let name = line.item.flatMap { names[$0] } ?? ("金额", "Amount")
        writer.object {
            $0.field("zh", line.item == nil ? "金额" : name.chinese)
            $0.field("en", line.item == nil ? "Amount" : name.english)
            $0.field("count", line.count > 1 ? "× \(line.count)" : "")
            if inFen { $0.field("amount", line.amount.count) } else { $0.field("amount", "¥\(line.amount)") }
        }
    }

    // MARK: - The cashier's board

    public func desk(_ board: CanteenBoard) -> [UInt8] {
        JSONWriter.object { writer in
            writer.field("site", scenario.id.text)
            writer.field("link", board.isLinkUp)
            writer.field("problems", array: CanteenPages.problems(board)) { writer, problem in
                writer.object {
                    $0.field("zh", problem.chinese)
                    $0.field("en", problem.english)
                }
            }
            if scenario.leases != nil {
                writer.field("ready") {
                    $0.field("known", Int64(board.peopleKnown))
                    $0.field("offline", Int64(board.peopleReady))
                }
            }
            writer.field("reports", array: Array(board.reports.reversed())) { report(&$0, $1) }
            writer.field("tills", array: board.lanes) { till(&$0, $1, board) }
        }
    }

    private static func problems(_ board: CanteenBoard) -> [(chinese: String, english: String)] {
        var problems: [(String, String)] = []
        if !board.isJournalHealthy { problems.append(("存储故障", "storage fault")) }
        if board.disk != .ok { problems.append(("存储将满", "storage low")) }
        if board.doRulesDiffer { problems.append(("扣款规则与平台不一致", "purse rules differ from the platform's")) }
        return problems
    }

    /// How a period's report is named in addresses: `2026-11-20.lunch`.
    public static func reportName(_ meal: Meal) -> String { "\(meal.day).\(meal.period?.text ?? "none")" }

    private func report(_ writer: inout JSONWriter, _ report: PeriodReport) {
        let period = report.meal.period.flatMap { scenario.calendar.period($0) }
        writer.object {
            $0.field("id", CanteenPages.reportName(report.meal))
            $0.field("closed", ifPresent: report.closed?.milliseconds)
            $0.field("zh", "\(report.meal.day) \(period?.chinese ?? "餐外")")
            $0.field("en", period?.english ?? "between meals")
        }
    }

    private func till(_ writer: inout JSONWriter, _ desk: LaneDesk, _ board: CanteenBoard) {
        let mine = board.last.filter { $0.lane == desk.id }
        writer.object { writer in
            writer.field("id", desk.id.text)
            writer.field("mode", desk.mode?.rawValue ?? "closed")
            if let meal = board.mealName {
                writer.field("period") {
                    $0.field("zh", meal.chinese)
                    $0.field("en", meal.english)
                }
            }
            writer.field("alarms", array: desk.alarms) { writer, alarm in
                writer.object {
                    $0.field("zh", alarm.chinese)
                    $0.field("en", alarm.english)
                }
            }
            writer.field("menu", array: menu(desk, board)) { writer, item in
                writer.object {
                    $0.field("id", item.id.text)
                    $0.field("zh", item.chinese)
                    $0.field("en", item.english)
                    $0.field("price", item.price.count)
                    $0.field("per", ifPresent: item.per?.count)
                    $0.field("left", ifPresent: item.left)
                }
            }
            writer.field("weight", ifPresent: desk.weight?.count)
            sale(&writer, desk)
            writer.field("people", ifPresent: desk.people)
            writer.field("last", array: Array(mine.reversed())) { entry(&$0, $1) }
            writer.field("counts") {
                $0.field("served", board.report[.all].count)
                $0.field("sum", board.report[.all].amount.count)
                $0.field("undone", board.report[.undone].count + board.report[.correction].count)
            }
            if let isReady = desk.isGateReady {
                let isHeld = desk.screen.word == .emergency
                writer.field("turnstile") {
                    $0.field("zh", isHeld ? "闸机常开" : isReady ? "闸机就绪" : "等待通行")
                    $0.field("en", isHeld ? "held open" : isReady ? "turnstile ready" : "somebody is passing")
                    $0.field("held", isHeld)
                }
            }
        }
    }

    private func sale(_ writer: inout JSONWriter, _ desk: LaneDesk) {
        let screen = desk.screen
        guard desk.stage != .idle || screen.word != .idle || desk.waiting != nil else { return }
        writer.field("sale") { writer in
            writer.field("id", ifPresent: desk.sale?.description)
            writer.field("stage", desk.stage.rawValue)
            writer.field("who", ifPresent: desk.waiting ?? screen.name)
            writer.field("waits", desk.waiting != nil)
            writer.field("lines", array: screen.lines) { line(&$0, $1, inFen: true) }
            writer.field("total", screen.total?.count ?? 0)
            writer.field("tone", CanteenPages.state(screen.word))
            writer.field("zh", screen.word.chinese)
            writer.field("en", screen.word.english)
        }
    }

    private struct MenuRow {
        var id: Slug
        var chinese: String, english: String
        var price: Fen
        var per: Grams?
        var left: Int64?
    }

    private func menu(_ desk: LaneDesk, _ board: CanteenBoard) -> [MenuRow] {
        guard let lane = scenario.lanes.first(where: { $0.id == desk.id }) else { return [] }
        switch lane.mode(board.meal.period)?.what {
        case .menu(let items):
            return items.map { item in
                MenuRow(
                    id: item.id, chinese: item.chinese, english: item.english, price: item.price,
                    left: board.stock.first { $0.item == item.id }?.left)
            }
        case .weighed(let items):
            return items.map {
                MenuRow(
                    id: $0.id, chinese: $0.chinese, english: $0.english, price: $0.price.price, per: $0.price.per)
            }
        case .fixedPrice, .keyed, .countOnly, .passOnly, .tickets, nil: return []
        }
    }

    private func entry(_ writer: inout JSONWriter, _ sale: SaleEntry) {
        let first = sale.lines.first.map { line in line.item.flatMap { names[$0] } ?? ("金额", "Amount") }
        let isMeal = sale.mode == .fixedPrice || sale.lines.isEmpty
        let name = sale.mode == .tickets ? ticket(sale) : isMeal ? ("餐", "Meal") : first ?? ("餐", "Meal")
        let more = sale.lines.count - 1
        writer.object {
            $0.field("sale", sale.id.description)
            $0.field("payment", ifPresent: sale.payment?.description)
            $0.field("at", sale.at.milliseconds)
            $0.field("who", ifPresent: sale.who)
            $0.field("zh", more > 0 ? "\(name.0)等\(more + 1)项" : name.0)
            $0.field("en", more > 0 ? "\(name.1) and \(more) more" : name.1)
            $0.field("how", ifPresent: sale.instrument?.rawValue)
            $0.field("offline", sale.isOffline)
            $0.field("amount", sale.total.count)
            $0.field("returned", sale.returned.count)
            $0.field("standing", sale.standing.rawValue)
        }
    }

    /// What sort of ticket, and how many passed on it.
    private func ticket(_ sale: SaleEntry) -> (chinese: String, english: String) {
        let kind = sale.lines.first?.item?.text ?? ""
        let people = sale.lines.reduce(0) { $0 + $1.count }
        return ("门票 \(kind) ×\(people)", "Ticket \(kind) ×\(people)")
    }
}
