import PlateCamera
import Testing
import Vocabulary

@Suite("Hikvision's push")
struct HikvisionTests {
    private func decode(_ xml: [UInt8]) throws -> PlateRead {
        try Hikvision.decode(xml, contentType: "application/xml")
    }

    private func status(_ body: [UInt8], _ contentType: String) -> Int? {
        do {
            _ = try Hikvision.decode(body, contentType: contentType)
            return nil
        } catch { return error.httpStatus }
    }

    @Test("a whole push with two pictures gives every field")
    func whole() throws {
        let expected = PlateRead(
            plate: try Plate("苏A8HK52"), confidence: 78, colour: .blue, vehicle: .small, direction: .reverse,
            trigger: .automatic, cameraReadID: "46dd0716-1dd2-11b2-821f-8ba17e6f56b7",
            takenAt: WallTime(milliseconds: 2_019_974_223_000), cameraSerial: "44:a6:42:f7:3a:21",
            cameraName: "IP CAPTURE CAMERA", cameraLane: 2)
        #expect(try Hikvision.decode(Fixture.hikvision("蓝苏A8HK52"), contentType: Fixture.contentType) == expected)
        #expect(try decode(Fixture.hikvisionXML("蓝苏A8HK52")) == expected)
    }

    @Test("a small push from abroad is read, line ends and an unknown plate colour and all")
    func abroad() throws {
        let xml = """
            <EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
            <eventType>ANPR</eventType>
            <ANPR><licensePlate>
                zg-6140 G
            </licensePlate><plateColor>unknown</plateColor></ANPR>
            </EventNotificationAlert>
            """
        #expect(try decode(Array(xml.utf8)) == PlateRead(plate: try Plate("ZG6140G")))
    }

    @Test(
        "a camera that read no plate gives a read without one",
        arguments: ["noPlate", "unknown", "UNKNOWN", "无车牌", "", "<!-- none -->"])
    func noPlate(written: String) throws {
        #expect(try decode(Fixture.hikvisionXML(written)).plate == nil)
    }

    @Test(
        "a read kept while nobody answered is marked",
        arguments: [
            ("", "", false), ("<alarmDataType>1</alarmDataType>", "", true),
            ("", "<isDataRetransmission>true</isDataRetransmission>", true),
            ("", "<isDataRetransmission>false</isDataRetransmission>", false),
        ])
    func offline(inner: String, outer: String, expected: Bool) throws {
        let xml = """
            <EventNotificationAlert><eventType>ANPR</eventType>\(outer)
            <ANPR><licensePlate>A12345</licensePlate>\(inner)</ANPR></EventNotificationAlert>
            """
        #expect(try decode(Array(xml.utf8)).isOffline == expected)
    }

    @Test(
        "other events are no plate events, and are answered 200",
        arguments: ["videoloss", "heartBeat", "VMD", "fielddetection", "PeopleCounting"])
    func otherEvents(type: String) {
        let xml = Fixture.hikvisionXML(Array("A12345".utf8), type: type)
        #expect(throws: PlateCameraError.notAPlateEvent(type)) { try decode(xml) }
        #expect(status(Fixture.multipart([.xml(xml), .jpeg]), Fixture.contentType) == 200)
    }

    @Test("an ANPR event that has ended is no plate event")
    func ended() {
        let xml = """
            <EventNotificationAlert><eventType>ANPR</eventType><eventState>inactive</eventState>
            <ANPR><licensePlate>A12345</licensePlate></ANPR></EventNotificationAlert>
            """
        #expect(throws: PlateCameraError.notAPlateEvent("ANPR inactive")) { try decode(Array(xml.utf8)) }
    }

    @Test(
        "colours, kinds and triggers have their meaning",
        arguments: [
            (
                "<plateColor>newEnergyYellowGreen</plateColor><plateType>newEnergy</plateType>", .yellowGreen,
                .largeNewEnergy
            ),
            ("<plateColor>newEnergyGreen</plateColor><plateType>newEnergy</plateType>", .green, .newEnergy),
            ("<plateColor>white</plateColor><plateType>arm</plateType>", .white, .police),
            ("<plateColor>yellow</plateColor><plateType>yellowTwoLine</plateType>", .yellow, .large),
            ("<plateColor>mixedColor</plateColor><plateType>unknown</plateType>", .unknown, .small),
        ] as [(String, PlateColour, VehicleKind)])
    func meanings(fields: String, colour: PlateColour, vehicle: VehicleKind) throws {
        let read = try decode(Fixture.hikvisionXML(Array("粤B12345".utf8), fields: fields))
        #expect(read.colour == colour)
        #expect(read.vehicle == vehicle)
    }

    @Test(
        "a plate event with a missing, doubled or senseless field is refused with 422",
        arguments: [
            "<eventType>ANPR</eventType>", "<ANPR><licensePlate>A12345</licensePlate></ANPR>",
            "<eventType>ANPR</eventType><ANPR><licensePlate>A12345</licensePlate><licensePlate>B12345</licensePlate></ANPR>",
            "<eventType>ANPR</eventType><ANPR><licensePlate>A12345</licensePlate></ANPR><ANPR><licensePlate/></ANPR>",
            "<eventType>ANPR</eventType><ANPR><licensePlate>A?2345</licensePlate></ANPR>",
            "<eventType>ANPR</eventType><ANPR><licensePlate>A1</licensePlate><confidenceLevel>101</confidenceLevel></ANPR>",
            "<eventType>ANPR</eventType><ANPR><licensePlate>A1</licensePlate><confidenceLevel>9.5</confidenceLevel></ANPR>",
            "<eventType>ANPR</eventType><ANPR><licensePlate>A1</licensePlate><alarmDataType>2</alarmDataType></ANPR>",
            "<eventType>ANPR</eventType><isDataRetransmission>x</isDataRetransmission><ANPR><licensePlate>A1</licensePlate></ANPR>",
        ])
    func refused(inner: String) {
        let xml = Array("<EventNotificationAlert>\(inner)</EventNotificationAlert>".utf8)
        #expect(status(xml, "text/xml; charset=utf-8") == 422)
    }

    @Test("another document is refused", arguments: [("<ResponseStatus/>", 422), ("<a>", 400), ("", 400), ("x", 400)])
    func otherDocument(text: String, expected: Int) {
        #expect(status(Array(text.utf8), "application/xml") == expected)
    }

    @Test(
        "the content type decides: XML and multipart are read, without one what looks like XML, the rest is 415",
        arguments: [
            ("application/xml", nil), ("Text/XML; charset=\"UTF-8\"", nil), ("application/soap+xml", nil), ("", nil),
            ("application/json", 415), ("text/plain", 415), ("multipart/form-data", 400), ("xml", 415),
        ] as [(String, Int?)])
    func contentTypes(type: String, expected: Int?) {
        #expect(status(Fixture.hikvisionXML("A12345"), type) == expected)
    }

    @Test("a body is accepted up to 4 MiB and refused one byte above")
    func size() throws {
        func body(_ pictureBytes: Int) -> [UInt8] {
            let picture = [UInt8](repeating: 0x2D, count: pictureBytes)
            return Fixture.multipart([
                .xml(Fixture.hikvisionXML("A12345")), .init(type: "image/jpeg", content: picture, length: nil),
            ])
        }
        let frame = body(0).count
        let whole = body(PlateRead.largestPush - frame)
        #expect(whole.count == 4_194_304)
        #expect(try Hikvision.decode(whole, contentType: Fixture.contentType).plate == Plate("A12345"))
        #expect(status(body(PlateRead.largestPush - frame + 1), Fixture.contentType) == 413)
    }

    @Test("a push without XML and a push with two plates are refused")
    func parts() {
        let xml = Fixture.hikvisionXML("A12345")
        #expect(throws: PlateCameraError.badMultipart(.noXMLPart)) {
            try Hikvision.decode(Fixture.multipart([.jpeg]), contentType: Fixture.contentType)
        }
        #expect(throws: PlateCameraError.badMultipart(.severalPlateEvents)) {
            try Hikvision.decode(Fixture.multipart([.xml(xml), .xml(xml)]), contentType: Fixture.contentType)
        }
    }

    @Test("the plate event is found among other events, whichever comes first", arguments: [false, true])
    func amongOthers(plateFirst: Bool) throws {
        let plate = Fixture.Part.xml(Fixture.hikvisionXML("A12345"))
        let other = Fixture.Part.xml(Fixture.hikvisionXML(Array("".utf8), type: "videoloss"))
        let body = Fixture.multipart(plateFirst ? [plate, other, .jpeg] : [.jpeg, other, plate])
        #expect(try Hikvision.decode(body, contentType: Fixture.contentType).plate == Plate("A12345"))
    }

    @Test("an XML part without a content type is recognised, with a byte order mark and line ends before it")
    func untyped() throws {
        for lead in [[], [0xEF, 0xBB, 0xBF], [0x0D, 0x0A]] as [[UInt8]] {
            let part = Fixture.Part(type: nil, content: lead + Fixture.hikvisionXML("A12345"), length: nil)
            let read = try Hikvision.decode(Fixture.multipart([.jpeg, part]), contentType: Fixture.contentType)
            #expect(read.plate == (try Plate("A12345")))
        }
    }

    @Test("the answer is empty")
    func reply() { #expect(Hikvision.reply() == []) }
}
