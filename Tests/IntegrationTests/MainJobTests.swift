import DemoParts
import JSONText
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// The one path through all of it, on a real broker and real processes.
@Suite("A car park on real processes", .serialized)
struct MainJobTests {
    @Test("a contract plate is charged online and leaves; the books agree")
    func chargedOnline() throws {
        let rig = try Rig.running(contracts: ["粤B12345"])
        try rig.pass("粤B12345", at: "exit-1")
        try rig.finishAndCheck()
        #expect(try rig.report().payments("approved").sum == Fen(1_100))
        #expect(try rig.chargedByTheBox().count == 1)
    }

    @Test("a camera that reads one car ten times has it charged and let out once")
    func repeatedReads() throws {
        let rig = try Rig.running(contracts: ["粤B12345"])
        for _ in 0..<5 { try rig.read("粤B12345", at: "exit-1") }
        try rig.goThrough("exit-1")
        for _ in 0..<5 { try rig.read("粤B12345", at: "exit-1") }
        try rig.finishAndCheck()
        #expect(try rig.chargedByTheBox().count == 1)
        #expect(rig.world?.raises(of: "exit-1") == 1)
    }

    @Test("a car without a contract is shown a code, and leaves when the attendant opens; who and why are recorded")
    func heldAndOpened() throws {
        let rig = try Rig.running(contracts: ["粤B12345"], others: ["苏E13579"])
        try rig.read("苏E13579", at: "exit-1")
        try rig.wait("the sign asks for the money") { try rig.sign("exit-1").contains("scan, or show your code") }
        #expect(try rig.sign("exit-1", "zh").contains("请扫码或出示付款码"))
        #expect(rig.world?.raises(of: "exit-1") == 0)
        try rig.openByHand("exit-1", who: "Zhao", reason: "paid in cash")
        try rig.goThrough("exit-1")
        try rig.finishAndCheck()
        let openings = try rig.records().filter {
            guard case .manualOpening(let opening) = $0 else { return false }
            return (opening.who, opening.reason) == ("Zhao", "paid in cash")
        }
        #expect(openings.count == 1)
    }

    @Test("a lane opens for nobody without the attendant's token")
    func wrongToken() throws {
        let rig = try Rig.running()
        let answer = try HTTPPush.send(
            port: rig.httpPort, path: "/desk/open", headers: ["Authorization": "Bearer guess"],
            body: Array(#"{"lane":"exit-1","who":"x","why":"y"}"#.utf8))
        #expect(answer?.status == 401)
        #expect(rig.world?.pulses.isEmpty == true)
    }

    @Test("a lane opens for nobody who does not say who and why", arguments: [("", "why"), ("Zhao", ""), (" ", "\t")])
    func unnamed(who: String, reason: String) throws {
        let rig = try Rig.running()
        #expect(throws: DemoError.self) { try rig.openByHand("exit-1", who: who, reason: reason) }
        #expect(rig.world?.pulses.isEmpty == true)
    }

    @Test("stays outlive a restart of the box: a car that entered before it leaves after it")
    func restart() throws {
        let rig = try Rig.running()
        try rig.pass("京N5Q888", at: "entry-1")
        rig.box?.terminate()
        try rig.startBox()
        try rig.pass("京N5Q888", at: "exit-1")
        try rig.finishAndCheck()
        let closed = try rig.records().filter { if case .stayClosed = $0 { true } else { false } }
        #expect(closed.count == 1)
    }

    @Test("what a broken camera sends is answered with 4xx, and nothing changes")
    func nonsense() throws {
        let rig = try Rig.running()
        let before = try rig.status()["head"]?.integer
        let good = try CameraStandIn.body(.vzenith(inGB2312: false), "粤B12345", 96, 1).bytes
        for count in stride(from: 0, to: good.count, by: 7) {
            let answer = try rig.entryCamera.push(Array(good.prefix(count)))
            #expect((400..<500).contains(answer?.status ?? 0), "\(count) bytes")
        }
        #expect(try rig.entryCamera.push([UInt8](repeating: 0x20, count: 4 << 20 | 1))?.status == 413)
        _ = try rig.entryCamera.push(good, sentBytes: good.count / 2)
        #expect(
            try rig.exitCamera.push(Array("--x\r\n".utf8), contentType: "multipart/form-data; boundary=x")?.status
                == 400)
        let stranger = CameraStandIn(id: "nobody", make: .hikvision, port: rig.httpPort)
        #expect(try stranger.push("粤B12345")?.status == 404)
        // The booms' positions become known in the first moments; nothing else may be written.
        let written = try rig.records().dropFirst(Int(try #require(before))).filter {
            if case .alarm(_, "positionUnknown", isActive: false) = $0 { false } else { true }
        }
        #expect(written.isEmpty)
        #expect(rig.world?.pulses.isEmpty == true)
        #expect(rig.box?.lines.contains { $0.contains("push refused (400)") } == true)
    }
}
