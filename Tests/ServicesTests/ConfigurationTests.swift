import Host
import JSONText
import Services
import Testing
import Vocabulary
import Wire

@Suite struct ConfigurationTests {
    private static let key = BoxKey(seed: [UInt8](repeating: 7, count: 32))!.publicKey.description

    private func read(_ text: String) throws(Findings) -> PlatformConfiguration {
        try PlatformConfiguration.read(Array(text.utf8), file: "platform.json5")
    }

    @Test("a complete configuration is read")
    func complete() throws {
        let configuration = try read(
            """
            {
              kind: "platform",
              database: "/var/lib/turnpike/platform.db", // a comment
              mqtt: { host: "broker", port: 8883 },
              merchant: "city-centre",
              devices: [{ id: "gate-1", publicKey: "\(Self.key)" }],
              contracts: [
                { plate: "粤B·12345", account: "lin", openingBalance: 10000, offlineLimit: 5000, status: "active" },
                { plate: "粤B12346", account: "lin", openingBalance: 10000, offlineLimit: 0, status: "suspended" },
              ],
              tariffs: [{ id: "desk", kind: "items" }],
            }
            """)
        #expect(configuration.mqtt == .init(host: "broker", port: 8883))
        #expect(configuration.devices.map(\.id.text) == ["gate-1"])
        #expect(configuration.contracts[0].holder.text == "plate:粤B12345")
        #expect(configuration.contracts[0].openingBalance == Fen(10000))
        #expect(configuration.contracts.map(\.status) == [.active, .suspended])
    }

    @Test("all faults are found at once, each with its line and column")
    func faults() throws {
        let text = """
            {
              database: "p.db", kind: "platform",
              mqtt: { port: 0 },
              merchant: "City",
              devices: [
                { id: "gate-1", publicKey: "12" },
                { id: "gate-2", publicKey: "\(Self.key)" },
                { id: "gate-2", publicKey: "\(Self.key)" },
              ],
              contracts: [
                { plate: "粤B12345", account: "lin", openingBalance: 1, offlineLimit: -1, status: "actve" },
                { plate: "粤B12345", account: "lin", openingBalance: 2, offlineLimt: 5 },
              ],
              tariffs: [{ id: "desk", kind: "items" }, { id: "desk", kind: "items" }, { id: "x", freeMinutes: 1 }],
              debts: { retryAfterHours: [24, 1] },
              denied: ["robot:1", "card:7", "card:7"],
            }
            """
        let findings = #expect(throws: Findings.self) { try read(text) }
        #expect(
            findings?.list.map { "\($0.position.line) \($0.path)" } == [
                "3 mqtt.port", "4 merchant", "6 devices[0].publicKey", "8 devices[2].id",
                "11 contracts[0].offlineLimit", "11 contracts[0].status", "12 contracts[1].offlineLimit",
                "12 contracts[1].plate", "12 contracts[1].openingBalance", "12 contracts[1].offlineLimt",
                "14 tariffs[1].id", "14 tariffs[2].unitPeriod", "15 debts.retryAfterHours", "16 denied", "16 denied[0]",
            ])
        #expect(findings?.list.allSatisfy { $0.file == "platform.json5" && $0.position.column > 1 } == true)
    }

    @Test("a document of another kind is refused, whatever else it holds")
    func kind() throws {
        let findings = #expect(throws: Findings.self) { try read("{ kind: \"box\" }") }
        #expect(findings?.list.contains { $0.path == "kind" && $0.expected == "\"platform\"" } == true)
    }

    @Test("the sample, Scenarios/platform.json5, is good, and a platform starts with it")
    func sample() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = "/\(root)/Scenarios/platform.json5"
        var configuration = try PlatformConfiguration.read(try TextFile.read(file), file: file)
        #expect(configuration.devices.count == 1 && configuration.contracts.count == 3)
        configuration.database = ":memory:"
        let store = try PlatformStore(configuration, at: Site.time) { #expect($0.severity == .info, "\($0)") }
        #expect(try store.ledgerReport().contractCount == 3)
    }
}
