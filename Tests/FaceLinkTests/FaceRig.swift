import FaceLink
import FaceTerminal
import Host
import MQTTLink
import StandIns
import Vocabulary

/// A broker, one box's link, and what it said.
final class FaceRig: Sendable {
    struct Heard: Sendable {
        var arrivals: [FaceArrival] = []
        var news: [FaceNews] = []
        /// Whether the box has room for arrivals.
        var hasRoom = true
    }

    static let gate = "005a213b000b93cc"
    let broker: Broker
    let folder: TemporaryFolder
    let heard = Monitor(Heard())
    private let current = Monitor<FaceLink?>(nil)

    init() throws {
        broker = try Broker()
        folder = try TemporaryFolder("turnpike-faces")
    }

    var link: FaceLink { current.withLock { $0 }! }

    /// Starts the box's link, with the notes of the run before it.
    func start(
        terminals: [String] = [gate], silentAfter: Uptime.Span = .seconds(30), freshSeconds: Int64 = 15,
        push: FacePush.Settings = .init(batch: 3, patience: .milliseconds(400), attempts: 2, rest: .milliseconds(500)),
        notes: (@Sendable () throws(FaceNotesError) -> any FaceNotes)? = nil
    ) throws {
        stop()
        let folder = folder.path, heard = heard
        let lane = try Slug("gate-1")
        let open: @Sendable () throws(FaceNotesError) -> any FaceNotes = { () throws(FaceNotesError) in
            try FaceNotesFile(folder: folder)
        }
        let link = try FaceLink(
            FaceTerminals(
                broker: MQTTLinkConfiguration(port: broker.port, clientID: "box-faces"),
                terminals: terminals.map { .init(id: $0, lane: lane, silentAfter: silentAfter) }),
            freshSeconds: freshSeconds, push: push, notesPause: .milliseconds(200), notes: notes ?? open,
            localSeconds: { WallClock.now().milliseconds / 1_000 },
            backoff: { _ in .milliseconds(50) },
            take: { arrival in
                let isTaken = heard.withLock { heard in
                    if heard.hasRoom { heard.arrivals.append(arrival) }
                    return heard.hasRoom
                }
                heard.wakeAll()
                return isTaken
            },
            tell: { news in
                heard.withLock { $0.news.append(news) }
                heard.wakeAll()
            })
        let before = news.count
        try link.start()
        current.withLock { $0 = link }
        guard wait({ $0.news.dropFirst(before).contains(.up) }) else { throw StandInError.file("no broker") }
    }

    func stop() {
        current.withLock { $0 }?.stop()
        current.withLock { $0 = nil }
    }

    deinit { stop() }

    var people: [String] { heard.withLock { $0.arrivals.compactMap(\.record.person) } }
    var news: [FaceNews] { heard.withLock { $0.news } }

    func wait(seconds: Int64 = 10, _ isIt: @escaping (Heard) -> Bool) -> Bool {
        heard.wait(until: BootClock.now() + .seconds(seconds)) { isIt($0) ? true : nil } ?? false
    }

    func waitForNews(_ news: FaceNews, seconds: Int64 = 10) -> Bool {
        wait(seconds: seconds) { $0.news.contains(news) }
    }

    static func person(_ id: String, version: Int64 = 1) throws -> FacePerson {
        try FacePerson(id: id, name: "王*", pictureURI: "http://box/\(id)-\(version).jpg", version: version)
    }

    /// A terminal that already knows these people.
    func terminal(
        knowing people: [String] = [], id: String = gate,
        _ change: (inout FaceTerminalStandIn.Manners) -> Void = { _ in }
    ) throws -> FaceTerminalStandIn {
        var manners = FaceTerminalStandIn.Manners()
        change(&manners)
        let terminal = FaceTerminalStandIn(id: id, brokerPort: broker.port, manners: manners)
        try terminal.turnOn()
        if !people.isEmpty {
            link.want(try people.map { try Self.person($0) }, terminals: [id])
            guard terminal.wait({ $0.people.count == people.count }) else { throw StandInError.file("no people") }
        }
        return terminal
    }
}
