internal import SQLite
public import Vocabulary
internal import Wire

extension PlatformStore {
    /// Whether a key is configured for a box of this name.
    func isEnrolled(_ device: DeviceID) -> Bool { enrolled[device] != nil }

    /// Takes in presence and health, in the order of their coming: durable when it returns.
    /// - Parameters:
    ///   - news: messages of the kinds presence and health.
    ///   - contacts: when boxes were last heard, by anything.
    /// - Returns: the boxes that came online under a name under which two journals speak: they are to be told.
    public func hear(
        _ news: [Incoming], contacts: [DeviceID: WallTime] = [:], at now: WallTime
    ) throws(PlatformError) -> [DeviceID] {
        guard !news.isEmpty || !contacts.isEmpty else { return [] }
        return try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            var born: Set<DeviceID> = []
            for message in news {
                guard isEnrolled(message.device) else {
                    try boxes.refuse(message, at: now)
                    continue
                }
                try boxes.take(message, at: now)
                guard message.kind == .presence else { continue }
                born.insert(message.device)
                if let presence = try? Presence(payload: message.payload) {
                    try heardRules(of: message.device, presence, at: now)
                }
            }
            for (device, time) in contacts { try boxes.heard(device, at: time) }
            var contested: [DeviceID] = []
            for device in born where try incidents.isContested(device) { contested.append(device) }
            return contested
        }
    }
}
