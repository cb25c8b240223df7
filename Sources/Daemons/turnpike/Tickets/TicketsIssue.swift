import ArgumentParser
import Glibc
import Host
import QRCode
import Services
import Tickets
import Vocabulary

/// Signs tickets and prints them.
struct TicketsIssue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issues tickets and prints them as CSV, a heading first; whoever has a code passes on it.",
        discussion: """
            turnpike tickets issue platform.json5 --site west-lake --kind adult --from 2026-12-01 --until 2026-12-07 \
            --group 4 --count 20 --who Zhao --why "order 1234" --svg codes > tickets.csv
            """)

    @OptionGroup var file: TicketsFile
    @OptionGroup var reason: PermitsReason
    @Option(help: ArgumentHelp("The site.", valueName: "name"), transform: { try Slug($0) })
    var site: Slug
    @Option(help: ArgumentHelp("What is sold, such as adult.", valueName: "name"), transform: { try Slug($0) })
    var kind: Slug
    @Option(help: ArgumentHelp("The first day.", valueName: "2026-12-01"), transform: { try CivilDate($0) })
    var from: CivilDate
    @Option(
        help: ArgumentHelp("The last day; without it: the first.", valueName: "2026-12-07"),
        transform: { try CivilDate($0) })
    var until: CivilDate?
    @Option(help: ArgumentHelp("From this time of each day.", valueName: "08:00"))
    var opens: String?
    @Option(help: ArgumentHelp("Before this time, of the next day if it is not later.", valueName: "17:30"))
    var closes: String?
    @Option(help: "How often the group may come in, 1 to 65535.")
    var entries: Int64 = 1
    @Option(help: "People of one entry, 1 to 255.")
    var group: Int64 = 1
    @Option(help: "How many such tickets, 1 to 10000.")
    var count = 1
    @Option(help: ArgumentHelp("Also write each code as an SVG picture into this folder.", valueName: "folder"))
    var svg: String?

    func run() throws {
        guard (1...TicketOrder.most).contains(count) else {
            throw ValidationError("--count: 1 to \(TicketOrder.most)")
        }
        let configuration = try file.configuration()
        let keys = try TicketKeys(in: configuration.ticketKeys)
        guard let key = keys.signing else {
            throw ValidationError("there is no key in \(configuration.ticketKeys): run `turnpike tickets key` first")
        }
        let now = WallClock.now()
        let store = try PlatformStore(configuration, at: now) { _ in }
        guard store.hasTicketSite(site) else {
            throw ValidationError("--site: \(site) stands in no `ticketSites` of the file")
        }
        let begins = try opens.map(TimeOfDay.read) ?? 0
        let ends = try closes.map(TimeOfDay.read) ?? (begins + 1_440)
        let window = try TicketWindow(
            firstDay: from, lastDay: until ?? from, opens: begins, closes: ends <= begins ? ends + 1_440 : ends)
        let made = try store.issueTickets(
            TicketOrder(site: site, kind: kind, window: window, entries: entries, group: group, count: count),
            key: key, by: reason.who, why: reason.why, at: now)
        if let svg, mkdir(svg, 0o700) != 0, errno != EEXIST {
            throw ValidationError("--svg: cannot make \(svg): \(SystemError.text(errno)); the tickets are issued")
        }
        print("id,site,kind,days,entries,group,code")
        for (ticket, code) in made {
            print("\(ticket.id),\(site),\(kind),\(TicketText.days(window)),\(entries),\(group),\(code)")
            guard let svg else { continue }
            let picture = try QRSymbol(code).svg(title: "\(kind) \(TicketText.days(window))")
            try PrivateFile.write(Array(picture.utf8), to: "\(svg)/\(ticket.id).svg")
        }
    }
}
