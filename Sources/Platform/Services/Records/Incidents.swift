internal import SQLite
public import Vocabulary

/// Something a person must look at: what the platform refused, or could not carry out.
public struct Incident: Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, CaseIterable, Sendable {
        /// A batch of records was refused, see `BatchError`.
        case malformed, wrongDevice, unknownDevice, badSignature, brokenChain
        /// A box sent another history than it sent before: a copied disk, or one that was edited.
        case fork
        /// A box began a new journal. Open while records of the one before are missing that were announced.
        case newJournal
        /// Two journals speak under one name: an old epoch goes on after a newer one began, or a head fell.
        case twoJournals
        /// A box began more journals than are told apart.
        case tooManyJournals
        /// A record is not one this version knows; it is kept as it came.
        case unreadableRecord
        /// A payment's id was used again with other contents.
        case paymentConflict
        /// A box used another box's payment id.
        case foreignPayment
        /// A car was let out on a payment that had been undone.
        case acceptedAfterReversal
        /// A record asks for money that cannot be booked.
        case unpayable
        /// A record or an order names a lease that was never granted, or another box's.
        case unknownLease, foreignLease
        /// A lease's id was used again with another order, or a lease for what it is not for.
        case leaseConflict
        /// Money was spent from a lease that was over, or more than was left in it: it was taken elsewhere, or is owed.
        case leaseOver, leaseOverspent
        /// A box splits payments by other rules than the platform's: nothing is lent to it.
        case purseRulesDiffer
        /// A box has spent from a lease what the rules in force do not allow; it is booked.
        case purseRulesBroken
        /// A car has left on a coupon that was gone: nobody pays the merchant its discount.
        case couponUnfunded
        /// A payment could not be undone.
        case notReversible
        /// A payment network said what it should not have; what it did is being undone.
        case acquirerSurprise
        /// A quote is not what the platform's own tariff says.
        case quoteNotReproduced
        /// Minutes of a stay were paid or owed twice: on the phone, and that payment is given back; or at two gates
        /// that did not know of each other, and a person gives one of them back.
        case stayPaidTwice
        /// More people passed on a ticket than it was sold for: gates decided alone.
        case ticketOverused
        /// A ticket was used that the office had stopped, at a gate that had not heard of it.
        case voidedTicketUsed
        /// A box tells of a ticket that this platform has not sold, or stands at no site for tickets.
        case unknownTicket
        /// One use of a ticket is told differently, or by another box than let people in on it.
        case ticketConflict
        /// A quote begins at another time than the stay's own record.
        case entryDiffers
    }

    /// The box it came from.
    public var device: DeviceID
    public var code: Code
    /// What it is about: a payment's id, a place in a journal. Never personal data.
    public var subject: String
    /// One sentence for a person; never personal data.
    public var detail: String
    public var first: WallTime, last: WallTime
    /// How often it has come.
    public var count: Int64
    /// When what was missing had come; nil while a person should look at it.
    public var closed: WallTime? = nil

    public var description: String {
        "\(device): \(code.rawValue)" + (subject.isEmpty ? "" : " (\(subject))") + ": \(detail)"
            + (count > 1 ? ", \(count) times" : "") + (closed == nil ? "" : " (closed)")
    }
}

/// Keeps incidents, each once with a count: a box that repeats itself does not fill the disk.
final class IncidentBook {
    /// At most about this many rows; later ones are counted together under one subject for each box and code.
    static let mostRows: Int64 = 100_000
    private static let furtherSubject = "further"

    private let upsert: Statement
    private let lastRow: Statement
    private let amendRow: Statement
    private let isOpenRow: Statement
    private let report: (PlatformNotice) -> Void

    /// - Parameter report: hears of an incident when it is new, and at its 10th, 100th … time.
    init(in database: borrowing Database, report: @escaping (PlatformNotice) -> Void) throws(SQLiteError) {
        upsert = try database.prepare(
            """
            INSERT INTO incidents (device, code, subject, detail, first_at, last_at, count)
            VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1)
            ON CONFLICT (device, code, subject) DO UPDATE
            SET count = count + 1, last_at = excluded.last_at, detail = excluded.detail, closed_at = NULL
            RETURNING count, first_at
            """)
        lastRow = try database.prepare("SELECT max(id) FROM incidents")
        amendRow = try database.prepare(
            """
            UPDATE incidents SET detail = ?4, last_at = ?5, closed_at = ?6
            WHERE device = ?1 AND code = ?2 AND subject = ?3
            """)
        isOpenRow = try database.prepare(
            "SELECT 1 FROM incidents WHERE device = ? AND code IN ('fork', 'twoJournals') AND closed_at IS NULL LIMIT 1"
        )
        self.report = report
    }

    /// Brings an incident up to date, without counting it once more; does nothing if there is none.
    /// - Parameter isClosed: nothing is left for a person to do.
    func amend(
        _ code: Incident.Code, _ device: DeviceID, subject: String, _ detail: String, isClosed: Bool, at now: WallTime
    ) throws(PlatformError) {
        try stored(
            amendRow.run(
                device.text, code.rawValue, subject, String(detail.prefix(400)), now.milliseconds,
                isClosed ? now.milliseconds : nil))
    }

    /// Whether two journals are known to speak under this name.
    func isContested(_ device: DeviceID) throws(PlatformError) -> Bool {
        try stored(isOpenRow.first(device.text) { (_) throws(SQLiteError) in true }) ?? false
    }

    func note(
        _ code: Incident.Code, _ device: DeviceID, subject: String = "", _ detail: String, at now: WallTime
    ) throws(PlatformError) {
        let rows = try stored(lastRow.first { (row) throws(SQLiteError) in try row.optionalInteger(0) }) ?? nil
        let subject = rows ?? 0 < IncidentBook.mostRows ? subject : IncidentBook.furtherSubject
        let detail = String(detail.prefix(400))
        let counted = try stored(
            upsert.first(device.text, code.rawValue, subject, detail, now.milliseconds) {
                (row) throws(SQLiteError) in (try row.integer(0), try row.integer(1))
            })
        guard let (count, first) = counted else { return }
        guard IncidentBook.isWorthSaying(count) else { return }
        report(
            .incident(
                Incident(
                    device: device, code: code, subject: subject, detail: detail,
                    first: WallTime(milliseconds: first), last: now, count: count)))
    }

    private static func isWorthSaying(_ count: Int64) -> Bool {
        var rest = count
        while rest > 1, rest % 10 == 0 { rest /= 10 }
        return rest == 1
    }
}

extension Incident {
    /// Reads incidents, oldest first; one of a code that this version does not know is left out.
    static func read(_ database: borrowing Database, _ condition: String) throws(SQLiteError) -> [Incident] {
        var incidents: [Incident] = []
        let statement = try database.prepare(
            """
            SELECT device, code, subject, detail, first_at, last_at, count, closed_at FROM incidents
            \(condition) ORDER BY id
            """)
        try statement.forEach { (row) throws(SQLiteError) in
            guard let device = try? Slug(try row.text(0)), let code = Code(rawValue: try row.text(1)) else { return }
            incidents.append(
                Incident(
                    device: device, code: code, subject: try row.text(2), detail: try row.text(3),
                    first: WallTime(milliseconds: try row.integer(4)), last: WallTime(milliseconds: try row.integer(5)),
                    count: try row.integer(6),
                    closed: try row.optionalInteger(7).map { WallTime(milliseconds: $0) }))
        }
        return incidents
    }
}
