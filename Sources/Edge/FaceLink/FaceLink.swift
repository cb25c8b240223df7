public import FaceTerminal
internal import Host
public import MQTTLink
public import Vocabulary

/// The face terminals of a box, over a broker connection of their own.
///
/// Who stands before a terminal now is handed to `take`, from the link's thread and in each terminal's order; the
/// record is answered when `take` has it, and comes again when it has not. Everything else is told to `tell`. Neither
/// may block, nor call this object. People are brought to the terminals by a thread of its own.
public final class FaceLink: Sendable {
    private let settings: FaceTerminals
    private let link: MQTTLink
    private let listener: FaceListener
    private let pusher: FacePusher
    private let board: FaceBoard
    private let push: FacePush.Settings
    private let prefix: String
    private let notesPause: Uptime.Span
    private let notes: @Sendable () throws(FaceNotesError) -> any FaceNotes

    /// Connects to nothing yet.
    ///
    /// - Parameters:
    ///   - freshSeconds: 1 to 3,600: how old a record may be that is somebody who stands there now.
    ///   - notesPause: after a failure of the notes, until they are tried again.
    ///   - notes: opens what was kept of earlier pushes; called on the pushing thread, again after a failure.
    ///   - localSeconds: the box's wall clock in the site's zone, as seconds since 1970.
    ///   - take: false when the box has no room for an arrival.
    ///   - backoff: as for ``MQTTLink``.
    /// - Throws: ``MQTTLinkError`` for settings that cannot be used.
    public init(
        _ settings: FaceTerminals, freshSeconds: Int64 = 15, push: FacePush.Settings = .init(),
        notesPause: Uptime.Span = .seconds(5),
        notes: @escaping @Sendable () throws(FaceNotesError) -> any FaceNotes,
        localSeconds: @escaping @Sendable () -> Int64, backoff: @escaping @Sendable (_ failures: Int) -> Duration,
        take: @escaping @Sendable (FaceArrival) -> Bool, tell: @escaping @Sendable (FaceNews) -> Void
    ) throws(MQTTLinkError) {
        self.settings = settings
        self.push = push
        self.notes = notes
        self.notesPause = notesPause
        prefix = String(SecureRandom.bits64(), radix: 36)
        var broker = settings.broker
        let topics =
            ["mqtt/face/basic", "mqtt/face/heartbeat"]
            + settings.terminals.flatMap { terminal in
                ["Rec", "Snap", "Ack"].map { "\(FaceTerminal.commandTopic(terminal.id))/\($0)" }
            }
        broker.subscriptions = topics.map { .init($0, .atLeastOnce) }
        // A record comes with its pictures.
        broker.maximumPacketBytes = FaceTerminal.largest + (64 << 10)
        board = FaceBoard(
            settings.terminals, mostClockSeconds: freshSeconds, at: BootClock.now(), handler: tell)
        pusher = FacePusher()
        listener = FaceListener(
            settings.terminals, board: board, pusher: pusher, prefix: prefix, freshSeconds: freshSeconds,
            localSeconds: localSeconds, take: take)
        link = try MQTTLink(configuration: broker, handler: listener, backoff: backoff)
    }

    /// Starts the threads; call it once.
    /// - Throws: when there can be no thread.
    public func start() throws {
        listener.use(link)
        let link = self.link
        try pusher.start(
            settings.terminals.map(\.id), board: board, settings: push, prefix: prefix, notesPause: notesPause,
            notes: notes
        ) { terminal, bytes in
            _ = try? link.publish(MQTTMessage(topic: FaceTerminal.commandTopic(terminal), payload: bytes))
        }
        try link.start()
    }

    /// Ends the threads, within three seconds; nothing is told after it returns.
    public func stop() {
        board.close()
        pusher.stop()
        link.stop()
        listener.use(nil)
    }

    /// The people whom terminals should know, whole; replaces the list before it. Returns at once.
    ///
    /// - Parameter terminals: nil for all.
    public func want(_ people: [FacePerson], terminals: Set<String>? = nil) {
        pusher.want(people, terminals: settings.terminals.map(\.id).filter { terminals?.contains($0) ?? true })
    }

    /// A terminal was replaced or emptied under its old id: everybody is brought to it anew.
    public func replaced(_ terminal: String) { pusher.forget(terminal) }

    /// Shows a code on a terminal's screen, or takes it away.
    ///
    /// An order that the terminal does not get within three seconds is dropped: somebody else stands there by then.
    /// - Throws: ``MQTTLinkError`` when it cannot be sent now.
    public func show(_ code: FaceCode, at terminal: String) throws(MQTTLinkError) {
        try order(.code(code), terminal)
    }

    /// Asks a terminal to open its own relay, and to show a text; good for three seconds. Its fields are not confirmed
    /// (docs/CANTEENDEVICES.md): use the box's relay.
    /// - Throws: ``MQTTLinkError`` when it cannot be sent now.
    public func open(_ terminal: String, person: String, text: String) throws(MQTTLinkError) {
        try order(.openDoor(person: person, text: text), terminal)
    }

    private func order(_ command: FaceCommand, _ terminal: String) throws(MQTTLinkError) {
        precondition(settings.terminals.contains { $0.id == terminal }, "a terminal of the settings")
        try link.publish(
            MQTTMessage(
                topic: FaceTerminal.commandTopic(terminal),
                payload: command.bytes(messageID: "\(prefix)-o\(String(SecureRandom.bits64(), radix: 36))"),
                expirySeconds: 3))
    }
}
