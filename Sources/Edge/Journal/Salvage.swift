internal import SQLite
internal import Vocabulary
internal import Wire

/// What can still be read of a damaged journal, without changing it.
///
/// Nothing is guessed. A record is taken over only if it is not yet confirmed and the hashes stored around it prove
/// every byte of it; the platform applies a payment once, whatever journal it comes in. A record that does not prove
/// itself, and every record of a file that does not say what is confirmed, stays in the set-aside file.
final class Salvage {
    /// What of the records can be taken over.
    struct Tally: Equatable {
        /// The last record that proves itself or is confirmed; nil if the file does not say.
        var through: Int64?
        var carried: Int64 = 0
        /// Unconfirmed records that are there, or are missing between others, and are not taken over.
        var left: Int64 = 0
    }

    private let path: String
    private let database: Database
    private let most: Int64
    /// The row about itself; nil if it cannot be read.
    let meta: Meta?

    /// - Returns: nil if the file cannot even be opened as a database.
    static func open(path: String, most: Int64) -> Salvage? {
        // An absent or empty file holds nothing, and SQLite would throw away the log beside it.
        guard (FileNames.size(of: path) ?? 0) > 0 else { return nil }
        var options = DatabaseOptions()
        options.access = .readOnly
        do throws(SQLiteError) {
            return Salvage(path: path, database: try Database(path: path, options: options), most: most)
        } catch { return nil }
    }

    private init(path: String, database: consuming Database, most: Int64) {
        self.path = path
        self.most = most
        do throws(JournalError) {
            meta = try Meta.read(try prepare(Meta.query, on: database, path: path), path: path)
        } catch { meta = nil }
        self.database = database
    }

    /// Counts, in one pass, what a second pass will take over.
    func tally() -> Tally {
        var tally = Tally(through: meta?.acknowledged)
        guard let meta else { return tally }
        var end = meta.acknowledged
        forEachRow { row in
            end = max(end, row.sequence)
            guard row.isProven, tally.carried < most else { return }
            tally.carried += 1
            tally.through = max(tally.through ?? 0, row.sequence)
        }
        tally.left = end - meta.acknowledged - tally.carried
        return tally
    }

    /// Lends the records that are taken over to `body`, in order, at most as many as are allowed.
    func forEachCarried<Failure: Error>(_ body: (ProvenWalk.Row) throws(Failure) -> Void) throws(Failure) {
        var (count, failure) = (Int64(0), Failure?.none)
        forEachRow { row in
            guard row.isProven, count < most, failure == nil else { return }
            count += 1
            do throws(Failure) { try body(row) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Calls `body` with each row of state that can be read.
    /// - Returns: whether that is all of them.
    func forEachState<Failure: Error>(
        _ body: (_ kind: String, _ key: String, _ value: [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var (isWhole, failure) = (false, Failure?.none)
        do throws(SQLiteError) {
            let check = try database.prepare("PRAGMA quick_check('state')")
            isWhole = try check.first { row throws(SQLiteError) in try row.text(0) } == "ok"
        } catch { isWhole = false }
        do throws(SQLiteError) {
            let statement = try database.prepare("SELECT kind, key, value FROM state ORDER BY kind, key")
            while failure == nil, try statement.step() {
                let (kind, key, value) = (try statement.text(0), try statement.text(1), try statement.bytes(2))
                do throws(Failure) { try body(kind, key, value) } catch { failure = error }
            }
        } catch { isWhole = false }
        if let failure { throw failure }
        return isWhole
    }

    /// Goes over the unconfirmed records from their beginning as far as the file can be read, and over the run at their
    /// end that can be read too.
    private func forEachRow(_ body: (ProvenWalk.Row) -> Void) {
        guard let meta else { return }
        var walk = ProvenWalk(meta: meta)
        func run(from first: Int64) {
            do throws(JournalError) {
                try walk.run(database, from: first, through: .max, path: path) { row in
                    if row.sequence > meta.acknowledged { body(row) }
                    return true
                }
            } catch {
                // It is damaged: that is why we are here. What was read up to there counts.
            }
        }
        run(from: meta.acknowledged)
        let stop = max(walk.last ?? 0, meta.acknowledged)
        if let first = firstOfTheEnd(after: stop) { run(from: first) }
    }

    /// Where the run of records begins that can be read from the end backwards.
    private func firstOfTheEnd(after stop: Int64) -> Int64? {
        var first: Int64?
        do throws(SQLiteError) {
            let statement = try database.prepare(
                "SELECT seq, length(line) FROM records WHERE seq > ? ORDER BY seq DESC LIMIT ?")
            try statement.bind(stop, at: 1)
            try statement.bind(most, at: 2)
            while try statement.step() { first = try statement.integer(0) }
        } catch {
            // The place where the damage begins from this side.
        }
        return first
    }
}
