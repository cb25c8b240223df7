import Canteen
import DeskOrders
import EdgeRuntime
import Host
import JSONText
import Kiosk
import QRCode
import Synchronization
import Vocabulary

/// Joins the pages of tills with the canteen's rules.
final class TillPages: Sendable {
    private let pages: CanteenPages
    private let scenario: CanteenScenario
    private let board = BoardFeed()
    private let screens: [LaneID: BoardFeed]
    private let shown = Mutex<CanteenBoard?>(nil)
    private let playlist: Playlist
    /// How many people can eat offline, and when they are counted again: ten thousand take a millisecond.
    private let ready = Mutex<(count: Int, due: Uptime)>((0, Uptime(nanoseconds: 0)))
    private static let countEvery = Uptime.Span.seconds(2)
    /// Brings everybody anew to the face terminals of a lane; false: it has none.
    private let refill: @Sendable (LaneID) -> Bool

    init(
        _ scenario: CanteenScenario, pages: CanteenPages, playlist: Playlist,
        refill: @escaping @Sendable (LaneID) -> Bool
    ) {
        self.refill = refill
        self.scenario = scenario
        self.pages = pages
        self.playlist = playlist
        screens = Dictionary(uniqueKeysWithValues: scenario.lanes.map { ($0.id, BoardFeed()) })
    }

    /// Shows what the rules have come to; called on the decision loop's thread, and never waits.
    func watch(_ site: CanteenSite) {
        let now = ClockReading.now()
        var new = site.board(at: now, isCounting: false)
        new.peopleReady = ready.withLock { ready in
            if ready.due <= now.uptime {
                ready = (site.peopleReady(at: now), now.uptime + TillPages.countEvery)
            }
            return ready.count
        }
        let isNew = shown.withLock { shown in
            guard shown != new else { return false }
            shown = new
            return true
        }
        guard isNew else { return }
        board.publish(pages.desk(new))
        for lane in new.lanes { screens[lane.id]?.publish(pages.screen(lane, of: new)) }
    }

    // MARK: - The doors

    func hooks(
        stateFolder: String, token: String, enrol: @escaping @Sendable (JSONNode) -> String?,
        offer: @escaping @Sendable (CanteenEvent) -> Bool
    ) -> TillHooks {
        let corrections = scenario.corrections
        return TillHooks(
            board: board,
            screens: ScreenHooks(
                screens: Dictionary(uniqueKeysWithValues: screens.map { ($0.key.text, $0.value) }),
                code: { self.picture($0) }),
            staff: StaffHooks(stateFolder: stateFolder, bearer: token),
            rights: { role in
                let words = TillWord.allCases.filter { $0.isAllowed(role, corrections) }.map(\.rawValue)
                return words + (role == .attendant ? [] : ["reports"])
            }, wall: { WallClock.now() }, act: { self.act($0, $1, $2, offer) }, report: { self.report($0) },
            playlist: { self.playlist.file($0) }, enrol: enrol)
    }

    private func picture(_ lane: String) -> [UInt8]? {
        guard let id = try? LaneID(lane), let desk = shown.withLock({ $0?.lanes.first { $0.id == id } }),
            let code = CanteenPages.code(desk), let symbol = try? QRSymbol(code)
        else { return nil }
        return Array(symbol.svg(title: "扫码支付 Scan to pay").utf8)
    }

    private func report(_ name: String) -> ReportPage? {
        guard let board = shown.withLock({ $0 }) else { return nil }
        // A meal that was closed by hand and goes on has two: what is closed is what is asked for.
        func isIt(_ report: PeriodReport) -> Bool { CanteenPages.reportName(report.meal) == name }
        guard let report = board.reports.last(where: isIt) ?? (isIt(board.report) ? board.report : nil) else {
            return nil
        }
        return ReportPage(text: pages.reportText(report), csv: report.csv)
    }

    private func act(
        _ word: String, _ node: JSONNode, _ orderer: TillHooks.Orderer, _ offer: (CanteenEvent) -> Bool
    ) -> TillHooks.Answer {
        if word == TillPages.replaced { return terminalReplaced(node, orderer) }
        let message: TillOrderMessage
        let clerk: Clerk
        do throws(DeskOrderError) {
            message = try TillOrderMessage(word: word, node)
            switch orderer {
            // Whoever can read the state folder may do all.
            case .command: clerk = Clerk(try OrderBody(node: node).text("who", longest: 64), .supervisor)
            case .person(let name, let role): clerk = Clerk(name, role)
            }
        } catch { return .unreadable(error.description) }
        guard message.word.isAllowed(clerk.role, scenario.corrections) || orderer == .command else {
            return .notAllowed
        }
        guard screens[message.lane] != nil else { return .noSuchTill }
        if let why = shown.withLock({ $0?.refusal(of: message) }) { return .refused(why) }
        return offer(.ordered(message.lane, message.order, by: clerk, seen: message.seen)) ? .taken : .busy
    }

    /// Not of the rules' orders: a face terminal of a lane was replaced or emptied under its old id.
    private static let replaced = "terminalReplaced"

    private func terminalReplaced(_ node: JSONNode, _ orderer: TillHooks.Orderer) -> TillHooks.Answer {
        if case .person(_, let role) = orderer, role == .attendant { return .notAllowed }
        let lane: LaneID
        do throws(DeskOrderError) {
            lane = try OrderBody(node: node).parsed("till", "a till's name", LaneID.init)
        } catch { return .unreadable(error.description) }
        guard screens[lane] != nil else { return .noSuchTill }
        return refill(lane) ? .taken : .refused("此处没有人脸终端 There is no face terminal here")
    }
}

extension CanteenBoard {
    /// Why an order is refused at once: the person saw another sale, or another price, than stands there now. The rules
    /// look once more when it is their turn.
    fileprivate func refusal(of message: TillOrderMessage) -> String? {
        guard let lane = lanes.first(where: { $0.id == message.lane }) else { return nil }
        if let sale = message.seen.sale, lane.sale != sale {
            return "此笔交易已变化，请查看后重试 The sale has changed: look and try again"
        }
        if let amount = message.seen.amount, let due = lane.screen.total, due != amount {
            return "应付金额已变为\(due)元 The amount is \(due) yuan now"
        }
        return nil
    }
}
