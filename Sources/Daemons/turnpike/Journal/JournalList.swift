import ArgumentParser
import JSONText
import Journal

extension JournalCommand {
    /// Prints records.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints records, one a line: whether the platform has it, and its JSON line.")
        /// More than that many of the last records would be held in memory.
        private static let mostLast = 100_000

        @OptionGroup var file: File
        @Option(help: "The first record's number.")
        var from: Int64?
        @Option(help: "The last record's number.")
        var to: Int64?
        @Option(help: ArgumentHelp("Only records of this kind, as \"payment\"; may be given again.", valueName: "kind"))
        var kind: [String] = []
        @Option(help: ArgumentHelp("Only the last of them, this many.", valueName: "count"))
        var last: Int?
        @Flag(help: "Only records the platform has refused and not taken since.")
        var refused = false

        func validate() throws {
            if let last, !(1...List.mostLast).contains(last) {
                throw ValidationError("--last takes 1 to \(List.mostLast), not \(last)")
            }
            if let from, let to, from > to { throw ValidationError("--from \(from) is behind --to \(to)") }
        }

        func run() throws {
            let reader = try file.open()
            let marks = try Marks(reader)
            var kept: [String] = []
            let end = to ?? .max
            var next = max(1, from ?? 1, try reader.prunedThrough() + 1)
            if let last, kind.isEmpty, !refused {
                next = max(next, min(end, try reader.durableHead().sequence) - Int64(last) + 1)
            }
            pages: while next <= end {
                let page = try reader.records(from: next)
                for (offset, line) in page.lines.enumerated() {
                    let sequence = page.first + Int64(offset)
                    guard sequence <= end else { break pages }
                    guard matches(line), !refused || marks.refusal(sequence) != nil else { continue }
                    let text = "\(marks.word(sequence))  \(String(decoding: line, as: UTF8.self))"
                    guard let last else {
                        print(text)
                        continue
                    }
                    kept.append(text)
                    if kept.count >= 2 * last { kept.removeFirst(kept.count - last) }
                }
                guard !page.lines.isEmpty else { break }
                next = page.last + 1
            }
            for line in kept.suffix(last ?? 0) { print(line) }
        }

        private func matches(_ line: [UInt8]) -> Bool {
            guard !kind.isEmpty else { return true }
            guard let node = try? JSONNode.parse(line, dialect: .json) else { return false }
            return node["kind"]?.string.map(kind.contains) ?? false
        }
    }
}
