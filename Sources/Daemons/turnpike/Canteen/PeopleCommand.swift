import ArgumentParser
import Host
import JSONText
import People
import Purses
import Services
import Vocabulary
import Wire

/// Shows and changes who eats at the canteens.
struct PeopleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people",
        abstract: "Shows who eats at a canteen, takes persons in by file, ends their contracts.",
        discussion: """
            Each change is kept with who made it and why. The platform may be running; boxes hear within 10 s.
            """,
        subcommands: [
            PeopleList.self, PeopleImport.self, PeopleSet.self, PeopleFace.self, PeopleEnd.self, PeopleLostCard.self,
        ])
}

struct PeopleList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Shows who is on the list.")

    @OptionGroup var canteen: CanteenOptions
    @Flag(help: "Show names, cards and codes in full.")
    var full = false

    func run() throws {
        let open = try canteen.open()
        let rows = try open.store.people(of: open.list)
        for row in rows { print(row.line(isFull: full, in: open.rules.zone)) }
        print("\(rows.count) persons")
    }
}

struct PeopleImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Takes in a file of persons (CSV), all of it or nothing.",
        discussion: """
            Columns: person (人员), name (姓名), group (组别), cards (卡号), code (会员码), until (合同到期), \
            accounts (银行账户), and limits of guardians; docs/PURSES.md tells all. What has no column is left as it is.
            """)

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var reason: PermitsReason
    @Argument(help: "The file, in UTF-8 or GB18030.")
    var file: String
    @Flag(help: "The file names everybody: the contracts of all others on the list are ended.")
    var complete = false

    func run() throws {
        let open = try canteen.open()
        try refusingFaults {
            let people = try PeopleFile(
                try TextFile.read(file), file: file, groups: open.groups, accounts: open.accounts, on: open.today,
                toUTF8: OpenCanteen.toUTF8)
            let outcome = try open.store.takeIn(
                people, named: file, list: open.list, isComplete: complete, by: reason.who, why: reason.why,
                at: open.now)
            print(try outcome.get())
        }
    }
}

struct PeopleSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Takes one person in, or changes what is said of one; the rest stays.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var reason: PermitsReason
    @OptionGroup var who: PersonArgument
    @Option(help: "The name.")
    var name: String?
    @Option(help: "pupil, staff or another group of the canteen.")
    var group: String?
    @Option(help: "The numbers of all cards in use, ten digits each, with spaces between; \"\" for none.")
    var cards: String?
    @Option(help: "The number in the member's code; \"\" for none.")
    var code: String?
    @Option(help: ArgumentHelp("The contract's last day; \"\" for no end.", valueName: "yyyy-mm-dd"))
    var until: String?
    @Option(help: "The purses that may be debited later.")
    var accounts: String?

    func run() throws {
        let open = try canteen.open()
        let fields = [
            ("name", name), ("group", group), ("cards", cards), ("code", code), ("until", until),
            ("accounts", accounts),
        ].compactMap { column, text in text.map { (column: column, text: $0) } }
        guard !fields.isEmpty else { throw ValidationError("say what is to be set: --name, --cards, …") }
        try open.set(who.person, fields, reason)
    }
}

extension OpenCanteen {
    /// Takes in what a command says of one person.
    func set(_ person: Slug, _ fields: [(column: String, text: String)], _ reason: PermitsReason) throws {
        try refusingFaults {
            let entry = try PeopleFile(person: person.text, fields, groups: groups, accounts: accounts, on: today)
            let outcome = try store.takeIn(
                entry, named: "what is said of the person", list: list, by: reason.who, why: reason.why, at: now)
            print(try outcome.get())
        }
    }
}

struct PeopleEnd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "Ends a person's contract: off the list, unknown to every box; the books stay.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var reason: PermitsReason
    @OptionGroup var who: PersonArgument

    func run() throws {
        let open = try canteen.open()
        let row = try open.person(who.person)
        guard try open.store.endPerson(row.holder, by: reason.who, why: reason.why, at: open.now) else {
            throw ValidationError("the contract of \(who.person) has ended before")
        }
        print("ended")
    }
}

struct PeopleLostCard: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lost-card", abstract: "Takes a lost card out, whosever it was; it opens and pays nothing.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var reason: PermitsReason
    @Argument(help: "The card's number, ten digits.")
    var card: String

    func run() throws {
        guard Person.isCard(card) else { throw ValidationError("a card's number has ten digits") }
        let open = try canteen.open()
        let owner = try open.store.removeCard(card, by: reason.who, why: reason.why, at: open.now)
        guard let owner else { throw ValidationError("nobody has this card") }
        print("taken out; it was a card of \(owner)")
    }
}
