public import JSONText
internal import Vocabulary

/// What became of something that several boxes share. Told any number of times and in any order, it is one fact.
public protocol SharedFact: Hashable, Sendable {
    func write(to writer: inout JSONWriter)
    init(_ node: JSONNode) throws(WireError)
}

/// What the platform knows that a box may not, in the order in which it learnt it: a part of it.
public struct FactPage<Fact: SharedFact>: Hashable, Sendable {
    public var facts: [Fact]
    /// What comes next is asked for after this number.
    public var through: Int64
    public var isMoreLeft: Bool

    public init(facts: [Fact], through: Int64, isMoreLeft: Bool) {
        self.facts = facts
        self.through = through
        self.isMoreLeft = isMoreLeft
    }

    func write(to writer: inout JSONWriter) {
        writer.field("facts", array: facts) { writer, fact in writer.object { fact.write(to: &$0) } }
        writer.field("through", through)
        writer.field("more", isMoreLeft)
    }

    init(_ node: JSONNode) throws(WireError) {
        var facts: [Fact] = []
        for each in try node.list("facts", most: FactLimits.mostOfPage) { facts.append(try Fact(each)) }
        let through = try node.number("through")
        guard through >= 0 else { throw .wrong("through") }
        self.init(facts: facts, through: through, isMoreLeft: try node.flag("more"))
    }
}

/// The limits of shared facts on the wire.
public enum FactLimits {
    /// At most so many facts in one part.
    public static let mostOfPage = 200
}
