internal import PlateCamera

/// A plate camera that pushes what it is told, byte for byte as the real ones do.
public struct CameraStandIn: Sendable {
    /// Whose pushes it speaks.
    public enum Make: Sendable {
        case vzenith(inGB2312: Bool)
        case hikvision
    }

    /// The last part of its address at the box.
    public var id: String
    public var make: Make
    /// The box's HTTP port.
    public var port: Int

    public init(id: String, make: Make, port: Int) {
        self.id = id
        self.make = make
        self.port = port
    }

    /// Pushes one read.
    /// - Parameter trigger: why the picture was taken, by Vzenith's numbers: 1 by itself, 66 the car turned back.
    /// - Returns: the box's answer.
    @discardableResult
    public func push(
        _ plate: String, confidence: Int = 96, readID: Int = 1, trigger: Int = 1
    ) throws(StandInError) -> HTTPPush.Answer? {
        let (type, body) = try Self.body(make, plate, confidence, readID, trigger: trigger)
        return try push(body, contentType: type)
    }

    /// Pushes any bytes: for what a broken camera sends.
    /// - Parameter sentBytes: cuts the connection after so many.
    @discardableResult
    public func push(
        _ body: [UInt8], contentType: String = "application/json", sentBytes: Int? = nil
    ) throws(StandInError) -> HTTPPush.Answer? {
        try HTTPPush.send(
            port: port, path: "/cameras/\(id)", headers: ["Content-Type": contentType], body: body, sentBytes: sentBytes
        )
    }

    /// The content type and the bytes of a push.
    public static func body(
        _ make: Make, _ plate: String, _ confidence: Int, _ readID: Int, trigger: Int = 1
    ) throws(StandInError) -> (contentType: String, bytes: [UInt8]) {
        switch make {
        case .vzenith(let inGB2312):
            let text = vzenith(plate, confidence, readID, trigger)
            guard inGB2312 else { return ("application/json", Array(text.utf8)) }
            guard let bytes = try? GB18030.fromUTF8(Array(text.utf8)) else { throw .notInGB18030(plate) }
            return ("application/json", bytes)
        case .hikvision:
            let boundary = "---------------------------7e13971310878"
            let picture: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + Array(0...255) + [0xFF, 0xD9]
            let xml = Array(hikvisionXML(plate, confidence).utf8)
            var body = Array(
                """
                --\(boundary)\r\nContent-Disposition: form-data; name="anpr.xml"; filename="anpr.xml"\r\n\
                Content-Type: text/xml\r\nContent-Length: \(xml.count)\r\n\r\n
                """.utf8)
            body += xml
            body += Array(
                """
                \r\n--\(boundary)\r\nContent-Disposition: form-data; name="licensePlatePicture.jpg"; \
                filename="licensePlatePicture.jpg"\r\nContent-Type: image/jpeg\r\nContent-Length: \(picture.count)\r\n\r\n
                """.utf8)
            body += picture + Array("\r\n--\(boundary)--\r\n".utf8)
            return ("multipart/form-data; boundary=\(boundary)", body)
        }
    }

    private static func vzenith(_ plate: String, _ confidence: Int, _ readID: Int, _ trigger: Int) -> String {
        """
        {"AlarmInfoPlate":{"channel":0,"deviceName":"lane","ipaddr":"127.0.0.1","result":{"PlateResult":{"bright":0,\
        "colorType":1,"colorValue":0,"confidence":\(confidence),"direction":4,"imageFile":"\\/9j\\/4AAQSkZJRg==",\
        "imageFileLen":10,"isoffline":0,"is_fake_plate":0,"license":"\(plate)","plateid":\(readID),\
        "timeUsed":0,"triggerType":\(trigger),"type":1}},"serialno":"stand-in","user_data":""}}
        """
    }

    static func hikvisionXML(_ plate: String, _ confidence: Int = 96) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <EventNotificationAlert version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">
        <ipAddress>127.0.0.1</ipAddress><macAddress>44:a6:42:f7:3a:21</macAddress><channelID>1</channelID>
        <eventType>ANPR</eventType><eventState>active</eventState><eventDescription>ANPR</eventDescription>
        <ANPR><country>59</country><licensePlate>\(plate)</licensePlate><line>1</line><direction>forward</direction>
        <confidenceLevel>\(confidence)</confidenceLevel><plateColor>blue</plateColor></ANPR>
        </EventNotificationAlert>

        """
    }
}
