/// How a database file is opened; every default is the durable, small one that the edge boxes use.
public struct DatabaseOptions: Sendable {
    /// What the connection may do.
    public enum Access: Equatable, Sendable {
        /// Read and write; the file is created (empty) if it is missing.
        case create
        /// Read and write an existing file.
        case readWrite
        /// Read an existing file. Nothing in it is ever changed.
        case readOnly
        /// Read an existing file that nobody changes, where not even the log's index can be made beside it. A log is
        /// not looked at: what stands only in it is not seen.
        case immutable
    }

    /// When a commit counts as done.
    public enum Synchronous: Equatable, Sendable {
        /// After the write-ahead log has reached the medium: survives a power cut.
        case full
        /// After the operating system has it: survives the death of the process, not a power cut.
        case normal
    }

    /// Default: create.
    public var access = Access.create
    /// Default: full.
    public var synchronous = Synchronous.full
    /// How long a call waits for another connection's lock before it fails as busy. Default: 5,000 ms.
    public var busyTimeoutMilliseconds: Int32 = 5_000
    /// Bytes a page; fixed once the file exists. A power of two, 512 ... 65,536. Default: 4,096.
    public var pageSize = 4_096
    /// Most memory the page cache takes, in KiB. A bigger transaction spills to the log, it does not fail. Default:
    /// 512.
    public var cacheKibibytes = 512
    /// A commit that leaves this many pages in the write-ahead log copies them back within itself; 0: never (the owner
    /// calls `Database.checkpoint`). Default: 1,000 pages, about 4 MB.
    public var autocheckpointPages = 1_000
    /// Most pages the file may have; a write that needs more fails as full. Default: nil, SQLite's own limit.
    public var maximumPages: Int64?
    /// Whether REFERENCES clauses are enforced. Default: true.
    public var foreignKeys = true

    /// All defaults.
    public init() {}
}
