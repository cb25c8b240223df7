import EdgeRuntime
import Host
import Kiosk
import Logging
import Printer
import Shifts
import Synchronization
import Vocabulary
import Wire

/// Prints shift reports on a receipt printer, on a thread of its own: a printer without paper holds up nobody.
///
/// Whatever becomes of a slip, the report is in the journal and in its files.
final class ShiftPrinter: Sendable {
    /// At most so many slips wait; a further one is refused, and its report says so.
    static let mostWaiting = 4
    /// Acts are printed up to so many bytes, about four metres; the saved report has the others.
    static let mostActs = 48 << 10

    private let printer: SlipPrinter
    private let logger: Logger
    private let queue = BoundedQueue<(id: ShiftID, lines: [SlipLine])>(capacity: mostWaiting)
    /// What became of the last slip of each report; no more than reports are kept.
    private let states = Mutex<[ShiftID: PrintState]>([:])
    private let changed: @Sendable (PrintState) -> Void

    /// - Parameter changed: told of every slip that is printed or is not.
    init(_ printer: SlipPrinter, logger: Logger, changed: @escaping @Sendable (PrintState) -> Void) throws {
        self.printer = printer
        self.logger = logger
        self.changed = changed
        _ = try HostThread(name: "shiftPrinter") { [self] in run() }
    }

    func state(_ id: ShiftID) -> PrintState? { states.withLock { $0[id] } }

    /// - Returns: false when too many wait already.
    func print(_ id: ShiftID, _ lines: [SlipLine]) -> Bool {
        // Said before the thread can say more.
        let before = states.withLock { states in
            if states.count > 2 * ShiftDesk.mostClosed, let oldest = states.keys.min() { states[oldest] = nil }
            return states.updateValue(.waiting, forKey: id)
        }
        if queue.offer((id, lines)) { return true }
        states.withLock { $0[id] = before }
        return false
    }

    private func run() {
        while !queue.isClosed {
            for (id, lines) in queue.take(until: nil) {
                var state = PrintState.printed
                do throws(PrinterError) {
                    try PrintTurn.print(
                        try ShiftPrinter.slip(lines, columns: printer.columns), on: printer.connection)
                } catch {
                    logger.error("the report of shift \(id) was not printed: \(error)")
                    state = .failed(error.description)
                }
                states.withLock { $0[id] = state }
                changed(state)
            }
        }
    }

    private static func slip(_ lines: [SlipLine], columns: Int) throws(PrinterError) -> [UInt8] {
        var slip = ESCPOS(columns: columns)
        for (index, line) in lines.enumerated() {
            guard slip.bytes.count < mostActs else {
                try slip.line("… 其余 \(lines.count - index) 行见已存报表 more lines: see the saved report")
                break
            }
            switch line {
            case .heading(let text):
                slip.align(.centre)
                slip.double(true)
                try slip.line(text)
                slip.double(false)
                slip.align(.left)
            case .text(let text): try slip.line(text)
            case .pair(let left, let right): try slip.line(left, right)
            case .rule: try slip.rule()
            }
        }
        try slip.line()
        try slip.line("签名 Signature ____________")
        slip.cut()
        return slip.bytes
    }
}
