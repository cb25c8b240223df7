import ArgumentParser
import DeskOrders
import EdgeRuntime
import Host
import JSONText
import StandIns

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
