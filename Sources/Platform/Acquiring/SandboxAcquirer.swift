internal import SQLite
public import Vocabulary

/// A payment network for trials and demonstrations: no money moves anywhere but in its ``SandboxBook``.
public struct SandboxAcquirer: Acquirer {
    private let path: String
    private let now: @Sendable () -> WallTime

    /// - Parameters:
    ///   - path: the file of its book.
    ///   - now: the network's clock.
    public init(path: String, now: @escaping @Sendable () -> WallTime) {
        self.path = path
        self.now = now
    }

    /// The file is opened for each call: any thread may call, and the person at the sandbox writes to it meanwhile.
    public func answer(_ call: AcquirerCall) -> AcquirerAnswer {
        do throws(SQLiteError) { return try SandboxBook(path: path).answer(call, at: now()) } catch {
            // A network that is down: the platform asks again.
            return .unknown
        }
    }
}
