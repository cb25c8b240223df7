internal import DriverPage
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What the driver's pages need of the box.
public struct DriverHooks: Sendable {
    /// What each lane's page shows, as JSON, by the lane's name.
    public var screens: [String: BoardFeed]
    /// The code that a lane shows now, as an SVG picture; nil while it shows none.
    public var code: @Sendable (_ lane: String) -> [UInt8]?

    public init(screens: [String: BoardFeed], code: @escaping @Sendable (String) -> [UInt8]?) {
        self.screens = screens
        self.code = code
    }
}

/// The page for drivers at a lane: on a screen beside the boom, or in place of a sign. Nobody signs in, and nothing
/// can be ordered from it.
///
/// | request | does |
/// |---|---|
/// | `GET /lanes/<lane>/` | the page |
/// | `GET /lanes/<lane>/screen` | what it shows, once |
/// | `GET /lanes/<lane>/events` | the same, whenever it changes, as server-sent events |
/// | `GET /lanes/<lane>/code.svg` | the code that a phone is to scan |
struct DriverDoor: Sendable {
    let hooks: DriverHooks

    func add(to router: Router<BasicRequestContext>) {
        router.get("/driver.css") { _, _ in Reply.page(DriverPage.css, "text/css; charset=utf-8") }
        router.get("/driver.js") { _, _ in Reply.page(DriverPage.script, "text/javascript; charset=utf-8") }
        router.get("/lanes/:lane") { _, context in
            answer(context) { _ in Reply.page(DriverPage.html, "text/html; charset=utf-8") }
        }
        router.get("/lanes/:lane/screen") { _, context in answer(context) { Reply.json($0.current.json) } }
        router.get("/lanes/:lane/events") { _, context in
            answer(context) { feed in
                EventStream.response(feed) { feed.current.json }
                    ?? Reply.say(.serviceUnavailable, "too many pages listen: ask for the screen from time to time")
            }
        }
        router.get("/lanes/:lane/code.svg") { _, context in
            guard let picture = hooks.code(context.parameters.get("lane") ?? "") else {
                return Reply.say(.notFound, "this lane shows no code now")
            }
            return Reply.page(picture, "image/svg+xml")
        }
    }

    private func answer(_ context: BasicRequestContext, _ reply: (BoardFeed) -> Response) -> Response {
        guard let feed = hooks.screens[context.parameters.get("lane") ?? ""] else {
            return Reply.say(.notFound, "没有这条车道 There is no such lane")
        }
        return reply(feed)
    }
}
