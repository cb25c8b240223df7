internal import SQLite
internal import Vocabulary
internal import Wire

/// The records of every box: one gap-free, chained stream for each epoch of each journal.
final class RecordStreams {
    private struct Stream {
        var id: Int64
        var through: Int64
        var hash: ChainHash
    }

    private let find: Statement
    private let newest: Statement
    private let insertStream: Statement
    private let advance: Statement
    private let insertRecord: Statement
    private let hashAt: Statement
    private let payments: Payments
    private let cars: CarBook
    private let tickets: TicketRegister
    private let meals: MealRegister
    private let shifts: ShiftTable
    private let incidents: IncidentBook
    private let epochs: EpochBook

    init(
        in database: borrowing Database, payments: Payments, cars: CarBook, tickets: TicketRegister,
        meals: MealRegister, incidents: IncidentBook, epochs: EpochBook
    ) throws(SQLiteError) {
        find = try database.prepare("SELECT id, through, hash FROM streams WHERE device = ? AND epoch = ?")
        newest = try database.prepare("SELECT epoch FROM streams WHERE device = ? ORDER BY id DESC LIMIT 1")
        insertStream = try database.prepare(
            "INSERT INTO streams (device, epoch, through, hash, at) VALUES (?, ?, 0, ?, ?) RETURNING id")
        advance = try database.prepare("UPDATE streams SET through = ?, hash = ?, at = ? WHERE id = ?")
        insertRecord = try database.prepare("INSERT INTO records (place, line, hash, fault) VALUES (?, ?, ?, ?)")
        hashAt = try database.prepare("SELECT hash FROM records WHERE place = ?")
        shifts = try ShiftTable(in: database)
        self.payments = payments
        self.cars = cars
        self.tickets = tickets
        self.meals = meals
        self.incidents = incidents
        self.epochs = epochs
    }

    /// How many records are stored, at least, before something more urgent may have its turn: 0.2 ms of work or so.
    static let leastPart = 32

    /// Stores what is new in a batch and books what it asks for. Call it inside a transaction: what it stored is there
    /// as a whole, or not at all.
    ///
    /// The batch is checked as a whole before any of it is stored, so that a part of a refused batch is never applied.
    /// - Parameter isWantedElsewhere: asked after every ``leastPart`` records; true ends this turn.
    /// - Returns: nil when it ended its turn before the end of the batch: call it again with the same reading. What is
    ///   stored by then is a part like any that overlaps with a batch sent again.
    func ingest(
        _ reading: BatchReading, at now: WallTime, isWantedElsewhere: () -> Bool
    ) throws(PlatformError) -> Acknowledgement? {
        switch reading.content {
        case .failure(let error): return try refuse(reading, error, at: now)
        case .success(let (batch, lines)):
            let known = try stream(batch.device, batch.epoch)
            let through = known?.through ?? 0
            guard batch.first <= through + 1 else {
                // Several batches are in flight; one before this was lost. That is no incident, but it was announced.
                try epochs.heard(
                    batch.epoch, of: batch.device, head: batch.last, from: .batch(latest: reading.latest), at: now)
                return .expected(epoch: batch.epoch, sequence: through + 1, because: "gap")
            }
            let before = try hash(before: batch, known)
            let hashes: [ChainHash]
            switch RecordStreams.verify(batch, after: before) {
            case .success(let verified): hashes = verified
            case .failure(let error):
                guard known != nil, batch.isOfAnotherHistory(than: before) else {
                    return try refuse(reading, error, at: now)
                }
                return try refuseFork(batch, "what comes before record \(batch.first) differs", at: now)
            }
            if let known, batch.first <= through, let place = try firstDifference(batch, hashes, known) {
                return try refuseFork(batch, "record \(place) is the first that differs", at: now)
            }
            guard batch.last > through else { return .through(epoch: batch.epoch, sequence: through) }
            let stream = if let known { known } else { try open(batch, before, at: now) }
            let start = Int(through + 1 - batch.first)
            var end = start
            repeat {
                try store(batch, end, hashes[end], lines[end], stream, at: now)
                end += 1
            } while end < lines.count && !((end - start).isMultiple(of: Self.leastPart) && isWantedElsewhere())
            let last = batch.first + Int64(end) - 1
            try stored(advance.run(last, hashes[end - 1].bytes, now.milliseconds, stream.id))
            try epochs.heard(batch.epoch, of: batch.device, head: 0, from: .batch(latest: reading.latest), at: now)
            return end == lines.count ? .through(epoch: batch.epoch, sequence: last) : nil
        }
    }

    private static func verify(_ batch: Batch, after hash: ChainHash) -> Result<[ChainHash], BatchError> {
        do throws(BatchError) { return .success(try batch.verifyChain(after: hash)) } catch { return .failure(error) }
    }

    // MARK: - Refusals

    private func refuse(
        _ reading: BatchReading, _ error: BatchError, at now: WallTime
    ) throws(PlatformError) -> Acknowledgement {
        let code =
            switch error {
            case .malformed: Incident.Code.malformed
            case .wrongDevice: Incident.Code.wrongDevice
            case .unknownDevice: Incident.Code.unknownDevice
            case .badSignature: Incident.Code.badSignature
            case .brokenChain: Incident.Code.brokenChain
            }
        try incidents.note(code, reading.device, "\(error)", at: now)
        let newest = try stored(
            newest.first(reading.device.text) { (row) throws(SQLiteError) in try row.text(0) })
        let epoch = reading.claimedEpoch ?? newest ?? "unknown"
        let through = try stream(reading.device, epoch)?.through ?? 0
        guard case .brokenChain(_, let first, _) = error else {
            return .expected(epoch: epoch, sequence: through + 1, because: error.code)
        }
        return .expected(epoch: epoch, sequence: min(first, through + 1), because: error.code)
    }

    /// Refuses a batch of another history. The answer never names a record behind the batch's first: what this platform
    /// has under those numbers came from another journal, and is not this one's to forget.
    private func refuseFork(
        _ batch: Batch, _ difference: String, at now: WallTime
    ) throws(PlatformError) -> Acknowledgement {
        try incidents.note(
            .fork, batch.device, subject: "epoch \(batch.epoch)",
            """
            two boxes with one identity, or an edited journal: records \(batch.first) to \(batch.last) belong to \
            another history than what came first, which stands; \(difference)
            """, at: now)
        return .expected(epoch: batch.epoch, sequence: batch.first, because: "fork")
    }

    // MARK: - Rows

    private func stream(_ device: DeviceID, _ epoch: String) throws(PlatformError) -> Stream? {
        try stored(
            find.first(device.text, epoch) { (row) throws(SQLiteError) in
                Stream(id: try row.integer(0), through: try row.integer(1), hash: try RecordStreams.hash(row, 2))
            })
    }

    private func open(_ batch: Batch, _ genesis: ChainHash, at now: WallTime) throws(PlatformError) -> Stream {
        let id = try stored(
            insertStream.first(batch.device.text, batch.epoch, genesis.bytes, now.milliseconds) {
                (row) throws(SQLiteError) in try row.integer(0)
            })
        guard let id else { preconditionFailure("an insert returned no row") }
        return Stream(id: id, through: 0, hash: genesis)
    }

    /// The hash that the batch's first line must follow on.
    private func hash(before batch: Batch, _ stream: Stream?) throws(PlatformError) -> ChainHash {
        guard batch.first > 1, let stream else {
            return RecordChain.genesis(device: batch.device, epoch: batch.epoch)
        }
        return batch.first == stream.through + 1 ? stream.hash : try hash(at: batch.first - 1, stream)
    }

    /// The first record that came before with other contents; nil if the part that came before is the same as then.
    private func firstDifference(
        _ batch: Batch, _ hashes: [ChainHash], _ stream: Stream
    ) throws(PlatformError) -> Int64? {
        let last = min(batch.last, stream.through)
        // The last hash covers all before it: one look is enough, unless there is something to report.
        guard try hash(at: last, stream) != hashes[Int(last - batch.first)] else { return nil }
        for sequence in batch.first..<last where try hash(at: sequence, stream) != hashes[Int(sequence - batch.first)] {
            return sequence
        }
        return last
    }

    private func hash(at sequence: Int64, _ stream: Stream) throws(PlatformError) -> ChainHash {
        let hash = try stored(
            hashAt.first(place(sequence, stream)) { (row) throws(SQLiteError) in
                try RecordStreams.hash(row, 0)
            })
        guard let hash else {
            throw .store(
                SQLiteError(
                    operation: "read the hash of a stored record", path: "", extendedCode: 11,
                    message: "record \(sequence) of stream \(stream.id) is missing"))
        }
        return hash
    }

    private func store(
        _ batch: Batch, _ index: Int, _ hash: ChainHash, _ line: BatchReading.Line, _ stream: Stream, at now: WallTime
    ) throws(PlatformError) {
        let sequence = batch.first + Int64(index)
        var fault: String?
        if let charge = line.charge { try payments.quotes.compareBeginning(of: charge, batch.device, at: now) }
        switch line {
        case .acceptedOffline(let charge): try payments.acceptedOffline(charge, from: batch.device, at: now)
        case .debt(let charge): try payments.debt(charge, from: batch.device, at: now)
        case .cashTaken(let charge): try payments.cashTaken(charge, from: batch.device, at: now)
        case .stayOpened(let entry): try cars.opened(entry, of: batch.device)
        case .plateCorrected(let stay, let plate): try cars.corrected(stay, to: plate, of: batch.device)
        case .entryTimeSet(let stay, let entered, let who):
            try cars.entryTimeSet(stay, entered, by: who, of: batch.device)
        case .ticketLost(let stay): try cars.ticketLost(stay, of: batch.device)
        case .shiftClosed(let shift, let closed): try shifts.closed(shift, at: closed, of: batch.device)
        case .stayClosed(let stay): try cars.closed(stay, of: batch.device, at: now)
        case .stayPrepaid(_, let payment): try cars.recorded(payment, by: batch.device)
        case .leaseSpent(let lease, let charge, let spends):
            try payments.leaseSpent(lease, charge, spends, from: batch.device, at: now)
        case .leasePaidOut(let lease, let payout):
            try payments.leasePaidOut(lease, payout, from: batch.device, at: now)
        case .ticket(let fact): try tickets.learn(fact, from: batch.device, at: now)
        case .meal(let fact): try meals.learn(fact, from: batch.device, at: now)
        case .journalReplaced(let previous, let through, let why, let file):
            try epochs.replaced(previous, of: batch.device, through: through, why: why, file: file, at: now)
        case .approved, .evidence: break
        case .unreadable(let why):
            fault = why
            try incidents.note(
                .unreadableRecord, batch.device, subject: "epoch \(batch.epoch) record \(sequence)",
                "the record is kept as it came and nothing was done on it: \(why)", at: now)
        }
        try stored(insertRecord.run(place(sequence, stream), batch.lines[index], hash.bytes, fault))
    }

    private func place(_ sequence: Int64, _ stream: Stream) -> Int64 {
        stream.id << PlatformSchema.sequenceBits | sequence
    }

    private static func hash(_ row: borrowing Statement, _ column: Int) throws(SQLiteError) -> ChainHash {
        guard let hash = ChainHash(bytes: try row.bytes(column)) else {
            throw SQLiteError(
                operation: "read a record's hash", path: "", extendedCode: 11, message: "it is not 32 bytes long")
        }
        return hash
    }
}

extension Batch {
    /// Whether the lines are whole, as they were signed, but follow on another record than the one that is stored.
    ///
    /// A batch that does not say what it follows on, or whose lines were damaged on the way, is not.
    fileprivate func isOfAnotherHistory(than stored: ChainHash) -> Bool {
        guard let previous, first > 1, previous != stored else { return false }
        return (try? verifyChain(after: previous)) != nil
    }
}
