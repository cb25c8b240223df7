internal import JSONText

/// One object of a camera's JSON, read field by field; an absent field and `null` are the same.
struct JSONFields {
    let node: JSONNode
    private let prefix: String

    init(node: JSONNode, path: String) {
        self.node = node
        prefix = path
    }

    func path(_ key: String) -> String { prefix.isEmpty ? key : "\(prefix).\(key)" }

    /// - Throws: ``PlateCameraError/missing(field:)`` or ``PlateCameraError/wrongType(field:found:expected:)``.
    func object(_ key: String) throws(PlateCameraError) -> JSONFields {
        guard let member = member(key) else {
            guard node.members != nil else { throw wrongType(prefix, node, "an object") }
            throw .missing(field: path(key))
        }
        guard member.members != nil else { throw wrongType(path(key), member, "an object") }
        return JSONFields(node: member, path: path(key))
    }

    func text(_ key: String) throws(PlateCameraError) -> String? {
        guard let member = member(key) else { return nil }
        guard let text = member.string else { throw wrongType(path(key), member, "a text") }
        return text
    }

    /// A whole number, written as one or as a text of digits: firmwares differ.
    func integer(_ key: String, in range: ClosedRange<Int64>) throws(PlateCameraError) -> Int64? {
        guard let member = member(key) else { return nil }
        guard let number = number(member) else { throw wrongType(path(key), member, "a whole number") }
        guard range.contains(number) else { throw .outOfRange(field: path(key), found: number, expected: range) }
        return number
    }

    /// 0 or 1, or false or true.
    func flag(_ key: String) throws(PlateCameraError) -> Bool? {
        if let flag = node[key]?.bool { return flag }
        return try integer(key, in: 0...1).map { $0 == 1 }
    }

    /// An id that is a number or a text of at most 64 bytes. 0 and the empty text are no ids: firmwares without ids
    /// write them, and every car would be a repeat of the first.
    func identifier(_ key: String) throws(PlateCameraError) -> String? {
        guard let member = member(key) else { return nil }
        if let number = member.integer { return number == 0 ? nil : "\(number)" }
        guard let text = member.string, text.utf8.count <= 64 else {
            throw wrongType(path(key), member, "a number or a text of at most 64 bytes")
        }
        return text.isEmpty || text == "0" ? nil : text
    }

    /// A number that may be ignored where it is not understood.
    func hint(_ key: String) -> Int64? { member(key).flatMap(number) }

    /// A text that may be ignored where it is not understood, shortened to 64 characters.
    func hintText(_ key: String) -> String? {
        guard let text = member(key)?.string, !text.isEmpty else { return nil }
        return String(text.prefix(64))
    }

    private func member(_ key: String) -> JSONNode? {
        guard let member = node[key], member.value != .null else { return nil }
        return member
    }

    private func number(_ member: JSONNode) -> Int64? { member.integer ?? member.string.flatMap { Int64($0) } }

    private func wrongType(_ field: String, _ found: JSONNode, _ expected: String) -> PlateCameraError {
        // The kind and never the value: it may be a plate, and this goes to a log.
        let kind =
            switch found.value {
            case .null: "null"
            case .bool: "true or false"
            case .integer, .decimal: "a number"
            case .string: "a text"
            case .array: "a list"
            case .object: "an object"
            }
        return .wrongType(field: field.isEmpty ? "the body" : field, found: kind, expected: expected)
    }
}
