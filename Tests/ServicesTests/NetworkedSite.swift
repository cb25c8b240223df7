import Acquiring
import Services
import Vocabulary
import Wire

/// A platform in a file, and a payment network with a book of its own: what runs between them can be lost.
protocol NetworkedSite: AnyObject {
    var book: SandboxBook { get }
    var store: PlatformStore { get }
    var box: Box { get }
    var time: WallTime { get set }
    /// Tasks that nobody has carried out yet.
    var tasks: [AcquirerTask] { get set }
    /// A task is about to be carried out.
    func begins(_ call: AcquirerCall)
}

extension NetworkedSite {
    func begins(_ call: AcquirerCall) {}

    func ask(_ request: Request, from other: Box? = nil) throws -> Response {
        time.milliseconds += 1
        let answers = store.answer([(other ?? box).request(request)], at: time)
        tasks += store.takeTasks()
        guard answers.count == 1 else { throw Unexpected(response: nil) }
        return answers[0]
    }

    // MARK: - The network and the time

    /// Carries out what waits, and what comes of it, until nothing does.
    func run() throws {
        while !tasks.isEmpty { try step() }
    }

    /// Carries out one task.
    /// - Parameter isHeard: false: its answer is lost.
    func step(isHeard: Bool = true) throws {
        guard !tasks.isEmpty else { return }
        let task = tasks.removeFirst()
        begins(task.call)
        let answer = try book.answer(task.call, at: time)
        _ = try store.hear([AcquirerResult(task: task, answer: isHeard ? answer : .unknown)], at: time)
        tasks += store.takeTasks()
    }

    /// Lets time pass, in steps, with all that comes of it at the network.
    func pass(_ milliseconds: Int64) throws {
        let end = time.milliseconds + milliseconds
        while time.milliseconds < end {
            time.milliseconds = min(end, time.milliseconds + 1_000)
            try store.turn(at: time)
            tasks += store.takeTasks()
            try run()
        }
    }

    // MARK: - Looking

    func balance(_ name: String) throws -> Int64 { try store.ledgerReport().balance(of: name)?.count ?? 0 }

    func incidents() throws -> [Incident.Code] { try store.ledgerReport().incidents.map(\.code) }

    /// Whether the books are sound and agree with the network's own, fen for fen.
    func isSound() throws -> Bool {
        let report = try store.ledgerReport()
        let owed = try book.owed()
        return report.faults.isEmpty && report.sumOfBooks == .zero
            && ["weChat", "alipay", "shownCode"].allSatisfy { route in
                -(report.balance(of: "acquirer:\(route)")?.count ?? 0) == (owed[route] ?? .zero).count
            }
    }
}
