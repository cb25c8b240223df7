internal import Host
public import Vocabulary
internal import Wire

/// That a damaged journal was set aside and another one took its place; the new one's first record says the same.
public struct JournalReplacement: Equatable, Sendable {
    /// The damaged one's epoch; nil if it cannot be read.
    public var previousEpoch: String?
    /// Its last record that proves itself, or that the platform has confirmed; nil if it does not say.
    public var through: Int64?
    /// What was wrong with it, and what was taken over.
    public var why: String
    /// The name under which it is kept, beside the journal.
    public var file: String
}

extension Journal {
    /// As `open`, after a check of bounded length; a damaged journal is set aside and another one begins.
    ///
    /// A damaged file is renamed, with its log, to `journal.damaged-<n>` and never deleted. The new journal has another
    /// epoch. Its first record is `journalReplaced`; behind it stand the old one's unconfirmed records that prove
    /// themselves by their hashes, and beside it the old one's state. A power cut at any moment leaves the old journal
    /// in its place, or the new one, or a state that the next start brings to its end.
    /// - Parameters:
    ///   - now: for the first record of a new journal.
    ///   - vouching: kinds of state that say that others are complete: left behind if not all of the state can be read.
    /// - Throws: as `open`, and `tooManyDamaged`; nothing was moved then.
    public static func openOrReplace(
        path: String, device: DeviceID, newEpoch: () -> String, now: ClockReading, vouching: Set<String> = [],
        options: JournalOptions = JournalOptions(), handler: any JournalHandler
    ) throws(JournalError) -> Journal {
        let lock = try ProcessLock.take(besides: path)
        let names = FileNames(path)
        var replacement = try Replacing.finish(names, device: device, options: options)
        if replacement == nil, FileNames.exists(path) || FileNames.exists("\(path)-wal") {
            var damage: String?
            do throws(JournalError) {
                try IntegrityCheck.run(path: path, device: device, options: options)
            } catch {
                guard case .damaged(_, let why) = error else { throw error }
                damage = why
            }
            if let damage {
                let notice = { file in
                    Successor.Notice(at: now, epoch: newEpoch(), file: file, why: damage, vouching: vouching)
                }
                replacement = try Replacing.begin(names, device: device, options: options, why: damage, notice)
            }
        }
        return try open(
            path: path, lock: lock, device: device, newEpoch: newEpoch, options: options, handler: handler,
            replacement: replacement)
    }

    /// The names of the damaged journals kept beside the one at `path`.
    public static func damagedFiles(beside path: String, options: JournalOptions = JournalOptions()) -> [String] {
        let names = FileNames(path)
        return (1...max(1, options.mostDamagedFiles)).map(names.damagedName).filter { name in
            FileNames.suffixes.contains { FileNames.exists(names.inFolder(name) + $0) }
        }
    }
}

/// The moves that put a new journal in a damaged one's place, in an order that a power cut cannot spoil.
///
/// 1. The successor is made complete as `journal.new`. 2. The damaged file gets its new name. 3. Its log gets it, for
/// SQLite would play an old log into a new file. 4. The successor gets the journal's name. Each is synced before the
/// next. A start that finds a successor beside a journal removes it, for the damage will be found again; a successor
/// without a journal is between 2 and 4, and goes on there.
enum Replacing {
    static func begin(
        _ names: FileNames, device: DeviceID, options: JournalOptions, why: String,
        _ notice: (_ file: String) -> Successor.Notice
    ) throws(JournalError) -> JournalReplacement {
        let file = try freeName(names, options: options, why: why)
        // Room for the successor, if it is there; a healthy journal takes it again.
        for path in names.ballasts { _ = Ballast(path: path, bytes: 0).release() }
        let made = try Successor.build(
            names, device: device, salvage: Salvage.open(path: names.path, most: options.mostCarriedRecords),
            notice: notice(file))
        options.onReplacementStep?("successor made")
        try names.move(names.path, to: names.inFolder(file))
        try names.syncFolder()
        options.onReplacementStep?("journal set aside")
        try complete(names, file: file, options: options)
        return made
    }

    /// Brings what a power cut interrupted to its end.
    /// - Returns: what was replaced, if the successor was to take its place still.
    static func finish(
        _ names: FileNames, device: DeviceID, options: JournalOptions
    ) throws(JournalError) -> JournalReplacement? {
        guard FileNames.exists(names.successor) else { return nil }
        guard !FileNames.exists(names.path) else {
            try names.remove(names.successor)
            return nil
        }
        guard let made = notice(of: names.successor, device: device) else {
            // It was complete once, so the medium has damaged it since.
            let file = try freeName(names, options: options, why: "\(names.successor) cannot be read")
            for suffix in FileNames.suffixes {
                try names.move(names.successor + suffix, to: names.inFolder(file) + suffix)
            }
            try names.syncFolder()
            return nil
        }
        try complete(names, file: made.file, options: options)
        return made
    }

    private static func complete(
        _ names: FileNames, file: String, options: JournalOptions
    ) throws(JournalError) {
        for suffix in ["-wal", "-shm"] {
            try names.move(names.path + suffix, to: names.inFolder(file) + suffix)
            options.onReplacementStep?("\(suffix) set aside")
        }
        try names.syncFolder()
        try names.move(names.successor, to: names.path)
        options.onReplacementStep?("successor in place")
        try names.syncFolder()
    }

    private static func freeName(
        _ names: FileNames, options: JournalOptions, why: String
    ) throws(JournalError) -> String {
        for number in 1...max(1, options.mostDamagedFiles) {
            let name = names.damagedName(number)
            if !FileNames.suffixes.contains(where: { FileNames.exists(names.inFolder(name) + $0) }) { return name }
        }
        throw .tooManyDamaged(path: names.path, kept: options.mostDamagedFiles, why: why)
    }

    /// What the first record of a successor says; nil if it is not a whole one.
    private static func notice(of path: String, device: DeviceID) -> JournalReplacement? {
        do {
            let reader = try JournalReader(path: path, isImmutable: true)
            _ = try reader.durableHead()
            guard reader.identity.device == device, let line = try reader.records(from: 1, mostRecords: 1).lines.first,
                case .journalReplaced(let epoch, let through, let why, let file) = try Record.parse(line: line)
                    .record.event
            else { return nil }
            return JournalReplacement(previousEpoch: epoch, through: through, why: why, file: file)
        } catch { return nil }
    }
}
