internal import FaceTerminal
internal import Host
internal import MQTTLink
internal import Synchronization
internal import Vocabulary

/// Hears what the terminals say, on the link's thread: records are answered from there, the rest is handed on.
final class FaceListener: MQTTLinkHandler {
    private let lanes: [String: LaneID]
    private let board: FaceBoard
    private let pusher: FacePusher
    private let localSeconds: @Sendable () -> Int64
    private let take: @Sendable (FaceArrival) -> Bool
    private let link = Mutex<MQTTLink?>(nil)
    private let records: Mutex<[String: FaceRecords]>
    private let answers = Atomic<Int64>(0)
    private let prefix: String

    init(
        _ terminals: [FaceTerminals.Terminal], board: FaceBoard, pusher: FacePusher, prefix: String,
        freshSeconds: Int64, localSeconds: @escaping @Sendable () -> Int64,
        take: @escaping @Sendable (FaceArrival) -> Bool
    ) {
        lanes = Dictionary(uniqueKeysWithValues: terminals.map { ($0.id, $0.lane) })
        records = Mutex(
            Dictionary(uniqueKeysWithValues: terminals.map { ($0.id, FaceRecords(freshSeconds: freshSeconds)) }))
        self.board = board
        self.pusher = pusher
        self.prefix = prefix
        self.localSeconds = localSeconds
        self.take = take
    }

    /// - Parameter link: nil lets go of it.
    func use(_ link: MQTTLink?) { self.link.withLock { $0 = link } }

    func linkUp() {
        board.tell(.up)
        pusher.linkUp()
    }

    func linkDown(_ reason: MQTTLinkDown) { board.tell(.down(reason.description)) }
    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {}

    func received(_ message: MQTTMessage) {
        let now = BootClock.now()
        let terminal: String, said: FaceMessage
        do throws(FaceTerminalError) {
            (terminal, said) = try FaceTerminal.read(
                topic: message.topic, payload: message.payload, isRetained: message.retain)
        } catch {
            let levels = message.topic.split(separator: "/").map(String.init)
            let terminal = levels.count == 4 ? levels[2] : nil
            board.garbage(terminal, error, at: now)
            let answer = FaceTerminal.answer(refused: message.payload, topic: message.topic)
            if let terminal, lanes[terminal] != nil, let answer { send(answer, to: terminal) }
            return
        }
        // A last will that the broker had kept is no sign of life; it is no death either, if the terminal is back.
        if case .offline = said {
            if !message.retain { board.offline(terminal) }
            return
        }
        // What the broker had kept says nothing of now.
        guard message.retain ? lanes[terminal] != nil : board.heard(terminal, at: now) else { return }
        switch said {
        case .online:
            send(.answerOnline(terminal: terminal), to: terminal)
            pusher.connected(terminal)
        case .heartbeat(let seconds):
            if let seconds { board.clock(terminal, seconds, box: localSeconds()) }
        case .record(let record): take(record, of: terminal)
        case .stranger(let id, let isStored):
            send(.answerStranger(id: id), to: terminal)
            if !isStored, let lane = lanes[terminal] { board.tell(.stranger(terminal: terminal, lane: lane)) }
        case .ack(let ack): pusher.answered(terminal, ack)
        case .offline, .other: break
        }
    }

    /// A record is remembered and answered once the box has it. One that it had no room for comes again.
    private func take(_ record: FaceRecord, of terminal: String) {
        guard let lane = lanes[terminal] else { return }
        let finding = records.withLock { $0[terminal]?.finding(of: record, localSeconds: localSeconds()) }
        switch finding {
        case .fresh:
            guard take(FaceArrival(terminal: terminal, lane: lane, record: record)) else {
                return board.tell(.busy(terminal: terminal))
            }
        case .stale, .clockAhead: if let finding { board.tell(.history(terminal: terminal, finding)) }
        case .repeated, nil: break
        }
        records.withLock { $0[terminal]?.remember(record) }
        send(.answerRecord(id: record.id), to: terminal)
    }

    /// An answer that cannot be sent is missed by the terminal, which repeats what it asked.
    private func send(_ command: FaceCommand, to terminal: String) {
        let id = "\(prefix)-a\(answers.add(1, ordering: .relaxed).newValue)"
        _ = try? link.withLock { $0 }?.publish(
            MQTTMessage(topic: FaceTerminal.commandTopic(terminal), payload: command.bytes(messageID: id)))
    }
}
