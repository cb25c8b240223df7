import Glibc
import Synchronization
import Vocabulary

@testable import GPIO

/// The events of one driver, to be awaited in order.
final class EventLog: Sendable {
    private let continuation: AsyncStream<GPIOEvent>.Continuation
    private let events: AsyncStream<GPIOEvent>

    init() { (events, continuation) = AsyncStream.makeStream(of: GPIOEvent.self) }

    var handler: @Sendable (GPIOEvent) -> Void {
        { [continuation] event in _ = continuation.yield(event) }
    }

    func next() async -> GPIOEvent? {
        for await event in events { return event }
        return nil
    }

    /// Waits for the next event that is not the initial level of an input.
    func next(after inputs: Int) async -> GPIOEvent? {
        for _ in 0..<inputs { _ = await next() }
        return await next()
    }
}

/// Lines that fail when told to.
final class FaultyLines: LineSet {
    struct State {
        var outputs: [Bool]
        var inputs: [Bool]
        var failingOn: Int32 = 0
        var failuresOff = 0
        /// The input that cannot be read.
        var unreadable: Int?
        var isShutDown = false
        var observations: [LineObservation] = []
    }

    let state: Mutex<State>
    let bell: Bell

    init(board: GPIOBoard, bell: Bell) {
        self.bell = bell
        state = Mutex(State(outputs: board.outputs.map { _ in false }, inputs: board.inputs.map { _ in false }))
    }

    func drive(_ output: Int, active: Bool, milliseconds: Int, at now: Uptime) throws(GPIOError) {
        try state.withLock { state throws(GPIOError) in
            if active {
                // As bad as it gets: the line moves and the call fails.
                state.outputs[output] = true
                if state.failingOn != 0 { throw .driveFailed(output: "raise", active: true, code: state.failingOn) }
            } else {
                guard state.failuresOff == 0 else {
                    state.failuresOff -= 1
                    throw .driveFailed(output: "raise", active: false, code: 5)
                }
                state.outputs[output] = false
            }
        }
    }

    func level(_ input: Int) throws(GPIOError) -> Bool {
        try state.withLock { state throws(GPIOError) in
            if state.unreadable == input { throw .readFailed(input: "loop", code: 5) }
            return state.inputs[input]
        }
    }

    func appendDescriptors(to polled: inout [pollfd]) {}

    func collect(_ polled: ArraySlice<pollfd>, into observations: inout [LineObservation]) {
        state.withLock { state in
            observations.append(contentsOf: state.observations)
            state.observations = []
        }
    }

    func publish() {}

    func shutDown() { state.withLock { $0.isShutDown = true } }

    func observe(_ observation: LineObservation) {
        state.withLock { $0.observations.append(observation) }
        bell.ring()
    }
}

/// Blocks a thread until another one signals; for callbacks that must not return yet.
final class Signal: @unchecked Sendable {
    // A semaphore must not move, and may be used by any thread: that is all it is for.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0 && errno == EINTR {}
    }
}

/// A small generator with a seed, so that a failing run can be repeated (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// One lane's barrier: raise and lower are interlocked, the lamp may be held.
func laneBoard(debounceMilliseconds: Int = 0, maximumPulseMilliseconds: Int = 2_000) throws -> GPIOBoard {
    try GPIOBoard(
        outputs: [
            GPIOOutput(
                name: "raise", chip: "gpiochip0", line: 1, maximumPulseMilliseconds: maximumPulseMilliseconds),
            GPIOOutput(
                name: "lower", chip: "gpiochip0", line: 2, maximumPulseMilliseconds: maximumPulseMilliseconds),
            GPIOOutput(
                name: "lamp", chip: "gpiochip0", line: 3, maximumPulseMilliseconds: maximumPulseMilliseconds,
                isHoldable: true),
        ],
        inputs: [
            GPIOInput(name: "loop", chip: "gpiochip0", line: 4, debounceMilliseconds: debounceMilliseconds),
            GPIOInput(name: "photocell", chip: "gpiochip0", line: 5, debounceMilliseconds: debounceMilliseconds),
        ],
        interlocks: [["raise", "lower"]])
}
