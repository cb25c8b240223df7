import StandIns
import Synchronization
import Testing
import Vocabulary

@testable import Kiosk

@Suite("The driver's page over HTTP")
struct DriverDoorTests {
    private func text(_ answer: HTTPPush.Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("anybody may look at a lane's page and nobody can order anything from it; there is none of an unknown lane")
    func open() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let driver = Browser(port: port)
            rig.screen.publish(Array(#"{"idle":true,"zh":["欢迎光临"],"en":["Welcome"]}"#.utf8))
            for path in ["/lanes/exit-1/", "/lanes/exit-1", "/lanes/exit-1/screen", "/driver.css", "/driver.js"] {
                #expect(try await driver.send("GET", path).status == 200, "\(path)")
            }
            #expect(text(try await driver.send("GET", "/lanes/exit-1/screen")).contains("欢迎光临"))
            for path in ["/lanes/exit-9/", "/lanes/exit-9/screen", "/lanes/exit-9/events", "/lanes/exit-9/code.svg"] {
                #expect(try await driver.send("GET", path).status == 404, "\(path)")
            }
            for method in ["POST", "PUT", "DELETE"] {
                #expect(try await driver.send(method, "/lanes/exit-1/", "{}").status >= 400)
                #expect(try await driver.send(method, "/lanes/exit-1/screen", "{}").status >= 400)
            }
            #expect(rig.orders.withLock { $0.isEmpty })
        }
    }

    @Test("the code's picture is there while there is a code to scan, and not after")
    func code() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let driver = Browser(port: port)
            #expect(try await driver.send("GET", "/lanes/exit-1/code.svg").status == 404)
            rig.picture.withLock { $0 = Array("<svg/>".utf8) }
            let answer = try await driver.send("GET", "/lanes/exit-1/code.svg?for=1")
            #expect(answer.status == 200 && text(answer) == "<svg/>")
            #expect(answer.header("content-type") == "image/svg+xml" && answer.header("cache-control") == "no-store")
        }
    }

    @Test("what changes at the lane reaches a screen that is on, without anybody signing in")
    func live() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let page = try EventReader("/lanes/exit-1/events", port: port)
            await page.wait(for: "data: {}\n\n")
            rig.screen.publish(Array(#"{"amount":"11.00"}"#.utf8))
            await page.wait(for: "data: {\"amount\":\"11.00\"}\n\n")
            page.leave()
        }
    }

    @Test("the page has both languages, comes from the box alone, and is small")
    func page() async throws {
        let rig = DeskRig()
        try await rig.serve { (port: Int) async throws in
            let driver = Browser(port: port)
            var size = 0
            for path in ["/lanes/exit-1/", "/driver.css", "/driver.js"] {
                let page = text(try await driver.send("GET", path))
                size += page.utf8.count
                #expect(!page.contains("://") && !page.contains("innerHTML"))
                if path == "/lanes/exit-1/" { #expect(page.contains("请稍候") && page.contains("One moment")) }
            }
            #expect(size < 20_000)
        }
    }
}
