public import Vocabulary

/// What the platform tells its engineer while it works. No personal data.
public enum PlatformNotice: Sendable, CustomStringConvertible {
    public enum Severity: Sendable { case info, warning, error }

    /// The configuration is in force.
    case configured(plates: Int, added: Int, changed: Int, removed: Int, listVersion: Int64)
    /// The configured opening balance is not the one that was booked; the booked one stands.
    case openingDiffers(account: Slug, booked: Fen, configured: Fen)
    /// The configured budget of a campaign is not the one that was booked; the booked one stands.
    case budgetDiffers(campaign: Slug, booked: Fen, configured: Fen)
    /// A new incident, or one that has come 10, 100 … times.
    case incident(Incident)
    /// Requests got no decision because the store failed; the boxes ask again.
    case requestsFailed(count: Int, PlatformError)
    /// A batch was not stored because the store failed; the box sends it again.
    case batchFailed(DeviceID, PlatformError)
    /// What boxes said of themselves was not written because the store failed; it is tried again in some seconds.
    case newsFailed(count: Int, PlatformError)
    /// A message was dropped because too many wait, for the `total`-th time; the box sends it again.
    case dropped(Incoming.Kind, DeviceID, total: Int)
    /// Messages were left behind at the end; the boxes send them again.
    case leftBehind(count: Int)
    /// Debts were tried by schedule.
    case debtsTried(tried: Int, paid: Int)
    /// What is to be done from time to time was not, because the store failed; it is tried again.
    case tendingFailed(PlatformError)
    /// Pages of the log could not be copied into the file; they stay in the log.
    case checkpointFailed(PlatformError)

    public var severity: Severity {
        switch self {
        case .configured, .debtsTried: .info
        case .openingDiffers, .budgetDiffers, .incident, .dropped, .leftBehind: .warning
        case .requestsFailed, .batchFailed, .newsFailed, .tendingFailed, .checkpointFailed: .error
        }
    }

    public var description: String {
        switch self {
        case .configured(let plates, let added, let changed, let removed, let version):
            "contract list of version \(version): \(plates) plates"
                + " (\(added) new, \(changed) changed, \(removed) removed)"
        case .openingDiffers(let account, let booked, let configured):
            """
            account \(account) was opened with \(booked); the \(configured) now configured is ignored: \
            corrections are new transfers
            """
        case .budgetDiffers(let campaign, let booked, let configured):
            """
            campaign \(campaign) was funded with \(booked); the \(configured) now configured is ignored: \
            begin a campaign of another name
            """
        case .incident(let incident): "\(incident)"
        case .requestsFailed(let count, let error): "\(count) requests got no decision, the boxes ask again: \(error)"
        case .batchFailed(let device, let error):
            "a batch of \(device) was not stored, the box sends it again: \(error)"
        case .newsFailed(let count, let error):
            "the presence and health of boxes (\(count) messages) was not written, it is tried again: \(error)"
        case .dropped(let kind, let device, let total):
            "too many messages wait: \(kind.rawValue) of \(device) dropped (\(total) so far), the box sends again"
        case .leftBehind(let count): "\(count) messages were left behind at the end, the boxes send them again"
        case .debtsTried(let tried, let paid): "\(tried) debts were tried by schedule, \(paid) of them are paid"
        case .tendingFailed(let error): "debts were not tried, and are again shortly: \(error)"
        case .checkpointFailed(let error): "the write-ahead log keeps growing: \(error)"
        }
    }
}
