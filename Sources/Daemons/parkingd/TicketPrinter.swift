import EdgeRuntime
import Effects
import Host
import Parking
import Printer
import Shifts
import Synchronization
import Vocabulary

/// Prints the tickets of the lanes that have a printer, each on a thread of its own: a printer without paper holds up
/// no lane and no other printer.
///
/// A ticket is asked for once its stay is on disk; what becomes of its paper is told to the rules.
final class TicketPrinter: Sendable {
    /// At most so many tickets wait at one printer; a further one counts as not printed.
    static let mostWaiting = 4
    /// One that has waited longer is not printed: its car has gone, and the next driver would take it.
    static let longestWait = Uptime.Span.seconds(20)

    struct Ticket: Sendable {
        var code: String
        /// Local time, for the driver.
        var time: String
        var asked: Uptime
    }

    typealias Report = @Sendable (_ lane: LaneID, _ code: String, _ why: String?) -> Void

    private let queues: [LaneID: BoundedQueue<Ticket>]
    private let site: String
    private let report = Mutex<Report>({ _, _, _ in })

    init(_ printers: [LaneID: SlipPrinter], site: String) throws {
        self.site = site
        queues = printers.mapValues { _ in BoundedQueue<Ticket>(capacity: TicketPrinter.mostWaiting) }
        for (lane, printer) in printers {
            _ = try HostThread(name: "tickets") { [self] in run(lane, printer) }
        }
    }

    func report(to report: @escaping Report) { self.report.withLock { $0 = report } }

    /// Prints the ticket that a notice tells of; never waits.
    func told(_ lane: LaneID, _ notice: Notice, time: String) {
        guard case .takePrintedTicket(let code) = notice, let queue = queues[lane] else { return }
        let ticket = Ticket(code: code, time: time, asked: BootClock.now())
        if !queue.offer(ticket) { tell(lane, code, "\(TicketPrinter.mostWaiting) tickets wait already") }
    }

    private func tell(_ lane: LaneID, _ code: String, _ why: String?) { report.withLock { $0 }(lane, code, why) }

    private func run(_ lane: LaneID, _ printer: SlipPrinter) {
        guard let queue = queues[lane] else { return }
        while !queue.isClosed {
            for ticket in queue.take(until: nil) {
                guard BootClock.now() - ticket.asked < TicketPrinter.longestWait else {
                    tell(lane, ticket.code, "it waited too long behind others")
                    continue
                }
                do throws(PrinterError) {
                    let slip = try TicketPrinter.slip(ticket, lane, site: site, columns: printer.columns)
                    try PrintTurn.print(slip, on: printer.connection, asksForPaper: true)
                    tell(lane, ticket.code, nil)
                } catch { tell(lane, ticket.code, error.description) }
            }
        }
    }

    static func slip(_ ticket: Ticket, _ lane: LaneID, site: String, columns: Int) throws(PrinterError) -> [UInt8] {
        var slip = ESCPOS(columns: columns)
        slip.align(.centre)
        slip.double(true)
        try slip.line("停车票")
        try slip.line("Parking ticket")
        slip.double(false)
        try slip.line(site)
        try slip.line()
        try slip.qr(ticket.code)
        try slip.line()
        slip.align(.left)
        try slip.line("入场 Came in", ticket.time)
        try slip.line("车道 Lane", lane.text)
        try slip.line("票号 Number")
        // The address before it is for phones.
        try slip.line(ticket.code.split(separator: "ticket=").last.map(String.init) ?? ticket.code)
        try slip.rule()
        try slip.line("请妥善保存，出场时使用")
        try slip.line("Keep it for the exit.")
        slip.cut()
        return slip.bytes
    }
}
