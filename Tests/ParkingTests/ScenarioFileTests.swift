import Glibc
import JSONText
import Payments
import Tariffs
import Testing
import Vocabulary

@testable import Parking

/// A file of the repository, by its path from the root.
func repositoryFile(_ path: String) throws -> [UInt8] {
    let here = try #require(realpath(#filePath, nil))
    defer { free(here) }
    let root = String(cString: here).split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let file = try #require(fopen("\(root.joined(separator: "/"))/\(path)", "rb"), "\(path) is not there")
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    try #require(count < bytes.count)
    return Array(bytes[..<count])
}

private func findings(of text: String, _ read: ([UInt8]) throws(Findings) -> Void) -> [Finding] {
    do throws(Findings) {
        try read(Array(text.utf8))
        return []
    } catch { return error.list }
}

/// The text with one piece, which must be there once, replaced.
private func replacing(_ old: String, by new: String, in text: some StringProtocol) throws -> String {
    let parts = Array(text.utf8), piece = Array(old.utf8)
    let places = (0...(parts.count - piece.count)).filter { parts[$0..<($0 + piece.count)].elementsEqual(piece) }
    try #require(places.count == 1, "\(old) is there \(places.count) times")
    return String(decoding: parts[..<places[0]] + Array(new.utf8) + parts[(places[0] + piece.count)...], as: UTF8.self)
}

@Suite("Scenario files")
struct ScenarioFileTests {
    private let shipped: String

    init() throws { shipped = String(decoding: try repositoryFile("Scenarios/city-car-park.json5"), as: UTF8.self) }

    private func faults(_ text: String) -> [Finding] {
        findings(of: text) { (bytes) throws(Findings) in _ = try ParkingScenario(bytes, file: "s.json5") }
    }

    @Test("the merchant of payment QRs is read, and may be left out")
    func merchantQR() throws {
        let scenario = try ParkingScenario(Array(shipped.utf8), file: "s.json5")
        let expected = try QRMerchant(
            accounts: [
                .init(
                    id: 26,
                    form: .template(globalID: "cn.example.bank", fields: [.init(id: 1, value: "898310058120001")]))
            ],
            categoryCode: "7523", name: "CITY CENTRE CAR PARK", city: "SHENZHEN",
            local: .init(language: "zh", name: "市中心停车场", city: "深圳"))
        #expect(scenario.merchantQR == expected)
        let start = try #require(shipped.firstRange(of: "  merchantQR: {")?.lowerBound)
        let noCodes = try replacing(
            "[\"contract\", \"shownCode\", \"payerCode\", \"cash\"]", by: "[\"contract\", \"cash\"]",
            in: shipped[..<start] + "}")
        let noQR = try replacing("    shownCodeAfterMilliseconds: 0,", by: "    //", in: noCodes)
        let without = try ParkingScenario(Array(noQR.utf8), file: "s.json5")
        #expect(without.merchantQR == nil)
        let network = try replacing(
            "{ id: 26, globalID: \"cn.example.bank\", fields: [{ id: 1, value: \"898310058120001\" }] }",
            by: "{ id: 15, value: \"898310058120001\" }", in: shipped)
        let read = try ParkingScenario(Array(network.utf8), file: "s.json5").merchantQR
        #expect(read?.accounts == [try .init(id: 15, form: .network("898310058120001"))])
    }

    @Test(
        "a fault in the merchant of payment QRs is reported with its path",
        arguments: [
            ("categoryCode: \"7523\"", "categoryCode: \"752\"", "merchantQR.categoryCode", "it has 3 characters"),
            ("\"CITY CENTRE CAR PARK\"", "\"市中心停车场\"", "merchantQR.name", "character 1 is U+5E02"),
            ("\"SHENZHEN\"", "\"SHENZHEN SHI LUO\"", "merchantQR.city", "it has 16 characters, expected 1 to 15"),
            ("id: 26,", "id: 52,", "merchantQR.accounts[0].id", "2 to 51"),
            ("id: 26,", "id: 25,", "merchantQR.accounts[0].value", "printable ASCII"),
            ("[{ id: 1,", "[{ id: 0,", "merchantQR.accounts[0].fields[0].id", "1 to 99"),
            ("[{ id: 1,", "[{ id: 1, value: \"x\" }, { id: 1,", "merchantQR.accounts[0].fields", "26.01 twice"),
            ("language: \"zh\"", "language: \"zho\"", "merchantQR.local.language", "it has 3 characters"),
            ("city: \"深圳\"", "city: \"\"", "merchantQR.local.city", "it has 0 characters"),
            ("    categoryCode:", "    country: \"cn\", categoryCode:", "merchantQR.country", "expected A to Z"),
        ])
    func badMerchant(old: String, new: String, path: String, expected: String) throws {
        let faults = faults(try replacing(old, by: new, in: shipped))
        let fault = try #require(faults.first { $0.path == path }, "\(faults)")
        #expect(fault.expected.contains(expected), "\(fault)")
    }

    @Test("what becomes of a price that nobody paid is read, and has defaults")
    func leftUnpaid() throws {
        #expect(try ParkingScenario(Array(shipped.utf8), file: "s.json5").leftUnpaid == LeftUnpaid())
        var other = try replacing("openedByHandUnpaid: \"free\"", by: "openedByHandUnpaid: \"debt\"", in: shipped)
        other = try replacing("tailgated: \"debt\"", by: "tailgated: \"free\"", in: other)
        let read = try ParkingScenario(Array(other.utf8), file: "s.json5").leftUnpaid
        #expect(read == LeftUnpaid(openedByHand: .debt, tailgated: .free))
        other = try replacing("tailgated: \"debt\"", by: "tailgated: \"hold\"", in: shipped)
        #expect(faults(other).map(\.path) == ["exit.tailgated"])
    }

    @Test("the shipped one is read as it is meant")
    func shippedFile() throws {
        let scenario = try ParkingScenario(Array(shipped.utf8), file: "city-car-park.json5")
        #expect(scenario.id.text == "city-car-park")
        let shippedOffline = OfflinePolicy(
            limits: [
                .plate: .init(
                    perPayment: Fen(5_000), perAccount: Fen(10_000), perAccountCount: 3,
                    longestListAge: .seconds(48 * 3_600), velocityCount: 4, velocityWindow: .seconds(86_400))
            ], perBox: Fen(500_000), perBoxCount: 500, longestWithoutContact: .seconds(86_400))
        #expect(
            scenario.tariffs.versions
                == [
                    Tariff(
                        id: SiteFixtures.lane("city-centre-2026-1"), freeMinutes: 15, firstPeriodMinutes: 60,
                        firstPeriodPrice: Fen(500), unitMinutes: 30, unitPrice: Fen(200), capPer24Hours: Fen(4_000))
                ])
        #expect(scenario.lanes.map(\.direction) == [.entry, .exit])
        #expect(scenario.laneSettings == SiteFixtures.scenario.laneSettings)
        #expect(scenario.minimumConfidence == 60)
        #expect((scenario.alreadyInside, scenario.noEntryRecord) == (.beginAnew, .hold))
        #expect(scenario.timings == PaymentTimings(answerWithin: .seconds(3), askAgainAfter: .seconds(5)))
        #expect((scenario.onDeclined, scenario.onUnknown, scenario.onTimedOut) == (.hold, .hold, .chargeOffline))
        #expect((scenario.offline, scenario.offlineRefused) == (shippedOffline, .letOutOnDebt))
        #expect(scenario.tariffs.versions[0].graceAfterPayment == .seconds(900))
        #expect(
            scenario.payment
                == LanePayment(
                    methods: [.contract, .shownCode, .payerCode, .cash], shownCodeAfter: .seconds(0),
                    callAttendantAfter: .seconds(60)))
        #expect(scenario.access == GateRules(capacity: 300, reservedForMembers: 20))
    }

    @Test("who may come in may be left out: everybody then, and cars are not counted")
    func noAccess() throws {
        let start = try #require(shipped.firstRange(of: "  access: {"))
        let end = try #require(shipped.firstRange(of: "  // How the stay is paid"))
        let text = shipped[..<start.lowerBound] + shipped[end.lowerBound...]
        #expect(try ParkingScenario(Array(text.utf8), file: "s.json5").access == GateRules())
    }

    @Test(
        "a fault in who may come in, or in how is paid, is reported with its path",
        arguments: [
            ("capacity: 300", "capacity: 0", "access.capacity", "1 to 100000 (cars)"),
            ("reservedForMembers: 20", "reservedForMembers: 301", "access.reservedForMembers", "at most the capacity"),
            ("capacity: 300,", "", "access.reservedForMembers", "at most the capacity"),
            ("admits: \"everybody\"", "admits: \"friends\"", "access.admits", "\"permittedOnly\""),
            ("barred: \"hold\"", "barred: \"refuse\"", "access.barred", "\"hold\""),
            ("visitors: \"hold\"", "visitors: \"maybe\"", "access.whenFull.visitors", "\"admit\""),
            ("earlyMinutes: 30", "earlyMinutes: -1", "access.visitors.earlyMinutes", "0 to 10080"),
            ("lateMinutes: 60", "lateMinutes: 10081", "access.visitors.lateMinutes", "0 to 10080"),
            ("staff: \"free\"", "staff: \"half\"", "access.prices.staff", "\"tariff\""),
            ("[\"contract\", \"shownCode\"", "[\"shownCode\", \"contract\"", "payment.methods", "contract first"),
            ("\"payerCode\", \"cash\"]", "\"cash\", \"cash\"]", "payment.methods", "each once"),
            ("\"payerCode\", \"cash\"]", "\"cheque\"]", "payment.methods[2]", "payerCode"),
            ("\"shownCode\", \"payerCode\"", "\"payerCode\"", "payment.shownCodeAfterMilliseconds", "shownCode, or"),
            (
                "shownCodeAfterMilliseconds: 0", "shownCodeAfterMilliseconds: 120001",
                "payment.shownCodeAfterMilliseconds", "0 to 120000"
            ),
            (
                "callAttendantAfterSeconds: 60", "callAttendantAfterSeconds: 4", "payment.callAttendantAfterSeconds",
                "5 to 600"
            ),
            ("priceHoldsMinutes: 5", "priceHoldsMinutes: 31", "payment.priceHoldsMinutes", "0 to 30"),
        ])
    func badRules(old: String, new: String, path: String, expected: String) throws {
        let text = try replacing(old, by: new, in: shipped)
        let fault = try #require(faults(text).first { $0.path == path }, "\(faults(text))")
        #expect(fault.expected.contains(expected), "\(fault)")
    }

    @Test(
        "a value that does not do is reported with its path, what was found and what was expected",
        arguments: [
            ("kind: \"parking-scenario\"", "kind: \"canteen\"", "kind", "canteen", "parking-scenario"),
            ("id: \"city-car-park\"", "id: \"City Car Park\"", "id", "City Car Park", "a-z"),
            ("freeMinutes: 15", "freeMinutes: -1", "tariffs[0].freeMinutes", "-1", "0 to 10080 (minutes)"),
            ("freeMinutes: 15", "freeMinutes: 10081", "tariffs[0].freeMinutes", "10081", "0 to 10080 (minutes)"),
            ("freeMinutes: 15", "freeMinutes: 1.5", "tariffs[0].freeMinutes", "1.5", "whole number"),
            ("minutes: 60", "minutes: 0", "tariffs[0].firstPeriod.minutes", "0", "1 to 1440"),
            ("price: 500", "price: \"5\"", "tariffs[0].firstPeriod.price", "\"5\"", "whole number"),
            ("minutes: 30", "minutes: 0", "tariffs[0].unitPeriod.minutes", "0", "1 to 1440"),
            ("price: 200", "price: -200", "tariffs[0].unitPeriod.price", "-200", "(fen)"),
            ("capPer24Hours: 4000", "capPer24Hours: -1", "tariffs[0].capPer24Hours", "-1", "(fen)"),
            ("direction: \"exit\"", "direction: \"out\"", "lanes[1].direction", "out", "\"exit\""),
            ("id: \"exit-1\"", "id: \"entry-1\"", "lanes", "two lanes of one name", "once"),
            ("sameCarForSeconds: 20", "sameCarForSeconds: 601", "laneTimes.sameCarForSeconds", "601", "600"),
            ("forgetHeldAfterSeconds: 180", "forgetHeldAfterSeconds: 4", "laneTimes.forgetHeldAfterSeconds", "4", "5"),
            ("minimumConfidence: 60", "minimumConfidence: 101", "entry.minimumConfidence", "101", "percent"),
            ("alreadyInside: \"beginAnew\"", "alreadyInside: \"yes\"", "entry.alreadyInside", "yes", "beginAnew"),
            (
                "answerWithinMilliseconds: 3000", "answerWithinMilliseconds: 199", "payment.answerWithinMilliseconds",
                "199", "200"
            ),
            (
                "onDeclined: \"hold\"", "onDeclined: \"chargeOffline\"", "payment.onDeclined", "chargeOffline",
                "letOutOnDebt"
            ),
            (
                "whenRefused: \"letOutOnDebt\"", "whenRefused: \"chargeOffline\"", "offline.whenRefused",
                "chargeOffline", "hold"
            ),
            (
                "perAccountCount: 3", "perAccountCount: true", "offline.instruments.plate.perAccountCount", "true",
                "payments"
            ),
            ("plate: {", "payerCode: {}, plate: {", "offline.instruments.payerCode", "unknown key", "plate"),
            ("perBoxCount: 500,", "", "offline.perBoxCount", "nothing", "payments"),
            (
                "freeMinutes: 15", "freeMinute: 15, freeMinutes: 15", "tariffs[0].freeMinute", "unknown key",
                "freeMinutes"
            ),
        ])
    func badValue(old: String, new: String, path: String, found: String, expected: String) throws {
        let faults = faults(try replacing(old, by: new, in: shipped))
        #expect(faults.map(\.path) == [path])
        let fault = try #require(faults.first)
        #expect(fault.found.contains(found))
        #expect(fault.expected.contains(expected))
        #expect(fault.file == "s.json5" && fault.position.line > 1)
    }

    @Test("all faults are reported at once, in the order of the text")
    func allAtOnce() throws {
        var text = shipped
        text = try replacing("freeMinutes: 15", by: "freeMinutes: -1", in: text)
        text = try replacing("direction: \"entry\"", by: "direction: \"in\"", in: text)
        text = try replacing("onDeclined: \"hold\"", by: "onDeclined: \"chargeOffline\"", in: text)
        text = try replacing("perBox: 500000", by: "perBox: null", in: text)
        #expect(
            faults(text).map(\.path)
                == ["tariffs[0].freeMinutes", "lanes[0].direction", "payment.onDeclined", "offline.perBox"])
    }

    @Test("a text that breaks off is one fault, where it breaks off")
    func truncated() {
        let faults = faults(String(shipped.prefix(shipped.count / 2)))
        #expect(faults.count == 1)
    }
}

@Suite("The parking part of hardware files")
struct ParkingHardwareFileTests {
    private static func read(_ text: String) throws(Findings) -> ParkingHardware {
        try DocumentReader.read(Array(text.utf8), dialect: .json5, file: "h.json5") { root in
            _ = root.string("kind")
            _ = root.object("driver") { ($0.string("kind"), $0.optionalString("socket")) }
            let outputs = Set(names(root, "outputs")), inputs = Set(names(root, "inputs"))
            _ = root.objects("interlocks", count: 0...64) { reader in
                reader.parsedList("neverTogether", count: 2...8, expected: "a name", Slug.init(dotted:))
            }
            return ParkingHardware(root, outputs: outputs, inputs: inputs)
        }
    }

    /// The names of the lines; what else stands there belongs to the board's own reader.
    private static func names(_ root: ObjectReader, _ key: String) -> [String] {
        root.objects(key, count: 0...64) { reader in
            _ = (reader.string("chip"), reader.integer("line"), reader.bool("activeLow", default: false))
            _ = (reader.integer("maximumPulseMilliseconds", default: 0), reader.bool("isHoldable", default: false))
            _ = (reader.integer("debounceMilliseconds", default: 0), reader.optionalString("bias"))
            return reader.string("name")
        }
    }

    private func faults(_ text: String) -> [Finding] {
        findings(of: text) { (bytes) throws(Findings) in _ = try Self.read(String(decoding: bytes, as: UTF8.self)) }
    }

    private func shipped(_ name: String) throws -> String {
        String(decoding: try repositoryFile("Hardware/\(name)"), as: UTF8.self)
    }

    @Test(
        "the shipped ones fit the shipped scenario",
        arguments: ["two-lane-twin.json5", "two-lane-gpio.json5", "two-lane-cameras.json5"])
    func shippedFiles(name: String) throws {
        let hardware = try Self.read(try shipped(name))
        #expect(Set(hardware.barriers.keys.map(\.text)) == ["entry-1", "exit-1"])
        #expect(!hardware.cameras.isEmpty)
        let scenario = try ParkingScenario(try repositoryFile("Scenarios/city-car-park.json5"), file: "s.json5")
        try ParkingFit.check(scenario, hardware, files: ("s.json5", name))
    }

    @Test(
        "a value that does not do is reported with its path",
        arguments: [
            (
                "{ lane: \"exit-1\", raisePulseMilliseconds: 500", "{ lane: \"exit-1\", raisePulseMilliseconds: 49",
                "barriers[1].raisePulseMilliseconds", "49", "50 to 2000"
            ),
            (
                "{ lane: \"exit-1\", raisePulseMilliseconds: 500", "{ lane: \"entry-1\", raisePulseMilliseconds: 500",
                "barriers", "two barriers", "one barrier"
            ),
            ("name: \"exit-1.raise\"", "name: \"exit-1.up\"", "barriers[1].lane", "exit-1.raise", "outputs"),
            (
                "name: \"entry-1.safetyLoop\"", "name: \"entry-1.loop\"", "barriers[0].lane", "safetyLoop",
                "close on a car"
            ),
            ("lane: \"exit-1\", kind", "lane: \"exit-9\", kind", "cameras[1].lane", "no barrier", "barriers"),
            ("id: \"exit-camera\"", "id: \"entry-camera\"", "cameras", "two cameras", "once"),
            ("kind: \"hikvision\"", "kind: \"dahua\"", "cameras[1].address", "nothing", "an object"),
            ("kind: \"hikvision\"", "kind: \"axis\"", "cameras[1].kind", "axis", "hikvision"),
        ])
    func badValue(old: String, new: String, path: String, found: String, expected: String) throws {
        let faults = faults(try replacing(old, by: new, in: try shipped("two-lane-twin.json5")))
        let fault = try #require(faults.first { $0.path == path }, "\(faults)")
        #expect(fault.found.contains(found))
        #expect(fault.expected.contains(expected))
    }

    @Test("times that do not fit together are refused with the words of the barrier")
    func timesTogether() throws {
        let text = try replacing(
            "{ lane: \"exit-1\", raisePulseMilliseconds: 500, lowerPulseMilliseconds: 500, "
                + "travelLimitMilliseconds: 6000",
            by: "{ lane: \"exit-1\", raisePulseMilliseconds: 900, lowerPulseMilliseconds: 500, "
                + "travelLimitMilliseconds: 900", in: try shipped("two-lane-twin.json5"))
        #expect(faults(text).first { $0.path == "barriers[1].travelLimitMilliseconds" } != nil)
    }

    @Test("a lane without a barrier is a fault of the two files together")
    func fit() throws {
        let hardware = try Self.read(try shipped("two-lane-twin.json5"))
        var scenario = SiteFixtures.scenario
        do throws(Findings) {
            try ParkingFit.check(scenario, hardware, files: ("s.json5", "h.json5"))
            Issue.record("four lanes fit on two barriers")
        } catch {
            #expect(error.list.map(\.path) == ["barriers", "barriers"])
            #expect(error.description.contains("entry-2") && error.description.contains("exit-2"))
        }
        scenario.lanes.removeAll { $0.id.text.hasSuffix("2") }
        try ParkingFit.check(scenario, hardware, files: ("s.json5", "h.json5"))
    }
}

extension Slug {
    /// A name of a line, of which the part before the dot is a lane's.
    fileprivate init(dotted text: String) throws(IdentifierError) {
        self = try Slug(String(text.prefix { $0 != "." }))
    }
}
