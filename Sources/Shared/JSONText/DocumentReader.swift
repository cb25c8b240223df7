/// Turns a document into a value and collects every fault on the way instead of stopping at the first.
///
/// A read that fails notes a ``Finding`` and returns a stand-in, so that reading goes on; the whole result counts only
/// if there was no finding.
public enum DocumentReader {
    /// Reads a document whose root is an object.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - file: named in each finding.
    ///   - body: reads the members; whatever it does not ask for is reported as an unknown key.
    /// - Throws: ``Findings``, in the order of the text.
    public static func read<Value>(
        _ bytes: [UInt8], dialect: JSONDialect, file: String = "", _ body: (ObjectReader) -> Value?
    ) throws(Findings) -> Value {
        let root: JSONNode
        do { root = try JSONNode.parse(bytes, dialect: dialect) } catch {
            throw Findings([
                Finding(
                    file: file, position: error.position, path: "", found: error.found, expected: error.expected)
            ])
        }
        let collector = FindingCollector(file: file)
        let reader = ObjectReader(root, path: "", collector: collector)
        let value = body(reader)
        reader.finish()
        if value == nil, collector.findings.isEmpty {
            // The body gave up without saying why; an empty list of findings would tell a person nothing.
            collector.note(root.position, "", found: root.summary, expected: "a document whose fault can be named")
        }
        guard collector.findings.isEmpty, let value else {
            throw Findings(
                collector.findings.sorted {
                    ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
                })
        }
        return value
    }
}

final class FindingCollector {
    let file: String
    private(set) var findings: [Finding] = []
    /// A document with more faults than this is the wrong document; the rest would not help.
    static let most = 200

    init(file: String) { self.file = file }

    func note(_ position: TextPosition, _ path: String, found: String, expected: String) {
        guard findings.count < FindingCollector.most else { return }
        findings.append(Finding(file: file, position: position, path: path, found: found, expected: expected))
    }

    func note(_ others: Findings) { findings += others.list.prefix(FindingCollector.most - findings.count) }
}

/// Reads the members of one object of a document.
public final class ObjectReader {
    private let members: [JSONMember]
    private let position: TextPosition
    private let path: String
    private let collector: FindingCollector
    private var asked: Set<String> = []
    private let isObject: Bool

    init(_ node: JSONNode, path: String, collector: FindingCollector) {
        self.path = path
        self.collector = collector
        position = node.position
        isObject = node.members != nil
        members = node.members ?? []
        if !isObject { collector.note(node.position, path, found: node.summary, expected: "an object { … }") }
    }

    /// Whether the member is there, whatever its value.
    public func has(_ key: String) -> Bool { members.contains { $0.key == key } }

    /// How many elements a list has, read or not; 0 where the member is absent or no list.
    public func count(_ key: String) -> Int { members.first { $0.key == key }?.node.array?.count ?? 0 }

    /// Whether a fault of this member was noted already: one that follows from it would be no news.
    public func isFaulty(_ key: String) -> Bool { collector.findings.contains { $0.path == place(key) } }

    /// A whole number within a range.
    public func integer(
        _ key: String, in range: ClosedRange<Int64> = .min ... .max, unit: String = "", default fallback: Int64? = nil
    ) -> Int64 {
        let words =
            range == .min ... .max ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let expected = unit.isEmpty ? words : "\(words) (\(unit))"
        guard let node = member(key, expected: expected, isOptional: fallback != nil) else {
            return fallback ?? range.lowerBound
        }
        if let number = node.integer, range.contains(number) { return number }
        fault(key, node, expected: expected)
        return fallback ?? range.lowerBound
    }

    /// A whole number within a range, or nil where the member is absent.
    public func optionalInteger(_ key: String, in range: ClosedRange<Int64>, unit: String = "") -> Int64? {
        has(key) ? integer(key, in: range, unit: unit) : ask(key)
    }

    public func bool(_ key: String, default fallback: Bool? = nil) -> Bool {
        guard let node = member(key, expected: "true or false", isOptional: fallback != nil) else {
            return fallback ?? false
        }
        if let flag = node.bool { return flag }
        fault(key, node, expected: "true or false")
        return fallback ?? false
    }

    /// A text of 1 to `longest` characters.
    public func string(_ key: String, longest: Int = 4096, default fallback: String? = nil) -> String {
        let expected = "a text of 1 to \(longest) characters"
        guard let node = member(key, expected: expected, isOptional: fallback != nil) else { return fallback ?? "" }
        if let text = node.string, !text.isEmpty, text.count <= longest { return text }
        fault(key, node, expected: expected)
        return fallback ?? ""
    }

    public func optionalString(_ key: String, longest: Int = 4096) -> String? {
        has(key) ? string(key, longest: longest) : ask(key)
    }

    /// One of the names of an enumeration.
    /// - Parameter among: those that make sense here; nil for all.
    public func choice<Choice>(
        _ key: String, among allowed: [Choice]? = nil, default fallback: Choice? = nil
    ) -> Choice where Choice: RawRepresentable<String> & CaseIterable & Equatable {
        let allowed = allowed ?? Array(Choice.allCases)
        let names = allowed.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        let first = allowed.first!
        let expected = "one of \(names)"
        guard let node = member(key, expected: expected, isOptional: fallback != nil) else { return fallback ?? first }
        if let text = node.string, let choice = Choice(rawValue: text), allowed.contains(choice) { return choice }
        fault(key, node, expected: expected)
        return fallback ?? first
    }

    /// As ``choice(_:among:default:)``, but nil without a finding where the member is absent.
    public func optionalChoice<Choice: CaseIterable & Equatable & RawRepresentable<String>>(_ key: String) -> Choice? {
        has(key) ? choice(key) : ask(key)
    }

    /// A text that a type accepts or refuses with a reason; nil (and a finding) where it refuses.
    public func parsed<Value, Failure: Error>(
        _ key: String, expected: String, _ parse: (String) throws(Failure) -> Value
    ) -> Value? {
        guard let node = member(key, expected: expected, isOptional: false) else { return nil }
        guard let text = node.string else {
            fault(key, node, expected: expected)
            return nil
        }
        do { return try parse(text) } catch {
            note(key, node, found: node.summary, expected: "\(expected): \(error)")
            return nil
        }
    }

    /// As ``parsed(_:expected:_:)``, but nil without a finding where the member is absent.
    public func optionalParsed<Value, Failure: Error>(
        _ key: String, expected: String, _ parse: (String) throws(Failure) -> Value
    ) -> Value? {
        has(key) ? parsed(key, expected: expected, parse) : ask(key)
    }

    /// An object within this one; nil (and a finding) where it is absent or not an object.
    public func object<Value>(_ key: String, _ body: (ObjectReader) -> Value?) -> Value? {
        guard let node = member(key, expected: "an object { … }", isOptional: false) else { return nil }
        return read(node, key, body)
    }

    public func optionalObject<Value>(_ key: String, _ body: (ObjectReader) -> Value?) -> Value? {
        has(key) ? object(key, body) : ask(key)
    }

    /// A list of objects.
    public func objects<Value>(_ key: String, count: ClosedRange<Int>, _ body: (ObjectReader) -> Value?) -> [Value] {
        elements(key, count: count, of: "objects").enumerated().compactMap { index, node in
            read(node, "\(key)[\(index)]", body)
        }
    }

    /// A list of texts, each accepted by a type or refused with a reason.
    public func parsedList<Value, Failure: Error>(
        _ key: String, count: ClosedRange<Int>, expected: String, _ parse: (String) throws(Failure) -> Value
    ) -> [Value] {
        var values: [Value] = []
        for (index, node) in elements(key, count: count, of: "texts").enumerated() {
            guard let text = node.string else {
                fault("\(key)[\(index)]", node, expected: expected)
                continue
            }
            do { values.append(try parse(text)) } catch {
                note("\(key)[\(index)]", node, found: node.summary, expected: "\(expected): \(error)")
            }
        }
        return values
    }

    /// A list of whole numbers within a range; nil (without a finding) where the member is absent.
    public func optionalIntegers(
        _ key: String, count: ClosedRange<Int>, in range: ClosedRange<Int64>, unit: String
    ) -> [Int64]? {
        guard has(key) else { return ask(key) }
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound) (\(unit))"
        return elements(key, count: count, of: "whole numbers").enumerated().compactMap { index, node in
            if let number = node.integer, range.contains(number) { return number }
            fault("\(key)[\(index)]", node, expected: expected)
            return nil
        }
    }

    /// Reads the `kind` member, which says what the whole document is.
    public func expectKind(_ kind: String) {
        guard let node = member("kind", expected: "\"\(kind)\"", isOptional: false), node.string != kind else { return }
        fault("kind", node, expected: "\"\(kind)\"")
    }

    /// Notes a fault that no single read can see: two members that contradict each other, a name that is not declared.
    public func refuse(_ key: String, found: String, expected: String) {
        let node = members.first { $0.key == key }?.node
        collector.note(node?.position ?? position, place(key), found: found, expected: expected)
    }

    /// Notes the faults of another document that this one names.
    public func include(_ findings: Findings) { collector.note(findings) }

    /// Reports every member nobody asked for.
    func finish() {
        for member in members where !asked.contains(member.key) {
            let close = asked.filter { Spelling.isClose($0, member.key) }.sorted().first
            let hint =
                close.map { "\"\($0)\" (did you mean that?)" } ?? "one of \(asked.sorted().joined(separator: ", "))"
            collector.note(member.keyPosition, place(member.key), found: "an unknown key", expected: hint)
        }
    }

    // MARK: -

    private func elements(_ key: String, count: ClosedRange<Int>, of what: String) -> [JSONNode] {
        let expected = "a list of \(count.lowerBound) to \(count.upperBound) \(what)"
        guard let node = member(key, expected: expected, isOptional: count.lowerBound == 0) else { return [] }
        guard let elements = node.array, count.contains(elements.count) else {
            fault(key, node, expected: expected)
            return []
        }
        return elements
    }

    private func read<Value>(_ node: JSONNode, _ key: String, _ body: (ObjectReader) -> Value?) -> Value? {
        let reader = ObjectReader(node, path: place(key), collector: collector)
        guard reader.isObject else { return nil }
        let value = body(reader)
        reader.finish()
        return value
    }

    private func member(_ key: String, expected: String, isOptional: Bool) -> JSONNode? {
        asked.insert(key)
        if let member = members.first(where: { $0.key == key }) { return member.node }
        if !isOptional, isObject { collector.note(position, place(key), found: "nothing", expected: expected) }
        return nil
    }

    private func ask<Value>(_ key: String) -> Value? {
        asked.insert(key)
        return nil
    }

    private func fault(_ key: String, _ node: JSONNode, expected: String) {
        note(key, node, found: node.summary, expected: expected)
    }

    private func note(_ key: String, _ node: JSONNode, found: String, expected: String) {
        collector.note(node.position, place(key), found: found, expected: expected)
    }

    private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

enum Spelling {
    /// Whether two keys differ by at most two insertions, deletions or replacements.
    static func isClose(_ left: String, _ right: String) -> Bool {
        let a = Array(left.lowercased().utf8), b = Array(right.lowercased().utf8)
        guard abs(a.count - b.count) <= 2, a.count > 2, b.count <= 64 else { return false }
        var row = Array(0...b.count)
        for i in 1...a.count {
            var diagonal = row[0]
            row[0] = i
            for j in stride(from: 1, through: b.count, by: 1) {
                let cost = min(row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1))
                diagonal = row[j]
                row[j] = cost
            }
        }
        return row[b.count] <= 2
    }
}
