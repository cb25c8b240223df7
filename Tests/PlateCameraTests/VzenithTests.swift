import PlateCamera
import Testing
import Vocabulary

@Suite("Vzenith's push")
struct VzenithTests {
    @Test("a whole push gives every field")
    func whole() throws {
        let read = try Vzenith.decode(Fixture.vzenith("粤B12345"))
        #expect(
            read
                == PlateRead(
                    plate: try Plate("粤B12345"), confidence: 96, colour: .blue, vehicle: .small, direction: .down,
                    trigger: .virtualLoop, cameraReadID: "21085",
                    takenAt: WallTime(milliseconds: 1_686_299_994_687),
                    cameraSerial: "fe71e106-57263272", cameraName: "R5-EXIT"))
    }

    @Test("a push with the plate alone gives a read with defaults")
    func plateAlone() throws {
        let read = try Vzenith.decode(Fixture.smallVzenith(#""license":"京A12345""#))
        #expect(read == PlateRead(plate: try Plate("京A12345")))
    }

    @Test(
        "a camera that saw no plate gives a read without one",
        arguments: [
            "_无_", "", " ", "无牌车", "unknown",
        ])
    func noPlate(license: String) throws {
        #expect(try Vzenith.decode(Fixture.vzenith(license)).plate == nil)
    }

    @Test("the type for vehicles without a plate outweighs a text in the plate field")
    func noPlateType() throws {
        #expect(try Vzenith.decode(Fixture.smallVzenith(#""license":"京A12345","type":31"#)).plate == nil)
    }

    @Test(
        "confidence is 0 to 100",
        arguments: [("0", 0), ("100", 100), ("\"57\"", 57), ("-1", nil), ("101", nil)] as [(String, Int?)])
    func confidence(written: String, expected: Int?) throws {
        let push = Fixture.smallVzenith(#""license":"京A12345","confidence":\#(written)"#)
        guard let expected else {
            #expect { try Vzenith.decode(push) } throws: { error in
                guard case PlateCameraError.outOfRange(let field, _, 0...100) = error else { return false }
                return field == "AlarmInfoPlate.result.PlateResult.confidence"
            }
            return
        }
        #expect(try Vzenith.decode(push).confidence == expected)
    }

    @Test(
        "each trigger code has its meaning",
        arguments: [
            (1, .automatic), (2, .input), (4, .software), (8, .virtualLoop), (64, .stay), (65, .stayEnded),
            (66, .turnedBack), (16, .other(16)),
        ] as [(Int, Trigger)])
    func trigger(code: Int, expected: Trigger) throws {
        let push = Fixture.smallVzenith(#""license":"京A12345","triggerType":\#(code)"#)
        #expect(try Vzenith.decode(push).trigger == expected)
    }

    @Test(
        "each colour code has its colour",
        arguments: [
            (0, .unknown), (1, .blue), (2, .yellow), (3, .white), (4, .black), (5, .green), (6, .yellowGreen),
            (7, .unknown),
        ] as [(Int, PlateColour)])
    func colour(code: Int, expected: PlateColour) throws {
        let push = Fixture.smallVzenith(#""license":"京A12345","colorType":\#(code)"#)
        #expect(try Vzenith.decode(push).colour == expected)
    }

    @Test(
        "the kinds of plate that matter have their class",
        arguments: [
            (1, .small), (3, .large), (5, .police), (19, .newEnergy), (20, .largeNewEnergy), (21, .emergency),
            (99, .unknown),
        ] as [(Int, VehicleKind)])
    func vehicle(code: Int, expected: VehicleKind) throws {
        #expect(try Vzenith.decode(Fixture.smallVzenith(#""license":"京A12345","type":\#(code)"#)).vehicle == expected)
    }

    @Test(
        "a read kept offline is marked, however the flag is written",
        arguments: [("0", false), ("1", true), ("\"1\"", true), ("true", true), ("false", false), ("null", false)])
    func offline(written: String, expected: Bool) throws {
        let push = Fixture.smallVzenith(#""license":"京A12345","isoffline":\#(written)"#)
        #expect(try Vzenith.decode(push).isOffline == expected)
    }

    @Test("an offline flag that is neither yes nor no is refused", arguments: ["2", "\"no\"", "{}", "0.5"])
    func badOfflineFlag(written: String) {
        let push = Fixture.smallVzenith(#""license":"京A12345","isoffline":\#(written)"#)
        #expect(throws: PlateCameraError.self) { try Vzenith.decode(push) }
    }

    @Test("a forged plate is marked by its flag or its type", arguments: [#""is_fake_plate":1"#, #""type":29"#])
    func fake(field: String) throws {
        #expect(try Vzenith.decode(Fixture.smallVzenith(#""license":"京A12345",\#(field)"#)).isFake)
    }

    @Test(
        "an id of zero is no id, or every car would repeat the first",
        arguments: [("0", nil), ("\"\"", nil), ("7", "7"), ("\"a-7\"", "a-7")] as [(String, String?)])
    func readID(written: String, expected: String?) throws {
        let push = Fixture.smallVzenith(#""license":"京A12345","plateid":\#(written)"#)
        #expect(try Vzenith.decode(push).cameraReadID == expected)
    }

    @Test(
        "a time that is none is left out and the read stands",
        arguments: [
            #""timeStamp":{"Timeval":{"sec":-1}}"#, #""timeStamp":{"Timeval":{"sec":9223372036854775807}}"#,
            #""timeStamp":{"Timeval":{"sec":1,"usec":1000000}}"#, #""timeStamp":7"#, #""timeStamp":{"Timeval":[]}"#,
        ])
    func badTime(field: String) throws {
        let read = try Vzenith.decode(Fixture.smallVzenith(#""license":"京A12345",\#(field)"#))
        #expect(read == PlateRead(plate: try Plate("京A12345")))
    }

    @Test("the other messages of the camera are no plate events and are answered 200")
    func otherMessages() {
        let messages = [
            (#"{"AlarmGioIn":{"result":{"TriggerResult":{"source":3,"value":1}}}}"#, "AlarmGioIn"),
            (#"{"SerialData":{"channel":0,"data":"Y2guY29tFw==","dataLen":7}}"#, "SerialData"),
            (#"{"heartbeat":{"countid":1}}"#, "heartbeat"),
            (#"{"ipaddr":"192.168.1.100","TriggerImage":{"imageFileLen":7}}"#, "TriggerImage"),
            ("----------caa771\r\nContent-Disposition: form-data; name=\"serialno\"\r\n\r\nd85b\r\n", "registration"),
        ]
        for (text, type) in messages {
            #expect(throws: PlateCameraError.notAPlateEvent(type)) { try Vzenith.decode(Array(text.utf8)) }
        }
        #expect(PlateCameraError.notAPlateEvent("heartbeat").httpStatus == 200)
    }

    @Test("what is no push is refused with the place of the fault")
    func refused() {
        let cases: [(String, Int)] = [
            ("", 400), ("{", 400), ("null", 422), ("[]", 422), ("{}", 422), (#"{"AlarmInfoPlate":{}}"#, 422),
            (#"{"AlarmInfoPlate":[]}"#, 422), (#"{"AlarmInfoPlate":{"result":{"PlateResult":{}}}}"#, 422),
            (#"{"AlarmInfoPlate":{"result":{"PlateResult":{"license":7}}}}"#, 422),
            (#"{"AlarmInfoPlate":{"result":{"PlateResult":{"license":"京A!2345"}}}}"#, 422),
            (#"{"AlarmInfoPlate":{"result":{"PlateResult":{"license":"A1234567890123456"}}}}"#, 422),
        ]
        for (text, status) in cases {
            #expect {
                try Vzenith.decode(Array(text.utf8))
            } throws: { error in
                (error as? PlateCameraError)?.httpStatus == status
            }
        }
        #expect(throws: PlateCameraError.missing(field: "AlarmInfoPlate.result.PlateResult.license")) {
            try Vzenith.decode(Fixture.smallVzenith(""))
        }
    }

    @Test("a push is accepted up to 4 MiB and refused one byte above")
    func size() throws {
        let push = Fixture.vzenith("京A12345")
        let padding = [UInt8](repeating: 0x20, count: PlateRead.largestPush - push.count)
        #expect(try Vzenith.decode(push + padding).plate == Plate("京A12345"))
        let error = PlateCameraError.tooLarge(bytes: 4_194_305, limit: 4_194_304)
        #expect(throws: error) { try Vzenith.decode(push + padding + [0x20]) }
        #expect(error.httpStatus == 413)
    }

    @Test("nesting without bound is refused")
    func depth() {
        let deep = Array(#"{"AlarmInfoPlate":"#.utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 10_000)
        #expect {
            try Vzenith.decode(deep)
        } throws: { error in
            (error as? PlateCameraError)?.httpStatus == 400
        }
    }

    @Test("values without bound are refused", arguments: [(16_384, true), (16_385, false)])
    func values(marks: Int, isAccepted: Bool) throws {
        let frame = Fixture.smallVzenith(#""license":"A12345","x":[0]"#)
        let marksInFrame = frame.count { ",:[".utf8.contains($0) }
        let list = "0" + String(repeating: ",0", count: marks - marksInFrame)
        let push = Fixture.smallVzenith(#""license":"A12345","x":[\#(list)]"#)
        if isAccepted {
            #expect(try Vzenith.decode(push).plate == Plate("A12345"))
        } else {
            #expect(throws: PlateCameraError.tooManyValues(limit: 16_384)) { try Vzenith.decode(push) }
        }
    }

    @Test("no description shows a plate")
    func descriptions() {
        let pushes = [
            Fixture.smallVzenith(#""license":"京A!2345""#),
            Fixture.smallVzenith(#""license":"京A12345","isoffline":"京A12345""#),
            Fixture.smallVzenith(#""license":["京A12345"]"#),
        ]
        for push in pushes {
            #expect {
                try Vzenith.decode(push)
            } throws: { error in
                let text = "\(error)"
                return text.hasPrefix("reading a plate camera's push: ") && !text.contains("2345")
            }
        }
    }
}
