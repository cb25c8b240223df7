import Host
import Kiosk
import Logging
import Vocabulary

/// The files that idle screens show, from one folder beside the scenario.
struct Playlist: Sendable {
    /// The largest file that is shown.
    static let largest = 8 << 20

    private static let types = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "svg": "image/svg+xml",
    ]

    private let folder: String
    private let names: Set<String>

    /// - Parameter names: plain file names. One that cannot be shown is told and left out: people must eat.
    init(folder: String, names: [String], logger: Logger) {
        self.folder = folder
        self.names = Set(names.filter { Playlist.type($0) != nil && !$0.contains("/") })
        let bad = names.filter { !self.names.contains($0) || Playlist.read("\(folder)/\($0)") == nil }
        guard !bad.isEmpty else { return }
        logger.error(
            """
            playlist: \(bad.joined(separator: ", ")) cannot be shown: each is to be a picture of at most \
            \(Playlist.largest >> 20) MiB in \(folder)
            """)
    }

    /// Nothing that is not in the list is read, whatever is asked for.
    func file(_ name: String) -> TillHooks.PlayFile? {
        guard names.contains(name), let type = Playlist.type(name), let body = Playlist.read("\(folder)/\(name)") else {
            return nil
        }
        return TillHooks.PlayFile(body: body, type: type)
    }

    private static func type(_ name: String) -> String? {
        name.split(separator: ".").last.flatMap { types[$0.lowercased()] }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let bytes = try? TextFile.read(path), bytes.count <= largest else { return nil }
        return bytes
    }
}
