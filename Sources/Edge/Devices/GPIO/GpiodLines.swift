internal import Glibc
internal import Vocabulary

/// Real lines, through libgpiod.
///
/// Unchecked, because the handles are not thread-safe: outputs are driven under the driver's lock; inputs are read
/// under it before the thread runs and by that thread alone afterwards; both are given up when the driver is closed,
/// which the thread has then seen under the same lock.
final class GpiodLines: LineSet, @unchecked Sendable {
    /// A place for a line in an array; nothing else owns it.
    private final class Slot {
        let line: GpiodLine
        let name: String

        init(_ line: consuming GpiodLine, name: String) {
            self.line = line
            self.name = name
        }
    }

    private var outputs: [Slot] = []
    private var inputs: [Slot] = []
    private var lost: UInt64 = 0

    /// Opens the outputs first, all inactive, then the inputs; a failure releases what was opened.
    init(board: GPIOBoard) throws(GPIOError) {
        for output in board.outputs { outputs.append(Slot(try GpiodLine(.output(output)), name: output.name)) }
        for input in board.inputs { inputs.append(Slot(try GpiodLine(.input(input)), name: input.name)) }
    }

    func drive(_ output: Int, active: Bool, milliseconds: Int, at now: Uptime) throws(GPIOError) {
        let code = outputs[output].line.set(active)
        guard code == 0 else { throw .driveFailed(output: outputs[output].name, active: active, code: code) }
    }

    func level(_ input: Int) throws(GPIOError) -> Bool {
        let (active, code) = inputs[input].line.level()
        guard let active else { throw .readFailed(input: inputs[input].name, code: code) }
        return active
    }

    func appendDescriptors(to polled: inout [pollfd]) {
        for (index, slot) in inputs.enumerated() where !isLost(index) {
            polled.append(pollfd(fd: slot.line.descriptor, events: Int16(POLLIN), revents: 0))
        }
    }

    func collect(_ polled: ArraySlice<pollfd>, into observations: inout [LineObservation]) {
        var entries = polled.makeIterator()
        for index in inputs.indices where !isLost(index) {
            guard let entry = entries.next() else { return }
            let ready = Int32(entry.revents)
            if ready & POLLIN != 0 {
                take(index, into: &observations)
            } else if ready != 0 {
                lose(index, into: &observations)
            }
        }
    }

    func publish() {}

    func shutDown() {
        outputs = []
        inputs = []
    }

    private func take(_ input: Int, into observations: inout [LineObservation]) {
        let monotonic = monotonicTime()
        let boot = bootTime()
        let code = inputs[input].line.takeEdges { active, stamp in
            let instant = edgeTime(kernelNanoseconds: stamp, monotonic: monotonic, boot: boot)
            observations.append(.edge(input: input, active: active, at: instant))
        }
        if code != 0 && code != EINTR && code != EAGAIN { lose(input, into: &observations) }
    }

    private func lose(_ input: Int, into observations: inout [LineObservation]) {
        lost |= 1 << UInt64(input)
        observations.append(.lost(input: input))
    }

    private func isLost(_ input: Int) -> Bool { lost & (1 << UInt64(input)) != 0 }
}

/// The boot time of an edge from its age on the kernel's clock.
///
/// A stamp that is later than both clocks' reading or older than 10 s is of another clock (Linux before 5.7 stamps with
/// wall time): the edge then counts as seen now.
/// - Parameters:
///   - monotonic: read before `boot`, so that an edge may come out late but never early.
func edgeTime(kernelNanoseconds: Int64, monotonic: Uptime, boot: Uptime) -> Uptime {
    let (age, overflow) = monotonic.nanoseconds.subtractingReportingOverflow(kernelNanoseconds)
    guard !overflow, (0...10_000_000_000).contains(age) else { return boot }
    return Uptime(nanoseconds: boot.nanoseconds - age)
}
