public import FaceMatch
public import JSONText
public import Serial
public import Vocabulary

/// The face modules of a box and how faces are told apart: part of its hardware file.
public struct FaceModules: Equatable, Sendable {
    public struct Module: Hashable, Sendable {
        public enum Connection: Hashable, Sendable {
            case serial(SerialSettings)
            /// A program of this machine that listens on 127.0.0.1.
            case port(Int)
        }

        public var lane: LaneID
        public var connection: Connection
        /// Pictures worse than this are not compared; 0 to 1,000.
        public var minimumQuality: Int64

        public init(lane: LaneID, connection: Connection, minimumQuality: Int64 = 500) {
            self.lane = lane
            self.connection = connection
            self.minimumQuality = minimumQuality
        }
    }

    public static let most = 8

    /// The model with its version: templates of another one cannot be compared.
    public var model: Slug
    public var policy: FacePolicy
    /// 1 to ``most``; each lane and connection once.
    public var modules: [Module]

    public init(model: Slug, policy: FacePolicy, modules: [Module]) {
        precondition((1...FaceModules.most).contains(modules.count), "1 to \(FaceModules.most) face modules")
        self.model = model
        self.policy = policy
        self.modules = modules
    }

    /// Reads the `faceModules` of a hardware file; nil where there are none, or a fault was noted.
    public init?(_ root: ObjectReader) {
        let read = root.optionalObject("faceModules") { reader -> FaceModules? in
            let model = reader.parsed("model", expected: "the model's name with its version", Slug.init)
            let thresholds = Int64(FacePolicy.thresholds.lowerBound)...Int64(FacePolicy.thresholds.upperBound)
            let margins = Int64(FacePolicy.margins.lowerBound)...Int64(FacePolicy.margins.upperBound)
            let threshold = Int(reader.integer("thresholdThousandths", in: thresholds))
            let margin = Int(reader.integer("marginThousandths", in: margins))
            let policy = try? FacePolicy(thresholdThousandths: threshold, marginThousandths: margin)
            let modules = reader.objects("modules", count: 1...FaceModules.most, FaceModules.module)
            guard Set(modules.map(\.lane)).count == modules.count,
                Set(modules.map(\.connection)).count == modules.count
            else {
                reader.refuse("modules", found: "a lane or line twice", expected: "one module a lane, each on its own")
                return nil
            }
            guard let model, let policy, !modules.isEmpty else { return nil }
            return FaceModules(model: model, policy: policy, modules: modules)
        }
        guard let read else { return nil }
        self = read
    }

    private static func module(_ reader: ObjectReader) -> Module? {
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        let serial = reader.optionalObject("serial") { SerialSettings($0) }
        let port = reader.optionalInteger("port", in: 1...65_535)
        let quality = reader.integer("minimumQuality", in: 0...1_000, unit: "thousandths", default: 500)
        guard reader.has("serial") != reader.has("port") else {
            reader.refuse("lane", found: "not one of serial and port", expected: "how the module is reached")
            return nil
        }
        guard let lane, let connection = serial.map({ .serial($0) }) ?? port.map({ Module.Connection.port(Int($0)) })
        else { return nil }
        return Module(lane: lane, connection: connection, minimumQuality: quality)
    }
}
