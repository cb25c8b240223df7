import ArgumentParser
import CameraLink
import EdgeRuntime
import Host
import JSONText
import Parking
import PlateCamera
import Vocabulary

/// What an installer does with cameras.
struct CameraCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera", abstract: "Shows what the cameras of a hardware file send.",
        subcommands: [CameraWatchCommand.self])
}

/// Listens to the cameras that a box would listen to, and prints what they send; opens nothing.
struct CameraWatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Listens to the cameras of a hardware file and prints what they send.",
        discussion: """
            Nothing is opened and nothing recorded; a box may listen at the same time. Cameras that push are not heard \
            here: their box's log shows what they push.
            """)

    @Argument(help: "The hardware file (JSON5).")
    var file: String
    @Option(help: ArgumentHelp("Only this camera.", valueName: "id"))
    var camera: String?
    @Option(help: ArgumentHelp("How long, 1 to 86,400.", valueName: "seconds"))
    var seconds: Int64 = 60
    @Flag(help: "Print plates in full; they are personal data.")
    var plates = false

    func validate() throws {
        guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds is from 1 to 86400") }
    }

    func run() throws {
        let (_, hardware) = try HardwareFile.read(
            try TextFile.read(file), file: file, extra: ParkingHardware.init(_:outputs:inputs:))
        let chosen = hardware.cameras.filter { camera == nil || $0.id.text == camera }
        guard !chosen.isEmpty else { throw ValidationError("\(file) has no camera \"\(camera ?? "")\"") }
        let heard = Monitor<[Slug: Int]>([:])
        var links: [any CameraLink] = []
        defer { for link in links { link.stop() } }
        let showsPlates = plates
        for camera in chosen {
            let name = "turnpike-watch-\(String(SecureRandom.bits64(), radix: 36))"
            guard let link = try camera.link(client: name), camera.kind != .hikvision else {
                print("\(camera.id): pushes to its box; look at the box's log")
                continue
            }
            let id = camera.id
            try link.start { news in
                if case .signal = news { heard.withLock { $0[id, default: 0] += 1 } }
                print("\(id): \(CameraWatchCommand.words(news, showsPlates))")
            }
            links.append(link)
        }
        guard !links.isEmpty else { return }
        _ = heard.wait(until: BootClock.now() + .seconds(seconds)) { _ in nil as Bool? }
        let counts = heard.withLock { $0 }
        for camera in chosen { print("\(camera.id): \(counts[camera.id] ?? 0) messages in \(seconds) s") }
    }

    private static func words(_ news: CameraNews, _ showsPlates: Bool) -> String {
        switch news {
        case .up: return "connected"
        case .down(let why): return "not connected: \(why)"
        case .signal(.alive): return "alive"
        case .signal(.refused(let error)): return "refused: \(error)"
        case .opened, .notOpened: return "an order to open was answered"
        case .signal(.read(let read)):
            let plate = read.plate.map { showsPlates ? $0.text : $0.masked } ?? "no plate"
            let late = read.isOffline ? ", kept and sent late" : ""
            return "read \(plate), \(read.confidence) %, \(read.colour.rawValue), \(read.vehicle.rawValue)\(late)"
        }
    }
}
