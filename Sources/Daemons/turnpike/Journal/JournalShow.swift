import ArgumentParser
import Delivery
import JSONText
import Journal
import Vocabulary
import Wire

extension JournalCommand {
    /// Shows one record.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one record in full: when, where it stands with the platform, its hash and its line.")

        @OptionGroup var file: File
        @Argument(help: "The record's number.")
        var sequence: Int64

        func run() throws {
            let reader = try file.open()
            let head = try reader.durableHead().sequence
            guard (1...max(1, head)).contains(sequence), head > 0 else {
                complain("there is no record \(sequence): the journal has the numbers 1 to \(head)")
                throw ExitCode(1)
            }
            let page = try reader.records(from: sequence, mostRecords: 1)
            guard let line = page.lines.first, let hash = page.hash else {
                complain("record \(sequence) is missing from the journal")
                throw ExitCode(1)
            }
            let before = try reader.hash(after: sequence - 1)
            let isProven = RecordChain.next(after: before, line: line) == hash
            print("record \(sequence) of device \(reader.identity.device), epoch \(reader.identity.epoch)")
            if let node = try? JSONNode.parse(line, dialect: .json), let at = node["at"]?.integer {
                let clock = node["synchronised"]?.bool == true ? "" : " (by a clock that was not synchronised)"
                print("when    \(iso(WallTime(milliseconds: at)))\(clock)")
                print("kind    \(node["kind"]?.string ?? "none")")
            }
            print("state   \(try Marks(reader).words(sequence))")
            print("before  \(before)")
            print("hash    \(hash)\(isProven ? "" : " DOES NOT MATCH the line and the hash before it")")
            print(String(decoding: line, as: UTF8.self))
            if !isProven { throw ExitCode(1) }
        }
    }

    /// Walks the hash chain.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Walks the hash chain and says whether every record is as it was written.",
            discussion:
                "Ends with 0 if it is, with 1 if the chain is broken or the file damaged, with 2 if it cannot be read.")

        @OptionGroup var file: File

        func run() throws {
            let reader = try file.open()
            print("device \(reader.identity.device), epoch \(reader.identity.epoch)")
            let result = try reader.verify()
            if let fault = result.firstBreak {
                print("records from \(result.first) on: \(fault)")
                throw ExitCode(1)
            }
            print("records \(result.first) to \(result.last): whole; \(try reader.acknowledgedThrough()) confirmed")
            for refusal in try reader.refusals() { print("record \(refusal.sequence): \(Marks.words(refusal))") }
            print("head \(result.hash)")
        }
    }
}
