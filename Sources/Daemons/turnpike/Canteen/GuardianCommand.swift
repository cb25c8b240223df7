import ArgumentParser
import People
import Services
import Vocabulary

/// Shows and changes what guardians lay down.
struct GuardianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guardian",
        abstract: "Shows and changes what a guardian lays down for a person, over all purses together.",
        discussion: """
            In force at once at the platform; boxes hear within 10 s. Many at a time: turnpike people import, with a \
            column for each limit.
            """,
        subcommands: [GuardianShow.self, GuardianSet.self, GuardianClear.self])
}

struct GuardianShow: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows what is laid down.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var who: PersonArgument

    func run() throws {
        let row = try canteen.open().person(who.person)
        print(row.guardian?.words ?? "nothing is laid down")
    }
}

struct GuardianSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Lays down limits; those that are not named stay, \"\" lifts one.",
        discussion: "Amounts are yuan with two decimals. A longer span may not allow less than a shorter one.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var reason: PermitsReason
    @OptionGroup var who: PersonArgument
    @Option(help: "The most in one payment.")
    var paymentAmount: String?
    @Option(help: "The most in one meal.")
    var periodAmount: String?
    @Option(help: "The most payments in one meal.")
    var periodCount: String?
    @Option(help: "The most in one day.")
    var dayAmount: String?
    @Option(help: "The most payments in one day.")
    var dayCount: String?
    @Option(help: "The most in one month.")
    var monthAmount: String?
    @Option(help: "The most payments in one month.")
    var monthCount: String?
    @Option(help: "Classes of items that the person may not have, with spaces between; all of them.")
    var barredItems: String?
    @Option(help: "Meals at which the person may have nothing, with spaces between; all of them.")
    var barredPeriods: String?

    func run() throws {
        let open = try canteen.open()
        _ = try open.person(who.person)
        let fields = [
            ("paymentAmount", paymentAmount), ("periodAmount", periodAmount), ("periodCount", periodCount),
            ("dayAmount", dayAmount), ("dayCount", dayCount), ("monthAmount", monthAmount), ("monthCount", monthCount),
            ("barredItems", barredItems), ("barredPeriods", barredPeriods),
        ].compactMap { column, text in text.map { (column: column, text: $0) } }
        guard !fields.isEmpty else { throw ValidationError("say what is laid down: --day-amount 20.00, …") }
        try open.set(who.person, fields, reason)
    }
}

struct GuardianClear: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "clear", abstract: "Lifts everything.")

    @OptionGroup var canteen: CanteenOptions
    @OptionGroup var reason: PermitsReason
    @OptionGroup var who: PersonArgument

    func run() throws {
        let open = try canteen.open()
        _ = try open.person(who.person)
        let fields = GuardianChange.Field.allCases.map { (column: $0.rawValue, text: "") }
        try open.set(who.person, fields + [("barredItems", ""), ("barredPeriods", "")], reason)
    }
}
