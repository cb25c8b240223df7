package import DeskOrders
package import StandIns

extension HTTPPush {
    /// Gives a box an order in a person's name, as the box's own commands do.
    package static func give(
        _ order: DeskOrder, who: String?, port: Int, token: String
    ) throws -> HTTPPush.Answer? {
        try send(
            port: port, path: "/desk/\(order.word.rawValue)",
            headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
            body: order.body(who: who))
    }
}
