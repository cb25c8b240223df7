import Glibc
import Host
import Kiosk
import Logging
import Vocabulary
import Wire

/// Saves shift reports as files, on a thread of its own: the journal has them, a file is for people.
final class ShiftFiles: Sendable {
    private let folder: String
    private let logger: Logger
    private let queue = BoundedQueue<[(ShiftID, ReportPage)]>(capacity: 16)

    init(folder: String, logger: Logger) throws {
        self.folder = folder
        self.logger = logger
        _ = try HostThread(name: "shiftFiles") { [self] in run() }
    }

    /// Saves those that are not saved yet. With sixteen lists waiting it does nothing: the next one has them all.
    func save(_ reports: [(ShiftID, ReportPage)]) { _ = queue.offer(reports) }

    private func run() {
        while !queue.isClosed {
            guard let reports = queue.take(until: nil).last else { continue }
            if mkdir(folder, 0o700) != 0, errno != EEXIST {
                logger.error("\(folder) cannot be made: \(String(cString: strerror(errno))); reports are not saved")
                continue
            }
            for (id, page) in reports {
                write(page.text, "\(folder)/\(id).txt")
                // The mark tells a spreadsheet that it is UTF-8.
                write("\u{FEFF}\(page.csv)", "\(folder)/\(id).csv")
            }
        }
    }

    private func write(_ text: String, _ path: String) {
        guard access(path, F_OK) != 0 else { return }
        do throws(PrivateFileError) { try PrivateFile.write(Array(text.utf8), to: path) } catch {
            logger.error("a shift report was not saved: \(error)")
        }
    }
}
