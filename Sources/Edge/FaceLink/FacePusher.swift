internal import FaceTerminal
internal import Host
internal import MQTTLink
internal import Vocabulary

/// Brings people to the terminals, on a thread of its own: notes are synced to disk there, and an answer to a record
/// never waits for them.
final class FacePusher: Sendable {
    enum Input: Sendable {
        case connected(String)
        case ack(String, FaceAck)
        case forget(String)
    }

    private struct Work {
        /// The newest list for each terminal: one that waits is replaced.
        var wanted: [String: [FacePerson]] = [:]
        var inputs: [Input] = []
        var isLinkUp = false
        var isStopped = false
    }

    /// More inputs than this are dropped: an answer that is lost is asked for again.
    private static let mostInputs = 1_024

    private let work = Monitor(Work())
    private let thread = Monitor<HostThread?>(nil)

    func want(_ people: [FacePerson], terminals: [String]) {
        work.withLock { work in for terminal in terminals { work.wanted[terminal] = people } }
        work.wakeAll()
    }

    func connected(_ terminal: String) { put(.connected(terminal)) }
    func answered(_ terminal: String, _ ack: FaceAck) { put(.ack(terminal, ack)) }
    func forget(_ terminal: String) { put(.forget(terminal)) }

    func linkUp() {
        work.withLock { $0.isLinkUp = true }
        work.wakeAll()
    }

    private func put(_ input: Input) {
        work.withLock { if $0.inputs.count < FacePusher.mostInputs { $0.inputs.append(input) } }
        work.wakeAll()
    }

    func start(
        _ terminals: [String], board: FaceBoard, settings: FacePush.Settings, prefix: String,
        notesPause: Uptime.Span, notes: @escaping @Sendable () throws(FaceNotesError) -> any FaceNotes,
        publish: @escaping @Sendable (String, [UInt8]) -> Void
    ) throws(HostThread.StartError) {
        let work = self.work
        let started = try HostThread(name: "face push") {
            var loop = FacePushLoop(
                terminals: terminals, board: board, settings: settings, prefix: prefix,
                notesPause: notesPause, openNotes: notes,
                publish: publish)
            var deadline: Uptime = BootClock.now()
            while true {
                let taken = work.wait(until: deadline) { work -> Work? in
                    if work.wanted.isEmpty, work.inputs.isEmpty, !work.isLinkUp, !work.isStopped { return nil }
                    defer { work = Work(isStopped: work.isStopped) }
                    return work
                }
                if taken?.isStopped == true { return }
                let now = BootClock.now()
                if let taken {
                    for case .forget(let terminal) in taken.inputs { loop.forget(terminal, at: now) }
                    for (terminal, people) in taken.wanted { loop.want(people, terminal, at: now) }
                    for input in taken.inputs { loop.take(input, at: now) }
                    if taken.isLinkUp { for terminal in terminals { loop.take(.connected(terminal), at: now) } }
                }
                deadline = min(loop.tick(at: now), board.watch(at: now))
            }
        }
        thread.withLock { $0 = started }
    }

    func stop() {
        work.withLock { $0.isStopped = true }
        work.wakeAll()
        _ = thread.withLock { $0 }?.join(within: .seconds(1))
    }
}
