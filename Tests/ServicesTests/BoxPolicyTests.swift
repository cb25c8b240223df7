import JSONText
import Payments
import Services
import Testing
import Vocabulary
import Wire

@Suite("Offline policies that the platform sends")
struct BoxPolicyTests {
    private static let key = BoxKey(seed: [UInt8](repeating: 7, count: 32))!.publicKey.description

    private func read(_ policies: String) throws(Findings) -> PlatformConfiguration {
        let text = """
            {
              kind: "platform", database: ":memory:", mqtt: { port: 1883 }, merchant: "city", contracts: [],
              devices: [{ id: "gate-1", publicKey: "\(Self.key)" }, { id: "gate-2", publicKey: "\(Self.key)" }],
              tariffs: [{ id: "desk", kind: "items" }],
              offlinePolicies: [\(policies)],
            }
            """
        return try PlatformConfiguration.read(Array(text.utf8), file: "platform.json5")
    }

    private func policy(_ perBox: Int) -> String {
        "{ instruments: {}, perBox: \(perBox), perBoxCount: 5, longestWithoutContactHours: 2 }"
    }

    private func sent(_ configuration: PlatformConfiguration, to device: String) throws -> (Int64, OfflinePolicy?) {
        let store = try PlatformStore(configuration, at: WallTime(milliseconds: 1)) { _ in }
        let request = Incoming(
            kind: .request, device: try DeviceID(device), payload: Request.offlinePolicy(known: 0).payload)
        guard case .offlinePolicy(let version, let text)? = store.answer([request], at: WallTime(milliseconds: 2)).first
        else {
            Issue.record("the platform does not answer with a policy")
            return (-1, nil)
        }
        return (version, try text.map { try SentPolicy.read(Array($0.utf8)) })
    }

    @Test("a box gets the policy that names it, another the one for all, and what is sent is what the file says")
    func chosen() throws {
        let configuration = try read(
            "{ version: 3, policy: \(policy(100)) }, { version: 4, devices: [\"gate-2\"], policy: \(policy(200)) }")
        let (first, all) = try sent(configuration, to: "gate-1")
        #expect(first == 3 && all?.perBox == Fen(100) && all?.longestWithoutContact == .seconds(7_200))
        let (second, named) = try sent(configuration, to: "gate-2")
        #expect(second == 4 && named?.perBox == Fen(200))
    }

    @Test("without one the scenario's own is to be in force")
    func none() throws {
        let (version, policy) = try sent(try read(""), to: "gate-1")
        #expect(version == 0 && policy == nil)
    }

    @Test(
        "a policy that boxes could not read, or for boxes that are not there, is refused where it stands",
        arguments: [
            (
                "{ version: 0, policy: { instruments: {}, perBox: 1, perBoxCount: 5, longestWithoutContactHours: 2 } }",
                "version"
            ),
            (
                "{ version: 1, policy: { instruments: {}, perBox: -1, perBoxCount: 5, longestWithoutContactHours: 2 } }",
                "policy.perBox"
            ),
            (
                "{ version: 1, devices: [\"gate-3\"], policy: { instruments: {}, perBox: 1, perBoxCount: 5, longestWithoutContactHours: 2 } }",
                "devices"
            ),
        ])
    func refused(text: String, path: String) throws {
        do throws(Findings) {
            _ = try read(text)
            Issue.record("it is read")
        } catch { #expect(error.list.map(\.path) == ["offlinePolicies[0].\(path)"]) }
    }
}
