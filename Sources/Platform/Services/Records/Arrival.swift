public import Vocabulary
internal import Wire

/// What a message that reached the platform is.
public enum Arrival: Equatable, Sendable {
    /// For the store.
    case work(Incoming)
    /// A payment network says that something became of this order.
    case notice(PaymentID)
    /// Not to be acted on, and why.
    case ignored(why: String)

    /// Sorts a message by its topic.
    ///
    /// A request must want its answer on its own box's topic: whoever is named there reads it. One that names another
    /// topic, or none, is not carried out at all, because nobody would hear what became of it.
    ///
    /// Only presence is ever kept by the broker. A kept message of another kind was put there by a fault or by hand,
    /// and says nothing of this moment.
    public init(
        topic: String, payload: [UInt8], responseTopic: String?, correlation: [UInt8]?, isRetained: Bool = false
    ) {
        if Topics.acquirer(of: topic) != nil {
            guard let order = AcquirerNotice(payload: payload)?.payment else {
                self = .ignored(why: "a notice on \(Arrival.printable(topic)) names no payment")
                return
            }
            self = .notice(order)
            return
        }
        guard let (device, kind) = Topics.parse(topic) else {
            self = .ignored(why: "a message on \(Arrival.printable(topic)) is not for the platform")
            return
        }
        guard !isRetained || kind == .presence else {
            self = .ignored(why: "\(kind.rawValue) of \(device) that the broker had kept: clear the retained message")
            return
        }
        switch kind {
        case .records: self = .work(Incoming(kind: .records, device: device, payload: payload))
        case .presence:
            self = .work(Incoming(kind: .presence, device: device, payload: payload, isRetained: isRetained))
        case .health: self = .work(Incoming(kind: .health, device: device, payload: payload))
        case .request:
            guard responseTopic == Topics(device).response else {
                let wanted = responseTopic.map(Arrival.printable) ?? "none"
                self = .ignored(
                    why: "a request of \(device) wants its answer on a topic that is not its own: \(wanted)")
                return
            }
            self = .work(Incoming(kind: .request, device: device, payload: payload, correlation: correlation))
        }
    }

    /// What a stranger wrote, cut and harmless in a log line.
    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.prefix(100).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
    }
}
