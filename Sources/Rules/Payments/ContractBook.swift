public import Vocabulary
public import Wire

/// The contract plates a box knows: a versioned list, fetched page by page and taken only when it is whole. Pure.
public struct ContractBook: Hashable, Sendable {
    /// The version in use; 0 before the first list.
    public private(set) var version: Int64
    private var limits: [Plate: Fen]
    private var incoming: Incoming?

    private struct Incoming: Hashable, Sendable {
        var version: Int64
        var digest: String
        var total: Int64
        var entries: [Contract]
    }

    public init(version: Int64 = 0, contracts: [Contract] = []) {
        self.version = version
        limits = Dictionary(contracts.map { ($0.plate, $0.offlineLimit) }, uniquingKeysWith: { _, later in later })
    }

    /// What a plate may be charged offline, or nil if it has no contract that this box knows of.
    public func offlineLimit(of plate: Plate) -> Fen? { limits[plate] }

    public var count: Int { limits.count }

    /// What a page leads to.
    public enum Outcome: Equatable, Sendable {
        /// The version is the one in use.
        case current
        /// Ask for the page that begins here.
        case more(version: Int64, offset: Int64)
        /// The list is whole and in use; it is to be kept.
        case replaced([Contract])
        /// The page does not fit: the digest is wrong, or an entry is missing. The list in use stays.
        case refused(why: String)
    }

    public mutating func take(_ page: ContractPage) -> Outcome {
        if page.version == version {
            incoming = nil
            return .current
        }
        if page.offset == 0 {
            incoming = Incoming(version: page.version, digest: page.digest, total: page.total, entries: [])
        }
        guard var list = incoming, list.version == page.version, list.digest == page.digest, list.total == page.total,
            Int64(list.entries.count) == page.offset
        else {
            incoming = nil
            return .refused(why: "a page of the contract list does not follow on the one before")
        }
        list.entries += page.entries
        let have = Int64(list.entries.count)
        if have < list.total {
            guard !page.entries.isEmpty else {
                incoming = nil
                return .refused(why: "a page of the contract list is empty before its end")
            }
            incoming = list
            return .more(version: list.version, offset: have)
        }
        incoming = nil
        guard ContractPage.digest(of: list.entries) == list.digest else {
            return .refused(why: "the contract list of version \(list.version) does not fit its digest")
        }
        self = ContractBook(version: list.version, contracts: list.entries)
        return .replaced(list.entries)
    }

    /// The kinds under which the list stands in the journal's state.
    public static let stateKind = "contract"
    public static let versionKind = "contractVersion"
}
