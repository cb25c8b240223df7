internal import Crypto
public import JSONText
public import Vocabulary

/// The long lists that boxes keep a copy of.
public enum ListKind: String, CaseIterable, Sendable {
    case contracts, denials
    /// Of the asking box's own car park.
    case permits
    /// Of the asking box's own canteen.
    case people
}

/// An entry of a long list.
public protocol ListEntry: Hashable, Sendable {
    static var kind: ListKind { get }
    /// Whom it is about: no two entries of a list are about the same, and the list is in this order.
    var holder: Holder { get }
    /// Writes its members; the same entry always gives the same bytes.
    func write(to writer: inout JSONWriter)
    init(_ node: JSONNode) throws(WireError)
}

extension ListEntry {
    /// The entry as JSON: what the digest is taken of, and what a box keeps.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Returns: nil for bytes that are no such entry.
    public init?(canonical: [UInt8]) {
        guard let node = try? JSONNode.parse(canonical, dialect: .json), let entry = try? Self(node) else { return nil }
        self = entry
    }
}

/// A holder who has signed a contract to be charged.
public struct Contract: ListEntry {
    public static let kind = ListKind.contracts

    public var holder: Holder
    /// The most that may be charged while the platform cannot be asked; zero: nothing.
    public var offlineLimit: Fen

    public init(holder: Holder, offlineLimit: Fen) {
        self.holder = holder
        self.offlineLimit = offlineLimit
    }

    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            holder: try node.parse("holder", Holder.init), offlineLimit: Fen(try node.number("offlineLimit")))
    }

    public func write(to writer: inout JSONWriter) {
        writer.field("holder", holder.text)
        writer.field("offlineLimit", offlineLimit.count)
    }
}

/// A holder to whom nothing is promised: one who owes money, or is blocked.
public struct Denial: ListEntry {
    public static let kind = ListKind.denials
    /// At most this many debts are named; the sum is over all of them.
    public static let mostDebts = 50

    public var holder: Holder
    /// What is owed in all; zero for a holder who is blocked for another reason.
    public var owed: Fen
    /// The payments whose money is owed, oldest first: a debt is collected under the id of the payment that failed.
    public var debts: [PaymentID]

    public init(holder: Holder, owed: Fen, debts: [PaymentID]) {
        self.holder = holder
        self.owed = owed
        self.debts = debts
    }

    public init(_ node: JSONNode) throws(WireError) {
        let listed = try node.list("debts", most: Denial.mostDebts)
        let debts = listed.compactMap { $0.string.flatMap { try? PaymentID($0) } }
        guard debts.count == listed.count else { throw .wrong("debts") }
        let owed = try node.number("owed")
        guard owed >= 0 else { throw .wrong("owed") }
        self.init(holder: try node.parse("holder", Holder.init), owed: Fen(owed), debts: debts)
    }

    public func write(to writer: inout JSONWriter) {
        writer.field("holder", holder.text)
        writer.field("owed", owed.count)
        writer.field("debts", array: debts) { $0.string($1.description) }
    }
}

/// The limits of a list on the wire.
public enum ListLimits {
    /// At most this many entries in a page.
    public static let mostEntries = 500
    /// At most this many entries in a list that a box takes.
    public static let longestList: Int64 = 200_000
}

/// A part of a long list. A list is fetched page by page and used only when it is whole and its digest fits.
public struct ListPage<Entry: ListEntry>: Equatable, Sendable {
    /// The list's version; a new one for every change.
    public var version: Int64
    /// The digest of the whole list of this version, see ``digest(of:)``.
    public var digest: String
    /// How many entries the whole list has.
    public var total: Int64
    /// The place of the first entry of this page in the list, from 0.
    public var offset: Int64
    public var entries: [Entry]

    public init(version: Int64, digest: String, total: Int64, offset: Int64, entries: [Entry]) {
        self.version = version
        self.digest = digest
        self.total = total
        self.offset = offset
        self.entries = entries
    }

    /// SHA-256, in hexadecimal, over the entries in the order of the list, each as JSON and ended by a line feed.
    public static func digest(of list: some Sequence<Entry>) -> String {
        var hash = SHA256()
        for entry in list { hash.update(data: entry.canonical + [UInt8(ascii: "\n")]) }
        return Hexadecimal.text(hash.finalize())
    }

    func write(to writer: inout JSONWriter) {
        writer.field("version", version)
        writer.field("digest", digest)
        writer.field("total", total)
        writer.field("offset", offset)
        writer.field("entries", array: entries) { writer, entry in writer.object { entry.write(to: &$0) } }
    }

    init(_ node: JSONNode) throws(WireError) {
        var entries: [Entry] = []
        for entry in try node.list("entries", most: ListLimits.mostEntries) { entries.append(try Entry(entry)) }
        self.init(
            version: try node.number("version"), digest: try node.text("digest"), total: try node.number("total"),
            offset: try node.number("offset"), entries: entries)
        guard total >= 0, total <= ListLimits.longestList else { throw .wrong("total") }
        guard version >= 0 else { throw .wrong("version") }
        // Compared this way round: the sum of two numbers from the wire could leave the range of 64 bits.
        guard offset >= 0, offset <= total - Int64(entries.count) else { throw .wrong("offset") }
    }
}
