internal import Glibc
package import StandIns

/// A running `parkingd` with the world around it: cameras, booms and cars.
package final class CarPark: Sendable {
    package let daemon: Program
    private let worlds: [String: CarParkStandIn]
    private let port: Int

    /// Starts the daemon; returns when it is ready.
    package init(site: SiteFiles) throws {
        daemon = try Programs.start("parkingd", ["--config", site.boxFile])
        let listening = try Programs.line("listening on", of: daemon, "parkingd")
        _ = try Programs.line("ready:", of: daemon, "parkingd")
        port = listening.split(separator: ":").last.flatMap { Int($0) } ?? 0
        var worlds: [String: CarParkStandIn] = [:]
        // One for each lane: they move independently.
        for lane in site.entries + site.exits {
            worlds[lane] = try CarParkStandIn(socketPath: site.socket, lanes: [lane])
        }
        self.worlds = worlds
    }

    /// A car comes to a lane, is let through, and the boom closes behind it.
    package func pass(_ plate: String, at lane: String) throws {
        let camera = CameraStandIn(id: lane, make: .vzenith(inGB2312: false), port: port)
        guard let world = worlds[lane], try camera.push(plate)?.status == 200 else {
            throw BenchError("the box did not take the push of \(lane)'s camera")
        }
        guard world.waitUntilUp(lane) else { throw BenchError("the boom of \(lane) did not rise:\n\(log)") }
        world.driveThrough(lane)
        guard world.waitUntilDown(lane) else { throw BenchError("the boom of \(lane) did not close:\n\(log)") }
    }

    private var log: String { daemon.lines.suffix(20).joined(separator: "\n") }
}
