import ArgumentParser
import DeskOrders
import EdgeRuntime
import Glibc
import Host
import JSONText
import StandIns
import Vocabulary

/// The local HTTP server of the box that a file describes.
struct BoxDoor {
    struct Answer {
        var status: Int
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self).split(separator: "\n").joined(separator: " ") }
        /// As it came.
        var whole: String { String(decoding: body, as: UTF8.self) }
        var json: JSONNode? { try? JSONNode.parse(body, dialect: .json) }
    }

    let port: Int
    let token: String

    init(config: String) throws {
        let box = try BoxConfiguration(try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        port = box.http.port
        token = try AttendantToken.read(in: box.stateFolder)
    }

    func post(_ path: String, _ body: [UInt8]) throws -> Answer {
        try checked(
            HTTPPush.send(
                port: port, path: path,
                headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"], body: body))
    }

    /// Gives an order in a person's name.
    /// - Throws: what the box says if it does not take it.
    @discardableResult
    func give(_ order: DeskOrder, who: String?) throws -> Answer {
        let answer = try post("/desk/\(order.word.rawValue)", order.body(who: who))
        guard answer.status == 202 else {
            let place = order.lane.map { "\($0): " } ?? ""
            throw ValidationError("\(place)the box did not take it: \(answer.json?["error"]?.string ?? answer.text)")
        }
        return answer
    }

    /// The board of the box: what its page shows.
    func board() throws -> JSONNode {
        guard let board = try get("/board", isCommand: true).json?["board"] else {
            throw ValidationError("the box does not say how it stands")
        }
        return board
    }

    /// Gives an order, and waits at most ten seconds for what comes of it.
    /// - Parameter part: what of the board counts the answers (`answered`, or `shiftAnswered`).
    /// - Returns: the answer, in both languages; nil if the car has gone that it was about.
    /// - Throws: why it was not done.
    func giveAndHear(
        _ order: DeskOrder, who: String?, in part: (JSONNode) -> JSONNode?, count: String = "answered",
        answer: String = "answer"
    ) throws -> String? {
        let before = part(try board())?[count]?.integer ?? 0
        try give(order, who: who)
        let deadline = BootClock.now() + .seconds(10)
        repeat {
            if let part = part(try board()), part[count]?.integer ?? 0 > before {
                guard let heard = part[answer] else { return nil }
                let words = "\(heard["zh"]?.string ?? "") \(heard["en"]?.string ?? "")"
                guard heard["done"]?.bool == true else { throw ValidationError("not done: \(words)") }
                return words
            }
            usleep(50_000)
        } while BootClock.now() < deadline
        throw ValidationError("the box took it and has not said within 10 s what came of it: see GET /status")
    }

    /// Gives an order about a lane.
    /// - Returns: what came of it.
    /// - Throws: why it was not done.
    func giveAndHear(_ order: DeskOrder, at lane: LaneID, who: String?) throws -> String {
        try giveAndHear(order, who: who) { board in
            board["lanes"]?.array?.first { $0["id"]?.string == lane.text }
        } ?? "已办理 Done: the car has gone"
    }

    /// - Parameter isCommand: shows the token; what is for signed-in people only is told then.
    func get(_ path: String, isCommand: Bool = false) throws -> Answer {
        let headers = isCommand ? ["Authorization": "Bearer \(token)"] : [:]
        return try checked(HTTPPush.send("GET", port: port, path: path, headers: headers))
    }

    private func checked(_ answer: HTTPPush.Answer?) throws -> Answer {
        guard let answer else { throw ValidationError("the box at port \(port) gives no answer: is parkingd running?") }
        return Answer(status: answer.status, body: answer.body)
    }
}
