import Testing
import Vocabulary

@testable import PlateCamera

@Suite("Damaged pushes")
struct MutationTests {
    struct Target: Sendable, CustomTestStringConvertible {
        var name: String
        var body: [UInt8]
        var decode: @Sendable ([UInt8]) throws(PlateCameraError) -> PlateRead
        /// How many bytes may be missing at the end without loss.
        var spare = 0

        var testDescription: String { name }
    }

    static let targets: [Target] = [
        Target(name: "Vzenith in UTF-8", body: Fixture.vzenith("粤B12345"), decode: vzenith),
        Target(name: "Vzenith in GB2312", body: Fixture.vzenith(Oracle.bytes("粤B1234学")), decode: vzenith),
        Target(name: "Hikvision's XML", body: Fixture.hikvisionXML("蓝苏A8HK52"), decode: hikvisionXML, spare: 1),
        Target(
            name: "Hikvision's multipart in GB2312",
            body: Fixture.multipart([.xml(Fixture.hikvisionXML(Oracle.bytes("蓝鲁A8HK5警"), encoding: "GB2312")), .jpeg]),
            decode: hikvision, spare: 2),
    ]

    private static let vzenith: @Sendable ([UInt8]) throws(PlateCameraError) -> PlateRead = {
        (body) throws(PlateCameraError) in try Vzenith.decode(body)
    }
    private static let hikvisionXML: @Sendable ([UInt8]) throws(PlateCameraError) -> PlateRead = {
        (body) throws(PlateCameraError) in try Hikvision.decode(body, contentType: "application/xml")
    }
    private static let hikvision: @Sendable ([UInt8]) throws(PlateCameraError) -> PlateRead = {
        (body) throws(PlateCameraError) in try Hikvision.decode(body, contentType: Fixture.contentType)
    }

    @Test("a push cut at any byte is refused with 4xx", arguments: targets)
    func cut(target: Target) throws {
        let whole = try target.decode(target.body)
        for length in 0..<target.body.count {
            do {
                let read = try target.decode(Array(target.body.prefix(length)))
                #expect(length >= target.body.count - target.spare, "cut at \(length)")
                #expect(read == whole)
            } catch {
                #expect((400...499).contains(error.httpStatus), "cut at \(length): \(error)")
            }
        }
    }

    @Test(
        "5,000 damaged pushes of each kind give a read or an error with its status, and never a crash",
        arguments: targets)
    func damaged(target: Target) {
        var dice = Mutation.Dice(state: 0x7475_726E_7069_6B65)
        var reads = 0
        var errors: [Int: Int] = [:]
        for _ in 0..<5000 {
            do {
                let read = try target.decode(Mutation.mutated(target.body, &dice))
                #expect((0...100).contains(read.confidence))
                reads += 1
            } catch {
                errors[error.httpStatus, default: 0] += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(Set(errors.keys).isSubset(of: [200, 400, 413, 415, 422]))
        // Both outcomes must occur, or the mutations test nothing.
        #expect(reads > 100)
        #expect(errors[400, default: 0] > 100)
        #expect(reads + errors.values.reduce(0, +) == 5000)
    }

    @Test("10,000 bodies of dice are refused")
    func noise() {
        var dice = Mutation.Dice(state: 1)
        for _ in 0..<10_000 {
            let body = (0..<Int.random(in: 0...64, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
            #expect(throws: PlateCameraError.self) { try Vzenith.decode(body) }
            #expect(throws: PlateCameraError.self) { try Hikvision.decode(body, contentType: "text/xml") }
            #expect(throws: PlateCameraError.self) {
                try Hikvision.decode(Array("--b\n".utf8) + body, contentType: "multipart/mixed; boundary=b")
            }
        }
    }

    /// One to four of: a byte changed, a bit flipped, bytes removed, bytes doubled, telling bytes put in.
}
