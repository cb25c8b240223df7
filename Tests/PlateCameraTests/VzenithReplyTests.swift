import JSONText
import PlateCamera
import Testing
import Vocabulary

@Suite("The answer to Vzenith's push")
struct VzenithReplyTests {
    private func info(_ reply: [UInt8]) throws -> String? {
        try JSONNode.parse(reply, dialect: .json)["Response_AlarmInfoPlate"]?["info"]?.string
    }

    @Test("the answer opens nothing unless told to")
    func opensNothing() throws {
        let read = PlateRead(plate: try Plate("京A12345"), cameraReadID: "21085")
        #expect(
            String(decoding: Vzenith.reply(to: read), as: UTF8.self)
                == #"{"Response_AlarmInfoPlate":{"info":"no","content":"retransfer_stop","#
                + #""ContinuePushOffline":{"plateid":21085,"continue":1}}}"#)
        #expect(try info(Vzenith.reply()) == "no")
        #expect(try info(Vzenith.reply(to: read, open: true)) == "ok")
    }

    @Test("the answer to a read kept offline opens nothing even if told to")
    func offline() throws {
        let read = PlateRead(plate: try Plate("京A12345"), isOffline: true)
        #expect(try info(Vzenith.reply(to: read, open: true)) == "no")
        #expect(try info(Vzenith.reply(to: nil, open: true)) == "no")
    }

    @Test("the camera can be told to keep its other offline reads for now")
    func hold() throws {
        let reply = Vzenith.reply(to: PlateRead(plate: nil, cameraReadID: "9"), continueOffline: false)
        let next = try JSONNode.parse(reply, dialect: .json)["Response_AlarmInfoPlate"]?["ContinuePushOffline"]
        #expect(next?["continue"]?.integer == 0)
        #expect(next?["plateid"]?.integer == 9)
    }

    @Test("an id that is no number is not echoed")
    func textID() throws {
        let reply = Vzenith.reply(to: PlateRead(plate: nil, cameraReadID: "a-9"))
        let answer = try JSONNode.parse(reply, dialect: .json)["Response_AlarmInfoPlate"]
        #expect(answer?["content"]?.string == "retransfer_stop")
        #expect(answer?["ContinuePushOffline"] == nil)
    }

    /// The frame is one that such signs are sent in the field; the base64 text is from Python.
    @Test("bytes for a sign go out in base64 with their length")
    func sign() throws {
        let frame: [UInt8] = [0x00, 0x64, 0xFF, 0xFF, 0x00, 0x06, 0x31, 0x35, 0x39, 0x37, 0x35, 0x33, 0xFB, 0x06]
        let reply = Vzenith.reply(sign: [Vzenith.SignMessage(channel: 1, bytes: frame)])
        let entry = try JSONNode.parse(reply, dialect: .json)["Response_AlarmInfoPlate"]?["serialData"]?.array?.first
        #expect(entry?["serialChannel"]?.integer == 1)
        #expect(entry?["data"]?.string == "AGT//wAGMTU5NzUz+wY=")
        #expect(entry?["dataLen"]?.integer == 14)
    }
}
