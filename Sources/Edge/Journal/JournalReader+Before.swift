public import Wire

extension JournalReader {
    /// The chain's hash before record `first`.
    /// - Returns: nil if there is no record before it, neither kept nor pruned.
    public func hash(before first: Int64) throws(JournalError) -> ChainHash? {
        var found: ChainHash?
        let meta = try readMeta()
        // Also record 1: nothing is pruned then, and the hash is that of an empty chain.
        if first == meta.pruned + 1 { return meta.prunedHash }
        try forEachRow(from: first - 1, count: 1) { sequence, _, hash in
            if sequence == first - 1 { found = ChainHash(bytes: hash) }
            return false
        }
        return found
    }
}
