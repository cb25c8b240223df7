internal import Synchronization
internal import Vocabulary

/// What both drivers are made of: bounds, interlocks and the one thread, over lines of any kind.
final class DriverCore: Sendable {
    /// When this many ended pulses wait for the handler, energising is refused.
    static let maximumEndsWaiting = 1_024

    enum Phase: Equatable { case opened, running, closed }

    /// The level of an input, or why it is unknown.
    typealias Level = Result<Bool, GPIOError>

    struct State {
        var phase = Phase.opened
        var bank: RelayBank
        /// Ends and faults noted by callers, to be delivered by the thread.
        var waiting: [GPIOEvent] = []
        /// One for each input once it runs.
        var levels: [Level] = []
        /// What the timer is set to; nil when it is stopped.
        var armed: Uptime?
    }

    let board: GPIOBoard
    let lines: any LineSet
    let bell: Bell
    let timer: BootTimer
    let state: Mutex<State>
    private let outputIndex: [String: Int]
    private let inputIndex: [String: Int]
    private let thread = Mutex<DriverThread?>(nil)

    /// - Parameter bell: wakes the thread; the lines may ring it too.
    init(board: GPIOBoard, lines: any LineSet, bell: Bell) throws(GPIOError) {
        self.board = board
        self.lines = lines
        self.bell = bell
        timer = try BootTimer()
        outputIndex = DriverCore.index(board.outputs.map(\.name))
        inputIndex = DriverCore.index(board.inputs.map(\.name))
        state = Mutex(State(bank: RelayBank(board: board)))
    }

    func start(_ handler: @escaping @Sendable (GPIOEvent) -> Void) throws(GPIOError) {
        // Held until the thread is noted, so that a close cannot come in between and miss it.
        try thread.withLock { slot throws(GPIOError) in
            let levels = try state.withLock { state throws(GPIOError) in
                switch state.phase {
                case .opened: state.phase = .running
                case .running: throw .alreadyStarted
                case .closed: throw .closed
                }
                state.levels = board.inputs.indices.map { readLevel($0) }
                return state.levels
            }
            do throws(GPIOError) {
                slot = try DriverThread.start(
                    DriverLoop(core: self, levels: levels, at: bootTime(), handler: handler))
            } catch {
                state.withLock { $0.phase = .opened }
                throw error
            }
        }
    }

    func pulse(_ name: String, milliseconds: Int) throws(GPIOError) {
        let output = try index(ofOutput: name)
        try state.withLock { state throws(GPIOError) in
            try requireRunning(state, energising: name)
            let now = bootTime()
            if try state.bank.pulse(output, milliseconds: milliseconds, at: now) {
                try switchOn(output, milliseconds: milliseconds, at: now, &state)
            }
            arm(&state, noLaterThan: state.bank.nextDeadline)
        }
    }

    func set(_ name: String, active: Bool) throws(GPIOError) {
        guard active else { return try release(name) }
        let output = try index(ofOutput: name)
        try state.withLock { state throws(GPIOError) in
            try requireRunning(state, energising: name)
            let now = bootTime()
            if try state.bank.hold(output, at: now) {
                try switchOn(output, milliseconds: 0, at: now, &state)
            }
        }
    }

    func release(_ name: String) throws(GPIOError) {
        let output = try index(ofOutput: name)
        try state.withLock { state throws(GPIOError) in
            guard state.phase != .closed else { throw .closed }
            guard state.bank.isOn(output) else { return }
            let outcome = switchOff(output, at: bootTime(), &state)
            arm(&state, noLaterThan: state.bank.nextDeadline)
            bell.ring()
            try outcome.get()
        }
    }

    func read(_ name: String) throws(GPIOError) -> Bool {
        guard let input = inputIndex[name] else {
            throw .unknownInput(name, known: board.inputs.map(\.name))
        }
        return try state.withLock { state throws(GPIOError) in
            switch state.phase {
            case .opened: try lines.level(input)
            case .running: try state.levels[input].get()
            case .closed: throw .closed
            }
        }
    }

    func close() {
        let running: DriverThread? = thread.withLock { slot in
            let wasOpened = state.withLock { state in
                let wasOpened = state.phase == .opened
                if state.phase == .running { releaseAll(&state) }
                state.phase = .closed
                return wasOpened
            }
            if wasOpened { lines.shutDown() }
            defer { slot = nil }
            return slot
        }
        bell.ring()
        running?.join()
    }

    func index(ofOutput name: String) throws(GPIOError) -> Int {
        guard let index = outputIndex[name] else {
            throw .unknownOutput(name, known: board.outputs.map(\.name))
        }
        return index
    }

    func index(ofInput name: String) -> Int? { inputIndex[name] }

    /// Switches an output off and notes what is to be told about it.
    func switchOff(_ output: Int, at now: Uptime, _ state: inout State) -> Result<Void, GPIOError> {
        let name = board.outputs[output].name
        do throws(GPIOError) {
            try lines.drive(output, active: false, milliseconds: 0, at: now)
            state.bank.switchedOff(output)
            state.waiting.append(.outputEnded(name, at: now))
            return .success(())
        } catch {
            if state.bank.switchOffFailed(output, at: now) { state.waiting.append(.fault(line: name, error)) }
            return .failure(error)
        }
    }

    /// Makes sure that the timer fires at the deadline; an earlier setting stays, it only wakes the thread early.
    func arm(_ state: inout State, noLaterThan deadline: Uptime?) {
        guard let deadline else { return }
        if let armed = state.armed, armed <= deadline { return }
        state.armed = deadline
        timer.set(deadline)
    }

    private func switchOn(_ output: Int, milliseconds: Int, at now: Uptime, _ state: inout State) throws(GPIOError) {
        do throws(GPIOError) {
            try lines.drive(output, active: true, milliseconds: milliseconds, at: now)
        } catch {
            // The line may have moved before the error: only one that was switched off for certain counts as off.
            do throws(GPIOError) {
                try lines.drive(output, active: false, milliseconds: 0, at: now)
                state.bank.switchedOff(output)
            } catch let second {
                if state.bank.switchOffFailed(output, at: now) {
                    state.waiting.append(.fault(line: board.outputs[output].name, second))
                }
                arm(&state, noLaterThan: state.bank.nextDeadline)
                bell.ring()
            }
            throw error
        }
    }

    /// A line that cannot be switched off here is released with its handle.
    private func releaseAll(_ state: inout State) {
        let now = bootTime()
        for output in board.outputs.indices where state.bank.isOn(output) {
            try? lines.drive(output, active: false, milliseconds: 0, at: now)
        }
    }

    private func requireRunning(_ state: borrowing State, energising name: String) throws(GPIOError) {
        switch state.phase {
        case .running: break
        case .opened: throw .notStarted
        case .closed: throw .closed
        }
        guard state.waiting.count < DriverCore.maximumEndsWaiting else {
            throw .endsNotTaken(output: name, waiting: state.waiting.count)
        }
    }

    private func readLevel(_ input: Int) -> Level {
        do throws(GPIOError) {
            return .success(try lines.level(input))
        } catch {
            return .failure(error)
        }
    }

    private static func index(_ names: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }
}
