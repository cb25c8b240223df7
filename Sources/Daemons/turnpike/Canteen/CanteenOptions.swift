import ArgumentParser
import GB18030Text
import Host
import JSONText
import Purses
import Services
import Vocabulary

/// The platform's file, and which list of persons is meant.
struct CanteenOptions: ParsableArguments {
    @Argument(help: "The platform's file (JSON5).")
    var config: String
    @Option(
        help: ArgumentHelp("The list of persons; may be left out where there is one.", valueName: "name"),
        transform: { try Slug($0) })
    var list: Slug?

    func open() throws -> OpenCanteen { try OpenCanteen(config, list) }
}

/// A platform with canteens, opened for one command.
struct OpenCanteen {
    let store: PlatformStore
    let list: Slug
    let rules: PurseRules
    let groups: [Slug]
    let now: WallTime

    init(_ config: String, _ wanted: Slug?) throws {
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        now = WallClock.now()
        store = try PlatformStore(configuration, at: now) { _ in }
        let names = store.peopleLists.map(\.text).joined(separator: ", ")
        guard !store.peopleLists.isEmpty else { throw ValidationError("\(config) names no canteen in `canteens`") }
        guard let list = wanted ?? (store.peopleLists.count == 1 ? store.peopleLists[0] : nil) else {
            throw ValidationError("--list: one of \(names)")
        }
        guard let canteen = store.canteens(of: list).first else { throw ValidationError("--list: one of \(names)") }
        (self.list, rules, groups) = (list, canteen.rules, canteen.groups)
    }

    /// Today, where the canteen is.
    var today: CivilDate { rules.day(at: now) }

    /// The purses that are debited later.
    var accounts: [Slug] { rules.purses.filter { $0.kind == .debit }.map(\.id) }

    static func toUTF8(_ bytes: [UInt8]) -> [UInt8]? { try? GB18030Text.toUTF8(bytes) ?? nil }

    /// Who is meant by a name.
    func person(_ name: Slug) throws -> PersonRow {
        guard let row = try store.person(Holder(.member, name)), row.list == list else {
            throw ValidationError("the list \(list) has nobody called \(name)")
        }
        return row
    }
}

/// Which person.
struct PersonArgument: ParsableArguments {
    @Argument(help: "The person's name in the files, such as p2026001.", transform: { try Slug($0) })
    var person: Slug
}

/// Runs a command; if what it was given has faults, it prints them all and ends with 1.
func refusingFaults(_ body: () throws -> Void) throws {
    do { try body() } catch let findings as Findings {
        print(findings)
        print("\(findings.list.count) \(findings.list.count == 1 ? "fault" : "faults"): nothing of it was taken")
        throw ExitCode(1)
    }
}
