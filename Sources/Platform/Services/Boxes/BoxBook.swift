internal import SQLite
internal import Vocabulary
internal import Wire

/// What is known of each box: whether it is there, and how it said it is. Every call belongs inside a transaction.
final class BoxBook {
    /// A payload over this is not read: no box says so much of itself.
    static let mostBytes = 16 << 10

    private let birth, keptBirth, will, health, contact: Statement
    private let findBirth, rememberBirth, forgetBirths: Statement
    private let epochs: EpochBook
    private let incidents: IncidentBook

    init(in database: borrowing Database, epochs: EpochBook, incidents: IncidentBook) throws(SQLiteError) {
        birth = try database.prepare(
            """
            INSERT INTO boxes (device, online, since, version, epoch) VALUES (?1, 1, ?2, ?3, ?4)
            ON CONFLICT (device) DO UPDATE SET online = 1, since = ?2, version = ?3, epoch = ?4
            """)
        keptBirth = try database.prepare(
            """
            INSERT INTO boxes (device, online, since, version, epoch) VALUES (?1, 1, ?2, ?3, ?4)
            ON CONFLICT (device) DO UPDATE
            SET since = CASE online WHEN 1 THEN since ELSE ?2 END, online = 1, version = ?3, epoch = ?4
            """)
        will = try database.prepare(
            """
            INSERT INTO boxes (device, online, since) VALUES (?1, 0, ?2)
            ON CONFLICT (device) DO UPDATE SET since = CASE online WHEN 0 THEN since ELSE ?2 END, online = 0
            """)
        health = try database.prepare(
            """
            INSERT INTO boxes
                (device, online, since, epoch, queued, journal_healthy, clock_synchronised, faults, health_at)
            VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?2)
            ON CONFLICT (device) DO UPDATE
            SET since = CASE online WHEN 1 THEN since ELSE ?2 END, online = 1, epoch = ?3, queued = ?4,
                journal_healthy = ?5, clock_synchronised = ?6, faults = ?7, health_at = ?2
            """)
        contact = try database.prepare(
            """
            INSERT INTO boxes (device, online, since, contact) VALUES (?1, 0, ?2, ?2)
            ON CONFLICT (device) DO UPDATE SET contact = ?2
            """)
        findBirth = try database.prepare("SELECT 1 FROM births WHERE device = ? AND birth = ?")
        rememberBirth = try database.prepare("INSERT INTO births (device, birth) VALUES (?, ?)")
        forgetBirths = try database.prepare(
            """
            DELETE FROM births WHERE device = ?1 AND number NOT IN
                (SELECT number FROM births WHERE device = ?1 ORDER BY number DESC LIMIT ?2)
            """)
        self.epochs = epochs
        self.incidents = incidents
    }

    /// Takes in a box's presence or health; what cannot be read is reported.
    func take(_ news: Incoming, at now: WallTime) throws(PlatformError) {
        let reading: Result<(Presence?, Health?), WireError>
        do throws(WireError) {
            guard news.payload.count <= BoxBook.mostBytes else { throw .wrong("length") }
            reading =
                news.kind == .presence
                ? .success((try Presence(payload: news.payload), nil))
                : .success((nil, try Health(payload: news.payload)))
        } catch { reading = .failure(error) }
        switch reading {
        case .failure(let error):
            try incidents.note(.malformed, news.device, subject: news.kind.rawValue, "not taken in: \(error)", at: now)
        case .success((let presence, let health)):
            if let presence { try take(presence, news.device, isKept: news.isRetained, at: now) }
            if let health { try take(health, news.device, at: now) }
        }
    }

    /// A box that no key is configured for speaks.
    func refuse(_ news: Incoming, at now: WallTime) throws(PlatformError) {
        try incidents.note(
            .unknownDevice, news.device, subject: news.kind.rawValue,
            "device \(news.device) is there but not enrolled; add its public key", at: now)
    }

    /// The box was last heard then.
    func heard(_ device: DeviceID, at now: WallTime) throws(PlatformError) {
        try stored(contact.run(device.text, now.milliseconds))
    }

    // MARK: -

    private func take(
        _ presence: Presence, _ device: DeviceID, isKept: Bool, at now: WallTime
    ) throws(PlatformError) {
        switch presence {
        case .offline: try stored(will.run(device.text, now.milliseconds))
        case .online(let id, let version, let epoch, let head, _):
            let isRepeat = try !isFirst(id, of: device)
            let isKept = isKept || isRepeat
            let version = BoxBook.printable(version, most: 64)
            if isKept {
                try stored(keptBirth.run(device.text, now.milliseconds, version, epoch))
            } else {
                try stored(birth.run(device.text, now.milliseconds, version, epoch))
            }
            try epochs.heard(epoch, of: device, head: head, from: isKept ? .keptBirth : .birth, at: now)
        }
    }

    /// Births of one box of which more are not remembered: another worker of this store may take one in again, or late.
    private static let mostBirths: Int64 = 16

    /// Whether a birth has not come before; it is remembered then.
    private func isFirst(_ birth: UUIDv7, of device: DeviceID) throws(PlatformError) -> Bool {
        let known = try stored(
            findBirth.first(device.text, birth.bytes) { (row) throws(SQLiteError) in try row.integer(0) })
        guard known == nil else { return false }
        try stored(rememberBirth.run(device.text, birth.bytes))
        try stored(forgetBirths.run(device.text, BoxBook.mostBirths))
        return true
    }

    private func take(_ word: Health, _ device: DeviceID, at now: WallTime) throws(PlatformError) {
        let faults = word.faults.map { BoxBook.printable($0, most: 200) }.joined(separator: "\n")
        try stored(
            health.run(
                device.text, now.milliseconds, word.epoch, word.queued, Int64(word.isJournalHealthy ? 1 : 0),
                Int64(word.isClockSynchronised ? 1 : 0), faults))
        try epochs.heard(word.epoch, of: device, head: word.head, from: .health, at: now)
    }

    /// What a box wrote, cut and harmless in a table.
    private static func printable(_ text: String, most: Int) -> String {
        String(text.unicodeScalars.prefix(most).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
    }
}
