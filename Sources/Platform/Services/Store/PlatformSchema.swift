internal import Ledger
internal import SQLite

/// The tables of the platform's file, beside the ledger's own.
enum PlatformSchema {
    /// "TPpl": tells this file from any other SQLite database.
    static let application: Int64 = 0x5450_706c
    static let version: Int64 = 5

    /// Makes the tables in a new file; refuses a file that is not ours, or newer than this program.
    static func prepare(_ database: borrowing Database) throws(PlatformError) {
        let application = try stored(database.integer("PRAGMA application_id")) ?? 0
        let version = try stored(database.integer("PRAGMA user_version")) ?? 0
        let tables = try stored(database.integer("SELECT count(*) FROM sqlite_schema")) ?? 0
        if application != PlatformSchema.application, application != 0 || tables > 0 {
            throw .foreignFile(path: database.path, application: application)
        }
        guard version <= PlatformSchema.version else {
            throw .newerSchema(path: database.path, found: version, known: PlatformSchema.version)
        }
        try stored(database.execute("BEGIN IMMEDIATE"))
        do throws(PlatformError) {
            try booked(Ledger.createTables(in: database))
            try stored(database.execute(AcquirerOrderTable.schema + RefundTable.schema))
            try stored(database.execute(LeaseTable.schema))
            if version == 1 { try stored(database.execute("ALTER TABLE incidents ADD COLUMN closed_at INTEGER")) }
            try stored(StayTable.upgrade(database))
            try stored(database.execute(StayPayments.schema + PhoneOrderTable.schema + PermitRegister.schema))
            try stored(database.execute(CouponTable.schema + ShiftTable.schema))
            try stored(database.execute(TicketTable.schema + MealRegister.schema + PurseTable.schema))
            try stored(database.execute(PersonTable.schema + RuleHistory.schema))
            try stored(database.execute(PursePaymentTable.schema + LeaseLotTable.schema + PursePayoutTable.schema))
            try stored(database.execute(DebtTable.schema + DenialRegister.schema + StayTable.schema))
            try stored(database.execute(tablesAndMarks))
            try stored(database.execute("COMMIT"))
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    /// Opens a platform's file to look at it; the platform may be running.
    static func openForReading(_ path: String) throws(PlatformError) -> Database {
        var options = DatabaseOptions()
        options.access = .readOnly
        let database = try stored(Database(path: path, options: options))
        let application = try stored(database.integer("PRAGMA application_id")) ?? 0
        guard application == PlatformSchema.application else {
            throw .foreignFile(path: database.path, application: application)
        }
        let version = try stored(database.integer("PRAGMA user_version")) ?? 0
        guard version <= PlatformSchema.version else {
            throw .newerSchema(path: database.path, found: version, known: PlatformSchema.version)
        }
        guard version == PlatformSchema.version else {
            throw .olderSchema(path: database.path, found: version, known: PlatformSchema.version)
        }
        return database
    }

    /// The place of a record is its stream's number and its sequence number in one integer, so that the table needs no
    /// second index and a new record is appended at the end of its stream.
    static let sequenceBits: Int64 = 40

    private static let tablesAndMarks = """
        CREATE TABLE IF NOT EXISTS payments (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            charge BLOB,
            amount INTEGER NOT NULL CHECK (amount >= 0),
            state TEXT NOT NULL CHECK (state IN ('approved', 'asking', 'declined', 'reversed', 'debt', 'collected')),
            reason TEXT,
            claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
            device TEXT NOT NULL,
            at INTEGER NOT NULL
        );
        CREATE TABLE IF NOT EXISTS streams (
            id INTEGER PRIMARY KEY,
            device TEXT NOT NULL,
            epoch TEXT NOT NULL,
            through INTEGER NOT NULL CHECK (through >= 0),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            at INTEGER NOT NULL,
            UNIQUE (device, epoch)
        );
        CREATE TABLE IF NOT EXISTS records (
            place INTEGER PRIMARY KEY,
            line BLOB NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            fault TEXT
        );
        CREATE INDEX IF NOT EXISTS unreadable_records ON records (place) WHERE fault IS NOT NULL;
        CREATE VIEW IF NOT EXISTS record_lines AS
            SELECT device, epoch, place & \((1 << sequenceBits) - 1) AS seq, CAST(line AS TEXT) AS line, hash, fault
            FROM records JOIN streams ON streams.id = place >> \(sequenceBits);
        CREATE TABLE IF NOT EXISTS contracts (
            holder TEXT PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES accounts (id),
            status TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
            offline_limit INTEGER NOT NULL CHECK (offline_limit >= 0)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS incidents (
            id INTEGER PRIMARY KEY,
            device TEXT NOT NULL,
            code TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            count INTEGER NOT NULL,
            closed_at INTEGER,
            UNIQUE (device, code, subject)
        );
        CREATE TABLE IF NOT EXISTS epochs (
            device TEXT NOT NULL,
            epoch TEXT NOT NULL,
            number INTEGER NOT NULL,
            announced INTEGER NOT NULL CHECK (announced >= 0),
            birth_head INTEGER NOT NULL CHECK (birth_head >= 0),
            began_at INTEGER NOT NULL,
            note TEXT,
            PRIMARY KEY (device, epoch)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS boxes (
            device TEXT PRIMARY KEY,
            online INTEGER NOT NULL CHECK (online IN (0, 1)),
            since INTEGER NOT NULL,
            contact INTEGER,
            version TEXT,
            epoch TEXT,
            queued INTEGER,
            journal_healthy INTEGER,
            clock_synchronised INTEGER,
            faults TEXT,
            health_at INTEGER
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS births (
            number INTEGER PRIMARY KEY,
            device TEXT NOT NULL,
            birth BLOB NOT NULL,
            UNIQUE (device, birth)
        );
        CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA application_id = \(application);
        PRAGMA user_version = \(version);
        """
}
