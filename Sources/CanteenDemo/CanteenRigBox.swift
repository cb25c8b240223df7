import DemoParts
package import EdgeRuntime
import Host
package import JSONText
package import Journal
package import StandIns
package import Vocabulary
package import Wire

/// One box of a canteen's rig, with its way to the platform, its turnstile and its face terminal.
package final class CanteenRigBox {
    package let name: String
    /// Between the box and the broker.
    package let proxy: FaultProxy
    package let configuration: BoxConfiguration
    package let terminal: FaceTerminalStandIn
    package private(set) var program: Program?
    package private(set) var port = 0
    package private(set) var world: TurnstileStandIn?
    private unowned let rig: CanteenRig

    init(
        name: String, proxy: FaultProxy, configuration: BoxConfiguration, terminal: FaceTerminalStandIn,
        rig: CanteenRig
    ) {
        (self.name, self.proxy, self.configuration, self.terminal, self.rig) = (
            name, proxy, configuration, terminal, rig
        )
    }

    deinit { program?.kill() }

    package var journal: String { BoxIdentity.journalPath(in: configuration.stateFolder) }

    /// Starts the daemon and the world around it: whoever is let in walks through at once.
    package func start() throws {
        (program, port) = try Daemons.startBox(
            "canteend", in: rig.programs, config: rig.files.boxFile(name))
        world = try TurnstileStandIn(socketPath: "\(configuration.stateFolder)/gpio.sock", walking: [name])
    }

    /// The power goes.
    package func cutPower() {
        world = nil
        program?.kill()
    }

    package func cutNetwork() throws {
        proxy.cut()
        try rig.wait("\(name) notices the cut") { try self.status()["link"]?.string == "down" }
    }

    package func mendNetwork() throws {
        proxy.mend()
        try rig.wait("\(name) is connected again") { try self.status()["link"]?.string == "up" }
    }

    // MARK: - People

    /// Somebody stands before the terminal; returns at once.
    package func show(_ person: String, similarity: String = "96.5") {
        terminal.see(person, similarity: similarity)
    }

    /// Somebody comes, and walks through.
    /// - Returns: when the turnstile opened.
    /// - Throws: if it does not open within ten seconds.
    @discardableResult
    package func pass(_ person: String) throws -> Uptime {
        let before = openings
        show(person)
        return try waitForOpening(before + 1, "\(person) comes")
    }

    package var openings: Int { world?.openings(of: name) ?? 0 }

    package func waitForOpening(_ number: Int, _ what: String) throws -> Uptime {
        guard let at = world?.waitForOpening(number, of: name) else {
            throw DemoError(
                "\(what), and \(name) does not open; its screen says \"\(try text())\"; its log:\n\(log)")
        }
        return at
    }

    /// Waits until a lane's screen says something, in Chinese or English.
    /// - Parameter after: the screen's number before.
    package func waitForText(_ text: String, at lane: String? = nil, after number: Int64 = -1) throws {
        do {
            try rig.wait("the screen of \(lane ?? name) says \"\(text)\"") {
                let screen = try self.screen(lane)
                return (screen["number"]?.integer ?? 0) > number && CanteenRigBox.words(screen).contains(text)
            }
        } catch { throw DemoError("\(error)\nit says \"\(try self.text(lane))\"") }
    }

    /// Enrols a face at the box's module, as `turnpike faces enrol` does.
    package func enrol(_ person: String, _ face: [Float]) throws {
        let body = JSONWriter.object { writer in
            writer.field("person", person)
            writer.field("vectors", array: [FaceModuleStandIn.base64(face)]) { $0.string($1) }
        }
        let answer = try HTTPPush.send(
            port: port, path: "/faces", headers: try headers(), body: body)
        guard answer?.status == 202 else {
            throw DemoError("\(name) does not enrol \(person): \(String(decoding: answer?.body ?? [], as: UTF8.self))")
        }
    }

    // MARK: - Looking

    package func status() throws -> JSONNode { try Daemons.status(port: port) }

    /// What the customer's screen of a lane shows; nil: the turnstile's.
    package func screen(_ lane: String? = nil) throws -> JSONNode {
        try Daemons.get("/tills/\(lane ?? name)/screen", port: port)
    }

    package func screenNumber(_ lane: String? = nil) throws -> Int64 { try screen(lane)["number"]?.integer ?? 0 }

    /// What a screen says, in Chinese and English.
    package func text(_ lane: String? = nil) throws -> String { CanteenRigBox.words(try screen(lane)) }

    package static func words(_ screen: JSONNode) -> String {
        let languages = ["zh", "en"].map { key in
            (screen[key]?.array ?? []).compactMap(\.string).joined(separator: " ")
        }
        return languages.joined(separator: " / ")
    }

    /// The token of the box's own commands.
    package func token() throws -> String { try AttendantToken.read(in: configuration.stateFolder) }

    private func headers() throws -> [String: String] {
        ["Authorization": "Bearer \(try token())", "Content-Type": "application/json"]
    }

    /// What the cashiers' page shows.
    package func board() throws -> JSONNode {
        let token = try token()
        let answer = try Daemons.get("/board", port: port, headers: ["Authorization": "Bearer \(token)"])
        guard let board = answer["board"] else { throw DemoError("\(name) shows no board") }
        return board
    }

    /// An order by whoever can read the state folder, as a command gives it.
    /// - Returns: the status of the answer.
    @discardableResult
    package func order(_ word: String, at lane: String? = nil, _ members: (inout JSONWriter) -> Void = { _ in }) throws
        -> Int
    {
        let body = JSONWriter.object { writer in
            writer.field("till", lane ?? name)
            writer.field("who", "Zhao")
            members(&writer)
        }
        let answer = try HTTPPush.send(
            port: port, path: "/till/\(word)", headers: try headers(), body: body)
        return answer?.status ?? 0
    }

    /// Everything in the journal, read beside the box.
    package func records() throws -> [Record.Event] {
        let reader = try JournalReader(path: journal)
        var events: [Record.Event] = []
        var next: Int64 = 1
        while true {
            let page = try reader.records(from: next)
            for line in page.lines { events.append(try Record.parse(line: line).record.event) }
            guard !page.lines.isEmpty else { return events }
            next = page.last + 1
        }
    }

    package func verify() throws -> JournalVerification { try JournalReader(path: journal).verify() }

    /// The last lines of its log.
    package var log: String { program?.lines.suffix(25).joined(separator: "\n") ?? "" }
}
