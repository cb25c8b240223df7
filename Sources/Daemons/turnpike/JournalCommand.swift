import ArgumentParser
import Journal
import Wire

/// Reads a box's journal.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Reads a box's journal, live or copied; changes nothing.",
        subcommands: [List.self, Verify.self])

    /// Prints records.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the records, one JSON line each.")

        @Argument(help: "The journal (journal.db in the state folder).")
        var path: String
        @Option(help: "The first record's number.")
        var from: Int64 = 1

        func run() throws {
            let reader = try JournalReader(path: path)
            var next = max(1, from, try reader.prunedThrough() + 1)
            while true {
                let page = try reader.records(from: next)
                for line in page.lines { print(String(decoding: line, as: UTF8.self)) }
                guard !page.lines.isEmpty else { return }
                next = page.last + 1
            }
        }
    }

    /// Walks the hash chain.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Walks the hash chain and says whether every record is as it was written.")

        @Argument(help: "The journal (journal.db in the state folder).")
        var path: String

        func run() throws {
            let reader = try JournalReader(path: path)
            let result = try reader.verify()
            print("device \(reader.identity.device), epoch \(reader.identity.epoch)")
            if let fault = result.firstBreak {
                print("records from \(result.first) on: \(fault)")
                throw ExitCode(1)
            }
            print("records \(result.first) to \(result.last): whole; \(try reader.acknowledgedThrough()) confirmed")
            print("head \(result.hash)")
        }
    }
}
