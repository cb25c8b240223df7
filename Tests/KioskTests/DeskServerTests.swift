import DeskOrders
import DeskPage
import Host
import JSONText
import Logging
import ServiceLifecycle
import Shifts
import StandIns
import Synchronization
import Testing
import Vocabulary

@testable import Kiosk

/// A box's page with nothing behind it, on a port of its own.
final class DeskRig: Sendable {
    let feed = BoardFeed()
    /// What the driver's page of lane exit-1 shows, and the picture of its code.
    let screen = BoardFeed()
    let picture = Mutex<[UInt8]?>(nil)
    let orders = Mutex<[(DeskOrder, String)]>([])
    let staff = Mutex([
        StaffMember(name: "Zhao", role: .attendant, pinHash: "$1357"),
        StaffMember(name: "Qian", role: .supervisor, pinHash: "$2468"),
        StaffMember(name: "Sun", role: .engineer, pinHash: "$9753"),
    ])
    let uptime = Mutex(Uptime(milliseconds: 1_000))
    /// The reports that were sent to the printer; nil for a box without one.
    let printed: Mutex<[String]>?
    /// How often a report was looked for.
    let looked = Mutex(0)
    private let made = Mutex(0)

    init(hasPrinter: Bool = false) { printed = hasPrinter ? Mutex([]) : nil }

    private var hooks: DeskHooks {
        DeskHooks(
            feed: feed, rights: DeskRights(),
            staff: StaffHooks(
                bearer: "secret", staff: { self.staff.withLock { $0 } }, isPIN: { "$\($0)" == $1 },
                newToken: {
                    self.made.withLock {
                        $0 += 1
                        return "token\($0)"
                    }
                }, uptime: { self.uptime.withLock { $0 } }), wall: { WallTime(milliseconds: 1_750_000_000_000) },
            act: { order, who in
                if order.lane?.text == "nowhere" { return .noSuchLane }
                self.orders.withLock { $0.append((order, who)) }
                return .taken
            },
            report: { id in
                self.looked.withLock { $0 += 1 }
                return id == "r1" ? (["Zhao"], ReportPage(text: "<b>slip</b>", csv: "a,b")) : nil
            },
            inside: { plate, showsPlates in
                plate == "busy" ? nil : Array("{\"asked\":\"\(plate)\",\"whole\":\(showsPlates)}".utf8)
            },
            slips: slips)
    }

    /// A printer whose cable is out: it takes one slip at a time, and prints none.
    private var slips: SlipHooks? {
        guard printed != nil else { return nil }
        return SlipHooks(
            print: { id in
                self.printed?.withLock {
                    $0.append(id)
                    return $0.count == 1
                } == true
            },
            state: { id in
                self.printed?.withLock { $0.contains(id) } == true ? .failed("no <cable>") : nil
            })
    }

    /// Serves while `body` runs; it gets the port.
    func serve(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (ports, told) = AsyncStream<Int>.makeStream()
        let server = KioskServer(
            host: "127.0.0.1", port: 0, doors: [],
            hooks: KioskHooks(status: { [] }), desk: hooks,
            driver: ScreenHooks(
                screens: ["exit-1": screen], code: { $0 == "exit-1" ? self.picture.withLock { $0 } : nil }),
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

/// One browser, with its cookie.
struct Browser {
    let port: Int
    var cookie: String?

    func send(
        _ method: String, _ path: String, _ body: String = "", headers: [String: String] = ["X-Turnpike": "1"]
    ) async throws -> HTTPPush.Answer {
        var all = headers
        all["Content-Type"] = all["Content-Type"] ?? "application/json"
        if let cookie { all["Cookie"] = "other=1; turnpike=\(cookie)" }
        let (port, headers) = (port, all)
        // On a thread of its own: it blocks, and the server needs the shared ones.
        let answer = try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try HostThread(name: "browser") {
                    continuation.resume(
                        with: Result {
                            try HTTPPush.send(method, port: port, path: path, headers: headers, body: Array(body.utf8))
                        })
                }
            } catch { continuation.resume(throwing: error) }
        }
        return try #require(answer)
    }

    static func signedIn(_ name: String, _ pin: String, _ port: Int, token: Int) async throws -> Browser {
        var browser = Browser(port: port)
        let answer = try await browser.send("POST", "/session", #"{"name":"\#(name)","pin":"\#(pin)"}"#)
        #expect(answer.status == 200)
        browser.cookie = "token\(token)"
        return browser
    }
}

@Suite("The attendant's page over HTTP")
struct DeskServerTests {
    @Test("nothing is shown and nothing done without signing in, and who acted comes from the session")
    func session() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let nobody = Browser(port: port)
            for path in ["/board", "/events", "/session", "/shifts/r1"] {
                #expect(try await nobody.send("GET", path).status == 401)
            }
            let order = #"{"lane":"exit-1","why":"fire","who":"Somebody else"}"#
            #expect(try await nobody.send("POST", "/desk/open", order).status == 401)
            #expect(rig.orders.withLock { $0.isEmpty })
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            #expect(try await zhao.send("GET", "/board").status == 200)
            #expect(try await zhao.send("POST", "/desk/open", order).status == 202)
            let lane = try LaneID("exit-1")
            rig.orders.withLock { orders in
                #expect(orders.map(\.1) == ["Zhao"])
                #expect(orders.map(\.0) == [.open(lane: lane, why: "fire")])
            }
            #expect(try await zhao.send("DELETE", "/session").status == 200)
            #expect(try await zhao.send("POST", "/desk/open", order).status == 401)
        }
    }

    @Test(
        "an opening without a reason, or with a blank one, is refused; so is a reason with a line end",
        arguments: [#""""#, #""  ""#, #""a\nb""#, "null", "7"])
    func reasons(why: String) async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            #expect(try await zhao.send("POST", "/desk/open", #"{"lane":"exit-1","why":\#(why)}"#).status == 400)
            #expect(try await zhao.send("POST", "/desk/open", #"{"lane":"exit-1"}"#).status == 400)
            #expect(rig.orders.withLock { $0.isEmpty })
        }
    }

    @Test(
        "whoever may read a report may print it; a slip that failed is told on its page, and an engineer gets neither")
    func slips() async throws {
        let rig = DeskRig(hasPrinter: true)
        try await rig.serve { (port: Int) async throws in
            let nobody = Browser(port: port)
            #expect(try await nobody.send("POST", "/shifts/r1/print", "{}").status == 401)
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            let sun = try await Browser.signedIn("Sun", "9753", port, token: 2)
            #expect(try await zhao.send("POST", "/shifts/r1/print", "{}", headers: [:]).status == 403)
            #expect(try await sun.send("POST", "/shifts/r1/print", "{}").status == 404)
            #expect(rig.printed?.withLock { $0.isEmpty } == true)
            #expect(
                String(decoding: try await zhao.send("GET", "/shifts/r1").body, as: UTF8.self).contains("id=\"slip\""))
            #expect(try await zhao.send("POST", "/shifts/r1/print", "{}").status == 202)
            #expect(rig.printed?.withLock { $0 } == ["r1"])
            let state = String(decoding: try await zhao.send("GET", "/shifts/r1/print").body, as: UTF8.self)
            #expect(
                state.contains("\"state\":\"failed\"") && state.contains("Not printed, the report is saved: no <cable>")
            )
            let page = String(decoding: try await zhao.send("GET", "/shifts/r1").body, as: UTF8.self)
            #expect(
                page.contains("Not printed, the report is saved: no &lt;cable&gt;") && page.contains("slip&lt;/b&gt;"))
            #expect(try await zhao.send("POST", "/shifts/r1/print", "{}").status == 503)
        }
    }

    @Test("a box without a printer shows no button for one, and says so")
    func noPrinter() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            #expect(
                !String(decoding: try await zhao.send("GET", "/shifts/r1").body, as: UTF8.self).contains("id=\"slip\""))
            #expect(try await zhao.send("POST", "/shifts/r1/print", "{}").status == 409)
            #expect(try await zhao.send("GET", "/report.js").status == 200)
        }
    }

    @Test("a role may not do what is not its own, whatever the page shows")
    func roles() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            let qian = try await Browser.signedIn("Qian", "2468", port, token: 2)
            let sun = try await Browser.signedIn("Sun", "9753", port, token: 3)
            let body = #"{"lane":"exit-1","why":"complaint"}"#
            #expect(try await zhao.send("POST", "/desk/waive", body).status == 403)
            #expect(try await qian.send("POST", "/desk/waive", body).status == 202)
            #expect(try await sun.send("POST", "/desk/waive", body).status == 403)
            #expect(try await zhao.send("POST", "/desk/serviceReset", body).status == 403)
            #expect(try await sun.send("POST", "/desk/serviceReset", body).status == 202)
            #expect(try await zhao.send("GET", "/shifts/r1").status == 200)
            #expect(try await sun.send("GET", "/shifts/r1").status == 404)
            #expect(try await qian.send("GET", "/shifts/r1/csv").status == 200)
            #expect(try await qian.send("GET", "/shifts/r2").status == 404)
        }
    }

    @Test("another site's page can send nothing: without the page's own header, or as a form, it is refused")
    func forgery() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            let body = #"{"lane":"exit-1","why":"x"}"#
            #expect(try await zhao.send("POST", "/desk/open", body, headers: [:]).status == 403)
            let form = ["X-Turnpike": "1", "Content-Type": "text/plain"]
            #expect(try await zhao.send("POST", "/desk/open", body, headers: form).status == 400)
            #expect(rig.orders.withLock { $0.isEmpty })
        }
    }

    @Test("five wrong PINs lock the name out for a minute, the right PIN too; a name that nobody has tells nothing")
    func lockOut() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let browser = Browser(port: port)
            func tryPIN(_ name: String, _ pin: String) async throws -> HTTPPush.Answer {
                try await browser.send("POST", "/session", #"{"name":"\#(name)","pin":"\#(pin)"}"#)
            }
            for _ in 0..<5 { #expect(try await tryPIN("Zhao", "0").status == 401) }
            #expect(try await tryPIN("Zhao", "1357").status == 429)
            let unknown = try await tryPIN("Nobody", "0"), wrong = try await tryPIN("Qian", "0")
            #expect(unknown.status == wrong.status && unknown.body == wrong.body)
            rig.uptime.withLock { $0 = $0 + .seconds(60) }
            #expect(try await tryPIN("Zhao", "1357").status == 200)
        }
    }

    @Test(
        "who is taken off the list, or given another role, can do nothing more and sees nothing more",
        arguments: [false, true])
    func dismissed(isOffTheList: Bool) async throws {
        let rig = DeskRig(hasPrinter: true)
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            let paths = ["/board", "/session", "/shifts/r1", "/shifts/r1/csv", "/shifts/r1/print"]
            for path in paths { #expect(try await zhao.send("GET", path).status == 200, "\(path)") }
            rig.staff.withLock { if isOffTheList { $0.removeFirst() } else { $0[0].role = .engineer } }
            for path in paths + ["/events"] { #expect(try await zhao.send("GET", path).status == 401, "\(path)") }
            #expect(try await zhao.send("POST", "/desk/cash", #"{"lane":"exit-1"}"#).status == 401)
            #expect(try await zhao.send("POST", "/shifts/r1/print", "{}").status == 401)
        }
    }

    @Test("a page that only watches does not keep its session alive: after four hours without an act it is over")
    func watching() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            func pass(hours: Int64, milliseconds: Int64 = 0) {
                rig.uptime.withLock { $0 = $0 + .milliseconds(hours * 3_600_000 + milliseconds) }
            }
            pass(hours: 3)
            #expect(try await zhao.send("GET", "/board").status == 200)
            pass(hours: 1, milliseconds: -1)
            #expect(try await zhao.send("POST", "/desk/cash", #"{"lane":"exit-1"}"#).status == 202)
            pass(hours: 3)
            #expect(try await zhao.send("GET", "/board").status == 200)
            pass(hours: 1)
            #expect(try await zhao.send("GET", "/board").status == 401)
        }
    }

    @Test("nobody makes the box look for a report: who asks is asked first")
    func unknown() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            #expect(try await Browser(port: port).send("GET", "/shifts/r1").status == 401)
            #expect(rig.looked.withLock { $0 } == 0)
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            #expect(try await zhao.send("GET", "/shifts/r1").status == 200)
            #expect(rig.looked.withLock { $0 } == 1)
        }
    }

    @Test("the box's own commands bear its token and must say who asks")
    func commands() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let command = Browser(port: port)
            let right = ["Authorization": "Bearer secret"], wrong = ["Authorization": "Bearer secreT"]
            #expect(try await command.send("POST", "/desk/openShift", #"{"float":5}"#, headers: right).status == 400)
            let body = #"{"float":5,"who":"Li"}"#
            #expect(try await command.send("POST", "/desk/openShift", body, headers: wrong).status == 401)
            #expect(try await command.send("POST", "/desk/openShift", body, headers: right).status == 202)
            #expect(rig.orders.withLock { $0.map(\.1) } == ["Li"])
        }
    }

    @Test("the cars inside are shown to who is signed in, whole plates only to who may end a stay")
    func inside() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let question = #"{"plate":"粤B1"}"#
            #expect(try await Browser(port: port).send("POST", "/inside", question).status == 401)
            let right = ["Authorization": "Bearer secret"]
            for (number, (name, pin, isWhole)) in [
                ("Zhao", "1357", false), ("Qian", "2468", true), ("Sun", "9753", false),
            ].enumerated() {
                let browser = try await Browser.signedIn(name, pin, port, token: number + 1)
                let answer = try await browser.send("POST", "/inside", question)
                #expect(answer.status == 200)
                #expect(String(decoding: answer.body, as: UTF8.self) == #"{"asked":"粤B1","whole":\#(isWhole)}"#)
                #expect(try await browser.send("POST", "/inside", question, headers: [:]).status == 403)
                #expect(try await browser.send("POST", "/inside", #"{"plate":"busy"}"#).status == 503)
                for wrong in ["{}", #"{"plate":5}"#, #"{"plate":"\#(String(repeating: "a", count: 33))"}"#] {
                    #expect(try await browser.send("POST", "/inside", wrong).status == 400)
                }
            }
            rig.staff.withLock { $0.removeAll { $0.name == "Qian" } }
            var gone = Browser(port: port)
            gone.cookie = "token2"
            #expect(try await gone.send("POST", "/inside", question).status == 401)
            let answer = try await Browser(port: port).send("POST", "/inside", question, headers: right)
            #expect(String(decoding: answer.body, as: UTF8.self).contains(#""whole":true"#))
        }
    }

    @Test("the page has both languages, comes from the box alone, and is small")
    func page() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let browser = Browser(port: port)
            var size = 0
            for path in ["/", "/desk.css", "/page.css", "/page.js", "/page-dialogs.js"]
                + DeskPage.scripts.map({ "/\($0.name)" })
            {
                let answer = try await browser.send("GET", path)
                #expect(answer.status == 200)
                size += answer.body.count
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(!text.contains("://"))
                #expect(!text.contains("innerHTML") && !text.contains("insertAdjacentHTML"))
                guard path == "/" else { continue }
                #expect(text.contains("登录") && text.contains("Sign in"))
                for script in DeskPage.scripts { #expect(text.contains("src=\"/\(script.name)\"")) }
            }
            #expect(size < 100_000)
        }
    }
}

@Suite("The page, live")
struct EventTests {
    @Test("a change at the box reaches a page that is open, and the stream ends with the session")
    func live() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let zhao = try await Browser.signedIn("Zhao", "1357", port, token: 1)
            let page = try EventReader("/events", port: port, cookie: "token1")
            await page.wait(for: "retry: 2000\ndata: {\"now\":1750000000000,\"board\":{}}\n\n")
            rig.feed.publish(Array(#"{"lanes":["粤B12345"]}"#.utf8))
            await page.wait(for: #""board":{"lanes":["粤B12345"]}}"#)
            #expect(rig.feed.listenerCount == 1)
            _ = try await zhao.send("DELETE", "/session")
            rig.feed.publish(Array(#"{"lanes":["secret"]}"#.utf8))
            await page.wait(for: "\r\n0\r\n\r\n")
            #expect(!page.seen.contains("secret"))
            page.leave()
        }
    }
}

@Suite("What the page is told")
struct BoardFeedTests {
    @Test("a change wakes whoever listens, once for several, and the same again wakes nobody")
    func changes() async throws {
        let feed = BoardFeed()
        let (id, changes, _) = try #require(feed.listen())
        feed.publish([1])
        feed.publish([2])
        var iterator = changes.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        #expect(feed.current.json == [2])
        feed.publish([2])
        feed.leave(id)
        #expect(await iterator.next() == nil)
        #expect(feed.listenerCount == 0)
    }

    @Test("no more than 32 pages listen; the next one has to ask from time to time")
    func bound() {
        let feed = BoardFeed()
        var ids: [UInt64] = []
        for _ in 0..<BoardFeed.mostListeners { if let (id, _, _) = feed.listen() { ids.append(id) } }
        #expect(ids.count == 32)
        #expect(feed.listen() == nil)
        feed.leave(ids[0])
        #expect(feed.listen() != nil)
    }
}
