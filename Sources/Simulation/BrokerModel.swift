internal import BoxRules
internal import Vocabulary
internal import Wire

/// The network and the broker between boxes and platform: QoS 1 in sessions that end with their connection.
///
/// What is under way when a connection breaks is lost, or has got through, or comes later; what goes on one topic keeps
/// its order, unless two workers share it; a message may come twice, and late. A message that has waited longer than
/// its expiry is dropped, as MQTT 5 has it.
final class BrokerModel {
    private final class Session {
        /// Whether bytes get through; the box may not know yet that they do not.
        var isUp = false
        var believesUp = false
        var number = 0
        /// When the last message of each topic arrives, so that none overtakes it.
        var lastArrival: [String: Int64] = [:]
    }

    private let world: World
    private let sessions: [Session]
    private var dice: Dice
    private var isUp = true
    /// What boxes last said of themselves, kept for later subscribers.
    private(set) var retained: [DeviceID: [UInt8]] = [:]

    init(_ world: World) {
        self.world = world
        sessions = (0..<(world.setup.sites + world.setup.tills)).map { _ in Session() }
        dice = Dice(seed: world.setup.seed, 2)
    }

    func believesUp(_ box: SimulatedBox) -> Bool { sessions[box.index].believesUp }

    /// Whether bytes get through.
    func isConnected(_ box: SimulatedBox) -> Bool { isUp && sessions[box.index].isUp }

    // MARK: - Connections

    /// Tries to connect until it works: a new session each time.
    func connect(_ box: SimulatedBox, after pause: Int64) {
        box.after(pause) { box in
            let session = self.sessions[box.index]
            guard !session.believesUp else { return }
            guard self.isUp else { return self.connect(box, after: self.dice.between(500_000, 5_000_000)) }
            session.number += 1
            (session.isUp, session.believesUp) = (true, true)
            session.lastArrival = [:]
            self.world.note("link up", box.number, "\(box.device) is connected")
            box.tell(.linkUp)
        }
    }

    /// The connection breaks.
    /// - Parameters:
    ///   - isSilent: nobody tells the box; it notices when its keep-alive is not answered.
    ///   - outage: how long it stays broken.
    func drop(_ box: SimulatedBox, isSilent: Bool, outage: Int64) {
        let session = sessions[box.index]
        guard session.isUp else { return }
        world.counts.linkDrops += 1
        session.isUp = false
        let number = session.number
        world.note("drop", box.number, "the link of \(box.device) breaks\(isSilent ? ", silently" : "")")
        box.after(isSilent ? dice.between(5_000_000, 45_000_000) : dice.between(1_000, 100_000)) { box in
            guard session.number == number, session.believesUp else { return }
            session.believesUp = false
            self.world.note("link down", box.number, "\(box.device) notices that its link is down")
            box.tell(.linkDown)
            self.connect(box, after: outage)
        }
    }

    func boxDied(_ box: SimulatedBox) {
        let session = sessions[box.index]
        (session.isUp, session.believesUp) = (false, false)
        session.number += 1
        retained[box.device] = Presence.offline.payload
    }

    func restart(downFor pause: Int64) {
        guard isUp else { return }
        world.counts.brokerRestarts += 1
        world.note("broker", 0, "the broker goes down for \(pause / 1_000) ms")
        isUp = false
        for box in world.boxes { drop(box, isSilent: false, outage: pause + dice.between(200_000, 4_000_000)) }
        world.after(pause) { self.isUp = true }
    }

    // MARK: - Messages

    func fromBox(_ box: SimulatedBox, _ message: BoxMessage) {
        let session = sessions[box.index]
        guard session.believesUp else { return }
        if message.isRetained { retained[box.device] = message.payload }
        world.counts.messages += 1
        guard session.isUp else { return late(message) }
        let (sent, number) = (world.now, session.number)
        for arrival in arrivals(on: message.topic, of: session) {
            world.at(arrival) {
                let expiry = message.expirySeconds.map { Int64($0) * 1_000_000 } ?? .max
                // What was under way when the connection broke may have reached the broker before.
                let isThrough = session.number == number && session.isUp || self.dice.chance(perMille: 500)
                guard isThrough, self.isUp, self.world.now - sent <= expiry else {
                    self.world.counts.messagesLost += 1
                    return
                }
                self.world.platform.receive(message)
            }
        }
    }

    /// What is sent into a connection that is broken, and not known to be, is lost; or the operating system still gets
    /// it through when the box has long given that connection up. The broker counts its age only from then on.
    private func late(_ message: BoxMessage) {
        guard !dice.chance(perMille: 300) else {
            return world.after(dice.between(1_000_000, 60_000_000)) {
                if self.isUp { self.world.platform.receive(message) } else { self.world.counts.messagesLost += 1 }
            }
        }
        world.counts.messagesLost += 1
    }

    func toBox(_ device: DeviceID, _ topic: String, _ payload: [UInt8], correlation: [UInt8]?) {
        guard let box = world.boxes.first(where: { $0.device == device }) else { return }
        let session = sessions[box.index]
        world.counts.messages += 1
        guard session.isUp, isUp else {
            world.counts.messagesLost += 1
            return
        }
        let number = session.number
        for arrival in arrivals(on: topic, of: session) {
            world.at(arrival) {
                guard session.number == number, session.isUp, box.isAlive else {
                    self.world.counts.messagesLost += 1
                    return
                }
                box.tell(.message(topic: topic, payload: payload, correlation: correlation))
            }
        }
    }

    /// When a message arrives: once, or twice.
    private func arrivals(on topic: String, of session: Session) -> [Int64] {
        var arrival = world.now + dice.between(2_000, 40_000)
        if world.has(.delay), dice.chance(perMille: 25) { arrival += dice.between(100_000, 12_000_000) }
        let lane = world.has(.reordering) ? topic : ""
        if let last = session.lastArrival[lane] { arrival = max(arrival, last + 1) }
        session.lastArrival[lane] = arrival
        guard world.has(.duplication), dice.chance(perMille: 30) else { return [arrival] }
        world.counts.duplicates += 1
        return [arrival, arrival + dice.between(1_000, 8_000_000)]
    }
}
