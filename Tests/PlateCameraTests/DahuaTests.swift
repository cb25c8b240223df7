import Testing
import Vocabulary

@testable import PlateCamera

@Suite("Dahua's attached stream")
struct DahuaTests {
    private func signals(_ event: String, _ confidence: DahuaConfidence = .init()) -> [CameraSignal] {
        Dahua.signals(in: Array(event.utf8), confidence: confidence)
    }

    private func refusal(_ event: String, _ confidence: DahuaConfidence = .init()) -> PlateCameraError? {
        guard case .refused(let error)? = signals(event, confidence).first else { return nil }
        return error
    }

    @Test("an event becomes a read with its plate, colour, time, lane and group")
    func event() throws {
        let read = PlateRead(
            plate: try Plate("鄂A06654"), confidence: 80, colour: .blue, vehicle: .small, cameraReadID: "1647090670",
            takenAt: WallTime(milliseconds: 1_615_554_670_619), cameraName: "V1FC049A", cameraLane: 1)
        #expect(signals(StreamFixture.dahuaEvent("鄂A06654")) == [.read(read)])
    }

    @Test("the plate is read in UTF-8 and in GB2312", arguments: ["鄂A06654", "鲁B1234学", "粤Z1234港"])
    func encodings(plate: String) throws {
        let utf8 = Array(StreamFixture.dahuaEvent(plate).utf8)
        let gb = try #require(try GB18030.fromUTF8(utf8))
        #expect(StreamFixture.plates(Dahua.signals(in: utf8)) == [plate])
        #expect(StreamFixture.plates(Dahua.signals(in: gb)) == [plate])
    }

    @Test(
        "a car without a plate is a read without one",
        arguments: ["", "Unknown", "无牌车", "unlicensed", "No Plate"])
    func noPlate(written: String) {
        #expect(StreamFixture.plates(signals(StreamFixture.dahuaEvent(written))) == ["no plate"])
    }

    @Test("heartbeats and events of another kind are signs of life and no reads")
    func alive() {
        #expect(signals("Heartbeat") == [.alive])
        #expect(signals("Heartbeat\r\nHeartbeat\r\n") == [.alive])
        #expect(signals("\r\n") == [.alive])
        #expect(signals(StreamFixture.dahuaEvent("粤B12345", code: "TrafficParking")) == [.alive])
        let stop = StreamFixture.dahuaEvent("粤B12345").replacing("Action=Pulse", with: "Action=Stop")
        #expect(signals(stop) == [.alive])
    }

    @Test("two cars in one message are two reads; a third that is garbage takes neither away")
    func several() {
        let text =
            StreamFixture.dahuaEvent("粤B12345") + "\r\n" + StreamFixture.dahuaEvent("粤B54321", index: 1) + "\r\n"
            + StreamFixture.dahuaEvent(String(repeating: "8", count: 200), index: 2)
        let signals = signals(text)
        #expect(StreamFixture.plates(signals) == ["粤B12345", "粤B54321"])
        #expect(signals.last == .refused(.badPlate(.tooLong(count: 200))))
    }

    @Test(
        "a plate of 16 characters is read, one of 17 or 200 refused",
        arguments: [(16, true), (17, false), (200, false)])
    func longPlate(count: Int, isRead: Bool) {
        let event = StreamFixture.dahuaEvent(String(repeating: "8", count: count))
        #expect((refusal(event) == nil) == isRead)
        #expect(refusal(event).map { $0 == .badPlate(.tooLong(count: count)) } ?? true)
    }

    @Test("a plate that stands twice, or has a character no plate has, is refused")
    func ambiguous() {
        let twice = StreamFixture.dahuaEvent("粤B12345", extra: "Events[0].TrafficCar.PlateNumber=粤B99999")
        #expect(refusal(twice) == .duplicate(field: "TrafficCar.PlateNumber"))
        #expect(refusal(StreamFixture.dahuaEvent("粤B1?345")) == .badPlate(.badCharacter(0x3F)))
        #expect(refusal("Events[0].Code=TrafficJunction\r\n") == .missing(field: "TrafficCar.PlateNumber"))
        #expect(refusal("Events[0].TrafficCar.PlateNumber=粤B12345\r\n") == .missing(field: "Code"))
        #expect(refusal("<html>not a camera</html>") == .missing(field: "Events[0]"))
    }

    @Test("what a camera writes as its trust counts only on the scale the hardware file names")
    func confidence() throws {
        func trust(_ written: String, _ confidence: DahuaConfidence) -> Int? {
            let event = StreamFixture.dahuaEvent("粤B12345")
                .replacing("Object.Confidence=0", with: "Object.Confidence=\(written)")
            guard case .read(let read)? = signals(event, confidence).first else { return nil }
            return read.confidence
        }
        #expect(trust("200", .init()) == 80)
        #expect(trust("200", .init(assumed: 55)) == 55)
        #expect(trust("51", .init(fullScale: 255)) == 20)
        #expect(trust("255", .init(fullScale: 255)) == 100)
        #expect(trust("91", .init(fullScale: 100)) == 91)
        #expect(trust("0", .init(fullScale: 100)) == 80)
        #expect(trust("101", .init(fullScale: 100)) == nil)
        #expect(trust("high", .init(fullScale: 100)) == nil)
    }

    @Test("eight events in one message are read, nine are refused as a whole", arguments: [(8, 8), (9, 0)])
    func tooMany(count: Int, expected: Int) {
        let text = (0..<count).map { StreamFixture.dahuaEvent("粤B1234\($0)", index: $0) }.joined(separator: "\r\n")
        #expect(StreamFixture.plates(signals(text)).count == expected)
    }

    @Test("a time that is none is left out, however large its numbers are")
    func badTime() {
        let event = StreamFixture.dahuaEvent("粤B12345").replacing("UTC=1615554670", with: "UTC=\(Int64.max)")
            .replacing("UTCMS=619", with: "UTCMS=\(Int64.max)")
        guard case .read(let read)? = signals(event).first else {
            Issue.record("no read")
            return
        }
        #expect(read.takenAt == nil)
    }
}
