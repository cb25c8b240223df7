import JSONText
import Testing
import Vocabulary

@testable import Parking

@Suite("Cameras in hardware files")
struct CameraFileTests {
    private static let cameras = """
        [
          { id: "entry-camera", lane: "entry-1", kind: "dahua", address: { host: "10.0.0.8", password: "p" } },
          { id: "exit-camera", lane: "exit-1", kind: "vzenithMQTT", serial: "917e2298-8ddf3e46",
            broker: { host: "10.0.0.1" }, output: 1, silentAfterSeconds: 20 },
          { id: "push", lane: "exit-1", kind: "vzenith", silentAfterSeconds: 0 },
        ]
        """
    private static let barriers = """
        [
          { lane: "entry-1", lowerPulseMilliseconds: 600 },
          { lane: "exit-1", drive: { camera: "exit-camera" }, raisePulseMilliseconds: 800 },
        ]
        """
    private static let outputs: Set<String> = ["entry-1.raise", "entry-1.lower"]

    private func read(
        barriers: String = barriers, cameras: String = cameras, outputs: Set<String> = outputs,
        inputs: Set<String> = ["entry-1.safetyLoop", "exit-1.safetyLoop"]
    ) throws(Findings) -> ParkingHardware {
        let text = Array("{ barriers: \(barriers), cameras: \(cameras) }".utf8)
        return try DocumentReader.read(text, dialect: .json5, file: "h.json5") {
            ParkingHardware($0, outputs: outputs, inputs: inputs)
        }
    }

    private func findings(
        barriers: String = barriers, cameras: String = cameras, outputs: Set<String> = outputs,
        inputs: Set<String> = ["entry-1.safetyLoop", "exit-1.safetyLoop"]
    ) -> [String] {
        do throws(Findings) {
            _ = try read(barriers: barriers, cameras: cameras, outputs: outputs, inputs: inputs)
            return []
        } catch { return error.list.map { "\($0.path): found \($0.found), expected \($0.expected)" } }
    }

    @Test("cameras are read with their address, broker and the time after which they are missed")
    func whole() throws {
        let hardware = try read()
        let (dahua, vzenith, push) = (hardware.cameras[0], hardware.cameras[1], hardware.cameras[2])
        #expect(dahua.address == .init(host: "10.0.0.8", port: 80, username: "admin", password: "p"))
        #expect((dahua.silentAfter, dahua.heartbeatSeconds, dahua.assumedConfidence) == (.seconds(50), 5, 80))
        #expect(vzenith.messages?.output == 1 && vzenith.messages?.broker.port == 1_883)
        #expect((vzenith.silentAfter, push.silentAfter) == (.seconds(20), nil))
        #expect([dahua.canOpen, vzenith.canOpen, push.canOpen] == [true, true, false])
    }

    @Test("a lane that a camera drives is never closed by the box, and waits less where no loop sees its cars")
    func driven() throws {
        let hardware = try read()
        let (entry, exit) = (SiteFixtures.lane("entry-1"), SiteFixtures.lane("exit-1"))
        #expect(hardware.drives == [exit: SiteFixtures.lane("exit-camera")])
        #expect(hardware.barriers[exit]?.closesItself == true && hardware.barriers[entry]?.closesItself == false)
        #expect(hardware.barriers[exit]?.noShowLimit == .seconds(30))
        let blind = try read(inputs: ["entry-1.safetyLoop"])
        #expect(blind.barriers[exit]?.noShowLimit == .seconds(10))
    }

    @Test(
        "an unsafe combination of relays, switches and a camera is refused, with the reason",
        arguments: [
            ("exit-1.raise", "", "never closed by the box"), ("exit-1.lower", "", "never closed by the box"),
            ("", "exit-1.openLimit", "no limit switches"), ("", "exit-1.closedLimit", "no limit switches"),
        ])
    func unsafe(output: String, input: String, reason: String) {
        let found = findings(
            outputs: Self.outputs.union(output.isEmpty ? [] : [output]),
            inputs: Set(["entry-1.safetyLoop", "exit-1.safetyLoop"]).union(input.isEmpty ? [] : [input]))
        #expect(found.count == 1 && found[0].hasPrefix("barriers[1].drive") && found[0].contains(reason), "\(found)")
    }

    @Test("lowering times of a boom that the box does not lower are refused")
    func loweringTimes() {
        let found = findings(
            barriers: Self.barriers.replacing("raisePulseMilliseconds: 800", with: "lowerPulseMilliseconds: 500"))
        #expect(found.count == 1 && found[0].hasPrefix("barriers[1].lowerPulseMilliseconds: found an unknown key"))
    }

    @Test(
        "a fault of a camera is reported with its path",
        arguments: [
            ("address: { host: \"10.0.0.8\", password: \"p\" }", "address: {}", "cameras[0].address.host"),
            ("kind: \"dahua\"", "kind: \"dahua\", heartbeatSeconds: 20", "cameras[0].silentAfterSeconds"),
            ("kind: \"dahua\"", "kind: \"dahua\", confidenceScale: 200", "cameras[0].confidenceScale"),
            ("kind: \"dahua\"", "kind: \"dahua\", output: 1", "cameras[0].output"),
            ("917e2298-8ddf3e46", "a/b", "cameras[1].serial"), ("917e2298-8ddf3e46", "+", "cameras[1].serial"),
            ("output: 1", "output: 4", "cameras[1].output"),
            ("silentAfterSeconds: 20", "silentAfterSeconds: 3601", "cameras[1].silentAfterSeconds"),
            ("kind: \"vzenith\"", "kind: \"vzenith\", address: {}", "cameras[2].address"),
        ])
    func faults(old: String, new: String, path: String) {
        #expect(Self.cameras.contains(old))
        let found = findings(cameras: Self.cameras.replacing(old, with: new))
        #expect(found.contains { $0.hasPrefix("\(path): ") }, "\(found)")
    }

    @Test("only a camera that is here and can be told to open drives a barrier, and one barrier only")
    func drives() {
        func found(_ camera: String) -> [String] {
            findings(barriers: Self.barriers.replacing("camera: \"exit-camera\"", with: "camera: \"\(camera)\""))
        }
        #expect(found("stranger").first?.contains("not here") == true)
        #expect(found("push").first?.contains("can be told to open") == true)
        let both = """
            [
              { lane: "entry-1", drive: { camera: "exit-camera" } },
              { lane: "exit-1", drive: { camera: "exit-camera" } },
            ]
            """
        #expect(findings(barriers: both, outputs: []).first?.contains("two barriers that one camera drives") == true)
    }
}
