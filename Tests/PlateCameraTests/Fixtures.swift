/// Pushes as the cameras send them, with the parts that tests vary.
enum Fixture {
    /// A Vzenith push; fields of `PlateResult` are given as JSON text.
    static func vzenith(_ license: [UInt8], extra: String = #""isoffline":0,"is_fake_plate":0"#) -> [UInt8] {
        let head = #"""
            {"AlarmInfoPlate":{"channel":0,"deviceName":"R5-EXIT","ipaddr":"192.168.55.131","result":{"PlateResult":{
            "bright":0,"carBright":0,"carColor":255,"car_brand":{"brand":255,"type":255,"year":65535},
            "carlocation":{"RECT":{"bottom":0,"left":0,"right":0,"top":0}},"clean_time":0,"colorType":1,"colorValue":0,
            "confidence":96,"direction":4,"feature_code":true,"gioouts":[{"ctrltype":0,"ionum":"0"}],
            "imageFile":"\/9j\/4AAQSkZJRg==","imageFileLen":10,
            "location":{"RECT":{"bottom":674,"left":1002,"right":1263,"top":565}},"plateid":21085,
            "timeStamp":{"Timeval":{"decday":9,"dechour":16,"decmin":39,"decmon":6,"decsec":54,"decyear":2023,
            "sec":1686299994,"usec":687772}},"timeUsed":0,"triggerType":8,"type":1,
            """#
        let tail = #"}},"rule_id":1,"serialno":"fe71e106-57263272","user_data":""}}"#
        return Array(head.utf8) + Array((extra.isEmpty ? "" : extra + ",").utf8) + Array(#""license":""#.utf8) + license
            + Array(#"""#.utf8) + Array(tail.utf8)
    }

    static func vzenith(_ license: String) -> [UInt8] { vzenith(Array(license.utf8)) }

    /// A Vzenith push with nothing but what is given.
    static func smallVzenith(_ fields: String) -> [UInt8] {
        Array(#"{"AlarmInfoPlate":{"result":{"PlateResult":{\#(fields)}}}}"#.utf8)
    }

    /// The XML of a Hikvision push; `fields` stand within `ANPR`, `outer` beside it.
    static func hikvisionXML(
        _ plate: [UInt8], encoding: String = "UTF-8", type: String = "ANPR",
        fields: String = "<plateColor>blue</plateColor><plateType>92TypeCivil</plateType>", outer: String = ""
    ) -> [UInt8] {
        let head = """
            <?xml version="1.0" encoding="\(encoding)"?>
            <EventNotificationAlert version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">
            <ipAddress>192.168.100.248</ipAddress>
            <portNo>80</portNo>
            <protocol>HTTP</protocol>
            <macAddress>44:a6:42:f7:3a:21</macAddress>
            <channelID>1</channelID>
            <dateTime>2034-01-04T15:57:03+08:00</dateTime>
            <activePostCount>1</activePostCount>
            <eventType>\(type)</eventType>
            <eventState>active</eventState>
            <eventDescription>ANPR</eventDescription>
            <channelName>IP CAPTURE CAMERA</channelName>
            <ANPR>
            <country>59</country>
            <licensePlate>
            """
        let tail = """
            </licensePlate>
            <line>2</line>
            <direction>reverse</direction>
            <confidenceLevel>78</confidenceLevel>
            \(fields)
            <plateCharBelieve>99,99,99,99,99,99,99</plateCharBelieve>
            <vehicleType>buggy</vehicleType>
            <detectType>3</detectType>
            <alarmDataType>0</alarmDataType>
            <vehicleInfo><index>563</index><vehicleType>1</vehicleType><color>unknown</color></vehicleInfo>
            <pictureInfoList><pictureInfo><fileName>licensePlatePicture.jpg</fileName>
            <plateRect><X>375</X><Y>645</Y><width>227</width><height>118</height></plateRect>
            </pictureInfo></pictureInfoList>
            </ANPR>
            <UUID>46dd0716-1dd2-11b2-821f-8ba17e6f56b7</UUID>\(outer)
            <picNum>2</picNum>
            </EventNotificationAlert>

            """
        return Array(head.utf8) + plate + Array(tail.utf8)
    }

    static func hikvisionXML(_ plate: String) -> [UInt8] { hikvisionXML(Array(plate.utf8)) }

    static let boundary = "---------------------------7e13971310878"
    static let contentType = "multipart/form-data; boundary=\(boundary)"

    /// The beginning and end of a JPEG file, with every byte value between, line ends and dashes among them.
    static let picture: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0] + Array(0...255) + Array("\r\n--\r\n-----".utf8) + [0xFF, 0xD9]

    struct Part {
        var type: String?
        var content: [UInt8]
        /// Nil leaves the header out.
        var length: Int?

        static func xml(_ content: [UInt8]) -> Part {
            Part(type: #"application/xml; charset="UTF-8""#, content: content, length: content.count)
        }

        static let jpeg = Part(type: "image/jpeg", content: picture, length: picture.count)
    }

    static func multipart(
        _ parts: [Part], boundary: String = boundary, lineEnd: String = "\r\n", closing: String = "--\r\n"
    ) -> [UInt8] {
        var body: [UInt8] = []
        for (index, part) in parts.enumerated() {
            body += Array("--\(boundary)\(lineEnd)".utf8)
            body += Array(
                #"Content-Disposition: form-data; name="part\#(index)";filename="part\#(index)"\#(lineEnd)"#.utf8)
            if let type = part.type { body += Array("Content-Type: \(type)\(lineEnd)".utf8) }
            if let length = part.length { body += Array("Content-Length: \(length)\(lineEnd)".utf8) }
            body += Array(lineEnd.utf8) + part.content + Array(lineEnd.utf8)
        }
        return body + Array("--\(boundary)\(closing)".utf8)
    }

    /// A whole Hikvision push with two pictures.
    static func hikvision(_ plate: String) -> [UInt8] {
        multipart([.xml(hikvisionXML(plate)), .jpeg, .jpeg])
    }
}
