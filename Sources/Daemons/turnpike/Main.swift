import ArgumentParser
import Host

/// The engineer's tool.
@main
struct Turnpike: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turnpike", abstract: "Checks files, enrols boxes, reads journals and books, shows the main job.",
        version: "0.1.0",
        subcommands: [
            Check.self, Enrol.self, Open.self, Pay.self, Order.self, ShiftCommand.self, AttendantsCommand.self,
            PlateCommand.self, Ticket.self, Entry.self,
            RefundCommand.self, JournalCommand.self, Books.self, Boxes.self, Incidents.self,
            ShiftsCommand.self, Debts.self, CouponsCommand.self,
            PermitsCommand.self, TicketsCommand.self, PeopleCommand.self, GuardianCommand.self, PursesCommand.self,
            FacesCommand.self,
            QR.self, Sandbox.self, Demo.self, Simulate.self,
            TariffCommand.self, CameraCommand.self,
        ])

    static func main() {
        StandardOutput.writesLines()
        main(nil)
    }
}
