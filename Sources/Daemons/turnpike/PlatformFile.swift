import Host
import Services
import Vocabulary

/// The platform's database, named by itself or by the configuration that names it.
struct PlatformFile {
    var database: String
    /// The boxes of the configuration; none if the database was named.
    var enrolled: [DeviceID] = []

    init(_ path: String) throws {
        guard try !TextFile.begins(path, with: Array("SQLite format 3\u{0}".utf8)) else {
            database = path
            return
        }
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(path), file: path, folder: TextFile.folder(of: path))
        database = configuration.database
        enrolled = configuration.devices.map(\.id)
    }
}
