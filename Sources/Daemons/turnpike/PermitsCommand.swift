import ArgumentParser
import Host
import JSONText
import Services
import Vocabulary
import Wire

/// Shows and changes who may do what at a car park.
struct PermitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permits",
        abstract: "Shows, grants, revokes and renews permits: members, visitors, staff, barred plates and others.",
        discussion:
            "Each change is kept with who made it and why. The platform may be running; boxes hear within 10 s.",
        subcommands: [PermitsList.self, PermitsGrant.self, PermitsRevoke.self, PermitsRenew.self])
}

/// What every subcommand is given.
struct PermitsFile: ParsableArguments {
    @Argument(help: "The platform's file (JSON5).")
    var config: String

    func store() throws -> PlatformStore {
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        return try PlatformStore(configuration, at: WallClock.now()) { _ in }
    }
}

/// Who changes it, and why.
struct PermitsReason: ParsableArguments {
    @Option(help: ArgumentHelp("Who decides.", valueName: "name"))
    var who: String
    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var why: String

    func validate() throws {
        guard (1...64).contains(who.utf8.count) else { throw ValidationError("--who: 1 to 64 bytes") }
        guard (1...200).contains(why.utf8.count) else { throw ValidationError("--why: 1 to 200 bytes") }
    }
}

struct PermitsList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Shows the permits.")

    @OptionGroup var file: PermitsFile
    @Option(help: ArgumentHelp("Only this plate's.", valueName: "plate"), transform: { try Plate($0) })
    var plate: Plate?
    @Flag(help: "Show plates in full.")
    var full = false

    func run() throws {
        let rows = try file.store().permits().filter { plate == nil || $0.holder.plate == plate }
        print(rows.isEmpty ? "no permits" : rows.map { $0.line(isFull: full) }.joined(separator: "\n"))
    }
}

struct PermitsGrant: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "grant", abstract: "Grants a permit to a plate.")

    @OptionGroup var file: PermitsFile
    @OptionGroup var reason: PermitsReason
    @Option(help: ArgumentHelp("The plate.", valueName: "plate"), transform: { try Plate($0) })
    var plate: Plate
    @Option(help: "member, visitor, staff, permitted, barred or special.")
    var kind: String
    @Option(help: ArgumentHelp("At this car park only.", valueName: "name"), transform: { try Slug($0) })
    var site: Slug?
    @Option(help: ArgumentHelp("From when: 2026-03-01T00:00:00+08:00.", valueName: "time"))
    var from: String?
    @Option(help: ArgumentHelp("Until when.", valueName: "time"))
    var until: String?
    @Option(help: ArgumentHelp("How long it still counts after that.", valueName: "minutes"))
    var grace: Int64 = 0
    @Option(
        help: ArgumentHelp("The tariff's zone that it is a pass for.", valueName: "name"), transform: { try Slug($0) })
    var zone: Slug?

    func run() throws {
        guard let kind = Permit.Grant.Kind(rawValue: kind) else {
            let all = Permit.Grant.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--kind: one of \(all)")
        }
        guard (0...Permit.longestGrace).contains(grace) else {
            throw ValidationError("--grace: 0 to \(Permit.longestGrace) minutes")
        }
        let (from, until) = (try time(from, "--from"), try time(until, "--until"))
        if let from, let until, until <= from { throw ValidationError("--until: later than --from") }
        let store = try file.store()
        if let site, !store.hasSite(site) { throw ValidationError("--site: \(site) stands in no `sites` of the file") }
        let setting = PermitSetting(
            holder: Holder(plate: plate), site: site,
            grant: .init(kind: kind, validFrom: from, validUntil: until, graceMinutes: grace, zone: zone))
        guard let number = try store.grantPermit(setting, by: reason.who, why: reason.why, at: WallClock.now()) else {
            throw ValidationError("\(plate) has \(Permit.mostGrants) permits already: revoke one first")
        }
        print("granted as number \(number)")
    }
}

struct PermitsRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Revokes a permit.")

    @OptionGroup var file: PermitsFile
    @OptionGroup var reason: PermitsReason
    @Argument(help: "The permit's number, as `list` shows it.")
    var number: Int64

    func run() throws {
        guard try file.store().revokePermit(number, by: reason.who, why: reason.why, at: WallClock.now()) else {
            throw ValidationError("there is no permit \(number), or it stands in \(file.config): take it out there")
        }
        print("revoked")
    }
}

struct PermitsRenew: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "renew", abstract: "Gives a permit another end.")

    @OptionGroup var file: PermitsFile
    @OptionGroup var reason: PermitsReason
    @Argument(help: "The permit's number, as `list` shows it.")
    var number: Int64
    @Option(help: ArgumentHelp("Until when: 2026-03-01T00:00:00+08:00.", valueName: "time"))
    var until: String

    func run() throws {
        guard let until = try time(until, "--until") else { return }
        let isDone = try file.store().renewPermit(
            number, until: until, by: reason.who, why: reason.why, at: WallClock.now())
        guard isDone else { throw ValidationError("there is no permit \(number)") }
        print("renewed until \(until.utcText)")
    }
}

private func time(_ text: String?, _ option: String) throws -> WallTime? {
    guard let text else { return nil }
    guard let time = WallTime(written: text) else {
        throw ValidationError("\(option): write 2026-03-01T00:00:00+08:00")
    }
    return time
}
