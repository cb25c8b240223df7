public import JSONText
public import Vocabulary

/// A person who may sign in at the box's page.
public struct StaffMember: Hashable, Sendable {
    /// As it stands in every record of what the person does: 1 to 64 bytes.
    public var name: String
    public var role: DeskRole
    /// A hash of the PIN in the form of crypt(3): `$y$…`.
    public var pinHash: String

    public init(name: String, role: DeskRole, pinHash: String) {
        self.name = name
        self.role = role
        self.pinHash = pinHash
    }
}

/// The people of a box: `attendants.json` in its state folder, readable by the daemon only.
///
/// It is read at each sign-in and each act, so that who is taken off it can do nothing more.
public enum StaffFile {
    public static let kind = "attendants"
    /// At most this many people at one box.
    public static let most = 200

    public static func path(in folder: String) -> String { "\(folder)/attendants.json" }

    /// - Throws: every fault in it.
    public static func read(_ text: [UInt8], file: String) throws(Findings) -> [StaffMember] {
        try DocumentReader.read(text, dialect: .json5, file: file) { root in
            root.expectKind(kind)
            let members = root.objects("attendants", count: 0...most) { reader -> StaffMember? in
                let name = reader.string("name", longest: 64)
                let role: DeskRole = reader.choice("role")
                let hash = reader.string("pinHash", longest: 512)
                if name.isEmpty || name.contains(where: \.isNewline) {
                    reader.refuse("name", found: "\"\(name)\"", expected: "a name of 1 to 64 bytes on one line")
                }
                if !hash.hasPrefix("$") {
                    reader.refuse("pinHash", found: "no hash", expected: "what `turnpike attendants set` writes: $y$…")
                }
                return StaffMember(name: name, role: role, pinHash: hash)
            }
            if Set(members.map(\.name)).count < members.count {
                root.refuse("attendants", found: "two people of one name", expected: "each name once")
            }
            return members
        }
    }

    public static func text(_ members: [StaffMember]) -> [UInt8] {
        JSONWriter.object { writer in
            writer.field("kind", kind)
            writer.field("attendants", array: members) { writer, member in
                writer.object {
                    $0.field("name", member.name)
                    $0.field("role", member.role.rawValue)
                    $0.field("pinHash", member.pinHash)
                }
            }
        } + [UInt8(ascii: "\n")]
    }

    /// Whether a PIN will do: 4 to 12 digits, not all the same and not a run such as 1234.
    public static func isGood(pin: String) -> Bool {
        let digits = Array(pin.utf8)
        guard (4...12).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        let steps = Set(zip(digits, digits.dropFirst()).map { Int($1) - Int($0) })
        return steps.count > 1 || ![-1, 0, 1].contains(steps.first ?? 0)
    }
}
