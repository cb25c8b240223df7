import ArgumentParser
import Host
import JSONText
import Services
import Tickets
import Vocabulary
import Wire

/// Sells, shows and stops tickets for gates.
struct TicketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tickets",
        abstract: "Issues, shows and stops tickets for gates, and shows or makes the keys that sign them.",
        discussion: """
            The platform may be running. What is issued is good at once; a ticket that is stopped is refused at once \
            wherever the platform is asked, and within five minutes where it is not.
            """,
        subcommands: [
            TicketsIssue.self, TicketsList.self, TicketsShow.self, TicketsVoid.self, TicketsKey.self,
        ])
}

/// What every subcommand is given.
struct TicketsFile: ParsableArguments {
    @Argument(help: "The platform's file (JSON5).")
    var config: String

    func configuration() throws -> PlatformConfiguration {
        try PlatformConfiguration.read(try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
    }

    func store() throws -> PlatformStore { try PlatformStore(try configuration(), at: WallClock.now()) { _ in } }
}

/// What stands on a line for a terminal, and in files.
enum TicketText {
    static func line(_ state: TicketState) -> String {
        let ticket = state.row.ticket
        let used = ticket.people - state.left
        return "\(ticket.id)  \(ticket.kind)  \(days(ticket.window))  \(used) of \(ticket.people) used"
            + (state.left < 0 ? "  OVERUSED" : "") + (state.row.voided == nil ? "" : "  stopped")
    }

    static func days(_ window: TicketWindow) -> String {
        let days = window.firstDay == window.lastDay ? "\(window.firstDay)" : "\(window.firstDay) to \(window.lastDay)"
        guard window.opens != 0 || window.closes != 1_440 else { return days }
        return "\(days) \(TimeOfDay.text(window.opens))-\(TimeOfDay.text(window.closes % 1_440))"
    }
}

struct TicketsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Shows the tickets of a site that are not over, at most 1,000.")

    @OptionGroup var file: TicketsFile
    @Option(help: ArgumentHelp("The site.", valueName: "name"), transform: { try Slug($0) })
    var site: Slug
    @Option(
        help: ArgumentHelp("Those that are good on this day or later; without it: today.", valueName: "2026-11-21"),
        transform: { try CivilDate($0) })
    var from: CivilDate?

    func run() throws {
        let configuration = try file.configuration()
        guard let settings = configuration.ticketSites.first(where: { $0.id == site }) else {
            throw ValidationError("--site: \(site) stands in no `ticketSites` of the file")
        }
        let now = WallClock.now()
        let store = try PlatformStore(configuration, at: now) { _ in }
        let states = try store.ticketStates(of: site, from: from ?? settings.zone.date(at: now))
        print(states.isEmpty ? "no tickets" : states.map(TicketText.line).joined(separator: "\n"))
    }
}

struct TicketsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one ticket: what was sold, and where and when it was used.")

    @OptionGroup var file: TicketsFile
    @Argument(help: "The ticket's id.", transform: { try UUIDv7($0) })
    var ticket: UUIDv7

    func run() throws {
        guard let state = try file.store().ticketState(ticket) else {
            throw ValidationError("the platform has not sold ticket \(ticket)")
        }
        let (row, sold) = (state.row, state.row.ticket)
        print(TicketText.line(state))
        print("site \(sold.site), \(sold.entries) entries of \(sold.group), signed with key \(row.key)")
        print("issued \(row.at.utcText) by \(row.who): \(row.why)")
        if let voided = row.voided { print("stopped \(voided.at.utcText) by \(voided.who): \(voided.why)") }
        for use in state.uses {
            let alone = use.isAlone ? ", decided alone" : ""
            print("  \(use.at.utcText)  \(use.gate)  \(use.people) people\(alone)  (use \(use.id))")
        }
    }
}

struct TicketsVoid: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void", abstract: "Stops a ticket: nobody passes on it any more.")

    @OptionGroup var file: TicketsFile
    @OptionGroup var reason: PermitsReason
    @Argument(help: "The ticket's id.", transform: { try UUIDv7($0) })
    var ticket: UUIDv7

    func run() throws {
        guard try file.store().voidTicket(ticket, by: reason.who, why: reason.why, at: WallClock.now()) else {
            throw ValidationError("the platform has not sold ticket \(ticket), or it was stopped before")
        }
        print("stopped")
    }
}

struct TicketsKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Prints the public keys for the `tickets.keys` of scenarios; makes a new one with --new.",
        discussion: """
            The newest key signs. Bring a new key's line to every gate before it is made the newest: print it, restart \
            the gates with it, then issue. Take an old line away when its last ticket is over.
            """)

    @OptionGroup var file: TicketsFile
    @Flag(help: "Make a new key first; tickets are signed with it from now on.")
    var new = false

    func run() throws {
        var keys = try TicketKeys(in: try file.configuration().ticketKeys)
        if new || keys.all.isEmpty { _ = try keys.makeNext() }
        for (number, key) in keys.all.sorted(by: { $0.key < $1.key }) {
            print("{ number: \(number), publicKey: \"\(key.publicKey)\" },")
        }
    }
}
