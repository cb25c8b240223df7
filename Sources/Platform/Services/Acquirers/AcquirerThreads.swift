internal import Acquiring
internal import Host
public import Vocabulary

/// What reaches the store from payment networks.
public enum AcquirerWord: Equatable, Sendable {
    /// The answer to a call.
    case result(AcquirerResult)
    /// Somebody says that this order was paid. It is never believed, only a reason to ask the network.
    case notice(PaymentID)
}

/// Calls payment networks: each call blocks its thread, so none is made on the store's.
///
/// One order's calls are made by one thread, in their order. What waits is bounded; a task above that is not taken and
/// is due again later.
final class AcquirerThreads {
    static let count = 4
    /// Tasks that wait for one thread.
    static let longestLine = 256

    private let lines: [BoundedQueue<AcquirerTask>]
    private let threads: [HostThread]

    /// - Parameter hear: called on the threads with each answer.
    init(
        _ settings: [AcquirerSettings], hear: @escaping @Sendable (AcquirerResult) -> Void
    ) throws(HostThread.StartError) {
        var acquirers: [AcquirerRoute: any Acquirer] = [:]
        for setting in settings {
            let acquirer: any Acquirer =
                switch setting.kind {
                case .sandbox: SandboxAcquirer(path: setting.book) { WallClock.now() }
                }
            for scheme in setting.schemes { acquirers[AcquirerRoute(scheme)] = acquirer }
            if setting.takesShownCodes { acquirers[AcquirerRoute(nil)] = acquirer }
        }
        var lines: [BoundedQueue<AcquirerTask>] = []
        var threads: [HostThread] = []
        for number in 0..<(settings.isEmpty ? 0 : Self.count) {
            let line = BoundedQueue<AcquirerTask>(capacity: Self.longestLine)
            let routes = acquirers
            lines.append(line)
            threads.append(
                try HostThread(name: "acquirer-\(number)") {
                    while true {
                        let tasks = line.take(until: nil)
                        if tasks.isEmpty { return }
                        for task in tasks {
                            // After the end nobody hears it: the order is asked for at the next start.
                            if line.isClosed { return }
                            // A route that was taken out of the configuration: a person may put it in again.
                            let answer = routes[task.route]?.answer(task.call) ?? .unknown
                            hear(AcquirerResult(task: task, answer: answer))
                        }
                    }
                })
        }
        self.lines = lines
        self.threads = threads
    }

    deinit { for line in lines { line.close() } }

    /// - Returns: false if the task was not taken.
    func offer(_ task: AcquirerTask) -> Bool {
        guard !lines.isEmpty else { return false }
        return lines[Int(task.call.order.low % UInt64(lines.count))].offer(task)
    }
}
