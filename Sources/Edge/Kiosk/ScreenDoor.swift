internal import DriverPage
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What the pages on the screens beside lanes or tills need of the box.
public struct ScreenHooks: Sendable {
    /// What each page shows, as JSON, by the lane's or till's name.
    public var screens: [String: BoardFeed]
    /// The code that a lane or till shows now, as an SVG picture; nil while it shows none.
    public var code: @Sendable (_ name: String) -> [UInt8]?

    public init(screens: [String: BoardFeed], code: @escaping @Sendable (String) -> [UInt8]?) {
        self.screens = screens
        self.code = code
    }
}

/// The pages for those who pay: on a screen beside the boom or the till, or in place of a sign. Nobody signs in, and
/// nothing can be ordered from them.
///
/// | request | does |
/// |---|---|
/// | `GET /<place>/<name>/` | the page; the place is `lanes` or `tills` |
/// | `GET /<place>/<name>/screen` | what it shows, once |
/// | `GET /<place>/<name>/events` | the same, whenever it changes, as server-sent events |
/// | `GET /<place>/<name>/code.svg` | the code that a phone is to scan |
struct ScreenDoor: Sendable {
    /// The first part of the addresses.
    let place: String
    let html: [UInt8]
    /// The page's files, by name, and their types.
    let files: [(name: String, body: [UInt8], type: String)]
    /// To whom asks for another one than there are.
    let unknown: String
    let hooks: ScreenHooks

    func add(to router: Router<BasicRequestContext>) {
        for file in files { router.get("/\(file.name)") { _, _ in Reply.page(file.body, file.type) } }
        router.get("/\(place)/:name") { _, context in
            answer(context) { _ in Reply.page(html, "text/html; charset=utf-8") }
        }
        router.get("/\(place)/:name/screen") { _, context in answer(context) { Reply.json($0.current.json) } }
        router.get("/\(place)/:name/events") { _, context in
            answer(context) { feed in
                EventStream.response(feed) { feed.current.json }
                    ?? Reply.say(.serviceUnavailable, "too many pages listen: ask for the screen from time to time")
            }
        }
        router.get("/\(place)/:name/code.svg") { _, context in
            guard let picture = hooks.code(context.parameters.get("name") ?? "") else {
                return Reply.say(.notFound, "no code is shown here now")
            }
            return Reply.page(picture, "image/svg+xml")
        }
    }

    private func answer(_ context: BasicRequestContext, _ reply: (BoardFeed) -> Response) -> Response {
        guard let feed = hooks.screens[context.parameters.get("name") ?? ""] else {
            return Reply.say(.notFound, unknown)
        }
        return reply(feed)
    }
}

extension ScreenDoor {
    /// The pages beside a car park's booms.
    init(driver hooks: ScreenHooks) {
        self.init(
            place: "lanes", html: DriverPage.html,
            files: [
                ("driver.css", DriverPage.css, "text/css; charset=utf-8"),
                ("driver.js", DriverPage.script, "text/javascript; charset=utf-8"),
            ], unknown: "没有这条车道 There is no such lane", hooks: hooks)
    }
}
