/// A change of what a box keeps beside its records: stays, payments in flight, lists.
public enum StateChange: Equatable, Sendable {
    /// Adds or replaces one value.
    case put(kind: String, key: String, value: [UInt8])
    /// Removes one value; nothing happens if it is not there.
    case remove(kind: String, key: String)
    /// Removes all values of a kind.
    case removeAll(kind: String)
}
