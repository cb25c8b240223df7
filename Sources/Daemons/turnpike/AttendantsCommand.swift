import ArgumentParser
import EdgeRuntime
import Glibc
import Host
import Shifts
import Vocabulary

/// Who may sign in at the page of the box that runs here.
struct AttendantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attendants", abstract: "Shows and changes who may sign in at this box's page; at once in force.",
        subcommands: [List.self, SetPerson.self, Remove.self])

    /// The list as it stands; empty while there is none.
    static func read(_ config: String) throws -> (path: String, members: [StaffMember]) {
        let box = try BoxConfiguration(try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        let path = StaffFile.path(in: box.stateFolder)
        guard access(path, F_OK) == 0 else { return (path, []) }
        return (path, try StaffFile.read(try PrivateFile.read(path), file: path))
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Who may sign in, and as what.")

        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String

        func run() throws {
            let members = try AttendantsCommand.read(config).members
            for member in members.sorted(by: { $0.name < $1.name }) { print("\(member.role.rawValue)  \(member.name)") }
            if members.isEmpty { print("nobody: enter people with turnpike attendants set") }
        }
    }

    struct SetPerson: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Enters a person, or gives one another role or PIN. The PIN is read from the terminal.")

        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String
        @Option(help: "As it will stand in every record of what the person does.")
        var name: String
        @Option(help: "attendant, supervisor or engineer.")
        var role: String

        func run() throws {
            guard let role = DeskRole(rawValue: role) else {
                throw ValidationError("--role: \(DeskRole.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            guard (1...64).contains(name.utf8.count), !name.contains(where: \.isNewline) else {
                throw ValidationError("--name: 1 to 64 bytes")
            }
            if isatty(0) == 1 { print("PIN: ", terminator: "") }
            fflush(nil)
            guard let pin = readLine(), StaffFile.isGood(pin: pin) else {
                throw ValidationError("a PIN has 4 to 12 digits, not all the same and no run such as 1234")
            }
            var (path, members) = try AttendantsCommand.read(config)
            members.removeAll { $0.name == name }
            guard members.count < StaffFile.most else { throw ValidationError("at most \(StaffFile.most) people") }
            members.append(StaffMember(name: name, role: role, pinHash: try SecretHash.make(pin)))
            try PrivateFile.write(StaffFile.text(members), to: path)
            print("\(name) may sign in as \(role.rawValue)")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Takes a person off the list; an open page of theirs does nothing more.")

        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String
        @Option(help: "The name.")
        var name: String

        func run() throws {
            var (path, members) = try AttendantsCommand.read(config)
            guard members.contains(where: { $0.name == name }) else { throw ValidationError("there is no \(name)") }
            members.removeAll { $0.name == name }
            try PrivateFile.write(StaffFile.text(members), to: path)
            print("\(name) is off the list")
        }
    }
}
