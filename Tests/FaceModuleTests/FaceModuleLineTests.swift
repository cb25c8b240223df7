import FaceMatch
import JSONText
import Serial
import Testing
import Vocabulary

@testable import FaceModule

/// Base64 as a module writes it.
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
        for place in 0..<4 {
            text.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : "=")
        }
    }
    return text
}

/// A vector that only seed and dimension tell.
func vector(_ seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<FaceTemplate.length).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
}

func faceLine(
    _ vector: [Float], model: String = "arc-1", live: String = "true", quality: Int = 900
) -> [UInt8] {
    let bytes = vector.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
    }
    return Array(
        "{\"v\":1,\"model\":\"\(model)\",\"live\":\(live),\"quality\":\(quality),\"vector\":\"\(base64(bytes))\"}\n"
            .utf8)
}

@Suite("What a face module writes")
struct FaceModuleLineTests {
    private func read(_ bytes: [UInt8]) -> [FaceModuleLines.Output] {
        var lines = FaceModuleLines()
        return lines.take(bytes)
    }

    @Test("a face is read exactly as it was written, wherever reads are split")
    func faces() {
        let bytes = faceLine(vector(7)) + Array("{\"v\":1,\"model\":\"arc-1\",\"alive\":true}\r\n".utf8)
        for size in [1, 7, 1_000, bytes.count] {
            var lines = FaceModuleLines()
            var outputs: [FaceModuleLines.Output] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                outputs += lines.take(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            guard outputs.count == 2, case .face(let sighting) = outputs[0], case .alive(let model) = outputs[1] else {
                Issue.record("\(outputs.count) outputs")
                return
            }
            #expect(sighting.reading.vector.map(\.bitPattern) == vector(7).map(\.bitPattern))
            #expect(sighting.reading.isLive && sighting.quality == 900 && model.text == "arc-1")
        }
    }

    @Test("a face that is not said to live does not", arguments: ["false", "null", "1", "\"true\""])
    func notLive(_ live: String) {
        guard case .face(let sighting)? = read(faceLine(vector(1), live: live)).first else {
            Issue.record("it was not read")
            return
        }
        #expect(!sighting.reading.isLive)
    }

    @Test(
        "what is no face is refused and says what is wrong, without a number of a face",
        arguments: [
            ("hello", FaceModuleError.notJSON), ("[]", .notJSON), ("{}", .otherVersion), ("{\"v\":2}", .otherVersion),
            ("{\"v\":1,\"model\":\"Arc 1\"}", .badMember("model")),
            ("{\"v\":1,\"model\":\"arc-1\",\"quality\":1001}", .badMember("quality")),
            ("{\"v\":1,\"model\":\"arc-1\",\"quality\":9,\"vector\":\"AAAA\"}", .badMember("vector")),
            ("{\"v\":1,\"model\":\"arc-1\",\"quality\":9,\"vector\":\"!!!!\"}", .badMember("vector")),
        ])
    func refused(_ text: String, _ error: FaceModuleError) {
        guard case .refused(let found)? = read(Array((text + "\n").utf8)).first else {
            Issue.record("it was taken")
            return
        }
        #expect(found == error)
    }

    @Test("a vector of another number of components is none", arguments: [0, 511, 513])
    func otherLength(components: Int) {
        guard case .refused(.badMember("vector"))? = read(faceLine(Array(repeating: 1, count: components))).first else {
            Issue.record("it was taken")
            return
        }
    }

    @Test("a line has at most 4,096 bytes", arguments: [(4_096, true), (4_097, false)])
    func longest(bytes: Int, isRead: Bool) {
        let text = "{\"v\":1,\"model\":\"arc-1\",\"alive\":true"
        let line = text + String(repeating: " ", count: bytes - text.utf8.count - 1) + "}\n"
        let outputs = read(Array(line.utf8))
        guard outputs.count == 1 else {
            Issue.record("\(outputs.count) outputs")
            return
        }
        if case .alive = outputs[0] { #expect(isRead) } else { #expect(!isRead) }
    }

    @Test("a line without an end fills no memory, and the next one is read")
    func tooLong() {
        let outputs = read(Array(repeating: 0x41, count: 100_000) + [10] + faceLine(vector(1)))
        guard outputs.count == 2, case .refused(.tooLong) = outputs[0], case .face = outputs[1] else {
            Issue.record("\(outputs.count) outputs")
            return
        }
    }

    @Test("base64 is that of the standard, and only one text means the same bytes")
    func standard() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar")] {
            #expect(Base64.decode(text) == Array(bytes.utf8))
        }
        for text in ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9"] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }

    @Test("random bytes never trap")
    func fuzz() {
        var dice = SystemRandomNumberGenerator()
        var lines = FaceModuleLines()
        let whole = faceLine(vector(3))
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...5, using: &dice) {
                bytes[.random(in: 0..<bytes.count, using: &dice)] = .random(in: 0...255, using: &dice)
            }
            _ = lines.take(bytes)
        }
    }

    @Test("modules are read from the hardware file, every fault at once")
    func settings() throws {
        func read(_ text: String) throws(Findings) -> FaceModules {
            try DocumentReader.read(Array(text.utf8), dialect: .json5) { FaceModules($0) }
        }
        let settings = try read(
            """
            { faceModules: { model: "arc-1", thresholdThousandths: 420, marginThousandths: 60, modules: [
                { lane: "gate-1", serial: { path: "/dev/ttyS1", bitsPerSecond: 115200 } },
                { lane: "gate-2", port: 7070, minimumQuality: 600 } ] } }
            """)
        #expect(settings.modules[0].connection == .serial(SerialSettings(path: "/dev/ttyS1", bitsPerSecond: 115_200)))
        #expect(settings.modules[1].connection == .port(7_070) && settings.modules[1].minimumQuality == 600)
        let findings = #expect(throws: Findings.self) {
            try read(
                """
                { faceModules: { model: "Arc", thresholdThousandths: 100, marginThousandths: 0, modules: [
                    { lane: "gate-1" }, { lane: "gate-2", port: 0 } ] } }
                """)
        }
        #expect(
            Set((findings?.list ?? []).map(\.path)) == [
                "faceModules.model", "faceModules.thresholdThousandths", "faceModules.marginThousandths",
                "faceModules.modules[0].lane", "faceModules.modules[1].port",
            ])
    }
}
