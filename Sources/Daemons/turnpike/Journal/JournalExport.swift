import ArgumentParser
import JSONText
import Journal
import Vocabulary
import Wire

extension JournalCommand {
    /// Writes records out.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes records as NDJSON: a header, then each line byte for byte as it was hashed.",
            discussion: """
                The header names device and epoch, the first record, how many follow, and the hashes before the first \
                and after the last: with them anybody can prove that nothing was changed, left out or added.
                """)

        @OptionGroup var file: File
        @Option(help: "The first record's number; default: the oldest there is.")
        var from: Int64?
        @Option(help: "The last record's number; default: the newest there is.")
        var to: Int64?

        func run() throws {
            let reader = try file.open()
            let (pruned, head) = (try reader.prunedThrough(), try reader.durableHead().sequence)
            let (first, last) = (from ?? pruned + 1, to ?? head)
            guard first > pruned, last <= head, first >= 1, last >= first - 1 else {
                complain("records \(first) to \(last) were asked for: the journal holds \(pruned + 1) to \(head)")
                throw ExitCode(1)
            }
            let before = try reader.hash(after: first - 1)
            // The hash after the last is known when it has been read; a head that was only looked up would prove less.
            var chain = before
            var next = first
            while next <= last {
                let page = try reader.records(from: next, mostRecords: Int(min(200, last - next + 1)))
                guard !page.lines.isEmpty else { break }
                for line in page.lines { chain = RecordChain.next(after: chain, line: line) }
                next = page.last + 1
            }
            guard next == last + 1, try chain == reader.hash(after: last) else {
                complain(
                    "the records \(first) to \(last) do not match their hashes: turnpike journal verify says where")
                throw ExitCode(1)
            }
            let header = JSONWriter.object { writer in
                writer.field("format", "turnpike-journal-1")
                writer.field("device", reader.identity.device.text)
                writer.field("epoch", reader.identity.epoch)
                writer.field("first", first)
                writer.field("count", last - first + 1)
                writer.field("before", before.description)
                writer.field("head", chain.description)
            }
            print(String(decoding: header, as: UTF8.self))
            try write(first, last, reader)
        }

        private func write(_ first: Int64, _ last: Int64, _ reader: JournalReader) throws {
            var next = first
            while next <= last {
                let page = try reader.records(from: next, mostRecords: Int(min(200, last - next + 1)))
                for line in page.lines { print(String(decoding: line, as: UTF8.self)) }
                guard !page.lines.isEmpty else { return }
                next = page.last + 1
            }
        }
    }
}
