internal import FaceTerminal
internal import Vocabulary

/// The machines of all terminals, and their notes; used by one thread.
struct FacePushLoop {
    private let terminals: [String]
    private let board: FaceBoard
    private let settings: FacePush.Settings
    private let prefix: String
    /// How long after a failure the notes are tried again.
    private let notesPause: Uptime.Span
    private let openNotes: @Sendable () throws(FaceNotesError) -> any FaceNotes
    private let publish: @Sendable (String, [UInt8]) -> Void
    private var notes: (any FaceNotes)?
    private var pushes: [String: FacePush] = [:]
    /// Lists that came while the notes could not be read.
    private var waiting: [String: [FacePerson]] = [:]
    /// What is to be noted, the newest of each person; nothing is sent to a terminal before its notes are kept.
    private var pending: [String: [String: Int64?]] = [:]
    private var notesTold: FaceNotesError?
    private var notesRetry: Uptime?
    /// How often a terminal was forgotten: its messages then have new ids, so that no answer to an old one counts.
    private var lives: [String: Int] = [:]

    init(
        terminals: [String], board: FaceBoard, settings: FacePush.Settings, prefix: String,
        notesPause: Uptime.Span, openNotes: @escaping @Sendable () throws(FaceNotesError) -> any FaceNotes,
        publish: @escaping @Sendable (String, [UInt8]) -> Void
    ) {
        self.terminals = terminals
        self.board = board
        self.settings = settings
        self.prefix = prefix
        self.notesPause = notesPause
        self.openNotes = openNotes
        self.publish = publish
    }

    mutating func want(_ people: [FacePerson], _ terminal: String, at now: Uptime) {
        guard ready(at: now), pushes[terminal] != nil else {
            waiting[terminal] = people
            return
        }
        do throws(FaceTerminalError) {
            perform(try pushes[terminal]?.want(people, at: now) ?? [], terminal, at: now)
        } catch { board.garbage(terminal, error, at: now) }
    }

    mutating func take(_ input: FacePusher.Input, at now: Uptime) {
        switch input {
        case .connected(let terminal):
            perform(pushes[terminal]?.connected(at: now) ?? [], terminal, at: now)
        case .ack(let terminal, let ack):
            guard let actions = pushes[terminal]?.take(ack, at: now), !actions.isEmpty else { return }
            perform(actions, terminal, at: now)
            board.tell(.pushed(terminal: terminal, remaining: pushes[terminal]?.remaining ?? 0))
        case .forget: break
        }
    }

    /// The terminal was replaced or emptied: what was noted of it says nothing any more.
    mutating func forget(_ terminal: String, at now: Uptime) {
        guard terminals.contains(terminal), ready(at: now) else { return }
        pending[terminal] = nil
        do throws(FaceNotesError) { try notes?.forget(terminal: terminal) } catch { return failed(error, at: now) }
        lives[terminal, default: 0] += 1
        let people = pushes[terminal]?.people
        pushes[terminal] = machine(terminal, has: [:])
        if let people { want(people, terminal, at: now) }
    }

    /// - Returns: when to come again.
    mutating func tick(at now: Uptime) -> Uptime {
        let isReady = ready(at: now)
        if isReady {
            for (terminal, people) in waiting {
                waiting[terminal] = nil
                want(people, terminal, at: now)
            }
            for terminal in terminals {
                perform(pushes[terminal]?.tick(at: now) ?? [], terminal, at: now)
                _ = keep(terminal, at: now)
            }
        }
        let deadlines = pushes.values.compactMap(\.deadline) + (notesRetry.map { [$0] } ?? [])
        return deadlines.min() ?? now + .seconds(3_600)
    }

    private func machine(_ terminal: String, has: [String: Int64]) -> FacePush {
        FacePush(has: has, prefix: "\(prefix)-\(lives[terminal] ?? 0)", settings: settings)
    }

    /// Opens the notes if they are not open.
    private mutating func ready(at now: Uptime) -> Bool {
        if notes != nil { return true }
        if let notesRetry, now < notesRetry { return false }
        do throws(FaceNotesError) {
            let opened = try openNotes()
            let known = try opened.load()
            notes = opened
            for terminal in terminals { pushes[terminal] = machine(terminal, has: known[terminal] ?? [:]) }
            worked()
            return true
        } catch {
            failed(error, at: now)
            return false
        }
    }

    private mutating func failed(_ error: FaceNotesError, at now: Uptime) {
        notesRetry = now + notesPause
        if notesTold == nil { board.tell(.notes(error)) }
        notesTold = error
    }

    private mutating func worked() {
        notesRetry = nil
        if notesTold != nil { board.tell(.notes(nil)) }
        notesTold = nil
    }

    private mutating func perform(_ actions: [FacePush.Action], _ terminal: String, at now: Uptime) {
        for action in actions {
            switch action {
            case .note(let person, let version): pending[terminal, default: [:]].updateValue(version, forKey: person)
            case .send(let command, let messageID):
                // Sent again by the machine when its patience ends.
                if keep(terminal, at: now) { publish(terminal, command.bytes(messageID: messageID)) }
            case .refused(let person, let code):
                board.tell(.refused(terminal: terminal, person: person, code: code))
            case .silent(let attempts): board.tell(.unanswered(terminal: terminal, attempts: attempts))
            }
        }
        _ = keep(terminal, at: now)
    }

    /// Makes the notes of a terminal durable; none are left when it returns true.
    private mutating func keep(_ terminal: String, at now: Uptime) -> Bool {
        guard let due = pending[terminal], !due.isEmpty else { return true }
        if let notesRetry, now < notesRetry { return false }
        let list = due.map { FaceNote(terminal: terminal, person: $0.key, version: $0.value) }
        do throws(FaceNotesError) {
            try notes?.write(list)
            pending[terminal] = nil
            worked()
            return true
        } catch {
            failed(error, at: now)
            return false
        }
    }
}
