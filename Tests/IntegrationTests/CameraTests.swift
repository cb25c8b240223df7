import Glibc
import JSONText
import ParkingDemo
import StandIns
import Testing
import Vocabulary
import Wire

/// Cameras that the box itself calls, on real processes.
@Suite("Cameras on real processes", .serialized)
struct CameraTests {
    @Test(
        "a car is read and let in by the relays, then read and let out by the camera's own output",
        arguments: SiteCamera.Kind.allCases)
    func inAndOut(kind: SiteCamera.Kind) throws {
        let site = try CameraSite(kind)
        site.entry.see("粤B12345")
        try site.rig.goThrough("entry-1")
        #expect(site.exit.orders() == 0)
        site.exit.see("粤B12345")
        try site.rig.wait("the exit's camera is told to open") { site.exit.orders() == 1 }
        site.rig.world?.driveThrough("exit-1")
        try site.rig.wait("the car has passed the exit") { try site.passages() == 2 }
        #expect(site.rig.world?.pulses.filter { $0.hasPrefix("exit-1") } == [])
        #expect(try site.alarms().isEmpty)
        try site.rig.finishAndCheck()
    }

    @Test(
        "a camera that stops sending is an alarm on the page and at the platform, and ends it when it sends again",
        arguments: SiteCamera.Kind.allCases)
    func silent(kind: SiteCamera.Kind) throws {
        let site = try CameraSite(kind)
        site.exit.beMute(true)
        try site.rig.wait("the exit's camera is missed") { try site.alarms() == ["cameraSilent-exit-camera"] }
        #expect(try site.faults() == ["exit-camera.cameraSilent"])
        site.exit.beMute(false)
        try site.rig.wait("the exit's camera is heard again", seconds: 40) { try site.alarms().isEmpty }
        #expect(try site.faults().isEmpty)
        try site.rig.finishAndCheck()
    }

    @Test(
        "a car whose plate the camera cannot read is held at once, and comes in when it is read after all",
        arguments: SiteCamera.Kind.allCases)
    func unread(kind: SiteCamera.Kind) throws {
        let site = try CameraSite(kind)
        site.entry.see(kind == .dahua ? "" : kind == .hikvisionStream ? "noPlate" : "_无_")
        try site.rig.wait("the sign says that the plate was not read") {
            try site.rig.sign("entry-1").contains("Plate not read")
        }
        #expect(site.rig.world?.raises(of: "entry-1") == 0)
        site.entry.see("粤B12345")
        try site.rig.goThrough("entry-1")
        try site.rig.finishAndCheck()
    }

    @Test(
        "garbage and a plate of 200 characters open nothing, and the next car is let in",
        arguments: SiteCamera.Kind.allCases)
    func garbage(kind: SiteCamera.Kind) throws {
        let site = try CameraSite(kind)
        site.entry.see(String(repeating: "8", count: 200))
        try site.rig.wait("the plate is refused") { site.rig.boxLog.contains("camera entry-camera: refused") }
        site.entry.send([UInt8](repeating: 0xEE, count: 20_000))
        #expect(site.rig.world?.pulses == [])
        try site.rig.wait("the next car is read") {
            site.entry.see("粤B12345")
            return site.rig.world?.raises(of: "entry-1") == 1
        }
        try site.rig.goThrough("entry-1")
        try site.rig.finishAndCheck()
    }

    @Test(
        "a camera that does not open is an alarm, until it opens for the next car",
        arguments: [SiteCamera.Kind.dahua, .vzenithMQTT])
    func doesNotOpen(kind: SiteCamera.Kind) throws {
        let site = try CameraSite(kind)
        site.exit.answerOrders(false)
        try site.rig.openByHand("exit-1", who: "Zhao", reason: "a visitor")
        try site.rig.wait("the order was not answered") {
            try site.alarms().contains("cameraDidNotOpen-exit-camera")
        }
        #expect(try site.faults().contains("exit-camera.cameraDidNotOpen"))
        site.exit.answerOrders(true)
        try site.rig.openByHand("exit-1", who: "Zhao", reason: "the same visitor")
        try site.rig.wait("the camera opens again") { try !site.alarms().contains("cameraDidNotOpen-exit-camera") }
        try site.rig.finishAndCheck()
    }

    @Test(
        "an installer sees what a camera sends with `turnpike camera watch`, plates masked unless asked for",
        arguments: [true, false])
    func watch(showsPlates: Bool) throws {
        let site = try CameraSite(.dahua)
        let program = try Program(
            "\(Place.programs)/turnpike",
            ["camera", "watch", site.file, "--camera", "entry-camera", "--seconds", "3"]
                + (showsPlates ? ["--plates"] : []))
        #expect(program.waitForLine("entry-camera: connected") != nil)
        site.entry.see("粤B12345")
        #expect(program.waitForEnd() == 0)
        let plate = showsPlates ? "粤B12345" : "粤B***45"
        #expect(program.lines.contains { $0 == "entry-camera: read \(plate), 80 %, blue, small" }, "\(program.lines)")
        #expect(program.lines.contains("entry-camera: alive") && program.lines.contains("entry-camera: connected"))
    }

    @Test("the box ends within its time while its cameras are connected, silent or gone")
    func stops() throws {
        let site = try CameraSite(.dahua)
        site.entry.beMute(true)
        site.rig.box?.terminate()
        #expect(site.rig.box?.lines.contains { $0.contains("stopped; everything written is on disk") } == true)
    }
}

/// Cameras that push, and are missed when they stop.
@Suite("Pushing cameras on real processes", .serialized)
struct PushingCameraTests {
    @Test("a pushing camera is kept by its heartbeats; with garbage alone it is missed, and a heartbeat brings it back")
    func heartbeats() throws {
        let folder = try TemporaryFolder("turnpike-pushing")
        let shipped = try Place.read(Place.hardware)
        let watched = "kind: \"vzenith\", silentAfterSeconds: 2"
        try folder.write(
            shipped.replacing("kind: \"vzenith\", silentAfterSeconds: 0", with: watched), to: "pushing.json5")
        let rig = try Rig(
            programs: Place.programs, scenario: Place.scenario, hardware: "\(folder.path)/pushing.json5", inside: [],
            contracts: [])
        try rig.startPlatform()
        try rig.startBox()
        func push(_ text: String, until end: () throws -> Bool) throws {
            for _ in 0..<40 where try !end() {
                try rig.entryCamera.push(Array(text.utf8))
                usleep(200_000)
            }
        }
        func isMissed() throws -> Bool {
            try rig.status()["faults"]?.array?.contains { $0["line"]?.string == "entry-camera.cameraSilent" } == true
        }
        var beats = 0
        try push(#"{"heartbeat":{"countid":1}}"#) {
            beats += 1
            return beats > 20
        }
        #expect(try !isMissed())
        try push("garbage", until: isMissed)
        #expect(try isMissed())
        try push(#"{"heartbeat":{"countid":2}}"#) { try !isMissed() }
        #expect(try !isMissed())
        let alarms = try rig.records().compactMap { event -> Bool? in
            if case .alarm(_, "cameraSilent-entry-camera", let isActive) = event { isActive } else { nil }
        }
        #expect(alarms == [true, false])
        try rig.finishAndCheck()
    }
}
