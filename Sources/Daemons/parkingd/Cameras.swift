import CameraLink
import Delivery
import EdgeRuntime
import HTTPClient
import Host
import JSONText
import Kiosk
import Logging
import MQTTLink
import Parking
import PlateCamera
import ServiceLifecycle
import Vocabulary

extension ParkingCamera {
    var watch: CameraWatch.Camera { CameraWatch.Camera(id: id, lane: lane, silentAfter: silentAfter) }

    /// Where its pushes arrive; nil for a camera that the box listens to.
    func door(_ box: Box<ParkingSite>, _ logger: Logger) -> CameraDoor? {
        let make: CameraDoor.Kind
        switch kind {
        case .vzenith: make = .vzenith
        case .hikvision: make = .hikvision
        case .dahua, .hikvisionStream, .vzenithMQTT: return nil
        }
        return CameraDoor(id: id, kind: make, heard: { _ = box.offer(.camera(id, .heard)) }) { read in
            take(read, box, logger)
        }
    }

    /// - Returns: false when the box is too far behind.
    func take(_ read: PlateRead, _ box: Box<ParkingSite>, _ logger: Logger) -> Bool {
        // What a camera kept while it was offline is history: the car is gone, and nothing opens for it.
        guard !read.isOffline, let plate = read.plate else { return true }
        switch read.trigger {
        case .stay, .stayEnded, .turnedBack: return true
        case .automatic, .input, .software, .virtualLoop, .other:
            logger.info("\(lane): read \(plate), \(read.confidence) %")
            return box.offer(
                .plateRead(lane: lane, plate, confidence: read.confidence, vehicle: read.vehicleClass))
        }
    }

    /// The link to it; nil for a camera that only pushes.
    func link(device: DeviceID) throws -> (any CameraLink)? {
        let backoff = Backoff(first: .milliseconds(500), longest: .seconds(15))
        if let messages {
            let (broker, client) = (messages.broker, "\(device)-\(id)")
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

/// The links of all cameras that have one, and the outputs that they drive.
struct CameraLinks: Sendable {
    let links: [(camera: ParkingCamera, link: any CameraLink)]
    /// By the name of the output: `exit-1.raise`.
    let drivers: [String: any OutputDriver]

    private struct Gate: OutputDriver {
        let link: any CameraLink
        func pulse(milliseconds: Int) { link.open(pulseMilliseconds: milliseconds) }
    }

    init(_ hardware: ParkingHardware, device: DeviceID) throws {
        var links: [(ParkingCamera, any CameraLink)] = []
        var drivers: [String: any OutputDriver] = [:]
        for camera in hardware.cameras {
            guard let link = try camera.link(device: device) else { continue }
            links.append((camera, link))
            for (lane, id) in hardware.drives where id == camera.id { drivers["\(lane).raise"] = Gate(link: link) }
        }
        self.links = links
        self.drivers = drivers
    }
}

/// Listens to the cameras until the group shuts down.
struct CameraService: Service {
    let links: CameraLinks
    let box: Box<ParkingSite>
    let logger: Logger

    func run() async throws {
        for (camera, link) in links.links { try link.start { hear($0, of: camera) } }
        try? await gracefulShutdown()
        let links = self.links.links
        // Stopping waits for threads: a thread of its own, not one of the shared pool.
        await withCheckedContinuation { continuation in
            let stop: @Sendable () -> Void = {
                for (_, link) in links { link.stop() }
                continuation.resume()
            }
            do { _ = try HostThread(name: "stop cameras", body: stop) } catch { stop() }
        }
    }

    /// On the link's own thread; never blocks.
    private func hear(_ news: CameraNews, of camera: ParkingCamera) {
        switch news {
        case .up: logger.info("camera \(camera.id): connected")
        case .down(let why): logger.warning("camera \(camera.id): \(why)")
        case .signal(.alive): tell(camera, .heard)
        case .signal(.read(let read)):
            tell(camera, .heard)
            // It cannot be asked to send it again.
            if !camera.take(read, box, logger) { logger.error("camera \(camera.id): a read was lost: too far behind") }
        case .signal(.refused(let error)): logger.warning("camera \(camera.id): refused: \(error)")
        case .opened: tell(camera, .opened)
        case .notOpened(let why): tell(camera, .notOpened(why: why))
        }
    }

    private func tell(_ camera: ParkingCamera, _ event: CameraEvent) {
        if !box.offer(.camera(camera.id, event)) { logger.error("camera \(camera.id): the box is too far behind") }
    }
}
