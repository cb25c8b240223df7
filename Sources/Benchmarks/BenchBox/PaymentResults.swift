import Host
import Synchronization

/// What the payments took, written by the decision loop and waited for by the main thread.
final class PaymentResults: Sendable {
    struct Sample: Sendable {
        /// From the request to the answer.
        var nanoseconds: Int64
        /// Records that waited for delivery when the request was made.
        var queued: Int64
    }

    private struct State {
        var samples: [Sample] = []
        var failure: String?
        var queued: (@Sendable () -> Int64)?
    }

    private let goal: Int
    private let state = Monitor(State())

    /// - Parameter goal: how many payments there are to be.
    init(goal: Int) { self.goal = goal }

    /// - Parameter read: tells how many records wait for delivery.
    func watchQueue(_ read: @escaping @Sendable () -> Int64) { state.withLock { $0.queued = read } }

    func queued() -> Int64 { state.withLock { $0.queued }?() ?? 0 }

    func add(_ sample: Sample) {
        let isLast = state.withLock { state in
            state.samples.append(sample)
            return state.samples.count == goal
        }
        if isLast { state.wakeAll() }
    }

    func fail(_ why: String) {
        state.withLock { state in if !isComplete(state) { state.failure = state.failure ?? why } }
        state.wakeAll()
    }

    var isFinished: Bool { state.withLock { isComplete($0) } }

    /// Waits until the goal is reached or something failed.
    func wait() -> (samples: [Sample], failure: String?) {
        state.wait(until: nil) { state in
            state.samples.count >= goal || state.failure != nil ? (state.samples, state.failure) : nil
        } ?? ([], nil)
    }

    private func isComplete(_ state: State) -> Bool { state.samples.count >= goal || state.failure != nil }
}
