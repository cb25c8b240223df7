import JSONText
import Testing
import Vocabulary

@testable import PlateCamera

@Suite("Vzenith over MQTT")
struct VzenithMQTTTests {
    private static let number = "917e2298-8ddf3e46"
    private let camera = VzenithMQTT(serial: number)

    private static func envelope(_ payload: String, sn: String = number, name: String = "ivs_result") -> [UInt8] {
        Array(
            #"{"id":"8f2a","sn":"\#(sn)","name":"\#(name)","version":"1.0","timestamp":1,"payload":\#(payload)}"#
                .utf8)
    }

    private static func alarm(_ license: String, fields: String = #""isoffline":0"#) -> String {
        #"{"AlarmInfoPlate":{"channel":0,"deviceName":"R5-EXIT","serialno":"\#(number)","result":{"PlateResult":{"#
            + #""license":"\#(license)","confidence":96,"colorType":1,"type":1,"triggerType":8,"#
            + #""plateid":21085,\#(fields)}}}}"#
    }

    private func signal(_ payload: [UInt8], topic: String = "ivs_result", isRetained: Bool = false) -> CameraSignal? {
        let message = camera.read(
            topic: "device/\(Self.number)/message/up/\(topic)", payload: payload, isRetained: isRetained)
        guard case .signal(let signal) = message else { return nil }
        return signal
    }

    private func plate(_ license: String) -> String? {
        guard case .read(let read)? = signal(Self.envelope(Self.alarm(license))) else { return nil }
        return read.plate?.text ?? "no plate"
    }

    @Test(
        "the plate is read in base64 and plain: firmwares differ",
        arguments: [
            ("5LqsQTEyMzQ1", "京A12345"), ("6YSCQTA2NjU0", "鄂A06654"), ("京A12345", "京A12345"), ("ABC1234", "ABC1234"),
            ("QUIxMjNDRA==", "AB123CD"), ("X+aXoF8=", "no plate"), ("_无_", "no plate"), ("", "no plate"),
            // Plain, though it happens to be base64 for three bytes that are no plate.
            ("AB12", "AB12"), ("ABCD1234", "ABCD1234"),
        ])
    func plates(written: String, expected: String) {
        #expect(plate(written) == expected)
    }

    @Test("a plate in base64 of GB2312 is read too")
    func gb2312() throws {
        let bytes = try #require(try GB18030.fromUTF8(Array("粤B12345".utf8)))
        #expect(plate(Vzenith.base64(bytes)) == "粤B12345")
    }

    @Test("the alarm may stand in the payload or in its body")
    func body() {
        let inBody = #"{"type":"ivs_result","body":\#(Self.alarm("5LqsQTEyMzQ1"))}"#
        #expect(signal(Self.envelope(inBody)) == signal(Self.envelope(Self.alarm("5LqsQTEyMzQ1"))))
        guard case .read(let read)? = signal(Self.envelope(inBody)) else {
            Issue.record("no read")
            return
        }
        #expect((read.confidence, read.cameraReadID, read.trigger) == (96, "21085", .virtualLoop))
        #expect(!read.isOffline)
    }

    @Test("what the broker or the camera had kept is history")
    func history() {
        for (signal, what) in [
            (signal(Self.envelope(Self.alarm("京A12345")), isRetained: true), "kept by the broker"),
            (signal(Self.envelope(Self.alarm("京A12345", fields: #""isoffline":1"#))), "kept by the camera"),
        ] {
            guard case .read(let read)? = signal else {
                Issue.record("no read")
                continue
            }
            #expect(read.isOffline, "\(what)")
        }
    }

    @Test("a heartbeat is a sign of life, one that the broker kept is none")
    func heartbeat() {
        let beat = Self.envelope(#"{"body":{"timestamp":1}}"#, name: "keep_alive")
        #expect(signal(beat, topic: "keep_alive") == .alive)
        let spare = camera.read(
            topic: "$/device/\(Self.number)/message/up/keep_alive", payload: beat, isRetained: false)
        #expect(spare == .signal(.alive))
        #expect(signal(beat, topic: "keep_alive", isRetained: true) != .alive)
    }

    @Test("garbage, a plate of 200 characters and another camera's message are refused")
    func refused() {
        let long = String(repeating: "A", count: 200)
        let cases: [([UInt8], PlateCameraError)] = [
            (Self.envelope(Self.alarm("京A12345"), sn: "another"), .otherCamera),
            (Self.envelope(Self.alarm("京" + long)), .badPlate(.tooLong(count: 201))),
            (Self.envelope("{}"), .missing(field: "payload.body")),
            (Array("{}".utf8), .missing(field: "sn")), ([0xFF, 0xD8, 0xFF], .notText),
        ]
        for (payload, error) in cases { #expect(signal(payload) == .refused(error)) }
        guard case .refused(.badPlate)? = signal(Self.envelope(Self.alarm(long))) else {
            Issue.record("a plate of 200 characters in base64 was read")
            return
        }
    }

    @Test(
        "the command to open pulses one output for a time that the camera takes",
        arguments: [(1, 500), (1_500, 1_500), (9_999, 5_000)])
    func command(asked: Int, sent: Int) throws {
        #expect(camera.commandTopic == "device/917e2298-8ddf3e46/message/down/gpio_out")
        let bytes = camera.openCommand(id: "a1", output: 0, pulseMilliseconds: asked, timestamp: 1_784_098_020)
        let expected =
            #"{"id":"a1","sn":"917e2298-8ddf3e46","name":"gpio_out","version":"1.0","timestamp":1784098020,"#
            + #""payload":{"type":"gpio_out","body":{"io":0,"value":2,"delay":\#(sent)}}}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("the camera's answer to a command bears its id and code")
    func reply() {
        let topic = "device/\(Self.number)/message/down/gpio_out/reply"
        let answer = #"{"code":200,"id":"a1","name":"gpio_out","payload":null,"sn":"917e2298-8ddf3e46","timestamp":1}"#
        #expect(
            camera.read(topic: topic, payload: Array(answer.utf8), isRetained: false) == .reply(id: "a1", code: 200))
        let other = answer.replacing("917e2298-8ddf3e46", with: "x")
        #expect(
            camera.read(topic: topic, payload: Array(other.utf8), isRetained: false) == .signal(.refused(.otherCamera)))
    }

    @Test(
        "only what can stand in a topic is a serial number",
        arguments: [("917e2298-8ddf3e46", true), ("a/b", false), ("+", false), ("#", false), ("", false)])
    func serial(text: String, isOne: Bool) { #expect(VzenithMQTT.isSerial(text) == isOne) }

    @Test("5,000 damaged messages give a read or a refusal, and never a crash")
    func damaged() {
        var dice = Mutation.Dice(state: 77)
        let whole = Self.envelope(Self.alarm("5LqsQTEyMzQ1"))
        var (reads, refused) = (0, 0)
        for _ in 0..<5_000 {
            switch signal(Mutation.mutated(whole, &dice)) {
            case .read: reads += 1
            case .refused(let error):
                refused += 1
                #expect(!error.description.isEmpty)
            case .alive, nil: break
            }
        }
        #expect(reads > 100 && refused > 100)
    }
}
