internal import Delivery
internal import Host
internal import Serial
internal import Sign
internal import Synchronization
internal import Vocabulary

/// The serial lines of signs and voices, each opened once however many devices hang on it.
final class SerialLines: Sendable {
    private let ports: [String: SerialPort]
    private let twins: [LaneID: SignTwin]

    init(
        _ devices: LaneDevices, handler: @escaping @Sendable (_ path: String, SerialPort.Event) -> Void
    ) throws {
        var ports: [String: SerialPort] = [:]
        for output in devices.signs.map(\.output) + devices.voices.map(\.output) {
            guard case .serial(let settings, let gap) = output, ports[settings.path] == nil else { continue }
            let path = settings.path
            ports[path] = try SerialPort(settings, options: Self.options(gap: gap)) { handler(path, $0) }
        }
        self.ports = ports
        let lanes = devices.signs.map(\.lane) + devices.voices.map(\.lane)
        twins = Dictionary(lanes.map { ($0, SignTwin()) }, uniquingKeysWith: { first, _ in first })
    }

    static func options(gap: Int64) -> SerialPort.Options {
        var options = SerialPort.Options()
        options.gapMilliseconds = gap
        let backoff = Backoff(first: .milliseconds(500), longest: .seconds(10))
        options.backoff = { backoff.wait(attempt: $0, dice: SecureRandom.bits64()) }
        return options
    }

    /// - Returns: nil for a line that is not open here.
    func port(_ path: String) -> SerialPort? { ports[path] }

    func twin(of lane: LaneID) -> SignTwin { twins[lane] ?? SignTwin() }

    func stop() { for port in ports.values { port.stop() } }
}
