internal import Glibc
public import Vocabulary

/// A value guarded by a mutex, with a condition on which threads wait for it to change.
///
/// For dedicated threads only: `wait` blocks its thread, which the cooperative pool must never be.
public final class Monitor<State>: @unchecked Sendable {
    // Why @unchecked is sound: `state` is read and written only with `mutex` held, and both C objects stay at one
    // heap address, initialised in `init` and destroyed in `deinit`, when no other reference can exist.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    /// - Parameter state: the first value; nothing else may keep a reference into it.
    public init(_ state: sending State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        var result = pthread_mutex_init(mutex, nil)
        result |= pthread_condattr_init(&attributes)
        // Wall time may be set while a thread waits; the monotonic clock may not.
        result |= pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        result |= pthread_cond_init(condition, &attributes)
        result |= pthread_condattr_destroy(&attributes)
        precondition(result == 0, "a mutex cannot be made: \(SystemError.text(result))")
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with the mutex held; keep it short and do no I/O in it.
    ///
    /// - Throws: what `body` throws.
    public func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        lock()
        defer { unlock() }
        return try body(&state)
    }

    /// Waits until `attempt` gives a value, trying it with the mutex held: now, and after every wake.
    ///
    /// - Parameters:
    ///   - deadline: nil waits for ever. The wait does not advance while the machine sleeps.
    ///   - attempt: takes what it waits for out of the state, or gives nil to wait on.
    /// - Returns: the value, or nil when the deadline passed first.
    public func wait<Result>(until deadline: Uptime?, _ attempt: (inout State) -> sending Result?) -> sending Result? {
        lock()
        defer { unlock() }
        if let result = attempt(&state) { return result }
        guard let deadline else {
            while true {
                pthread_cond_wait(condition, mutex)
                if let result = attempt(&state) { return result }
            }
        }
        var limit = Self.monotonicTime(of: deadline)
        while true {
            let result = pthread_cond_timedwait(condition, mutex, &limit)
            if let result = attempt(&state) { return result }
            if result == ETIMEDOUT { return nil }
        }
    }

    /// Wakes one waiting thread; call it after `withLock` has returned, so that the woken thread finds the mutex free.
    public func wakeOne() { pthread_cond_signal(condition) }

    /// Wakes every waiting thread; call it after `withLock` has returned.
    public func wakeAll() { pthread_cond_broadcast(condition) }

    private func lock() {
        let result = pthread_mutex_lock(mutex)
        precondition(result == 0, "a mutex cannot be locked: \(SystemError.text(result))")
    }

    private func unlock() { pthread_mutex_unlock(mutex) }

    private static func monotonicTime(of deadline: Uptime) -> timespec {
        let left = max(0, (deadline - BootClock.now()).nanoseconds)
        let (sum, overflow) = BootClock.monotonicNanoseconds().addingReportingOverflow(left)
        let nanoseconds = overflow ? Int64.max : sum
        return timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
