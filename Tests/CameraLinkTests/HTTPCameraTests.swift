import CameraLink
import Host
import PlateCamera
import StandIns
import Testing
import Vocabulary

@Suite("Cameras that stream over HTTP", .serialized)
struct HTTPCameraTests {
    @Test("a camera's reads come through its password, in order", arguments: [GateCommand.Make.dahua, .hikvision])
    func reads(make: GateCommand.Make) throws {
        let camera = try StreamingCamera(make == .dahua ? .dahua : .hikvision, password: Links.password)
        let link = Links.http(camera, make)
        let listening = Listening()
        try listening.start(link)
        defer { link.stop() }
        #expect(camera.waitForListeners(1))
        for plate in ["粤B12345", "京A12345", "鄂A06654"] { camera.see(plate) }
        #expect(listening.waitForPlate("鄂A06654"))
        let plates = listening.all.compactMap {
            if case .signal(.read(let read)) = $0 { read.plate?.text } else { nil }
        }
        #expect(plates == ["粤B12345", "京A12345", "鄂A06654"])
        #expect(listening.all.first == .up && listening.all.contains(.signal(.alive)))
    }

    @Test("a wrong password is told as such, and nothing is read")
    func password() throws {
        let camera = try StreamingCamera(.dahua, password: Links.password)
        let link = Links.http(camera, password: "guess")
        let listening = Listening()
        try listening.start(link)
        defer { link.stop() }
        #expect(listening.waitForDown(containing: "password"))
        #expect(camera.refused > 0 && camera.listeners == 0)
        #expect(!listening.all.contains(.up))
    }

    @Test("a lost connection is made anew, and reads come again")
    func reconnects() throws {
        let camera = try StreamingCamera(.dahua, password: Links.password)
        let link = Links.http(camera)
        let listening = Listening()
        try listening.start(link)
        defer { link.stop() }
        #expect(camera.waitForListeners(1))
        #expect(listening.wait { $0 == .signal(.alive) } != nil)
        let before = listening.all.count
        camera.dropConnections()
        #expect(listening.waitForDown(containing: "127.0.0.1"))
        #expect(listening.wait(skipping: before) { $0 == .up } != nil)
        #expect(camera.waitForListeners(1))
        camera.see("粤B12345")
        #expect(listening.waitForPlate("粤B12345"))
    }

    @Test("a camera that stays connected and says nothing is given up and called again")
    func silent() throws {
        let camera = try StreamingCamera(.dahua, password: Links.password)
        let link = Links.http(camera, silence: .milliseconds(600))
        let listening = Listening()
        try listening.start(link)
        defer { link.stop() }
        #expect(camera.waitForListeners(1))
        camera.beMute(true)
        #expect(listening.waitForDown(containing: "has sent nothing for 600 ms"))
        camera.beMute(false)
        camera.see("粤B12345")
        #expect(listening.wait(skipping: 3) { $0 == .signal(.alive) } != nil)
    }

    @Test("garbage in the stream is refused and the connection made anew; the next read is understood")
    func garbage() throws {
        let camera = try StreamingCamera(.dahua, password: Links.password)
        let link = Links.http(camera)
        let listening = Listening()
        try listening.start(link)
        defer { link.stop() }
        #expect(camera.waitForListeners(1))
        camera.see(String(repeating: "8", count: 200))
        let refused = CameraNews.signal(.refused(.badPlate(.tooLong(count: 200))))
        #expect(listening.wait { $0 == refused } != nil)
        camera.send([UInt8](repeating: 0x7F, count: 20_000))
        #expect(listening.waitForDown(containing: "multipart"))
        #expect(camera.waitForListeners(1))
        #expect(
            listening.wait(skipping: 4) {
                camera.see("粤B12345")
                if case .signal(.read(let read)) = $0 { return read.plate?.text == "粤B12345" }
                return false
            } != nil)
    }

    @Test(
        "an order to open reaches the camera's output and is confirmed",
        arguments: [GateCommand.Make.dahua, .hikvision])
    func opens(make: GateCommand.Make) throws {
        let camera = try StreamingCamera(make == .dahua ? .dahua : .hikvision, password: Links.password)
        let link = Links.http(camera, make)
        let listening = Listening()
        try listening.start(link)
        defer { link.stop() }
        link.open(pulseMilliseconds: 500)
        #expect(listening.wait { $0 == .opened } != nil)
        #expect(camera.opened == [GateCommand(make).path])
    }

    @Test("an order that is not answered in three seconds is told as not opened, and not repeated later")
    func notOpened() throws {
        let camera = try StreamingCamera(.dahua, password: Links.password)
        camera.answerOrders(false)
        let link = Links.http(camera)
        let listening = Listening()
        try listening.start(link)
        defer { link.stop() }
        let begin = BootClock.now()
        link.open(pulseMilliseconds: 500)
        let outcome = listening.wait { if case .notOpened = $0 { true } else { false } }
        let took = BootClock.now() - begin
        #expect(outcome != nil && took > .milliseconds(2_500) && took < .seconds(5), "\(took.milliseconds) ms")
        camera.answerOrders(true)
        #expect(camera.opened.count <= 2)
    }

    @Test("stopping takes less than a second, whatever is under way", arguments: [true, false])
    func stops(isConnected: Bool) throws {
        let camera = try StreamingCamera(.dahua, password: Links.password)
        let link = Links.http(camera, password: isConnected ? Links.password : "guess")
        let listening = Listening()
        try listening.start(link)
        if isConnected { #expect(camera.waitForListeners(1)) }
        camera.answerOrders(false)
        link.open(pulseMilliseconds: 500)
        #expect(!isConnected || camera.waitUntilOpened(1))
        let begin = BootClock.now()
        link.stop()
        #expect(BootClock.now() - begin < .seconds(1))
    }
}
