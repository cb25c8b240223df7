public import JSONText
public import Vocabulary
internal import Wire

/// An offline policy that the platform sends in place of the scenario's: whole, or not taken at all.
public struct SentPolicy: Hashable, Sendable {
    /// 1 or more; a new one for every change. 0 stands for the scenario's own.
    public var version: Int64
    public var policy: OfflinePolicy

    public init(version: Int64, policy: OfflinePolicy) {
        self.version = version
        self.policy = policy
    }

    /// Reads the text of a policy: the `offline` part of a scenario file, without its `whenRefused`.
    /// - Throws: every fault in it; nothing of it is used then.
    public static func read(_ text: [UInt8]) throws(Findings) -> OfflinePolicy {
        try DocumentReader.read(text, dialect: .json, file: "offline policy") { OfflinePolicy($0) }
    }

    // MARK: - In the journal's state

    /// The kind under which it stands.
    public static let stateKind = "policy"

    public var stateChange: StateChange {
        .put(kind: SentPolicy.stateKind, key: "current", value: Array("\(version)\n".utf8) + policy.canonical)
    }

    /// - Returns: nil for bytes that are no policy.
    public init?(stateValue: [UInt8]) {
        let parts = stateValue.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard parts.count == 2, let version = Int64(String(decoding: parts[0], as: UTF8.self)), version > 0,
            let policy = try? SentPolicy.read(Array(parts[1]))
        else { return nil }
        self.init(version: version, policy: policy)
    }
}

extension OfflinePolicy {
    /// The policy as it is sent and kept: what ``init(_:)`` reads gives the same policy again.
    public var canonical: [UInt8] {
        JSONWriter.object { writer in
            writer.field("instruments") { kinds in
                for kind in Instrument.Kind.allCases {
                    guard let limits = limits[kind] else { continue }
                    kinds.key(kind)
                    kinds.object { limits.write(to: &$0) }
                }
            }
            writer.field("perBox", perBox.count)
            writer.field("perBoxCount", perBoxCount)
            writer.field("longestWithoutContactHours", longestWithoutContact.hours)
        }
    }
}

extension OfflinePolicy.Limits {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("perPayment", perPayment.count)
        writer.field("perAccount", perAccount.count)
        writer.field("perAccountCount", perAccountCount)
        writer.field("longestListAgeHours", longestListAge.hours)
        if velocityCount < .max {
            writer.field("velocity") {
                $0.field("count", velocityCount)
                $0.field("hours", velocityWindow.hours)
            }
        }
        writer.field("whenRefused", ifPresent: whenRefused?.rawValue)
    }
}

extension JSONWriter {
    fileprivate mutating func key(_ kind: Instrument.Kind) {
        switch kind {
        case .plate: key("plate")
        case .member: key("member")
        case .face: key("face")
        case .card: key("card")
        case .payerCode: key("payerCode")
        case .shownCode: key("shownCode")
        case .cash: key("cash")
        }
    }
}

extension Uptime.Span {
    /// Whole hours: the unit of the files.
    fileprivate var hours: Int64 { milliseconds / 3_600_000 }
}
