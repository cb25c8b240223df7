import Host
import Register
import RegisterLink
import Serial
import StandIns
import Testing
import Vocabulary

@Suite("A register on a serial line", .serialized)
struct RegisterPortTests {
    private let rig: RegisterRig
    private let line: PseudoTerminal
    private let port: RegisterPort
    private let news = Monitor<[RegisterPort.News]>([])

    init() throws {
        rig = try RegisterRig()
        line = try PseudoTerminal(at: rig.folder.path + "/till")
        let news = self.news
        port = try RegisterPort(SerialSettings(path: line.path), door: try Slug("line-1"), desk: rig.desk) { item in
            news.withLock { $0.append(item) }
            news.wakeAll()
        }
        _ = news.wait(until: BootClock.now() + .seconds(10)) { $0.contains(.up) ? true : nil }
    }

    private func stop() {
        port.stop()
        rig.stop()
    }

    /// Sends bytes and reads so many lines.
    private func ask(_ bytes: [UInt8], lines: Int = 1) -> [[String]] {
        line.send(bytes)
        let answer = line.read(seconds: 10) { $0.count { $0 == 10 } >= lines }
        return String(decoding: answer, as: UTF8.self).split(separator: "\r\n").map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    private func ask(_ text: String) -> [String] { ask(RegisterLine.line(text)).first ?? [] }

    @Test("a payment is started, asked about, cancelled; a line that is sent again changes nothing")
    func whole() throws {
        defer { stop() }
        #expect(ask("HEL|1") == ["HI", "1", "1"])
        let started = ask("PAY|k1|1250|R-1")
        #expect(started.count == 7 && started[0] == "OK" && started[3] == "accepted" && started[4] == "1250")
        #expect(ask("PAY|k1|1250|R-1") == started)
        #expect(ask("PAY|k1|1251|R-1").prefix(3) == ["ER", "k1", "conflict"])
        let id = try PaymentID(started[2])
        rig.desk.told(.payment(id, .approved))
        #expect(ask("GET|q|\(id)").prefix(4) == ["OK", "q", id.description, "approved"])
        #expect(ask("REF|k2|\(id)|250|Zhang|x")[3] == "pending")
        #expect(ask("CAN|k3|\(id)").prefix(3) == ["ER", "k3", "notPossible"])
        #expect(rig.orders.count == 2)
    }

    @Test("a damaged line is told as such and orders nothing; the next one counts")
    func damaged() throws {
        defer { stop() }
        var bytes = RegisterLine.line("PAY|k1|1250|R-1")
        bytes[8] ^= 1
        #expect(ask(bytes) == [["NK", "checksum"]])
        #expect(ask(Array(repeating: 0x41, count: 600) + [13]) == [["NK", "long"]])
        #expect(rig.orders.isEmpty)
        #expect(ask("PAY|k1|1250|R-1").first == "OK")
        #expect(news.withLock { $0.contains(.noise("checksum")) && $0.contains(.noise("long")) })
    }

    @Test("half a line that is not continued never joins the next")
    func half() throws {
        defer { stop() }
        line.send(Array(RegisterLine.line("PAY|k1|1250").prefix(6)))
        // The pause must really pass: it is what ends the half line.
        _ = news.wait(until: BootClock.now() + .milliseconds(2_200)) { _ -> Bool? in nil }
        #expect(ask("PAY|k2|1250").first == "OK")
        #expect(news.withLock { $0.contains(.noise("brokenOff")) })
        #expect(rig.orders.count == 1)
    }

    @Test("a register that reads nothing and asks on holds up no other door, and is served once it reads")
    func deaf() throws {
        defer { stop() }
        for number in 0..<200 { line.send(RegisterLine.line("PAY|d\(number)|1")) }
        let began = BootClock.now()
        #expect(try rig.pay(7, key: "other").payment?.state == .accepted)
        #expect(BootClock.now() - began < .seconds(5))
        // What waits for it is more than is kept: it asks again, as registers do.
        let isServed = (0..<10).contains { _ in
            line.send(RegisterLine.line("HEL|9"))
            let answers = line.read(seconds: 1) { String(decoding: $0, as: UTF8.self).contains("HI|9|1|") }
            return String(decoding: answers, as: UTF8.self).contains("HI|9|1|")
        }
        #expect(isServed)
    }

    @Test("a line that was pulled out is opened again, and the same key still has its payment")
    func unplugged() throws {
        defer { stop() }
        let started = ask("PAY|k1|1250")
        line.unplug()
        _ = news.wait(until: BootClock.now() + .seconds(10)) { $0.count { $0 != .up } > 0 ? true : nil }
        try line.plugIn()
        let isBack = news.wait(until: BootClock.now() + .seconds(10)) { $0.count { $0 == .up } == 2 ? true : nil }
        #expect(isBack == true)
        #expect(ask("PAY|k1|1250") == started)
    }
}
