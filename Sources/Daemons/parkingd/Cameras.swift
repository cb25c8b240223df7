import CameraLink
import EdgeRuntime
import Host
import JSONText
import Kiosk
import Logging
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
        let pace = Monitor(CameraPace())
        return CameraDoor(
            id: id, kind: make,
            heard: { if pace.withLock({ $0.tells(at: BootClock.now()) }) { _ = box.offer(.camera(id, .heard)) } }
        ) {
            read in
            take(read, box, logger)
        }
    }

    /// - Returns: false when the box is too far behind.
    func take(_ read: PlateRead, _ box: Box<ParkingSite>, _ logger: Logger) -> Bool {
        // What a camera kept while it was offline is history: the car is gone, and nothing opens for it.
        guard !read.isOffline else { return true }
        switch read.trigger {
        case .stay, .stayEnded: return true
        case .turnedBack:
            guard let plate = read.plate else { return true }
            return box.offer(.identity(.turnedBack(lane: lane, plate)))
        case .automatic, .input, .software, .virtualLoop, .other:
            guard let plate = read.plate else {
                logger.info("\(lane): \(id) sees a vehicle without a plate that it can read")
                return box.offer(.identity(.seenWithoutPlate(lane: lane, camera: id, readID: read.cameraReadID)))
            }
            logger.info("\(lane): read \(plate), \(read.confidence) %")
            return box.offer(
                .plateRead(
                    lane: lane,
                    PlateSighting(
                        plate, confidence: read.confidence, vehicle: read.knownVehicleClass, camera: id,
                        readID: read.cameraReadID, isFake: read.isFake)))
        }
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
            guard let link = try camera.link(client: "\(device)-\(camera.id)") else { continue }
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
        for (camera, link) in links.links {
            let pace = Monitor(CameraPace())
            try link.start { hear($0, of: camera, pace) }
        }
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
    private func hear(_ news: CameraNews, of camera: ParkingCamera, _ pace: Monitor<CameraPace>) {
        switch news {
        case .up:
            pace.withLock { $0.isUp() }
            logger.info("camera \(camera.id): connected")
        case .down(let why):
            logger.log(level: pace.withLock({ $0.isNew(why) }) ? .warning : .debug, "camera \(camera.id): \(why)")
        case .signal(.alive): if pace.withLock({ $0.tells(at: BootClock.now()) }) { tell(camera, .heard) }
        case .signal(.read(let read)):
            if pace.withLock({ $0.tells(at: BootClock.now()) }) { tell(camera, .heard) }
            // It cannot be asked to send it again.
            if !camera.take(read, box, logger) { logger.error("camera \(camera.id): a read was lost: too far behind") }
        case .signal(.refused(let error)):
            if let more = pace.withLock({ $0.refused(at: BootClock.now()) }) {
                logger.warning("camera \(camera.id): refused: \(error)\(more)")
            }
        case .opened: tell(camera, .opened)
        case .notOpened(let why): tell(camera, .notOpened(why: why))
        }
    }

    private func tell(_ camera: ParkingCamera, _ event: CameraEvent) {
        if !box.offer(.camera(camera.id, event)) { logger.error("camera \(camera.id): the box is too far behind") }
    }
}
