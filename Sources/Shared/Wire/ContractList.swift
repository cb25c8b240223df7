internal import Crypto
internal import JSONText
public import Vocabulary

/// A plate whose owner has signed a contract to be charged.
public struct Contract: Hashable, Sendable {
    public var plate: Plate
    /// The most that may be charged to it while the platform cannot be asked; zero: nothing.
    public var offlineLimit: Fen

    public init(plate: Plate, offlineLimit: Fen) {
        self.plate = plate
        self.offlineLimit = offlineLimit
    }
}

/// A part of the list of contracts. A list is fetched page by page and used only when it is whole and its digest fits.
public struct ContractPage: Equatable, Sendable {
    /// At most this many entries in a page.
    public static let mostEntries = 500
    /// At most this many entries in a list that a box takes.
    public static let longestList: Int64 = 200_000

    /// The list's version; a new one for every change.
    public var version: Int64
    /// The digest of the whole list of this version, see ``digest(of:)``.
    public var digest: String
    /// How many entries the whole list has.
    public var total: Int64
    /// The place of the first entry of this page in the list, from 0.
    public var offset: Int64
    public var entries: [Contract]

    public init(version: Int64, digest: String, total: Int64, offset: Int64, entries: [Contract]) {
        self.version = version
        self.digest = digest
        self.total = total
        self.offset = offset
        self.entries = entries
    }

    /// SHA-256, in hexadecimal, over `plate limit` lines in the order of the list (by plate).
    public static func digest(of list: some Sequence<Contract>) -> String {
        var hash = SHA256()
        for contract in list {
            hash.update(data: Array("\(contract.plate.text) \(contract.offlineLimit.count)\n".utf8))
        }
        return Hexadecimal.text(hash.finalize())
    }

    func write(to writer: inout JSONWriter) {
        writer.field("version", version)
        writer.field("digest", digest)
        writer.field("total", total)
        writer.field("offset", offset)
        writer.field("entries", array: entries) { writer, entry in
            writer.object {
                $0.field("plate", entry.plate.text)
                $0.field("offlineLimit", entry.offlineLimit.count)
            }
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        var entries: [Contract] = []
        for entry in try node.list("entries", most: ContractPage.mostEntries) {
            entries.append(
                Contract(
                    plate: try entry.parse("plate", Plate.init), offlineLimit: Fen(try entry.number("offlineLimit"))))
        }
        self.init(
            version: try node.number("version"), digest: try node.text("digest"), total: try node.number("total"),
            offset: try node.number("offset"), entries: entries)
        guard total >= 0, total <= ContractPage.longestList else { throw .wrong("total") }
        guard version >= 0 else { throw .wrong("version") }
        // Compared this way round: the sum of two numbers from the wire could leave the range of 64 bits.
        guard offset >= 0, offset <= total - Int64(entries.count) else { throw .wrong("offset") }
    }
}
