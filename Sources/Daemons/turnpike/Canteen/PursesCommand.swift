import ArgumentParser
import Host
import People
import Purses
import Services
import Vocabulary

/// Money in purses.
struct PursesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purses",
        abstract: "Issues subsidies by file, pays money in, shows what a person has, proves what subsidies paid for.",
        discussion: "What is done is in force at once; the platform may be running.",
        subcommands: [
            PursesIssue.self, PursesTopUp.self, PursesPayout.self, PursesExpire.self, PursesShow.self,
            PursesReport.self,
        ])
}

struct PursesIssue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Issues money by a file (CSV), all of it or nothing; again it changes nothing.",
        discussion: """
            Columns: person (人员), purse (钱包), amount (金额), expires (有效期), reference (编号), action (操作), \
            note (备注); docs/PURSES.md tells all. If it is interrupted, give the same file again.
            """)

    @OptionGroup var canteen: CanteenOptions
    @Argument(help: "The file, in UTF-8 or GB18030.")
    var file: String
    @Option(help: ArgumentHelp("Who issues it.", valueName: "name"))
    var who: String
    @Flag(help: "Only check it, and say what it would issue.")
    var check = false

    func run() throws {
        guard (1...64).contains(who.utf8.count) else { throw ValidationError("--who: 1 to 64 bytes") }
        let open = try canteen.open()
        try refusingFaults {
            let issue = try IssueFile(
                try TextFile.read(file), file: file, rules: open.rules, on: open.today, toUTF8: OpenCanteen.toUTF8)
            for purse in open.rules.purses where issue.total(of: purse.id) > .zero {
                print("\(purse.id) (\(purse.chinese)): \(issue.total(of: purse.id)) yuan by the file")
            }
            guard !check else {
                try open.store.check(issue, named: file, list: open.list).get()
                return print("\(issue.issues.count) lines are good; nothing was issued")
            }
            let start = BootClock.now()
            let outcome = try open.store.issue(issue, named: file, list: open.list, by: who, at: open.now)
            print("\(try outcome.get()); \((BootClock.now() - start).nanoseconds / 1_000_000) ms")
        }
    }
}

struct PursesTopUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top-up", abstract: "Pays money into a person's own purse, once for each reference.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var who: PersonArgument
    @Argument(help: "The purse.", transform: { try Slug($0) })
    var purse: Slug
    @Argument(help: "Yuan with two decimals, such as 50.00.")
    var amount: String
    @Option(
        help: ArgumentHelp("What names this money, such as the number of the bank's slip.", valueName: "name"),
        transform: { try Slug($0) })
    var reference: Slug
    @Option(name: .customLong("who"), help: ArgumentHelp("Who takes it.", valueName: "name"))
    var taker: String

    func run() throws {
        guard (1...64).contains(taker.utf8.count) else { throw ValidationError("--who: 1 to 64 bytes") }
        // Two decimals, so that fen are not taken for yuan.
        guard let fen = GuardianChange.Field.dayAmount.read(amount).map(Fen.init) else {
            throw ValidationError("write the amount like 50.00")
        }
        let open = try canteen.open()
        let row = try open.person(who.person)
        let outcome = try open.store.topUp(row.holder, purse, fen, reference: reference, by: taker, at: open.now)
        switch outcome {
        case .success(true): print("paid in: \(fen) yuan into \(purse)")
        case .success(false): print("it came in before under this reference; nothing was changed")
        case .failure(let refusal): throw ValidationError("\(refusal)")
        }
    }
}

struct PursesPayout: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payout",
        abstract:
            "Pays out all that is left in a person's own purse after the contract has ended, once for each reference.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var who: PersonArgument
    @Argument(help: "The purse.", transform: { try Slug($0) })
    var purse: Slug
    @Option(
        help: ArgumentHelp("What names this payout, such as the number of its receipt.", valueName: "name"),
        transform: { try Slug($0) })
    var reference: Slug
    @OptionGroup var reason: PermitsReason

    func run() throws {
        let open = try canteen.open()
        let row = try open.person(who.person)
        let outcome = try open.store.payOut(
            row.holder, purse, reference: reference, by: reason.who, why: reason.why, at: open.now)
        switch outcome {
        case .success(let done) where done.isNew: print("to pay out: \(done.payout.amount) yuan from \(purse)")
        case .success(let done):
            print(
                "\(done.payout.amount) yuan were paid out under this reference on \(done.payout.day); nothing was changed"
            )
        case .failure(let refusal): throw ValidationError("\(refusal)")
        }
    }
}

struct PursesExpire: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Takes what is left of money after its last day back into its fund; the platform does so by itself.")

    @Argument(help: "The platform's file (JSON5).")
    var config: String

    func run() throws {
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        let store = try PlatformStore(configuration, at: WallClock.now()) { _ in }
        var (lots, sum) = (0, Int64(0))
        while true {
            let done = try store.expirePurses(at: WallClock.now())
            lots += done.lots
            sum += done.sum.count
            guard max(done.lots, done.persons) == PlatformStore.mostExpiring else { break }
        }
        print("\(lots) expired, \(Fen(sum)) yuan back in the funds")
    }
}

struct PursesShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what a person has in each purse, and what was paid from it.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var who: PersonArgument
    @Flag(help: "Show the person's name in full.")
    var full = false

    func run() throws {
        let open = try canteen.open()
        let row = try open.person(who.person)
        print(try open.store.statement(of: row, at: open.now).text(isFull: full))
    }
}

struct PursesReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "The supervisor's proof: what subsidies paid for, and whether every fen was spent as its rules allowed.",
        discussion: "Ends with 1 if there is a violation. Persons are masked; the payment's id leads to the rest.")

    @OptionGroup var canteen: CanteenOptions
    @Option(help: ArgumentHelp("The first day.", valueName: "yyyy-mm-dd"), transform: { try CivilDate($0) })
    var from: CivilDate
    @Option(help: ArgumentHelp("The last day.", valueName: "yyyy-mm-dd"), transform: { try CivilDate($0) })
    var to: CivilDate
    @Flag(help: "Print only what was spent, as CSV: purse, day, merchant, period, item, spent, payments.")
    var csv = false

    func run() throws {
        guard from <= to else { throw ValidationError("--to: \(from) or later") }
        let open = try canteen.open()
        let audit = try open.store.subsidyAudit(open.list, from: from, to: to)
        print(csv ? audit.csv : audit.description, terminator: csv ? "" : "\n")
        guard audit.violations.isEmpty else { throw ExitCode(1) }
    }
}
