internal import FaceTerminal
internal import Host
internal import Synchronization
internal import Vocabulary

/// What is known of each terminal's life, and the one place from which news is told, so that it comes in order.
final class FaceBoard: Sendable {
    /// The most unknown terminals that are told.
    private static let mostUnknown = 16
    private static let garbagePause = Uptime.Span.seconds(1)

    private struct Life {
        var lastHeard: Uptime?
        var isSilent = false
        var clockOff: Int64?
        var garbageTold: Uptime?
    }

    private struct State {
        var lives: [String: Life] = [:]
        var unknown: Set<String> = []
        var strangeGarbageTold: Uptime?
        var isClosed = false
    }

    private let silentAfter: [String: Uptime.Span]
    /// How far a terminal's clock may be off before it is told: then its records are history as they come.
    private let mostClockSeconds: Int64
    private let handler: @Sendable (FaceNews) -> Void
    private let state: Mutex<State>

    init(
        _ terminals: [FaceTerminals.Terminal], mostClockSeconds: Int64, at now: Uptime,
        handler: @escaping @Sendable (FaceNews) -> Void
    ) {
        self.mostClockSeconds = mostClockSeconds
        silentAfter = Dictionary(uniqueKeysWithValues: terminals.map { ($0.id, $0.silentAfter) })
        self.handler = handler
        // A terminal that never says anything is missed as long after the start.
        let lives = terminals.map { ($0.id, Life(lastHeard: now)) }
        state = Mutex(State(lives: Dictionary(uniqueKeysWithValues: lives)))
        heardOnce = Mutex([])
    }

    /// Those that were heard at all: the first sign is told like the one after a silence.
    private let heardOnce: Mutex<Set<String>>

    func tell(_ news: FaceNews) {
        state.withLock { if !$0.isClosed { handler(news) } }
    }

    /// Nothing is told any more.
    func close() { state.withLock { $0.isClosed = true } }

    /// - Returns: false for a terminal that is none of the settings'.
    func heard(_ terminal: String, at now: Uptime) -> Bool {
        state.withLock { state in
            guard var life = state.lives[terminal] else {
                let isNews = state.unknown.count < FaceBoard.mostUnknown && state.unknown.insert(terminal).inserted
                if isNews, !state.isClosed { handler(.unknownTerminal(terminal)) }
                return false
            }
            let isFirst = heardOnce.withLock { $0.insert(terminal).inserted }
            let tells = life.isSilent || isFirst
            life.lastHeard = now
            life.isSilent = false
            state.lives[terminal] = life
            if tells, !state.isClosed { handler(.heard(terminal: terminal)) }
            return true
        }
    }

    func offline(_ terminal: String) {
        state.withLock { state in
            guard var life = state.lives[terminal], !life.isSilent else { return }
            life.isSilent = true
            state.lives[terminal] = life
            if !state.isClosed { handler(.silent(terminal: terminal)) }
        }
    }

    /// What a terminal's own clock says, against the box's.
    func clock(_ terminal: String, _ localSeconds: Int64, box: Int64) {
        state.withLock { state in
            guard var life = state.lives[terminal] else { return }
            let (difference, overflows) = localSeconds.subtractingReportingOverflow(box)
            let isOff = overflows || difference.magnitude > mostClockSeconds.magnitude
            let off = isOff ? difference : nil
            guard (life.clockOff == nil) != (off == nil) else { return }
            life.clockOff = off
            state.lives[terminal] = life
            if !state.isClosed { handler(.clock(terminal: terminal, offSeconds: off)) }
        }
    }

    func garbage(_ terminal: String?, _ error: FaceTerminalError, at now: Uptime) {
        state.withLock { state in
            let told = terminal.flatMap { state.lives[$0] }.map(\.garbageTold) ?? state.strangeGarbageTold
            if let told, now - told < FaceBoard.garbagePause { return }
            if let terminal, state.lives[terminal] != nil {
                state.lives[terminal]?.garbageTold = now
            } else {
                state.strangeGarbageTold = now
            }
            if !state.isClosed { handler(.garbage(terminal: terminal, error)) }
        }
    }

    /// Tells who has been silent for too long.
    /// - Returns: when to look again.
    func watch(at now: Uptime) -> Uptime {
        state.withLock { state in
            var next = now + .seconds(3_600)
            for (terminal, limit) in silentAfter.sorted(by: { $0.key < $1.key }) {
                guard var life = state.lives[terminal], !life.isSilent, let last = life.lastHeard else { continue }
                let end = last + limit
                if now >= end {
                    life.isSilent = true
                    state.lives[terminal] = life
                    if !state.isClosed { handler(.silent(terminal: terminal)) }
                } else {
                    next = min(next, end)
                }
            }
            return next
        }
    }
}
