internal import Glibc
internal import Synchronization
internal import Vocabulary

/// Lines in memory, and the physical world's view of them.
final class TwinLines: LineSet {
    /// When this many changes of inputs wait for the driver's thread, more are refused.
    static let maximumWaiting = 4_096
    /// How many changes of outputs are remembered; the oldest are forgotten.
    static let maximumRemembered = 1_024

    /// A change to be told to watchers. Their number is bounded by `maximumWaiting` and, for outputs, by
    /// `DriverCore.maximumEndsWaiting`.
    enum Change: Equatable, Sendable {
        case input(Int, active: Bool)
        case output(Int, active: Bool, milliseconds: Int, at: Uptime)
    }

    private struct OutputChange {
        let output: Int
        let active: Bool
        let milliseconds: Int
        let at: Uptime
    }

    private struct State {
        var inputs: [Bool]
        var outputs: [Bool]
        var edges: [LineObservation] = []
        var changes: [Change] = []
        var remembered: [OutputChange] = []
        var isWatched: Bool
    }

    private let board: GPIOBoard
    private let bell: Bell
    private let server: TwinServer?
    private let watcher: (@Sendable (GPIOTwinChange) -> Void)?
    private let state: Mutex<State>

    init(board: GPIOBoard, bell: Bell, server: TwinServer?, watcher: (@Sendable (GPIOTwinChange) -> Void)?) {
        self.board = board
        self.bell = bell
        self.server = server
        self.watcher = watcher
        state = Mutex(
            State(
                inputs: board.inputs.map { _ in false }, outputs: board.outputs.map { _ in false },
                isWatched: watcher != nil))
    }

    func drive(_ output: Int, active: Bool, milliseconds: Int, at now: Uptime) throws(GPIOError) {
        let isWatched = state.withLock { state in
            state.outputs[output] = active
            if state.remembered.count == 2 * TwinLines.maximumRemembered {
                state.remembered.removeFirst(TwinLines.maximumRemembered)
            }
            state.remembered.append(OutputChange(output: output, active: active, milliseconds: milliseconds, at: now))
            guard state.isWatched else { return false }
            state.changes.append(.output(output, active: active, milliseconds: milliseconds, at: now))
            return true
        }
        if isWatched { bell.ring() }
    }

    func level(_ input: Int) throws(GPIOError) -> Bool { state.withLock { $0.inputs[input] } }

    func isActive(_ output: Int) -> Bool { state.withLock { $0.outputs[output] } }

    func setInput(_ input: Int, active: Bool) throws(GPIOError) {
        try state.withLock { state throws(GPIOError) in
            guard state.inputs[input] != active else { return }
            guard state.edges.count < TwinLines.maximumWaiting else {
                throw .inputsNotTaken(input: board.inputs[input].name, waiting: state.edges.count)
            }
            state.inputs[input] = active
            state.edges.append(.edge(input: input, active: active, at: bootTime()))
            if state.isWatched { state.changes.append(.input(input, active: active)) }
        }
        bell.ring()
    }

    /// The last changes of outputs, oldest first, `maximumRemembered` at most.
    func rememberedChanges() -> [GPIOTwinChange] {
        state.withLock { $0.remembered.suffix(TwinLines.maximumRemembered) }.map { change in
            GPIOTwinChange(
                output: board.outputs[change.output].name, active: change.active, milliseconds: change.milliseconds,
                at: change.at)
        }
    }

    func appendDescriptors(to polled: inout [pollfd]) { server?.appendDescriptors(to: &polled) }

    func collect(_ polled: ArraySlice<pollfd>, into observations: inout [LineObservation]) {
        if let server, let newcomer = server.collect(polled, item: { answer($1, from: $0) }) {
            welcome(newcomer, server)
        }
        state.withLock { state in
            observations.append(contentsOf: state.edges)
            state.edges.removeAll(keepingCapacity: true)
            if server?.hasClients == false { state.isWatched = watcher != nil }
        }
    }

    func publish() { tell(takeChanges()) }

    func shutDown() { server?.shutDown() }

    private func takeChanges() -> [Change] {
        state.withLock { state in
            defer { state.changes.removeAll(keepingCapacity: true) }
            return state.changes
        }
    }

    private func tell(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .input(let input, let active):
                server?.broadcast(inputLine(input, active))
            case .output(let output, let active, let milliseconds, let at):
                let name = board.outputs[output].name
                server?.broadcast(
                    active ? "on \(name) \(milliseconds) \(at.nanoseconds)" : "off \(name) \(at.nanoseconds)")
                watcher?(GPIOTwinChange(output: name, active: active, milliseconds: milliseconds, at: at))
            }
        }
    }

    /// Sends a new client the state of every line; what changes from then on reaches it, and nothing from before.
    private func welcome(_ client: TwinClient, _ server: TwinServer) {
        let (inputs, outputs, earlier) = state.withLock { state in
            defer { state.changes.removeAll(keepingCapacity: true) }
            state.isWatched = true
            return (state.inputs, state.outputs, state.changes)
        }
        client.send("hello turnpike-gpio 1")
        for (index, active) in inputs.enumerated() { client.send(inputLine(index, active)) }
        for (index, active) in outputs.enumerated() {
            client.send("output \(board.outputs[index].name) \(active ? 1 : 0)")
        }
        tell(earlier)
    }

    private func answer(_ item: LineBuffer.Item, from client: TwinClient) {
        guard case .line(let bytes) = item else {
            return client.send("error line longer than \(LineBuffer.maximumLength) bytes")
        }
        guard case .set(let name, let active)? = TwinCommand(line: bytes) else {
            return client.send("error expected: set <input> 0|1")
        }
        guard let input = board.inputs.firstIndex(where: { $0.name == name }) else {
            return client.send("error unknown input")
        }
        if state.withLock({ $0.inputs[input] }) == active { return client.send(inputLine(input, active)) }
        do throws(GPIOError) {
            try setInput(input, active: active)
        } catch {
            client.send("error \(error)")
        }
    }

    private func inputLine(_ input: Int, _ active: Bool) -> String {
        "input \(board.inputs[input].name) \(active ? 1 : 0)"
    }
}
