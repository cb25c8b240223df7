import Testing
import Vocabulary

@testable import PlateCamera

@Suite("Streams of cameras")
struct CameraStreamTests {
    private static let plates = ["鄂A06654", "粤B12345"]

    @Test("a stream tells the same however its bytes are cut", arguments: [true, false])
    func cutAnywhere(hasLength: Bool) throws {
        let stream = StreamFixture.dahua(hasLength: hasLength)
        let whole = try StreamFixture.signals([stream])
        #expect(StreamFixture.plates(whole) == Self.plates)
        #expect(whole.filter { $0 == .alive }.count == 2)
        for size in [1, 2, 3, 7, 64, 1000] {
            #expect(try StreamFixture.signals(stream.portions(of: size)) == whole, "portions of \(size)")
        }
        let small = StreamFixture.small(hasLength: hasLength)
        let read = try StreamFixture.signals([small])
        #expect(StreamFixture.plates(read) == Self.plates)
        for cut in small.indices {
            let portions = [Array(small[..<cut]), Array(small[cut...])]
            #expect(try StreamFixture.signals(portions) == read, "cut at \(cut)")
        }
    }

    @Test("a part is told when its last byte has come, not with the next part", arguments: ["Heartbeat"])
    func atOnce(content: String) throws {
        var stream = try CameraStream(make: .dahua(.init()), contentType: StreamFixture.contentType)
        let part = StreamFixture.text(content)
        // The line end after a part belongs to the next boundary.
        #expect(try stream.feed(Array(part.dropLast(3))).isEmpty)
        #expect(try stream.feed(Array(part.suffix(3))) == [.alive])
    }

    @Test("a boundary within a picture does not end it where its length was told")
    func hostilePicture() throws {
        let picture =
            Array("\r\n--myboundary\r\nContent-Type: text/plain\r\n\r\n".utf8)
            + Array(StreamFixture.dahuaEvent("粤B66666").utf8)
        let stream = StreamFixture.part("image/jpeg", picture) + StreamFixture.text(StreamFixture.dahuaEvent("粤B12345"))
        #expect(StreamFixture.plates(try StreamFixture.signals([stream])) == ["粤B12345"])
    }

    @Test("a text whose length reaches into the next part ends the stream; nothing is read from it")
    func longLength() throws {
        let event = Array(StreamFixture.dahuaEvent("粤B12345").utf8)
        let stream = StreamFixture.part("text/plain", event, length: event.count + 60) + StreamFixture.text("Heartbeat")
        #expect(throws: PlateCameraError.badMultipart(.badLength)) { try StreamFixture.signals([stream]) }
    }

    @Test("boundaries are known with and without their hyphens in the header, and after spaces")
    func boundaryForms() throws {
        let stream = StreamFixture.dahua()
        for type in ["multipart/x-mixed-replace; boundary=--myboundary", "multipart/mixed;boundary=\"myboundary\""] {
            #expect(StreamFixture.plates(try StreamFixture.signals([stream], contentType: type)) == Self.plates)
        }
        #expect(throws: PlateCameraError.badMultipart(.noBoundary)) {
            try StreamFixture.signals([stream], contentType: "text/html")
        }
    }

    @Test("the closing boundary ends a stream, and what follows is not read")
    func closed() throws {
        var stream = try CameraStream(make: .dahua(.init()), contentType: StreamFixture.contentType)
        let end = Array("--myboundary--\r\n".utf8)
        #expect(try stream.feed(StreamFixture.text("Heartbeat") + end + StreamFixture.dahua()) == [.alive])
        #expect(stream.isClosed)
    }

    @Test("Hikvision's alert stream tells reads, and takes its other events for signs of life")
    func hikvision() throws {
        let loss = Fixture.hikvisionXML(Array("x".utf8), type: "videoloss")
        let stream = Fixture.multipart([
            .xml(loss), .xml(Fixture.hikvisionXML("浙A12345")), .jpeg, .xml(loss),
        ])
        let signals = try StreamFixture.signals(
            stream.portions(of: 11), make: .hikvision, contentType: "multipart/mixed; boundary=\(Fixture.boundary)")
        #expect(StreamFixture.plates(signals) == ["浙A12345"])
        #expect(signals.count == 3 && signals.first == .alive && signals.last == .alive)
    }

    // MARK: - Bounds

    @Test("endless bytes without a boundary are given up after 8 KiB", arguments: [8_192, 8_193])
    func endlessPreamble(count: Int) {
        let garbage = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        let outcome = Result { () throws(PlateCameraError) in try StreamFixture.signals(garbage.portions(of: 100)) }
        switch outcome {
        case .success(let signals): #expect(count == 8_192 && signals.isEmpty)
        case .failure(let error): #expect(count == 8_193 && error == .badMultipart(.headersTooLong(limit: 8_192)))
        }
    }

    @Test("a text of 256 KiB is read, one byte more is refused, told or not", arguments: [true, false])
    func longText(hasLength: Bool) throws {
        let limit = MultipartStream.longestPart
        let fits = StreamFixture.part("text/plain", [UInt8](repeating: 0x20, count: limit - 2), hasLength: hasLength)
        #expect(try StreamFixture.signals([fits + Array("--myboundary\r\n".utf8)]) == [.alive])
        let tooLong = StreamFixture.part("text/plain", [UInt8](repeating: 0x20, count: limit + 1), hasLength: hasLength)
        #expect(throws: PlateCameraError.badMultipart(.partTooLong(limit: limit))) {
            try StreamFixture.signals([tooLong + Array("--myboundary\r\n".utf8)])
        }
    }

    @Test("a picture without end is given up after 16 MiB, and costs no memory before")
    func endlessPicture() throws {
        var stream = try CameraStream(make: .dahua(.init()), contentType: StreamFixture.contentType)
        #expect(try stream.feed(Array("--myboundary\r\nContent-Type: image/jpeg\r\n\r\n".utf8)).isEmpty)
        let portion = [UInt8](repeating: 7, count: 1 << 20)
        for _ in 0..<16 { #expect(try stream.feed(portion).isEmpty) }
        #expect(throws: PlateCameraError.badMultipart(.partTooLong(limit: 16 << 20))) {
            try stream.feed([UInt8](repeating: 7, count: 17))
        }
    }

    // MARK: - Damage

    @Test("5,000 damaged streams give reads, refusals or a fault of the stream, and never a crash")
    func damaged() {
        var dice = Mutation.Dice(state: 0x6461_6875_6121)
        let whole = StreamFixture.small()
        var (intact, faults, refused) = (0, 0, 0)
        for _ in 0..<5_000 {
            let portions = Mutation.mutated(whole, &dice).portions(of: Int.random(in: 1...600, using: &dice))
            do throws(PlateCameraError) {
                let signals = try StreamFixture.signals(portions)
                if StreamFixture.plates(signals) == Self.plates { intact += 1 }
                for case .refused(let error) in signals {
                    refused += 1
                    #expect(!error.description.isEmpty && (400...422).contains(error.httpStatus))
                }
            } catch {
                faults += 1
                guard case .badMultipart = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
        // All three outcomes must occur, or the mutations test nothing.
        #expect(intact > 100 && faults > 100 && refused > 100, "\(intact) \(faults) \(refused)")
    }

    @Test("2,000 streams of dice tell no read")
    func noise() {
        var dice = Mutation.Dice(state: 3)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 1...2_000, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice)
            }
            let signals = try? StreamFixture.signals(bytes.portions(of: 97))
            #expect(StreamFixture.plates(signals ?? []).isEmpty)
        }
    }
}
