internal import Vocabulary

/// Which outputs are energised, until when, and what they exclude. Pure: no clock and no lines of its own.
///
/// It decides before a line is moved and is told after a line was switched off, so at every moment an output that may
/// be energised counts as on: for its interlocks, for its maximum, for the next deadline.
struct RelayBank: Hashable, Sendable {
    /// Switching off is tried again after this time …
    static let retryDelay = Uptime.Span.milliseconds(100)
    /// … this often. After that only a release tries again.
    static let maximumRetries = 50

    private enum Contact: Hashable {
        case off
        case pulsing(since: Uptime, until: Uptime)
        case held(since: Uptime)
        /// Switching off has failed; `next` is nil when the retries are used up.
        case stuck(since: Uptime, failures: Int, next: Uptime?)
    }

    private let outputs: [GPIOOutput]
    /// For each output the outputs it excludes, one bit each.
    private let exclusions: [UInt64]
    private var contacts: [Contact]
    private var active: UInt64 = 0

    /// - Parameter board: at most 64 outputs (``GPIOBoard/maximumLines``).
    init(board: GPIOBoard) {
        outputs = board.outputs
        contacts = Array(repeating: .off, count: board.outputs.count)
        var exclusions = [UInt64](repeating: 0, count: board.outputs.count)
        for group in board.interlocks {
            let members = board.outputs.indices.filter { group.contains(board.outputs[$0].name) }
            for member in members {
                for other in members where other != member { exclusions[member] |= 1 << UInt64(other) }
            }
        }
        self.exclusions = exclusions
    }

    /// Whether an output is, or may be, energised.
    func isOn(_ index: Int) -> Bool { active & (1 << UInt64(index)) != 0 }

    /// Decides a pulse and notes it.
    ///
    /// - Returns: whether the line is to be switched on; false when it is on already and the pulse was extended.
    /// - Throws: why it is refused; nothing has changed.
    mutating func pulse(_ index: Int, milliseconds: Int, at now: Uptime) throws(GPIOError) -> Bool {
        let output = outputs[index]
        guard milliseconds >= 1 else { throw .pulseTooShort(output: output.name, milliseconds: milliseconds) }
        guard milliseconds <= output.maximumPulseMilliseconds else {
            throw tooLong(output, milliseconds: milliseconds, alreadyOn: Uptime.Span(nanoseconds: 0))
        }
        let end = now + .milliseconds(Int64(milliseconds))
        switch contacts[index] {
        case .off:
            try refuseIfInterlocked(index)
            turnOn(index, .pulsing(since: now, until: end))
            return true
        case .pulsing(let since, let until):
            guard end <= since + .milliseconds(Int64(output.maximumPulseMilliseconds)) else {
                throw tooLong(output, milliseconds: milliseconds, alreadyOn: now - since)
            }
            contacts[index] = .pulsing(since: since, until: max(until, end))
            return false
        case .held:
            throw .held(output: output.name)
        case .stuck:
            throw .stuck(output: output.name)
        }
    }

    /// Decides to hold an output on and notes it.
    ///
    /// - Returns: whether the line is to be switched on; false when it is on already.
    /// - Throws: why it is refused; nothing has changed.
    mutating func hold(_ index: Int, at now: Uptime) throws(GPIOError) -> Bool {
        guard outputs[index].isHoldable else { throw .notHoldable(output: outputs[index].name) }
        switch contacts[index] {
        case .off:
            try refuseIfInterlocked(index)
            turnOn(index, .held(since: now))
            return true
        case .pulsing(let since, _):
            contacts[index] = .held(since: since)
            return false
        case .held:
            return false
        case .stuck:
            throw .stuck(output: outputs[index].name)
        }
    }

    /// Notes that the line of an output has been switched off.
    mutating func switchedOff(_ index: Int) {
        contacts[index] = .off
        active &= ~(1 << UInt64(index))
    }

    /// Notes that switching off an output has failed: it counts as on, and is due again until the retries are used up.
    ///
    /// - Returns: whether this is the first failure or the last one: those are worth telling.
    mutating func switchOffFailed(_ index: Int, at now: Uptime) -> Bool {
        switch contacts[index] {
        case .off:
            return false
        case .pulsing(let since, _), .held(let since):
            contacts[index] = .stuck(since: since, failures: 1, next: now + RelayBank.retryDelay)
            return true
        case .stuck(let since, let failures, _):
            let isLast = failures >= RelayBank.maximumRetries
            contacts[index] = .stuck(
                since: since, failures: failures + 1, next: isLast ? nil : now + RelayBank.retryDelay)
            return failures == RelayBank.maximumRetries
        }
    }

    /// The earliest instant at which a line is to be switched off; nil if none is.
    var nextDeadline: Uptime? {
        var earliest: Uptime?
        for index in contacts.indices {
            guard let end = deadline(index) else { continue }
            earliest = min(earliest ?? end, end)
        }
        return earliest
    }

    /// The first output that is to be switched off by now; nil if none is.
    ///
    /// The caller moves the line and tells the outcome, then asks again.
    func firstDue(at now: Uptime) -> Int? {
        contacts.indices.first { index in
            guard let end = deadline(index) else { return false }
            return end <= now
        }
    }

    private func deadline(_ index: Int) -> Uptime? {
        switch contacts[index] {
        case .off, .held: nil
        case .pulsing(_, let until): until
        case .stuck(_, _, let next): next
        }
    }

    private mutating func turnOn(_ index: Int, _ contact: Contact) {
        contacts[index] = contact
        active |= 1 << UInt64(index)
    }

    private func refuseIfInterlocked(_ index: Int) throws(GPIOError) {
        let conflict = exclusions[index] & active
        guard conflict != 0 else { return }
        throw .interlocked(output: outputs[index].name, by: outputs[conflict.trailingZeroBitCount].name)
    }

    private func tooLong(_ output: GPIOOutput, milliseconds: Int, alreadyOn: Uptime.Span) -> GPIOError {
        .pulseTooLong(
            output: output.name, milliseconds: milliseconds, alreadyOnMilliseconds: Int(alreadyOn.milliseconds),
            maximumMilliseconds: output.maximumPulseMilliseconds)
    }
}
