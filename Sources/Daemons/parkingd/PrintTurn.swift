import Printer
import Synchronization

/// One slip at a time on a printer that several print on.
final class PrintTurn: Sendable {
    private static let turns = Mutex<[PrinterConnection: PrintTurn]>([:])
    private let turn = Mutex(())

    private init() {}

    /// Prints when it is this slip's turn; blocks.
    static func print(
        _ slip: [UInt8], on printer: PrinterConnection, asksForPaper: Bool = false
    ) throws(PrinterError) {
        let turn = turns.withLock { turns in
            if let turn = turns[printer] { return turn }
            let made = PrintTurn()
            turns[printer] = made
            return made
        }
        try turn.turn.withLock { _ throws(PrinterError) in
            try printer.print(slip, asksForPaper: asksForPaper)
        }
    }
}
