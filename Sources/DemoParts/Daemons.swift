internal import Glibc
internal import Host
package import JSONText
package import StandIns
internal import Vocabulary

/// What every demonstration does with daemons: start them, ask them, cut them off, wait.
package enum Daemons {
    /// Starts a daemon, and waits until its log has said all of this.
    /// - Returns: the program, and for each text the line that has it.
    /// - Throws: ``DemoError`` with its log if it does not start.
    package static func start(
        _ name: String, in programs: String, config: String, until texts: [String]
    ) throws -> (program: Program, lines: [String]) {
        let program = try Program("\(programs)/\(name)", ["--config", config])
        var lines: [String] = []
        for text in texts {
            guard let line = program.waitForLine(text) else {
                throw DemoError("\(name) did not start:\n\(program.lines.joined(separator: "\n"))")
            }
            lines.append(line)
        }
        return (program, lines)
    }

    /// Starts a box's daemon.
    /// - Returns: also the port of its page.
    package static func startBox(_ name: String, in programs: String, config: String) throws -> (Program, port: Int) {
        let (program, lines) = try start(name, in: programs, config: config, until: ["listening on", "ready:"])
        guard let port = lines[0].split(separator: ":").last.flatMap({ Int($0) }) else {
            throw DemoError("\(name) does not say where it listens: \(lines[0])")
        }
        return (program, port)
    }

    /// What a box says of itself.
    package static func status(port: Int) throws -> JSONNode { try get("/status", port: port) }

    package static func get(_ path: String, port: Int, headers: [String: String] = [:]) throws -> JSONNode {
        guard let answer = try HTTPPush.send("GET", port: port, path: path, headers: headers), answer.status == 200
        else {
            throw DemoError("the box at port \(port) does not answer \(path)")
        }
        return try JSONNode.parse(answer.body, dialect: .json)
    }

    /// Waits for what comes about by itself.
    /// - Parameter log: what to show if it does not.
    package static func wait(
        _ what: String, seconds: Int64 = 15, log: () -> String = { "" }, _ condition: () throws -> Bool
    ) throws {
        let deadline = BootClock.now() + Uptime.Span.seconds(seconds)
        while try !condition() {
            guard BootClock.now() < deadline else {
                let log = log()
                throw DemoError("waited \(seconds) s in vain until \(what)\(log.isEmpty ? "" : "; log:\n\(log)")")
            }
            usleep(10_000)
        }
    }
}

extension FaultProxy {
    /// Nothing goes through any more, and what stands is reset.
    package func cut() {
        set(.refuse)
        dropConnections()
    }

    package func mend() { set(.none) }
}
