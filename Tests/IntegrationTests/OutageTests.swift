import Host
import JSONText
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// What happens when parts of it go away, and come back.
@Suite("Outages", .serialized)
struct OutageTests {
    @Test(
        "with the broker stopped, contract plates within their limits leave at once and others owe; started again, all arrives once"
    )
    func brokerStoppedAndStarted() throws {
        let rig = try Rig.running(contracts: ["粤B10001", "粤B10002"], others: ["苏E13579"])
        rig.broker.stop()
        try rig.wait("the box notices") { try rig.status()["link"]?.string == "down" }
        for plate in ["粤B10001", "粤B10002", "苏E13579"] { try rig.pass(plate, at: "exit-1") }
        #expect(try rig.chargedByTheBox().count == 2)
        try rig.broker.start()
        try rig.finishAndCheck()
        #expect(try rig.report().payments("approved").sum == Fen(2_200))
        #expect(try rig.report().payments("debt").sum == Fen(1_100))
    }

    @Test("a contract whose offline limit is smaller than the price is not charged offline")
    func offlineLimit() throws {
        let rig = try Rig.running(contracts: ["粤B10001"], offlineLimit: 1_099)
        try rig.cutNetwork()
        try rig.pass("粤B10001", at: "exit-1")
        rig.mendNetwork()
        try rig.finishAndCheck()
        #expect(try rig.report().payments("debt").sum == Fen(1_100))
        #expect(try rig.chargedByTheBox().isEmpty)
    }

    @Test("a platform that is killed and started again while the box goes on gets every record once")
    func platformKilled() throws {
        let rig = try Rig.running(contracts: ["粤B10001", "粤B10002"])
        try rig.pass("京N00001", at: "entry-1")
        rig.platform?.kill()
        try rig.pass("京N00002", at: "entry-1")
        // The broker is there and nobody answers: promised offline after the deadline, under the same id.
        try rig.pass("粤B10001", at: "exit-1")
        try rig.startPlatform()
        try rig.pass("粤B10002", at: "exit-1")
        try rig.pass("京N00003", at: "entry-1")
        try rig.finishAndCheck()
        #expect(try rig.report().payments("approved").count == 2)
    }

    @Test("a network that goes silent without a word: the car waits for the deadline, and leaves on an offline charge")
    func silentNetwork() throws {
        let rig = try Rig.running(contracts: ["粤B10001"])
        rig.proxy.set(.silent)
        try rig.pass("粤B10001", at: "exit-1")
        // A proxy that has lost bytes cannot go on with the same connections.
        rig.proxy.dropConnections()
        rig.mendNetwork()
        try rig.finishAndCheck()
        #expect(try rig.report().payments("approved").count == 1)
    }

    @Test("a box told to end does so within five seconds, with the broker silent")
    func endsInTime() throws {
        let rig = try Rig.running(contracts: ["粤B10001"])
        rig.proxy.set(.silent)
        try rig.read("粤B10001", at: "exit-1")
        let began = BootClock.now()
        rig.box?.terminate()
        // This is the limit that the service's unit gives it, not a measure of speed.
        #expect((BootClock.now() - began).milliseconds < 5_000)
        #expect(rig.box?.lines.contains { $0.contains("everything written is on disk") } == true)
    }

    @Test(
        "killed in the middle of an offline charge: a boom that rose has its record on disk, and the stay is charged once",
        arguments: [0, 300, 600, 900, 1_200, 1_500, 2_000, 3_000, 5_000, 20_000])
    func killedInAnOfflineCharge(microseconds: UInt32) throws {
        let rig = try Rig.running(contracts: ["粤B10001"])
        try rig.cutNetwork()
        // The camera's push is on its way on a thread of its own; the power goes some time after it was begun.
        let camera = rig.exitCamera
        let push = try HostThread(name: "camera") { _ = try? camera.push("粤B10001") }
        Delay.spin(microseconds: microseconds)
        rig.box?.kill()
        push.join()
        let rose = (rig.world?.raises(of: "exit-1") ?? 0) > 0
        let promised = try rig.chargedByTheBox()
        if rose { #expect(promised.count == 1, "the boom rose, so the promise must be on disk") }
        try rig.startBox()
        try rig.wait("the box is up") { try rig.status()["head"]?.integer ?? 0 > 0 }
        try rig.pass("粤B10001", at: "exit-1")
        rig.mendNetwork()
        try rig.finishAndCheck()
        let story = "\(try rig.records())"
        #expect(try rig.report().payments("approved").count == 1, "\(story)")
        #expect(try rig.report().payments("approved").sum == Fen(1_100))
    }
}

/// A delay that is the thing tested: the moment of a power cut, swept over the course of a charge.
enum Delay {
    static func spin(microseconds: UInt32) {
        let end = BootClock.now() + Uptime.Span(nanoseconds: Int64(microseconds) * 1_000)
        while BootClock.now() < end {}
    }
}
