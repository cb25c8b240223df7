internal import Vocabulary

/// Gathers the boxes' word of themselves, so that many of them cost the disk one sync.
///
/// Presence is written at once. Health, and the moment of the last contact, wait for something that is written anyway,
/// or some seconds; only the latest of a box counts. What a power cut takes is at most those seconds, and the boxes say
/// it again.
struct NewsDesk {
    /// How long health and contacts may wait.
    static let longestWait = Uptime.Span.seconds(10)
    /// Presences that wait while the store fails; the oldest go first, and health makes up for them.
    static let mostPresences = 16_384

    /// What is to be written, in this order.
    private(set) var news: [Incoming] = []
    /// The latest health of each box, where no presence of it came after.
    private var health: [DeviceID: Incoming] = [:]
    /// When each box was last heard, by anything.
    private(set) var contacts: [DeviceID: WallTime] = [:]
    /// When what waits is to be written; nil if nothing waits.
    private(set) var due: Uptime?
    private let isEnrolled: (DeviceID) -> Bool
    private var strangers: Set<DeviceID> = []

    init(isEnrolled: @escaping (DeviceID) -> Bool) { self.isEnrolled = isEnrolled }

    mutating func take(_ incoming: Incoming, at now: WallTime, _ uptime: Uptime) {
        guard isEnrolled(incoming.device) else {
            // A stranger is told of once in a while, whatever it sends; of a thousand more nobody learns more.
            if strangers.count < 1_000, strangers.insert(incoming.device).inserted { news.append(incoming) }
            return wait(until: uptime + NewsDesk.longestWait)
        }
        switch incoming.kind {
        case .health:
            health[incoming.device] = incoming
            wait(until: uptime + NewsDesk.longestWait)
        case .presence:
            // Health that came before must not be taken for health that came after.
            if let before = health.removeValue(forKey: incoming.device) { news.append(before) }
            if news.count >= NewsDesk.mostPresences { news.removeFirst(news.count - NewsDesk.mostPresences + 1) }
            news.append(incoming)
            wait(until: uptime)
        case .request, .records: preconditionFailure("only news comes to this desk")
        }
        if !incoming.isRetained { contact(incoming.device, at: now, uptime) }
    }

    /// A box was heard.
    mutating func contact(_ device: DeviceID, at now: WallTime, _ uptime: Uptime) {
        guard isEnrolled(device) else { return }
        contacts[device] = now
        wait(until: uptime + NewsDesk.longestWait)
    }

    /// Everything that waits, in the order in which it is to be written.
    var all: [Incoming] { news + health.values.sorted { $0.device.text < $1.device.text } }

    /// It has been written.
    mutating func clear() {
        news = []
        health = [:]
        contacts = [:]
        strangers = []
        due = nil
    }

    /// It could not be written: once more, later.
    mutating func putOff(at uptime: Uptime) { due = uptime + NewsDesk.longestWait }

    private mutating func wait(until instant: Uptime) { due = min(due ?? instant, instant) }
}
