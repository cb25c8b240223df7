import FaceTerminal
import Testing
import Vocabulary

private let id = "005a213b000b93cc"

private func read(_ level: String, _ text: String, retained: Bool = false) throws -> FaceMessage {
    let (terminal, message) = try FaceTerminal.read(
        topic: "mqtt/face/\(level)", payload: Array(text.utf8), isRetained: retained)
    #expect(terminal == id)
    return message
}

private func record(_ change: (inout [String: String]) -> Void = { _ in }) -> String {
    var fields = [
        "customId": "\"pupil-17\"", "RecordID": "\"389\"", "VerifyStatus": "\"1\"", "similarity1": "\"94.370000\"",
        "Sendintime": "1", "facesluiceId": "\"\(id)\"", "time": "\"2026-11-20 12:00:30\"", "pic": "\"data:image/jpeg\"",
    ]
    change(&fields)
    let body = fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    return "{\"operator\":\"RecPush\",\"info\":{\(body)}}"
}

@Suite("What a face terminal says")
struct FaceMessageTests {
    private let whole = FaceRecord(
        id: 389, person: "pupil-17", verdict: .allowed, similarityThousandths: 943,
        // date -u -d '2026-11-20 12:00:30' +%s
        localSeconds: 1_795_176_030, isStored: false)

    @Test("a record is who, how alike, when, and whether it happens now")
    func records() throws {
        #expect(try read("\(id)/Rec", record()) == .record(whole))
        var stored = whole
        stored.isStored = true
        #expect(try read("\(id)/Rec", record { $0["Sendintime"] = "\"0\"" }) == .record(stored))
        #expect(try read("\(id)/Rec", record(), retained: true) == .record(stored))
        var bare = whole
        bare.person = nil
        bare.verdict = .none
        bare.similarityThousandths = nil
        bare.localSeconds = nil
        let text = record {
            $0["customId"] = "\"\""; $0["VerifyStatus"] = "7"; $0["similarity1"] = nil; $0["time"] = nil
        }
        #expect(try read("\(id)/Rec", text) == .record(bare))
    }

    @Test(
        "likeness is thousandths of the whole and no floating point",
        arguments: [
            ("94", 940), ("\"100.0\"", 1_000), ("\"100.1\"", nil), ("0.99", 9), ("\"1e2\"", nil), ("\"-1\"", nil),
            ("\"94.\"", nil), ("\"99999999999999999999\"", nil), ("true", nil),
        ] as [(String, Int64?)])
    func likeness(_ written: String, _ thousandths: Int64?) throws {
        var expected = whole
        expected.similarityThousandths = thousandths
        #expect(try read("\(id)/Rec", record { $0["similarity1"] = written }) == .record(expected))
    }

    @Test("what cannot be answered or belongs to another terminal is refused")
    func refused() {
        #expect(throws: FaceTerminalError.missing("RecordID")) {
            try read("\(id)/Rec", record { $0["RecordID"] = nil })
        }
        #expect(throws: FaceTerminalError.badValue("RecordID")) {
            try read("\(id)/Rec", record { $0["RecordID"] = "\"-1\"" })
        }
        #expect(throws: FaceTerminalError.otherTerminal) { try read("other/Rec", record()) }
        #expect(throws: FaceTerminalError.badValue("customId")) {
            try read("\(id)/Rec", record { $0["customId"] = "\"" + String(repeating: "7", count: 49) + "\"" })
        }
        #expect(throws: FaceTerminalError.unknownTopic) { try read("\(id)/Rec/x", record()) }
        #expect(throws: FaceTerminalError.tooLarge(bytes: 6_000_001)) {
            try read("\(id)/Rec", String(repeating: " ", count: 6_000_001))
        }
    }

    @Test("a terminal that comes, lives and goes is known by its id in the message")
    func lives() throws {
        func text(_ name: String) -> String {
            "{\"operator\":\"\(name)\",\"info\":{\"facesluiceId\":\"\(id)\",\"time\":\"2026-11-20 12:00:30\"}}"
        }
        #expect(try read("basic", text("Online")) == .online)
        #expect(try read("basic", text("Offline")) == .offline)
        #expect(try read("heartbeat", text("HeartBeat")) == .heartbeat(localSeconds: 1_795_176_030))
        #expect(try read("basic", text("Online"), retained: true) == .other)
    }

    @Test("a batch's answer says who was taken on and who was not, in `info` or beside it", arguments: [true, false])
    func batch(_ isInside: Bool) throws {
        let lists = "\"AddSucInfo\":[{\"customId\":\"a\"}],\"AddErrInfo\":[{\"customId\":\"b\",\"errcode\":\"464\"}]"
        let text =
            "{\"messageId\":\"x-1\",\"operator\":\"EditPersonsNew-Ack\",\"code\":\"200\",\"info\":{\"facesluiceId\":"
            + "\"\(id)\",\"result\":\"ok\"\(isInside ? "," + lists : "")}\(isInside ? "" : "," + lists)}"
        let expected = FaceAck(
            messageID: "x-1", command: "EditPersonsNew", isOK: true, code: "200", added: ["a"], failed: ["b": "464"])
        #expect(try read("\(id)/Ack", text) == .ack(expected))
    }

    @Test("commands are written as the family reads them")
    func commands() throws {
        func text(_ command: FaceCommand) -> String { String(decoding: command.bytes(messageID: "m"), as: UTF8.self) }
        #expect(
            text(.answerRecord(id: 389))
                == #"{"messageId":"m","operator":"PushAck","info":{"PushAckType":2,"SnapOrRecordID":389}}"#)
        #expect(
            text(.answerStranger(id: 9))
                == #"{"messageId":"m","operator":"PushAck","info":{"PushAckType":1,"SnapOrRecordID":9}}"#)
        let person = try FacePerson(id: "a", name: "王*", pictureURI: "http://b/a.jpg", version: 1)
        #expect(
            text(.edit([person]))
                == #"{"messageId":"m","DataBegin":"BeginFlag","operator":"EditPersonsNew","PersonNum":1,"info":["#
                + #"{"customId":"a","name":"王*","personType":0,"tempValid":0,"picURI":"http://b/a.jpg"}],"#
                + #""DataEnd":"EndFlag"}"#)
        #expect(text(.delete(person: "a")) == #"{"messageId":"m","operator":"DelPerson","info":{"customId":"a"}}"#)
        #expect(
            text(.openDoor(person: "a", text: "请通行"))
                == #"{"messageId":"m","operator":"OpenDoor","info":{"uid":"a","openDoor":"1","Showinfo":"请通行"}}"#)
    }

    @Test("no message makes it stop, however damaged", arguments: 1...20 as ClosedRange<UInt64>)
    func damaged(_ seed: UInt64) {
        var state = seed
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        for level in ["\(id)/Rec", "\(id)/Snap", "\(id)/Ack", "basic", "heartbeat"] {
            for _ in 0..<100 {
                var bytes = Array(record().utf8)
                for _ in 0...next() % 4 { bytes[next() % bytes.count] = UInt8(truncatingIfNeeded: next()) }
                do throws(FaceTerminalError) {
                    _ = try FaceTerminal.read(topic: "mqtt/face/\(level)", payload: bytes, isRetained: false)
                } catch { #expect(!error.description.contains("pupil-17")) }
            }
        }
    }
}

@Suite("Which records are somebody who stands there now")
struct FaceRecordsTests {
    private func record(_ id: Int64, at time: Int64?, stored: Bool = false) -> FaceRecord {
        FaceRecord(
            id: id, person: "a", verdict: .allowed, similarityThousandths: 940, localSeconds: time, isStored: stored)
    }

    @Test("a record counts once, and one with the same number after a reset of the terminal counts again")
    func once() {
        var records = FaceRecords()
        #expect(records.take(record(1, at: 1_000), localSeconds: 1_001) == .fresh)
        #expect(records.take(record(1, at: 1_000), localSeconds: 1_002) == .repeated)
        #expect(records.take(record(1, at: 1_005), localSeconds: 1_005) == .fresh)
    }

    @Test("a record is history from a certain age on", arguments: [15, 16, 86_400])
    func age(_ seconds: Int64) {
        var records = FaceRecords()
        let finding = records.take(record(1, at: 1_000), localSeconds: 1_000 + seconds)
        #expect(finding == (seconds == 15 ? .fresh : .stale(ageSeconds: seconds)))
    }

    @Test("a record that says so is history, and so is one without a time")
    func says() {
        var records = FaceRecords()
        #expect(records.take(record(1, at: 1_000, stored: true), localSeconds: 1_000) == .stale(ageSeconds: 0))
        #expect(records.take(record(2, at: nil), localSeconds: 1_000) == .stale(ageSeconds: nil))
    }

    @Test("a terminal whose clock is ahead is told as such, and charges nobody", arguments: [15, 16])
    func ahead(_ seconds: Int64) {
        var records = FaceRecords()
        let finding = records.take(record(1, at: 1_000 + seconds), localSeconds: 1_000)
        #expect(finding == (seconds == 15 ? .fresh : .clockAhead(seconds: 16)))
    }

    @Test("a terminal that replays yesterday's thousands of records charges nobody, also after a restart")
    func replay() {
        var records = FaceRecords(most: 100)
        for id in 1...3_000 as ClosedRange<Int64> {
            #expect(records.take(record(id, at: id), localSeconds: 86_400 + id) == .stale(ageSeconds: 86_400))
        }
        #expect(records.take(record(1, at: .min), localSeconds: .max) == .stale(ageSeconds: nil))
        #expect(records.take(record(9_999, at: 90_000), localSeconds: 90_000) == .fresh)
    }
}
