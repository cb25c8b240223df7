public import Vocabulary
public import Wire

/// A long list a box keeps a copy of: fetched page by page and taken only when it is whole. Pure.
public struct ListBook<Entry: ListEntry>: Hashable, Sendable {
    /// The version in use; 0 before the first list.
    public private(set) var version: Int64
    private var entries: [Holder: Entry]
    private var incoming: Incoming?

    private struct Incoming: Hashable, Sendable {
        var version: Int64
        var digest: String
        var total: Int64
        var entries: [Entry]
    }

    public init(version: Int64 = 0, entries: [Entry] = []) {
        self.version = version
        self.entries = Dictionary(entries.map { ($0.holder, $0) }, uniquingKeysWith: { _, later in later })
    }

    /// What the list says of a holder; nil if it does not name one.
    public subscript(holder: Holder) -> Entry? { entries[holder] }

    public var count: Int { entries.count }

    /// Every entry, in no order.
    public var all: [Entry] { Array(entries.values) }

    /// What a page leads to.
    public enum Outcome: Equatable, Sendable {
        /// The version is the one in use.
        case current
        /// Ask for the page that begins here.
        case more(version: Int64, offset: Int64)
        /// The list is whole and in use; it is to be kept.
        case replaced([Entry])
        /// The page does not fit: the digest is wrong, or an entry is missing. The list in use stays.
        case refused(why: String)
    }

    public mutating func take(_ page: ListPage<Entry>) -> Outcome {
        if page.version == version {
            incoming = nil
            return .current
        }
        if page.offset == 0 {
            incoming = Incoming(version: page.version, digest: page.digest, total: page.total, entries: [])
        }
        guard var list = incoming, list.version == page.version, list.digest == page.digest, list.total == page.total,
            Int64(list.entries.count) == page.offset
        else { return refuse("a page of the list of \(Entry.kind.rawValue) does not follow on the one before") }
        list.entries += page.entries
        let have = Int64(list.entries.count)
        if have < list.total {
            guard !page.entries.isEmpty else {
                return refuse("a page of the list of \(Entry.kind.rawValue) is empty before its end")
            }
            incoming = list
            return .more(version: list.version, offset: have)
        }
        incoming = nil
        guard ListPage<Entry>.digest(of: list.entries) == list.digest else {
            return refuse("version \(list.version) of the list of \(Entry.kind.rawValue) does not fit its digest")
        }
        self = ListBook(version: list.version, entries: list.entries)
        return .replaced(list.entries)
    }

    private mutating func refuse(_ why: String) -> Outcome {
        incoming = nil
        return .refused(why: why)
    }

    // MARK: - In the journal's state

    /// The kinds under which the list and its version stand.
    public static var stateKind: String { "list-\(Entry.kind.rawValue)" }
    public static var versionKind: String { "list-\(Entry.kind.rawValue)-version" }

    /// What replaces the list that is kept.
    public func stateChanges(_ list: [Entry]) -> [StateChange] {
        [.removeAll(kind: Self.stateKind)]
            + list.map { .put(kind: Self.stateKind, key: $0.holder.text, value: $0.canonical) }
            + [.put(kind: Self.versionKind, key: "current", value: Array("\(version)".utf8))]
    }
}
