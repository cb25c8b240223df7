/// One fault in a document: where it stands, what was found and what was expected.
public struct Finding: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file's name, or what the document is called; empty if there is but one.
    public var file: String
    public var position: TextPosition
    /// The path within the document: `lanes[1].barrier.raise`; empty for the document itself.
    public var path: String
    public var found: String
    public var expected: String

    public init(file: String = "", position: TextPosition, path: String, found: String, expected: String) {
        self.file = file
        self.position = position
        self.path = path
        self.found = found
        self.expected = expected
    }

    public var description: String {
        let place = file.isEmpty ? "\(position)" : "\(file):\(position)"
        return "\(place): \(path.isEmpty ? "the document" : path): found \(found), expected \(expected)"
    }
}

/// All the faults of a document, so that a person mends them in one go.
public struct Findings: Error, Equatable, Sendable, CustomStringConvertible {
    public var list: [Finding]

    public init(_ list: [Finding]) { self.list = list }

    public var description: String { list.map(\.description).joined(separator: "\n") }
}
