import Effects
import Kiosk
import Parking
import QRCode
import Synchronization
import Vocabulary

/// What the lanes' driver pages show, from the rules to any number of screens.
final class DriverScreens: Sendable {
    private let texts: SignTexts
    private let feeds: [LaneID: BoardFeed]
    private let shown = Mutex<[LaneID: DriverScreen]>([:])

    init(_ lanes: [LaneID], _ texts: SignTexts) {
        self.texts = texts
        feeds = Dictionary(uniqueKeysWithValues: lanes.map { ($0, BoardFeed()) })
    }

    /// Shows what the rules have come to; called on the decision loop's thread, and never waits.
    func watch(_ lanes: [BoardLane]) {
        for lane in lanes {
            let screen = DriverScreen(lane, texts)
            let isNew = shown.withLock { $0.updateValue(screen, forKey: lane.id) != screen }
            if isNew { feeds[lane.id]?.publish(screen.json(idle: texts)) }
        }
    }

    var hooks: ScreenHooks {
        ScreenHooks(
            screens: Dictionary(uniqueKeysWithValues: feeds.map { ($0.key.text, $0.value) }),
            code: { lane in
                guard let id = try? LaneID(lane), let code = self.shown.withLock({ $0[id]?.code }),
                    let symbol = try? QRSymbol(code.text)
                else { return nil }
                return Array(symbol.svg(title: code.kind.title).utf8)
            })
    }
}
