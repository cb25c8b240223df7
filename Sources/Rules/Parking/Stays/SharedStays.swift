internal import Effects
internal import Vocabulary

/// How far the list of the cars inside has been read, and what has happened meanwhile. What it leads to is decided by
/// ``ParkingSite``.
struct SharedStays: Sendable {
    /// At most this many stays of other boxes are kept; a car beyond that is looked for at the exit.
    static let most = 20_000
    /// How long after a question that led to nothing it is asked again.
    static let askAgainAfter = Uptime.Span.seconds(30)
    /// How long after a platform that keeps no car parks said so it is asked again.
    static let askRefusedAgainAfter = Uptime.Span.seconds(3_600)

    /// How often the whole list is read again: of a word that was lost, this heals what no exit asks for.
    static let readAgainAfter = Uptime.Span.seconds(3_600)

    /// The question whose answer is awaited.
    private(set) var request: RequestToken?
    /// What the last question asked for: what follows on this stay.
    private(set) var after: StayID?
    var askAgain: Uptime?
    /// Stays of which something was said, or which began or ended here, while the list was being read: newer than a
    /// page.
    private var newer: Set<StayID> = []
    /// Stays that the pages have named.
    private var named: Set<StayID> = []
    /// Stays that ended here and of which the platform may not know yet. A page that still has them is old.
    private(set) var closedHere: Set<StayID>

    init(closedHere: [StayID] = []) { self.closedHere = Set(closedHere) }

    var isReading: Bool { request != nil || after != nil }

    /// A question leaves: for the beginning of the list, or for what follows.
    mutating func asked(_ token: RequestToken, after: StayID?, at now: Uptime) {
        if after == nil {
            newer = []
            named = []
        }
        request = token
        self.after = after
        askAgain = now + SharedStays.askAgainAfter
    }

    /// Whether an answer is the awaited one; any other is no news.
    mutating func isAwaited(_ token: RequestToken) -> Bool {
        guard request == token else { return false }
        request = nil
        return true
    }

    mutating func refused(at now: Uptime) {
        after = nil
        askAgain = now + SharedStays.askRefusedAgainAfter
    }

    mutating func linkDown() {
        request = nil
        after = nil
        askAgain = nil
    }

    /// Something newer than any page that is under way is known of this stay.
    mutating func heard(_ stay: StayID) { if isReading { newer.insert(stay) } }

    /// The write that ended it was refused.
    mutating func reopened(_ stay: StayID) { closedHere.remove(stay) }

    mutating func closed(_ stay: StayID) {
        closedHere.insert(stay)
        heard(stay)
    }

    /// Whether what a page says of a stay counts.
    mutating func counts(_ stay: StayID) -> Bool {
        named.insert(stay)
        return !newer.contains(stay) && !closedHere.contains(stay)
    }

    /// The last page has come.
    /// - Returns: whether a stay of another box is over: nothing has named it.
    mutating func finish(at now: Uptime) -> (StayID) -> Bool {
        let known = named.union(newer)
        (after, askAgain, named, newer) = (nil, now + SharedStays.readAgainAfter, [], [])
        return { !known.contains($0) }
    }

    /// The platform has every record: it knows of every stay that ended here, and so does the next page.
    /// - Returns: whether anything is forgotten.
    mutating func settled() -> Bool {
        guard !isReading, !closedHere.isEmpty else { return false }
        closedHere = []
        return true
    }
}
