internal import Delivery
internal import HTTPClient
internal import Host
internal import MQTTLink
public import Parking
internal import PlateCamera
internal import Vocabulary

extension ParkingCamera {
    /// The link to it; nil for a camera that only pushes.
    ///
    /// - Parameter client: what an MQTT broker knows this link by; an older one of the same name is ended by it.
    /// - Throws: settings that cannot be used, in words.
    public func link(client: String) throws -> (any CameraLink)? {
        let backoff = Backoff(first: .milliseconds(500), longest: .seconds(15))
        if let messages {
            let broker = messages.broker
            var configuration = MQTTLinkConfiguration(host: broker.host, port: broker.port, clientID: client)
            configuration.keepAliveSeconds = 10
            configuration.username = broker.username
            configuration.password = broker.password
            if let caFile = broker.caFile {
                configuration.tls = .init(
                    caFile: caFile, certificateFile: broker.certificateFile, keyFile: broker.keyFile)
            }
            return try VzenithLink(
                camera: VzenithMQTT(serial: messages.serial), output: messages.output, broker: configuration
            ) { .nanoseconds(backoff.wait(attempt: $0, dice: SecureRandom.bits64()).nanoseconds) }
        }
        guard let address else { return nil }
        let stream: CameraStream.Make?
        switch kind {
        case .dahua: stream = .dahua(DahuaConfidence(assumed: assumedConfidence, fullScale: confidenceScale))
        case .hikvisionStream: stream = .hikvision
        case .hikvision, .vzenith, .vzenithMQTT: stream = nil
        }
        return HTTPCameraLink(
            .init(
                host: address.host, port: address.port,
                credentials: .init(username: address.username, password: address.password), stream: stream,
                gate: kind == .dahua ? .dahua : .hikvision, heartbeatSeconds: heartbeatSeconds,
                silenceLimit: kind == .dahua ? .seconds(Int64(3 * heartbeatSeconds)) : .seconds(30),
                backoff: { backoff.wait(attempt: $0, dice: SecureRandom.bits64()) }))
    }
}
