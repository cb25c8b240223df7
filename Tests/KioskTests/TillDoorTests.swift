import Host
import JSONText
import Logging
import ServiceLifecycle
import Shifts
import StandIns
import Synchronization
import Testing
import TillPage
import Vocabulary

@testable import Kiosk

/// A canteen's pages with nothing behind them, on a port of their own.
private final class TillRig: Sendable {
    let board = BoardFeed(), screen = BoardFeed()
    let picture = Mutex<[UInt8]?>(nil)
    let orders = Mutex<[(word: String, text: String, who: TillHooks.Orderer)]>([])
    let answer = Mutex(TillHooks.Answer.taken)
    private let made = Mutex(0)

    private var hooks: TillHooks {
        TillHooks(
            board: board,
            screens: ScreenHooks(
                screens: ["window-1": screen], code: { $0 == "window-1" ? self.picture.withLock { $0 } : nil }),
            staff: StaffHooks(
                bearer: "secret",
                staff: {
                    [
                        StaffMember(name: "Zhao", role: .attendant, pinHash: "$1357"),
                        StaffMember(name: "Qian", role: .supervisor, pinHash: "$2468"),
                    ]
                }, isPIN: { "$\($0)" == $1 },
                newToken: {
                    self.made.withLock {
                        $0 += 1
                        return "token\($0)"
                    }
                }, uptime: { Uptime(milliseconds: 1_000) }),
            rights: { $0 == .supervisor ? ["cash", "refund", "reports"] : ["cash"] },
            wall: { WallTime(milliseconds: 1_750_000_000_000) },
            act: { word, node, who in
                self.orders.withLock { $0.append((word, node["why"]?.string ?? "", who)) }
                return self.answer.withLock { $0 }
            },
            report: { $0 == "p1" ? ReportPage(text: "<b>lunch</b>", csv: "a,b") : nil },
            playlist: { $0 == "menu.png" ? .init(body: [1, 2, 3], type: "image/png") : nil })
    }

    func serve(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (ports, told) = AsyncStream<Int>.makeStream()
        let server = KioskServer(
            host: "127.0.0.1", port: 0, doors: [], hooks: KioskHooks(status: { [] }), till: hooks,
            logger: Logger(label: "test")
        ) { told.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
        }
    }
}

private func text(_ answer: HTTPPush.Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

@Suite("The pages of a till over HTTP")
struct TillDoorTests {
    @Test("a customer's screen needs nobody to sign in and orders nothing; the cashier's board and orders need it")
    func doors() async throws {
        let rig = TillRig()
        try await rig.serve { (port: Int) async throws in
            let anybody = Browser(port: port)
            rig.screen.publish(Array(#"{"state":"idle","zh":["请刷脸"],"en":["Show your face"]}"#.utf8))
            for path in ["/", "/tills/window-1/", "/tills/window-1/screen", "/customer.css", "/customer.js"] {
                #expect(try await anybody.send("GET", path).status == 200, "\(path)")
            }
            #expect(text(try await anybody.send("GET", "/tills/window-1/screen")).contains("请刷脸"))
            for path in ["/tills/window-9/", "/tills/window-9/screen", "/tills/window-9/code.svg"] {
                #expect(try await anybody.send("GET", path).status == 404, "\(path)")
            }
            for path in ["/board", "/events", "/periods/p1"] {
                #expect(try await anybody.send("GET", path).status == 401, "\(path)")
            }
            #expect(try await anybody.send("POST", "/till/cash", "{}").status == 401)
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            rig.board.publish(Array(#"{"tills":[]}"#.utf8))
            #expect(text(try await zhao.send("GET", "/board")) == #"{"now":1750000000000,"board":{"tills":[]}}"#)
            #expect(text(try await zhao.send("GET", "/session")).contains(#""rights":["cash"]"#))
            // Another site's page cannot send the header.
            #expect(try await zhao.send("POST", "/till/cash", "{}", headers: [:]).status == 403)
            #expect(rig.orders.withLock { $0.isEmpty })
            #expect(try await zhao.send("POST", "/till/cash", #"{"why":"x"}"#).status == 202)
            let given = rig.orders.withLock { $0.first }
            #expect(given?.word == "cash" && given?.text == "x")
            #expect(given?.who == .person(name: "Zhao", role: .attendant))
        }
    }

    @Test("a command bears the token of the state folder; a wrong one is refused")
    func commands() async throws {
        let rig = TillRig()
        try await rig.serve { (port: Int) async throws in
            let command = Browser(port: port)
            let right = ["Authorization": "Bearer secret"], wrong = ["Authorization": "Bearer secreT"]
            #expect(try await command.send("POST", "/till/cash", "{}", headers: wrong).status == 401)
            #expect(rig.orders.withLock { $0.isEmpty })
            #expect(try await command.send("POST", "/till/cash", "{}", headers: right).status == 202)
            #expect(rig.orders.withLock { $0.first?.who } == .command)
        }
    }

    @Test(
        "each outcome of an order has an answer of its own",
        arguments: zip(
            [
                TillHooks.Answer.taken, .unreadable("no till"), .refused("卖完 Sold out"), .notAllowed, .noSuchTill,
                .busy,
            ], [202, 400, 409, 403, 404, 503]))
    func outcomes(answer: TillHooks.Answer, status: Int) async throws {
        let rig = TillRig()
        rig.answer.withLock { $0 = answer }
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            let reply = try await zhao.send("POST", "/till/cash", "{}")
            #expect(reply.status == status)
            if case .refused(let why) = answer { #expect(text(reply).contains(why)) }
        }
    }

    @Test("a refund says under which id it has begun")
    func refund() async throws {
        let rig = TillRig()
        let id = try PaymentID("01970000-0000-7000-8000-000000000001")
        rig.answer.withLock { $0 = .refund(id) }
        try await rig.serve { (port: Int) async throws in
            let qian = try await Browser.signedIn("Qian", "2468", port, token: 1)
            #expect(text(try await qian.send("POST", "/till/refund", "{}")) == "{\"refund\":\"\(id)\"}")
        }
    }

    @Test("a period's report is for those who may read reports, and what people typed in it never becomes markup")
    func reports() async throws {
        let rig = TillRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            #expect(try await zhao.send("GET", "/periods/p1").status == 404)
            let qian = try await Browser.signedIn("Qian", "2468", port, token: 2)
            #expect(text(try await qian.send("GET", "/periods/p1")).contains("&lt;b&gt;lunch"))
            #expect(text(try await qian.send("GET", "/periods/p1/text")) == "<b>lunch</b>")
            let csv = try await qian.send("GET", "/periods/p1/csv")
            #expect(csv.body.prefix(3) == [0xEF, 0xBB, 0xBF] && text(csv).hasSuffix("a,b"))
            for path in ["/periods/p2", "/periods/p1/pdf"] {
                #expect(try await qian.send("GET", path).status == 404, "\(path)")
            }
        }
    }

    @Test("the playlist's files are served by name, and nothing beside them")
    func playlist() async throws {
        let rig = TillRig()
        try await rig.serve { (port: Int) async throws in
            let screen = Browser(port: port)
            let file = try await screen.send("GET", "/playlist/menu.png")
            #expect(file.status == 200 && file.body == [1, 2, 3] && file.header("content-type") == "image/png")
            for path in ["/playlist/other.png", "/playlist/..%2Fattendants"] {
                #expect(try await screen.send("GET", path).status == 404, "\(path)")
            }
        }
    }

    @Test("a change reaches the customer's screen and the cashier's page")
    func live() async throws {
        let rig = TillRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            let screen = try EventReader("/tills/window-1/events", port: port)
            let page = try EventReader("/events", port: port, cookie: zhao.cookie)
            await screen.wait(for: "data: {}\n\n")
            await page.wait(for: #""board":{}}"#)
            rig.screen.publish(Array(#"{"amount":"¥8.00"}"#.utf8))
            rig.board.publish(Array(#"{"tills":[1]}"#.utf8))
            await screen.wait(for: #"data: {"amount":"¥8.00"}"#)
            await page.wait(for: #""board":{"tills":[1]}}"#)
            screen.leave()
            page.leave()
        }
    }

    @Test("the pages have both languages, come from the box alone, and are small")
    func pages() async throws {
        let rig = TillRig()
        try await rig.serve { (port: Int) async throws in
            let browser = Browser(port: port)
            var size = 0
            let shared = ["/page.css", "/page.js", "/page-dialogs.js", "/till.css", "/customer.css", "/customer.js"]
            for path in ["/", "/tills/window-1/"] + shared + TillPage.scripts.map({ "/\($0.name)" }) {
                let answer = try await browser.send("GET", path)
                #expect(answer.status == 200, "\(path)")
                size += answer.body.count
                #expect(!text(answer).contains("://") && !text(answer).contains("innerHTML"))
                if path == "/" {
                    #expect(text(answer).contains("登录") && text(answer).contains("Sign in"))
                    for script in TillPage.scripts { #expect(text(answer).contains("src=\"/\(script.name)\"")) }
                }
                if path == "/tills/window-1/" {
                    #expect(text(answer).contains("请稍候") && text(answer).contains("One moment"))
                }
            }
            #expect(size < 60_000)
        }
    }
}
