import Testing
import Vocabulary

@testable import PlateCamera

/// Streams as cameras send them, and ways to cut them.
enum StreamFixture {
    static let boundary = "myboundary"
    static let contentType = "multipart/x-mixed-replace; boundary=myboundary"

    /// A Dahua event with what surrounds the plate on a real one; `extra` stands beside it.
    static func dahuaEvent(_ plate: String, index: Int = 0, code: String = "TrafficJunction", extra: String = "")
        -> String
    {
        """
        Events[\(index)].CommInfo.Country=CHN\r
        Events[\(index)].CountInGroup=1\r
        Events[\(index)].EventBaseInfo.Action=Pulse\r
        Events[\(index)].EventBaseInfo.Code=\(code)\r
        Events[\(index)].EventBaseInfo.Index=0\r
        Events[\(index)].FrameSequence=32855766\r
        Events[\(index)].GroupID=1647090670\r
        Events[\(index)].IndexInGroup=1\r
        Events[\(index)].Lane=1\r
        Events[\(index)].Object.BoundingBox[0]=5954\r
        Events[\(index)].Object.Confidence=0\r
        Events[\(index)].Object.ObjectType=Plate\r
        Events[\(index)].PTS=67737170160.000000\r
        Events[\(index)].TrafficCar.MachineName=V1FC049A\r
        Events[\(index)].TrafficCar.PlateColor=Blue\r
        Events[\(index)].TrafficCar.PlateNumber=\(plate)\r
        Events[\(index)].TrafficCar.PlateType=Normal\r
        Events[\(index)].TrafficCar.VehicleSign=Unknown\r
        Events[\(index)].UTC=1615554670\r
        Events[\(index)].UTCMS=619\r
        \(extra)
        """
    }

    /// The same stream with events of the few lines that are read, for tests that go through very many.
    static func small(hasLength: Bool = true) -> [UInt8] {
        func event(_ plate: String) -> String {
            "Events[0].Code=TrafficJunction\r\nEvents[0].TrafficCar.PlateNumber=\(plate)\r\n"
        }
        let picture = part("image/jpeg", [0xFF, 0xD8, 0x0D, 0x0A, 0x2D, 0x2D, 0xFF, 0xD9], hasLength: hasLength)
        return text(event("鄂A06654"), hasLength: hasLength) + picture + text("Heartbeat", hasLength: hasLength)
            + text("Heartbeat", hasLength: hasLength) + text(event("粤B12345"), hasLength: hasLength)
            + Array("--\(boundary)\r\n".utf8)
    }

    static func part(_ type: String?, _ content: [UInt8], length: Int? = nil, hasLength: Bool = true) -> [UInt8] {
        var head = "--\(boundary)\r\n"
        if let type { head += "Content-Type: \(type)\r\n" }
        if hasLength { head += "Content-Length: \(length ?? content.count)\r\n" }
        return Array((head + "\r\n").utf8) + content + Array("\r\n".utf8)
    }

    static func text(_ content: String, hasLength: Bool = true) -> [UInt8] {
        part("text/plain", Array(content.utf8), hasLength: hasLength)
    }

    static func picture(hasLength: Bool = true) -> [UInt8] {
        part("image/jpeg", Fixture.picture, hasLength: hasLength)
    }

    /// A car, its pictures, two heartbeats and another car.
    static func dahua(hasLength: Bool = true) -> [UInt8] {
        text(dahuaEvent("鄂A06654"), hasLength: hasLength) + picture(hasLength: hasLength)
            + picture(hasLength: hasLength) + text("Heartbeat", hasLength: hasLength)
            + text("Heartbeat", hasLength: hasLength) + text(dahuaEvent("粤B12345"), hasLength: hasLength)
            + picture(hasLength: hasLength) + Array("--\(boundary)\r\n".utf8)
    }

    /// What a stream tells when its bytes come in these portions.
    static func signals(
        _ portions: some Sequence<[UInt8]>, make: CameraStream.Make = .dahua(.init()),
        contentType: String = contentType
    ) throws(PlateCameraError) -> [CameraSignal] {
        var stream = try CameraStream(make: make, contentType: contentType)
        var signals: [CameraSignal] = []
        for portion in portions { signals += try stream.feed(portion) }
        return signals
    }

    static func plates(_ signals: [CameraSignal]) -> [String] {
        signals.compactMap { if case .read(let read) = $0 { read.plate?.text ?? "no plate" } else { nil } }
    }
}

extension [UInt8] {
    /// Cut into portions of so many bytes.
    func portions(of count: Int) -> [[UInt8]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
