/// Decides which records of one terminal are somebody who stands there now. Pure: the box's local time is an argument.
///
/// Every record is answered, whatever it is: an unanswered one comes again for ever, and holds up the ones behind it.
/// The last ``most`` records are remembered by number and time; a record that is not remembered (the box was restarted,
/// or it is older than those) is still history if it says so or is older than ``freshSeconds``.
public struct FaceRecords: Sendable {
    /// What a record is.
    public enum Finding: Hashable, Sendable {
        case fresh
        /// It was seen before.
        case repeated
        /// It is history: marked as such, without a time, or too old by so many seconds.
        case stale(ageSeconds: Int64?)
        /// Its time is so far ahead that the terminal's clock must be wrong: set it. Nothing else says how old it is.
        case clockAhead(seconds: Int64)
    }

    /// How many records are remembered.
    public let most: Int
    /// How old a record may be, and how far ahead.
    public let freshSeconds: Int64
    private var seen: Set<Key> = []
    private var order: [Key] = []
    private var oldest = 0

    /// A terminal that is reset to its factory state counts from 1 again, so the time belongs to the key.
    private struct Key: Hashable { let id: Int64, localSeconds: Int64? }

    public init(most: Int = 4_096, freshSeconds: Int64 = 15) {
        precondition(most > 0 && (1...3_600).contains(freshSeconds), "a memory, and a bound of at most an hour")
        self.most = most
        self.freshSeconds = freshSeconds
    }

    /// - Parameter localSeconds: the box's wall clock in the site's zone, as seconds since 1970.
    /// - Returns: only ``Finding/fresh`` may charge or open.
    public mutating func take(_ record: FaceRecord, localSeconds now: Int64) -> Finding {
        let found = finding(of: record, localSeconds: now)
        remember(record)
        return found
    }

    /// What ``take(_:localSeconds:)`` would find, without remembering the record: for one that may not be taken after
    /// all, is not answered then, and is to count when it comes again.
    public func finding(of record: FaceRecord, localSeconds now: Int64) -> Finding {
        guard !seen.contains(Key(id: record.id, localSeconds: record.localSeconds)) else { return .repeated }
        guard let time = record.localSeconds else { return .stale(ageSeconds: nil) }
        let (age, overflows) = now.subtractingReportingOverflow(time)
        guard !overflows else { return .stale(ageSeconds: nil) }
        if record.isStored || age > freshSeconds { return .stale(ageSeconds: age) }
        return age < -freshSeconds ? .clockAhead(seconds: -age) : .fresh
    }

    /// Makes the record one that was seen.
    public mutating func remember(_ record: FaceRecord) {
        let key = Key(id: record.id, localSeconds: record.localSeconds)
        guard seen.insert(key).inserted else { return }
        if order.count < most {
            order.append(key)
        } else {
            seen.remove(order[oldest])
            order[oldest] = key
            oldest = (oldest + 1) % most
        }
    }
}
