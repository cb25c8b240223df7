import ArgumentParser
import Delivery
import Glibc
import Journal
import Vocabulary

/// Reads a box's journal.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Reads a box's journal, live or copied; changes nothing.",
        subcommands: [List.self, Show.self, Verify.self, Export.self])

    /// The journal that a command reads.
    struct File: ParsableArguments {
        @Argument(help: "The journal (journal.db or a copy), or the state folder it is in.")
        var path: String

        /// Ends the command with 2 if the file cannot be read.
        func open() throws -> JournalReader {
            do throws(JournalError) { return try JournalReader.open(anywhere: path) } catch {
                complain("\(error)")
                throw ExitCode(2)
            }
        }
    }
}

/// What stands about a record beside its line.
struct Marks {
    let confirmedThrough: Int64
    let refusals: [Refusal]

    init(_ reader: JournalReader) throws(JournalError) {
        confirmedThrough = try reader.acknowledgedThrough()
        refusals = try reader.refusals()
    }

    /// In one word, for a list.
    func word(_ sequence: Int64) -> String {
        if let refusal = refusal(sequence) { return "refused(\(refusal.because))" }
        return sequence <= confirmedThrough ? "confirmed" : "waiting"
    }

    func words(_ sequence: Int64) -> String {
        if let refusal = refusal(sequence) { return Marks.words(refusal) }
        return sequence <= confirmedThrough ? "confirmed by the platform" : "waits for the platform"
    }

    func refusal(_ sequence: Int64) -> Refusal? {
        sequence > confirmedThrough ? refusals.first { $0.sequence == sequence } : nil
    }

    static func words(_ refusal: Refusal) -> String {
        "refused by the platform (\(refusal.because)), \(refusal.times) times since \(iso(refusal.since)); sent again"
    }
}

/// A wall time in UTC, to the millisecond.
func iso(_ time: WallTime) -> String {
    let seconds = time.milliseconds / 1_000 - (time.milliseconds % 1_000 < 0 ? 1 : 0)
    var (clock, parts) = (time_t(seconds), tm())
    guard gmtime_r(&clock, &parts) != nil else { return "\(time.milliseconds) ms since 1970" }
    func digits(_ number: Int32, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date = "\(digits(parts.tm_year + 1_900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
    let hours = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
    return "\(date)T\(hours).\(digits(Int32(time.milliseconds - seconds * 1_000), 3))Z"
}

/// Says something beside the output.
func complain(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
