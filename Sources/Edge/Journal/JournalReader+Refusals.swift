public import Delivery

extension JournalReader {
    /// What the platform has refused and not taken since, in the order of the numbers.
    public func refusals() throws(JournalError) -> [Refusal] {
        var kept: [(key: String, value: [UInt8])] = []
        try states(Refusal.stateKind) { key, value in kept.append((key, value)) }
        return RefusalBook(kept: kept).standing
    }
}
