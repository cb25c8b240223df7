internal import JSONText
public import Payments
public import Vocabulary

/// An offline policy that boxes are to use in place of their scenario's.
public struct BoxPolicy: Equatable, Sendable {
    /// 1 or more; raise it with every change: a box that has the version does not ask for its text.
    public var version: Int64
    /// Which boxes; empty: all.
    public var devices: Set<DeviceID>
    public var policy: OfflinePolicy

    public init(version: Int64, devices: Set<DeviceID> = [], policy: OfflinePolicy) {
        self.version = version
        self.devices = devices
        self.policy = policy
    }

    /// Reads the `offlinePolicies` of a platform file; there may be none.
    static func list(_ root: ObjectReader, devices: [PlatformConfiguration.Device]) -> [BoxPolicy] {
        guard root.has("offlinePolicies") else { return [] }
        let known = Set(devices.map(\.id))
        return root.objects("offlinePolicies", count: 0...10_000) { reader in
            let version = reader.integer("version", in: 1...1_000_000_000)
            let names =
                reader.has("devices")
                ? reader.parsedList("devices", count: 1...10_000, expected: "a device's name", Slug.init) : []
            for name in names where !known.contains(name) {
                reader.refuse("devices", found: "\(name)", expected: "devices of this file")
            }
            return reader.object("policy") { OfflinePolicy($0) }.map {
                BoxPolicy(version: version, devices: Set(names), policy: $0)
            }
        }
    }
}

extension [BoxPolicy] {
    /// The policy of a box: one that names it, else one for all, the last in the file first.
    func policy(of device: DeviceID) -> BoxPolicy? {
        last { $0.devices.contains(device) } ?? last { $0.devices.isEmpty }
    }
}
