internal import Host
public import Shifts
public import Vocabulary

/// What signing in needs of the box.
public struct StaffHooks: Sendable {
    /// The secret of the box's own commands: whoever bears it may do all, and says who asks for it.
    public var bearer: String
    /// The people who may sign in, read anew each time.
    /// - Throws: what is wrong with the list, for the log.
    public var staff: @Sendable () throws -> [StaffMember]
    /// Whether the PIN is the one of the hash; slow, so it is called on a thread of its own.
    public var isPIN: @Sendable (_ pin: String, _ hash: String) -> Bool
    /// 128 random bits as text.
    public var newToken: @Sendable () -> String
    public var uptime: @Sendable () -> Uptime

    public init(
        bearer: String, staff: @escaping @Sendable () throws -> [StaffMember],
        isPIN: @escaping @Sendable (String, String) -> Bool, newToken: @escaping @Sendable () -> String,
        uptime: @escaping @Sendable () -> Uptime
    ) {
        self.bearer = bearer
        self.staff = staff
        self.isPIN = isPIN
        self.newToken = newToken
        self.uptime = uptime
    }

    /// The people of a box's state folder.
    /// - Parameter bearer: the token of the box's own commands.
    public init(stateFolder: String, bearer: String) {
        let path = StaffFile.path(in: stateFolder)
        self.init(
            bearer: bearer,
            staff: {
                let text: [UInt8]
                do throws(PrivateFileError) { text = try PrivateFile.read(path) } catch {
                    // Nobody has been entered yet.
                    if error.cause == .system(code: SystemError.noSuchFile) { return [] }
                    throw error
                }
                return try StaffFile.read(text, file: path)
            },
            isPIN: { SecretHash.matches($0, $1) }, newToken: { Hexadecimal.text(SecureRandom.bytes(16)) },
            uptime: { BootClock.now() })
    }
}
