import Host
import JSONText
import Purses
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Canteens in the platform's file")
struct CanteenSettingsTests {
    static let rulesFile = "Scenarios/canteen/purses-school.json5"
    static let canteen = """
        { id: "school", chinese: "一食堂", english: "Canteen", devices: ["till-1"], merchantClass: "canteen",
          groups: ["pupil", "staff"], purseRules: "canteen/purses-school.json5" }
        """
    static let shop = """
        { id: "shop", chinese: "小卖部", english: "Shop", devices: ["shop-1"], merchantClass: "shop", people: "school",
          groups: ["staff", "pupil"], purseRules: "canteen/purses-school.json5" }
        """

    private static func read(_ canteens: String...) throws -> [CanteenSettings] {
        let key = try Box().enrolment.publicKey
        let devices = ["till-1", "shop-1"].map { "{ id: \"\($0)\", publicKey: \"\(Hexadecimal.text(key.bytes))\" }" }
        let text = """
            { kind: "platform", database: "x", mqtt: { port: 1883 }, merchant: "city", contracts: [], tariffs: [{ id: "t", kind: "items" }],
              devices: [\(devices.joined(separator: ","))], canteens: [\(canteens.joined(separator: ","))] }
            """
        return try PlatformConfiguration.read(
            Array(text.utf8), file: "platform.json5", folder: "Scenarios",
            load: { (path) throws(TextFileError) in
                guard path == "Scenarios/canteen/broken.json5" else { return try TextFile.read(path) }
                return Array("{ kind: \"purse-rules\", id: \"x\", purses: [{ id: \"a\" }], more: 1 }".utf8)
            }
        ).canteens
    }

    private static func faults(_ canteens: String...) throws -> [String] {
        do {
            _ = try read(canteens.joined(separator: ","))
            return []
        } catch let findings as Findings { return findings.list.map { "\($0.path): \($0.found)" } }
    }

    @Test("a canteen and its shop share their persons and the rules of the purses, and their boxes know which they are")
    func shared() throws {
        let read = try Self.read(Self.canteen, Self.shop)
        let map = CanteenMap(read)
        #expect(map.lists == [slug("school")])
        #expect(map.canteens(of: slug("school")).map(\.merchantClass) == [slug("canteen"), slug("shop")])
        #expect(map[slug("shop-1")]?.id == slug("shop"))
        #expect(map[slug("gate-1")] == nil)
        let rules = try PurseRules(try TextFile.read(Self.rulesFile), file: Self.rulesFile)
        #expect(read[0].rules == rules)
        #expect(read.map(\.purseRulesDigest) == [String](repeating: ContentDigest.of(rules.canonical), count: 2))
    }

    @Test("the sample's canteen is read")
    func sample() throws {
        let file = "Scenarios/canteen/platform-school.json5"
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(file), file: file, folder: TextFile.folder(of: file))
        #expect(configuration.canteens.map(\.id) == [slug("school-canteen"), slug("school-shop")])
        #expect(Set(configuration.canteens.map(\.people)) == [slug("school")])
    }

    @Test(
        "what contradicts itself is refused, and says where",
        arguments: [
            (canteen.replacing("till-1", with: "gate-9"), "canteens[0].devices: gate-9"),
            (canteen.replacing("\"staff\"", with: "\"pupil\""), "canteens[0].groups: a group a second time"),
            (canteen + "," + canteen.replacing("till-1", with: "shop-1"), "canteens[1].id: school a second time"),
            (canteen + "," + shop.replacing("shop-1", with: "till-1"), "canteens[1].devices: till-1, also of school"),
            (
                canteen + "," + shop.replacing("\"pupil\"", with: "\"guest\""),
                "canteens[1].groups: other groups than those of school"
            ),
        ])
    func contradictions(canteens: String, fault: String) throws {
        #expect(try Self.faults(canteens) == [fault])
    }

    @Test("rules that cannot be read or are faulty are told with all other faults, each with its own file")
    func rules() throws {
        let missing = try Self.faults(Self.canteen.replacing("purses-school", with: "nothing"))
        #expect(missing.map { $0.prefix(22) } == ["canteens[0].purseRules"])
        let broken = try Self.faults(
            Self.canteen.replacing("purses-school", with: "broken").replacing("till-1", with: "gate-9"))
        #expect(broken.contains { $0.hasPrefix("purses[0].kind") })
        #expect(broken.contains { $0.hasPrefix("more") })
        #expect(broken.contains("canteens[0].devices: gate-9"))
    }
}
