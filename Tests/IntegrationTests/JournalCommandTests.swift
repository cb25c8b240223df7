import Delivery
import Glibc
import Host
import JSONText
import Journal
import SQLite
import StandIns
import Testing
import Vocabulary
import Wire

/// What an engineer types to look into a journal.
@Suite("turnpike journal", .serialized)
struct JournalCommandTests {
    /// A journal of 60 records in which the platform has confirmed 20 and refused number 21.
    private final class Sample {
        let folder: TemporaryFolder
        var path: String { "\(folder.path)/journal.db" }
        var journal: Journal?

        init() throws {
            folder = try TemporaryFolder("turnpike-journal")
            let journal = try Journal.open(
                path: path, device: try DeviceID("garage-1"), newEpoch: { "e-1" }, handler: Nobody())
            var book = RefusalBook()
            for number in Int64(1)...60 {
                let event: Record.Event =
                    number % 3 == 0
                    ? .alarm(lane: try LaneID("exit-1"), code: "code-\(number)", isActive: true)
                    : .started(version: "\(number)")
                let at = WallTime(milliseconds: 1_763_000_000_123 + number)
                let body = Record(at: at, isSynchronised: number != 5, event: event).body
                try journal.append(JournalWrite(records: [JournalRecord(at: at, body: body)]))
            }
            for _ in 0..<3 {
                try journal.append(
                    JournalWrite(state: book.refused(21, because: "brokenChain", at: WallTime(milliseconds: 0))))
            }
            while journal.status.durableThrough < 60 { usleep(1_000) }
            try journal.acknowledge(through: 20)
            self.journal = journal
        }

        func close() { journal?.close() }

        /// Changes lines behind the journal's back.
        func spoil(_ text: String, _ other: String) throws {
            try write("UPDATE records SET line = CAST(replace(line, '\(text)', '\(other)') AS BLOB)")
        }

        /// Copies the log into the file, so that the file alone has everything.
        func checkpoint() throws { try write("PRAGMA wal_checkpoint(TRUNCATE)") }

        private func write(_ script: String) throws {
            var options = DatabaseOptions()
            options.access = .readWrite
            try Database(path: path, options: options).execute(script)
        }
    }

    private final class Nobody: JournalHandler {
        func durable(through sequence: Int64) {}
        func failed(_ error: JournalError) {}
    }

    private func journal(_ arguments: String...) throws -> (status: Int32, lines: [String]) {
        let program = try Program("\(Place.programs)/turnpike", ["journal"] + arguments)
        let status = program.waitForEnd()
        return (status, program.lines)
    }

    @Test("list shows each record with where it stands, by range, kind and number; also beside its writer")
    func list() throws {
        let sample = try Sample()
        let live = try journal("list", sample.path, "--from", "59")
        #expect(live.status == 0 && live.lines.count == 2)
        sample.close()
        let all = try journal("list", sample.path).lines
        #expect(all.count == 60)
        #expect(all[19].hasPrefix(#"confirmed  {"seq":20,"#))
        #expect(all[20].hasPrefix(#"refused(brokenChain)  {"seq":21,"#))
        #expect(all[21].hasPrefix(#"waiting  {"seq":22,"#))
        #expect(try journal("list", sample.path, "--from", "19", "--to", "22").lines == Array(all[18...21]))
        #expect(try journal("list", sample.path, "--last", "3").lines == Array(all[57...]))
        #expect(try journal("list", sample.path, "--kind", "alarm").lines.count == 20)
        #expect(try journal("list", sample.path, "--kind", "alarm", "--last", "2").lines == [all[56], all[59]])
        #expect(try journal("list", sample.path, "--kind", "alarm", "--kind", "started").lines.count == 60)
        #expect(try journal("list", sample.path, "--refused").lines == [all[20]])
        #expect(try journal("list", sample.path, "--last", "5", "--to", "30").lines == Array(all[25...29]))
        #expect(try journal("list", sample.folder.path).lines.count == 60, "the state folder will do")
    }

    @Test("list refuses bounds that cannot be meant", arguments: [["--last", "0"], ["--from", "9", "--to", "8"]])
    func badBounds(options: [String]) throws {
        let sample = try Sample()
        let program = try Program("\(Place.programs)/turnpike", ["journal", "list", sample.path] + options)
        #expect(program.waitForEnd() == 64)
    }

    @Test("show has when, kind, mark, both hashes and the line; a number that is not there is said")
    func show() throws {
        let sample = try Sample()
        sample.close()
        let refused = try journal("show", sample.path, "21")
        let text = refused.lines.joined(separator: "\n")
        #expect(refused.status == 0)
        #expect(text.contains("record 21 of device garage-1, epoch e-1"))
        #expect(text.contains("when    2025-11-13T02:13:20.144Z\n"))
        #expect(text.contains("kind    alarm"))
        #expect(text.contains("refused by the platform (brokenChain), 3 times since 1970-01-01T00:00:00.000Z"))
        let reader = try JournalReader(path: sample.path)
        #expect(text.contains("before  \(try reader.hash(after: 20))"))
        #expect(text.contains("hash    \(try reader.hash(after: 21))\n"))
        #expect(text.contains(#"{"seq":21,"at":1763000000144"#))
        #expect(try journal("show", sample.path, "5").lines[1].hasSuffix("(by a clock that was not synchronised)"))
        let absent = try journal("show", sample.path, "61")
        #expect(absent.status == 1)
        #expect(absent.lines == ["there is no record 61: the journal has the numbers 1 to 60"])
    }

    @Test("verify ends with 0 for a whole chain, 1 for a broken one, 2 for what is no journal")
    func verify() throws {
        let sample = try Sample()
        sample.close()
        let whole = try journal("verify", sample.path)
        #expect(whole.status == 0)
        #expect(whole.lines.contains("records 1 to 60: whole; 20 confirmed"))
        #expect(whole.lines.contains { $0.hasPrefix("record 21: refused by the platform (brokenChain)") })
        try sample.spoil("code-30", "code-31")
        let broken = try journal("verify", sample.path)
        #expect(broken.status == 1)
        #expect(broken.lines.last == "records from 1 on: record 30 does not match its hash")
        #expect(try journal("show", sample.path, "30").status == 1)
        #expect(try journal("export", sample.path).status == 1)
        try sample.folder.write("not a database, but long enough to be one", to: "other")
        let other = try journal("verify", "\(sample.folder.path)/other")
        #expect(other.status == 2)
        #expect(other.lines.joined().contains("is damaged"))
        let absent = try journal("verify", "\(sample.folder.path)/absent")
        #expect(absent.status == 2)
        #expect(absent.lines.joined().contains("could not read"))
    }

    @Test("an export proves device, epoch, first, count and head", arguments: [(1, 60), (17, 23), (60, 60)])
    func export(from: Int64, to: Int64) throws {
        let sample = try Sample()
        sample.close()
        let (status, lines) = try journal("export", sample.path, "--from", "\(from)", "--to", "\(to)")
        #expect(status == 0)
        let header = try JSONNode.parse(Array(try #require(lines.first).utf8), dialect: .json)
        #expect(header["device"]?.string == "garage-1" && header["epoch"]?.string == "e-1")
        #expect(header["first"]?.integer == from && header["count"]?.integer == to - from + 1)
        #expect(lines.count == Int(to - from) + 2)
        var chain = try #require(header["before"]?.string.flatMap { ChainHash(hexadecimal: $0) })
        if from == 1 { #expect(chain == RecordChain.genesis(device: try DeviceID("garage-1"), epoch: "e-1")) }
        for line in lines.dropFirst() { chain = RecordChain.next(after: chain, line: Array(line.utf8)) }
        #expect(header["head"]?.string == "\(chain)")
    }

    @Test("an export of numbers that are not there is refused", arguments: [("0", "5"), ("5", "61"), ("9", "7")])
    func exportRange(from: String, to: String) throws {
        let sample = try Sample()
        let (status, lines) = try journal("export", sample.path, "--from", from, "--to", to)
        #expect(status == 1)
        #expect(lines == ["records \(from) to \(to) were asked for: the journal holds 1 to 60"])
    }

    @Test("a copy is read with its log or without, in a folder that cannot be written", arguments: [true, false])
    func copies(hasLog: Bool) throws {
        let disk = try SmallDisk(megabytes: 2)
        let sample = try Sample()
        let suffixes = hasLog ? ["", "-wal"] : [""]
        // To close it copies the log back: with its log it is copied beside its writer, when the log alone has the
        // news.
        if !hasLog {
            sample.close()
            try sample.checkpoint()
        }
        for suffix in suffixes {
            let copy = try Program("/bin/cp", [sample.path + suffix, "\(disk.path)/copy.db\(suffix)"])
            #expect(copy.waitForEnd() == 0)
        }
        try disk.makeReadOnly()
        let verified = try journal("verify", "\(disk.path)/copy.db")
        #expect(verified.status == 0)
        #expect(verified.lines.contains { $0.hasPrefix("records 1 to 60: whole") })
        #expect(try journal("list", "\(disk.path)/copy.db").lines.count == 60)
    }
}
